//! Telling a prepaid account's people: the notice as a record, its deliveries as an effect that waits for whoever can
//! deliver. Never sends.

use serde::{Deserialize, Serialize};
use zaiton_engine::Unit;
use zaiton_kernel::Id;
use zaiton_notices::{Channel, Notice, NoticeId, Recipient, Topic};
use zaiton_prepaid::PrepaidAccount;

/// The effect that delivers a notice outside.
pub const NOTICE_EFFECT: &str = "notice";

/// What is to be delivered: everything of a notice that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Deliver {
    /// The notice.
    pub notice: NoticeId,
}

/// Rules R1-05, R1-08, R1-09. Tells an account's opener and its contacts, by every way they have.
pub(crate) fn tell(
    unit: &mut Unit<'_>,
    account: &PrepaidAccount,
    topic: Topic,
    subject: impl Id,
    figures: &[(&str, &dyn std::fmt::Display)],
) {
    let contacts = account.alert.as_ref().map_or(&[][..], |alert| &alert.contacts);
    let recipients: Vec<Recipient<'_>> = contacts
        .iter()
        .map(|contact| Recipient { email: contact.email.as_deref(), mobile: contact.mobile.as_deref() })
        .collect();
    let id: NoticeId = unit.new_id();
    let mut notice = Notice::new(id, topic, subject.to_string(), unit.now(), &recipients);
    for (name, value) in figures {
        notice = notice.with(name, value);
    }
    let outside = notice.deliveries.iter().filter(|way| way.channel != Channel::InApp).count();
    unit.emit(
        id,
        &serde_json::json!({ "type": "written", "topic": topic, "about": subject.to_string(), "ways": outside + 1 }),
    );
    if outside > 0 {
        unit.waiting_effect(NOTICE_EFFECT, &Deliver { notice: id });
    }
    unit.insert(notice);
}

/// Tells a merchant by its inbox alone: what is of no account and in no hurry.
pub(crate) fn tell_inbox(unit: &mut Unit<'_>, topic: Topic, subject: impl Id) {
    let id: NoticeId = unit.new_id();
    unit.emit(
        id,
        &serde_json::json!({ "type": "written", "topic": topic, "about": subject.to_string(), "ways": 1 }),
    );
    unit.insert(Notice::new(id, topic, subject.to_string(), unit.now(), &[]));
}
