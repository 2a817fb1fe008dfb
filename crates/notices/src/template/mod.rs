//! The words of notices: one template a topic, way and language, built in or an operator's own, version by version, each from its
//! moment on (R5-20). A template that is wrong is refused when it is saved; one that fails later gives way to the built-in words.

mod built_in;
mod command;
mod decide;
mod event;
mod refusal;
mod render;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Timestamp, entity};

pub use built_in::{built_in, code_words};
pub use command::Command;
pub use decide::decide;
pub use event::Event;
pub use refusal::TemplateRefusal;
pub use render::{Fault, Said, Values, one_line, render};

use crate::preferences::Language;
use crate::{Channel, Topic};

zaiton_kernel::define_id!(
    /// The id of a template.
    TemplateId,
    "te"
);

entity!(Template, TemplateId, 67, "templates", 1);

/// Versions that are kept of a template; the oldest gives way.
pub const VERSIONS: usize = 50;
/// Letters of a subject, at most.
pub const SUBJECT_LETTERS: usize = 200;
/// Letters of a body, at most.
pub const BODY_LETTERS: usize = 10_000;
/// Letters of a message to a mobile, at most.
pub const SMS_LETTERS: usize = 500;

/// What a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "TemplatePlace")]
pub struct Place {
    /// What it is about.
    pub topic: Topic,
    /// By which way it goes: mail or a mobile.
    pub channel: Channel,
    /// In which language.
    pub language: Language,
}

impl Place {
    /// The natural key of its template.
    #[must_use]
    pub fn key(self) -> String {
        format!("{:?}/{:?}/{:?}", self.topic, self.channel, self.language)
    }
}

/// The words themselves, with `{{ available }}` where a figure goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TemplateWords")]
pub struct Words {
    /// Subject of a mail; empty for a mobile.
    #[serde(default)]
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A version of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "TemplateVersion")]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// Its words; none goes back to those that are built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// From when on they are used.
    pub valid_from: Timestamp,
    /// Who saved it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A template that an operator made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// What it is for.
    pub place: Place,
    /// Its versions, the oldest first.
    pub versions: Vec<Version>,
}

impl Template {
    /// One without a version.
    #[must_use]
    pub const fn unsaved(id: TemplateId, place: Place) -> Self {
        Self { id, place, versions: Vec::new() }
    }

    /// The words in use at a moment; none where those that are built in are.
    #[must_use]
    pub fn words_at(&self, now: Timestamp) -> Option<&Words> {
        let begun = self.versions.iter().filter(|version| version.valid_from <= now);
        begun.max_by_key(|version| (version.valid_from, version.number))?.words.as_ref()
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        let Event::Saved { version } = event;
        self.versions.push(version.clone());
        if self.versions.len() > VERSIONS {
            self.versions.remove(0);
        }
    }
}
