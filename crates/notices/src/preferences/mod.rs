//! How people want to be told: in which language, in which zone times are, and by which topics not (R5-20, R5-21). One record a
//! merchant, a choice an address or number. Never switches off what is about money or about whether the shop works.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::entity;

pub use command::Command;
pub use decide::decide;
pub use event::Event;
pub use refusal::PreferencesRefusal;

use crate::Topic;

zaiton_kernel::define_id!(
    /// The id of a merchant's preferences.
    PreferencesId,
    "np"
);

entity!(Preferences, PreferencesId, 66, "notice_preferences", 1);

/// Choices of one merchant, at most.
pub const MOST: usize = 50;

/// The language that somebody is told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "NoticeLanguage")]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

fn shanghai() -> String {
    "Asia/Shanghai".into()
}

/// How whoever reads an address or a number wants to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NoticeChoice")]
pub struct Choice {
    /// The address or number, in its plain form.
    pub to: String,
    /// In which language.
    #[serde(default)]
    pub language: Language,
    /// In which zone times are, an IANA name.
    #[serde(default = "shanghai")]
    pub zone: String,
    /// Topics that are not wanted there.
    #[serde(default)]
    pub off: Vec<Topic>,
}

impl Choice {
    /// Of whoever chose nothing: Chinese, Shanghai's time, everything.
    #[must_use]
    pub fn usual(to: &str) -> Self {
        Self { to: to.to_owned(), language: Language::default(), zone: shanghai(), off: Vec::new() }
    }

    /// Rule R5-20. Whether a topic is wanted. What is mandatory always is.
    #[must_use]
    pub fn wants(&self, topic: Topic) -> bool {
        topic.is_mandatory() || !self.off.contains(&topic)
    }
}

/// The preferences of a merchant's people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "NoticePreferences")]
pub struct Preferences {
    /// Its id.
    pub id: PreferencesId,
    /// A choice each, [`MOST`] at most.
    pub choices: Vec<Choice>,
}

impl Preferences {
    /// Nobody has chosen anything.
    #[must_use]
    pub const fn none(id: PreferencesId) -> Self {
        Self { id, choices: Vec::new() }
    }

    /// How an address or number wants to be told, by its plain form.
    #[must_use]
    pub fn of(&self, to: &str) -> Choice {
        self.choices.iter().find(|choice| choice.to == to).cloned().unwrap_or_else(|| Choice::usual(to))
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        let Event::Chosen { choice } = event;
        match self.choices.iter_mut().find(|known| known.to == choice.to) {
            Some(known) => known.clone_from(choice),
            None => self.choices.push(choice.clone()),
        }
    }
}
