//! A version of an agreement: proposed by one, confirmed by another, in force from its moment until the next one's. Its texts never
//! change: another text is another version.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Allowed, Decision, Timestamp};

zaiton_kernel::define_id!(
    /// The id of a version of an agreement.
    VersionId,
    "av"
);

/// Letters of an agreement's code, at most.
pub const CODE_LETTERS: usize = 32;
/// Letters of a text in one language, at most.
pub const TEXT_LETTERS: usize = 200_000;

/// The texts of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AgreementTexts")]
pub struct Texts {
    /// What it is called, in Chinese.
    pub title_zh: String,
    /// What it is called, in English.
    pub title_en: String,
    /// Simplified Chinese: where the two differ, this one holds.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Where a version stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "AgreementState")]
pub enum State {
    /// Somebody asks for it.
    Proposed,
    /// It holds from its moment on.
    Confirmed {
        /// Who agreed.
        checker: String,
        /// When.
        at: Timestamp,
    },
    /// It never will.
    Dropped {
        /// Who said so.
        by: String,
    },
}

/// A version of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "AgreementVersion")]
pub struct Version {
    /// Its id.
    pub id: VersionId,
    /// The agreement's code: `platform_terms`.
    pub code: String,
    /// Counted from 1 within its code.
    pub number: u32,
    /// Its texts.
    pub texts: Texts,
    /// SHA-256 over both texts, hex: what is signed.
    pub sha256: String,
    /// From when it is in force.
    pub valid_from: Timestamp,
    /// Who asked for it.
    pub maker: String,
    /// Where it stands.
    pub state: State,
}

/// A command to a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A second person agrees.
    Confirm {
        /// Who.
        checker: String,
    },
    /// It shall never hold.
    Drop {
        /// Who says so.
        by: String,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Confirm`].
    Confirm,
    /// [`Command::Drop`].
    Drop,
}

/// An event of a version. Never changes its meaning once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It will hold.
    Confirmed {
        /// Who agreed.
        checker: String,
        /// When.
        at: Timestamp,
    },
    /// It never will.
    Dropped {
        /// Who said so.
        by: String,
    },
}

refusals! {
    /// Why a command to a version was refused.
    VersionRefusal, "agreements.version";
    /// The code is none.
    Code {
        /// Letters, at most.
        at_most: usize,
    } = "code", "R5-14",
        why("协议代码不正确。", "This is no code of an agreement."),
        cure("请使用小写字母、数字和下划线，不超过所示长度。", "Use small letters, digits and underscores, as many as is shown at most.");
    /// A title or a text is missing or too long.
    Texts {
        /// Letters, at most.
        at_most: usize,
    } = "texts", "R5-14",
        why("缺少中文或英文的标题、正文，或正文过长。", "A title or a text is missing in one of the languages, or too long."),
        cure("请补齐中英文标题与正文。", "Give titles and texts in both languages.");
    /// It would hold in the past.
    TooLate {
        /// Since when it would hold.
        valid_from: Timestamp,
    } = "too_late", "R5-14",
        why("生效时间已过。", "Its moment has come already."),
        cure("请另提一个在将来生效的版本。", "Propose a version that comes into force later.");
    /// Who asked for it agrees with it.
    SamePerson { } = "same_person", "R5-14",
        why("提出人不能自行确认。", "Who asked for it cannot agree with it."),
        cure("请由另一人确认。", "Let somebody else confirm it.");
    /// It was decided.
    Decided {
        /// Where it stands.
        state: String,
    } = "decided", "R5-14",
        why("该版本已有结论。", "It was decided about this version."),
        cure("请另提一个版本。", "Propose another version.");
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proposed => "proposed",
            Self::Confirmed { .. } => "confirmed",
            Self::Dropped { .. } => "dropped",
        })
    }
}

/// Rule R5-14. Whether a version may be asked for at all.
///
/// # Errors
/// Why not.
pub fn propose(
    code: &str,
    texts: &Texts,
    valid_from: Timestamp,
    now: Timestamp,
) -> Result<(), VersionRefusal> {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if !(2..=CODE_LETTERS).contains(&code.len()) || !code.chars().all(plain) {
        return Err(VersionRefusal::Code { at_most: CODE_LETTERS });
    }
    let all = [&texts.title_zh, &texts.title_en, &texts.zh, &texts.en];
    let is_text = |text: &&String| !text.trim().is_empty() && text.chars().count() <= TEXT_LETTERS;
    if !all.iter().all(is_text) {
        return Err(VersionRefusal::Texts { at_most: TEXT_LETTERS });
    }
    if valid_from <= now { Err(VersionRefusal::TooLate { valid_from }) } else { Ok(()) }
}

/// Rule R5-14. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    version: &Version,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, VersionRefusal> {
    match (&version.state, command) {
        (State::Proposed, Command::Confirm { checker }) => {
            if checker == version.maker {
                return Err(VersionRefusal::SamePerson {});
            }
            if version.valid_from <= now {
                return Err(VersionRefusal::TooLate { valid_from: version.valid_from });
            }
            Ok(Decision::one(Event::Confirmed { checker, at: now }))
        }
        (State::Confirmed { checker: known, .. }, Command::Confirm { checker }) if *known == checker => {
            Ok(Decision::already())
        }
        (State::Proposed, Command::Drop { by }) => Ok(Decision::one(Event::Dropped { by })),
        // Before its moment nobody has signed it.
        (State::Confirmed { .. }, Command::Drop { by }) if now < version.valid_from => {
            Ok(Decision::one(Event::Dropped { by }))
        }
        (State::Dropped { .. }, Command::Drop { .. }) => Ok(Decision::already()),
        (State::Confirmed { .. }, Command::Confirm { .. } | Command::Drop { .. })
        | (State::Dropped { .. }, Command::Confirm { .. }) => {
            Err(VersionRefusal::Decided { state: version.state.to_string() })
        }
    }
}

/// Which commands make sense now; people are not compared.
#[must_use]
pub fn allowed(version: &Version, now: Timestamp) -> Vec<Allowed<CommandKind, VersionRefusal>> {
    let nobody = String::new;
    vec![
        Allowed {
            command: CommandKind::Confirm,
            refusal: decide(version, Command::Confirm { checker: nobody() }, now).err(),
        },
        Allowed {
            command: CommandKind::Drop,
            refusal: decide(version, Command::Drop { by: nobody() }, now).err(),
        },
    ]
}

impl Version {
    /// It is confirmed, and its moment has come.
    #[must_use]
    pub fn has_begun(&self, now: Timestamp) -> bool {
        matches!(self.state, State::Confirmed { .. }) && self.valid_from <= now
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        self.state = match event {
            Event::Confirmed { checker, at } => State::Confirmed { checker: checker.clone(), at: *at },
            Event::Dropped { by } => State::Dropped { by: by.clone() },
        };
    }
}

/// Rule R5-14. Of the versions of one code, the one that is in force: of those that have begun, the one that began last, and of
/// two that began together the later one.
#[must_use]
pub fn in_force(versions: &[Version], now: Timestamp) -> Option<&Version> {
    let begun = versions.iter().filter(|version| version.has_begun(now));
    begun.max_by_key(|version| (version.valid_from, version.number))
}
