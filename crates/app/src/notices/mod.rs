//! Telling people: the notice as a record, its deliveries as effects that are due where this installation can deliver, and wait
//! visibly where it cannot. What receivers of webhooks hear goes with it. Never sends.
//!
//! `delivery.rs` what came of attempts, and sending again; `words.rs` preferences and templates.

mod delivery;
mod words;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Id;
use zaiton_notices::{Channel, Notice, NoticeId, Recipient, Topic};
use zaiton_prepaid::PrepaidAccount;

use crate::webhooks;

pub use delivery::{LeaveWaiting, NoticeReply, ReportDelivery, RetryDelivery, SendAgain};
pub use words::{
    PreferencesReply, SaveTemplate, SendTest, SetPreferences, TemplateReply, preferences_id, template_id,
};

/// The effect that delivers a notice outside.
pub const NOTICE_EFFECT: &str = "notice";
/// How long one attempt at a notice may take, in seconds: a mail server that stalls must not have it sent twice.
pub const NOTICE_LEASE: i64 = 180;

/// By which ways this installation delivers, as its settings have it. A process that has none leaves what is to be delivered
/// waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlets {
    /// There is a mail server.
    pub mail: bool,
    /// There is a gateway for mobiles.
    pub sms: bool,
    /// Webhooks may go to this machine, without TLS: for trials.
    pub local_webhooks: bool,
}

impl Outlets {
    /// Whether something can go this way.
    #[must_use]
    pub const fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::InApp => true,
            Channel::Email => self.mail,
            Channel::Sms => self.sms,
        }
    }

    pub(crate) fn of(unit: &Unit<'_>) -> Self {
        unit.reference::<Self>().map_or_else(Self::default, |known| *known)
    }
}

/// How long one attempt at a letter may take, in seconds.
const LETTER_LEASE: i64 = 60;

/// A letter about somebody's own account: due at once where there is a mail server, waiting for one where there is none.
pub(crate) fn letter(unit: &mut Unit<'_>, kind: &str, body: &impl Serialize) {
    if Outlets::of(unit).mail {
        unit.long_effect(kind, body, LETTER_LEASE);
    } else {
        unit.waiting_long_effect(kind, body, LETTER_LEASE);
    }
}

/// What is to be delivered of a notice: everything that waits, or only what goes by one channel, or one way that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Deliver {
    /// The notice.
    pub notice: NoticeId,
    /// Only by this channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Only this way, by its place: an attempt after one that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<u16>,
}

/// Has delivered what waits of a notice: at once by channels that there are, and when there are others by those.
fn deliver(unit: &mut Unit<'_>, notice: &Notice) {
    let outlets = Outlets::of(unit);
    let wanted = |channel| notice.waits_by(channel);
    let by = |has: bool| {
        let mut all = [Channel::Email, Channel::Sms].into_iter();
        let mut found: Vec<Channel> =
            all.by_ref().filter(|one| wanted(*one) && outlets.has(*one) == has).collect();
        found.dedup();
        found
    };
    let (now, later) = (by(true), by(false));
    let of = |channels: &[Channel], others: &[Channel]| match channels {
        [] => None,
        [one] if !others.is_empty() => Some(Deliver { notice: notice.id, channel: Some(*one), way: None }),
        _ => Some(Deliver { notice: notice.id, channel: None, way: None }),
    };
    if let Some(body) = of(&now, &later) {
        unit.long_effect(NOTICE_EFFECT, &body, NOTICE_LEASE);
    }
    if let Some(body) = of(&later, &now) {
        unit.waiting_long_effect(NOTICE_EFFECT, &body, NOTICE_LEASE);
    }
}

/// Writes a notice down and has it delivered.
fn write(unit: &mut Unit<'_>, notice: Notice) {
    unit.emit(
        notice.id,
        &serde_json::json!({ "type": "written", "topic": notice.topic, "about": notice.subject, "ways": notice.deliveries.len() }),
    );
    deliver(unit, &notice);
    unit.insert(notice);
}

/// Rules R1-05, R1-08, R1-09, R5-41. Tells an account's opener and its contacts, by every way they have, and whoever hears of it
/// by webhook.
pub(crate) fn tell(
    unit: &mut Unit<'_>,
    account: &PrepaidAccount,
    topic: Topic,
    subject: impl Id,
    figures: &[(&str, &dyn std::fmt::Display)],
) -> Result<(), Stop> {
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
    webhooks::announce_topic(unit, topic, &notice.subject, figures)?;
    write(unit, notice);
    Ok(())
}

/// Tells a merchant by its inbox alone, and whoever hears of it by webhook: what is of no account and in no hurry.
pub(crate) fn tell_inbox(unit: &mut Unit<'_>, topic: Topic, subject: impl Id) -> Result<(), Stop> {
    let id: NoticeId = unit.new_id();
    let notice = Notice::new(id, topic, subject.to_string(), unit.now(), &[]);
    webhooks::announce_topic(unit, topic, &notice.subject, &[])?;
    write(unit, notice);
    Ok(())
}
