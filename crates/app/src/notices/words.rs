//! How people want to be told, and in which words (R5-20, R5-21): preferences in a merchant's partition, templates in the
//! platform's, and a test of a template that goes out as a notice of its own. Never fills a template in.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Partition, Timestamp};
use zaiton_notices::contact::{self, ContactRefusal};
use zaiton_notices::preferences::{self, Choice, Language, Preferences, PreferencesId};
use zaiton_notices::template::{self, Place, Template, TemplateId, Words};
use zaiton_notices::{Channel, Notice, NoticeId, Recipient, Topic};
use zaiton_onboarding::{Merchant, MerchantId};

use super::{NoticeReply, write};
use crate::declare::command;
use crate::names::hashed;

/// The id of a merchant's preferences.
#[must_use]
pub fn preferences_id(merchant: MerchantId) -> PreferencesId {
    PreferencesId::from_raw(hashed("notice_preferences", &merchant.raw().to_string()))
}

/// The id of the template of a place.
#[must_use]
pub fn template_id(environment: zaiton_kernel::Environment, place: Place) -> TemplateId {
    TemplateId::from_raw(hashed("template", &format!("{environment:?}/{}", place.key())))
}

/// Preferences as the caller sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PreferencesReply {
    /// Their id.
    pub preferences: PreferencesId,
    /// What holds for this address or number now.
    pub choice: Choice,
}

command! {
    /// Rules R5-20, R5-21. Choose language, zone and topics for an address or a number. What is about money cannot be switched off.
    pub struct SetPreferences("notices.set_preferences") of merchant {
        /// All of it, for one address or number.
        pub choice: Choice,
    }

    fn run(&self, unit) -> PreferencesReply { self.set(unit) }
}

impl SetPreferences {
    fn set(&self, unit: &mut Unit<'_>) -> Result<PreferencesReply, Stop> {
        unit.load::<Merchant>(self.merchant)?;
        let id = preferences_id(self.merchant);
        let known = unit.find::<Preferences>(id)?;
        let mut record = known.as_ref().map_or_else(|| Preferences::none(id), |known| (**known).clone());
        let command = preferences::Command::Choose { choice: self.choice.clone() };
        let decision = preferences::decide(&record, command)?;
        for event in &decision.events {
            record.apply(event);
            let preferences::Event::Chosen { choice } = event;
            // The address stays in the record.
            unit.emit(
                id,
                &serde_json::json!({ "type": "chosen", "language": choice.language, "zone": choice.zone, "off": choice.off }),
            );
        }
        let to = contact::plain(&self.choice.to).map(|(_, to)| to).unwrap_or_default();
        let reply = PreferencesReply { preferences: id, choice: record.of(&to) };
        match known {
            Some(mut known) => {
                if !decision.is_already() {
                    *known = record;
                }
                unit.save(known);
            }
            None => unit.insert(record),
        }
        Ok(reply)
    }
}

/// A template as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TemplateReply {
    /// Its id.
    pub template: TemplateId,
    /// The version that was saved.
    pub number: u32,
}

command! {
    /// Rule R5-20. Other words for a topic, a way and a language, from a moment on; without words those that are built in. They are
    /// tried with samples first, and refused where they do not fill in.
    pub struct SaveTemplate("notices.save_template") {
        /// What they are about.
        pub topic: Topic,
        /// By which way they go: `email` or `sms`.
        pub channel: Channel,
        /// In which language.
        pub language: Language,
        /// The words; none for those that are built in.
        pub words: Option<Words>,
        /// From when; now if not said.
        pub valid_from: Option<Timestamp>,
    }

    fn partition(&self) { Partition::platform(self.environment) }

    fn run(&self, unit) -> TemplateReply { self.save(unit) }
}

impl SaveTemplate {
    fn save(&self, unit: &mut Unit<'_>) -> Result<TemplateReply, Stop> {
        let place = Place { topic: self.topic, channel: self.channel, language: self.language };
        let id = template_id(self.environment, place);
        let known = unit.find::<Template>(id)?;
        let mut record =
            known.as_ref().map_or_else(|| Template::unsaved(id, place), |known| (**known).clone());
        let by = unit.actor().name().to_owned();
        let command = template::Command::Save { words: self.words.clone(), valid_from: self.valid_from, by };
        for event in template::decide(&record, command, unit.now())?.events {
            record.apply(&event);
            unit.emit(id, &event);
        }
        let number = record.versions.last().map_or(0, |last| last.number);
        match known {
            Some(mut known) => {
                *known = record;
                unit.save(known);
            }
            None => unit.insert(record),
        }
        Ok(TemplateReply { template: id, number })
    }
}

command! {
    /// Rule R5-20. Send the words of a topic, filled in with samples, to an address or a number: how they look there.
    pub struct SendTest("notices.send_test") {
        /// What they are about.
        pub topic: Topic,
        /// E-mail address or mobile number.
        pub to: String,
        /// In which language.
        #[serde(default)]
        pub language: Language,
    }

    fn partition(&self) { Partition::platform(self.environment) }

    fn run(&self, unit) -> NoticeReply { self.send(unit) }
}

impl SendTest {
    fn send(&self, unit: &mut Unit<'_>) -> Result<NoticeReply, Stop> {
        let (channel, to) = contact::plain(&self.to).ok_or(ContactRefusal::Malformed {})?;
        let (email, mobile) = match channel {
            Channel::Sms => (None, Some(to.as_str())),
            Channel::Email | Channel::InApp => (Some(to.as_str()), None),
        };
        let id: NoticeId = unit.new_id();
        let recipient = Recipient { email, mobile };
        let mut notice = Notice::new(id, self.topic, "test".into(), unit.now(), &[recipient]);
        notice.language = Some(self.language);
        for (name, value) in self.topic.figures() {
            notice = notice.with(name, value);
        }
        let reply = NoticeReply { notice: id, state: notice.state };
        write(unit, notice);
        Ok(reply)
    }
}
