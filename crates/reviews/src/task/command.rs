//! What may be asked of a review task. Never says whether it is granted.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Clock, Subject, Verdict};
use crate::reasons::{Finding, ReasonCode};

/// What is asked when a task is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Raw id of the party, where a merchant is one.
    pub merchant: Option<i64>,
    /// What it is about.
    pub subject: Subject,
    /// Who wants it looked at.
    pub maker: String,
    /// What is asked.
    pub question: String,
    /// Every decision of it needs a second person.
    pub two_people: bool,
    /// Its working time, by the figures in force.
    pub clock: Clock,
}

/// A command to a review task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R5-10. Put it into its queue.
    Open(Opening),
    /// Rule R5-10. Take it.
    Claim {
        /// Who.
        by: String,
    },
    /// Rule R5-10. Give it to somebody.
    Assign {
        /// To whom.
        to: String,
        /// Who says so.
        by: String,
    },
    /// Rule R5-10. Put it back into its queue.
    HandBack {
        /// Who.
        by: String,
    },
    /// Rule R5-10. Ask the party; the clock stands still.
    AskParty {
        /// Who.
        by: String,
        /// About which fields or documents.
        fields: Vec<String>,
        /// Why.
        reason: ReasonCode,
        /// In words.
        text: String,
    },
    /// The party answers; the clock runs again.
    Answer {
        /// Who.
        by: String,
        /// What.
        text: String,
    },
    /// Rules R5-10, R5-11. Decide.
    Decide {
        /// Who.
        by: String,
        /// What.
        verdict: Verdict,
        /// What is not as it should be: at least one thing when the answer is no.
        findings: Vec<Finding>,
        /// In words.
        text: String,
    },
    /// Rule R5-03. A second person agrees.
    Confirm {
        /// Who.
        by: String,
    },
    /// Rule R5-03. A second person does not agree: it goes back to its queue.
    Refuse {
        /// Who.
        by: String,
        /// Why.
        text: String,
    },
    /// Rule R5-10. Give it to the desk above.
    Escalate {
        /// Who.
        by: String,
    },
    /// Rule R5-10. A moment has come that was set in this run of the clock.
    Tick {
        /// Which run.
        run: u32,
    },
    /// Nobody needs it any more.
    Cancel {
        /// Who says so.
        by: String,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Open`].
    Open,
    /// [`Command::Claim`].
    Claim,
    /// [`Command::Assign`].
    Assign,
    /// [`Command::HandBack`].
    HandBack,
    /// [`Command::AskParty`].
    AskParty,
    /// [`Command::Answer`].
    Answer,
    /// [`Command::Decide`].
    Decide,
    /// [`Command::Confirm`].
    Confirm,
    /// [`Command::Refuse`].
    Refuse,
    /// [`Command::Escalate`].
    Escalate,
    /// [`Command::Tick`].
    Tick,
    /// [`Command::Cancel`].
    Cancel,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Claim,
        Self::Assign,
        Self::HandBack,
        Self::AskParty,
        Self::Answer,
        Self::Decide,
        Self::Confirm,
        Self::Refuse,
        Self::Escalate,
        Self::Tick,
        Self::Cancel,
    ];
}

impl Command {
    /// Without its figures.
    #[must_use]
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Open(_) => CommandKind::Open,
            Self::Claim { .. } => CommandKind::Claim,
            Self::Assign { .. } => CommandKind::Assign,
            Self::HandBack { .. } => CommandKind::HandBack,
            Self::AskParty { .. } => CommandKind::AskParty,
            Self::Answer { .. } => CommandKind::Answer,
            Self::Decide { .. } => CommandKind::Decide,
            Self::Confirm { .. } => CommandKind::Confirm,
            Self::Refuse { .. } => CommandKind::Refuse,
            Self::Escalate { .. } => CommandKind::Escalate,
            Self::Tick { .. } => CommandKind::Tick,
            Self::Cancel { .. } => CommandKind::Cancel,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Claim => "claim",
            Self::Assign => "assign",
            Self::HandBack => "hand_back",
            Self::AskParty => "ask_party",
            Self::Answer => "answer",
            Self::Decide => "decide",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Escalate => "escalate",
            Self::Tick => "tick",
            Self::Cancel => "cancel",
        })
    }
}
