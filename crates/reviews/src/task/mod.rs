//! A review task (machine M2): it lies in a queue, somebody takes it, perhaps asks the party, and decides; a final rejection, and
//! every decision of a queue that wants it so, holds only when a second person agrees. Its clock runs in working time and stands
//! still while the party is asked. Never decides by itself, however late it is.

mod clock;
mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walks;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

pub use clock::{Clock, Stage};
pub use command::{Command, CommandKind, Opening};
pub use decide::{Now, allowed, decide};
pub use event::Event;
pub use refusal::TaskRefusal;

use crate::queue::{Desk, QueueName};
use crate::reasons::{Finding, ReasonCode};

/// Letters of a text, at most.
pub const LETTERS: usize = 2_000;
/// Letters of what a task is about, at most.
pub const ABOUT_LETTERS: usize = 100;
/// Fields or documents that are named at once, at most.
pub const FIELDS: usize = 50;
/// Times that the party is asked, at most.
pub const ASKED: usize = 20;
/// Decisions that are proposed, at most.
pub const VERDICTS: usize = 20;

zaiton_kernel::define_id!(
    /// The id of a review task.
    ReviewTaskId,
    "rv"
);

/// What a task is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReviewSubject")]
pub struct Subject {
    /// What kind of object: `ticket`, `withdrawal`.
    pub kind: String,
    /// Its number as people write it.
    pub id: String,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReviewVerdict")]
pub enum Verdict {
    /// It is as it should be.
    Approve,
    /// It goes back to be corrected.
    Return,
    /// It is not to be; for good.
    Reject,
}

impl Verdict {
    /// Rule R5-11. It says no, so it says why.
    #[must_use]
    pub fn is_negative(self) -> bool {
        match self {
            Self::Approve => false,
            Self::Return | Self::Reject => true,
        }
    }

    /// Rule R5-03. A final rejection needs a second person.
    #[must_use]
    pub fn is_final_no(self) -> bool {
        match self {
            Self::Approve | Self::Return => false,
            Self::Reject => true,
        }
    }
}

/// A decision as it was proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "ReviewDecided")]
pub struct Decided {
    /// What.
    pub verdict: Verdict,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
    /// In words.
    pub text: String,
    /// Who agreed, where a second person must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// Who did not agree, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_by: Option<(String, String)>,
}

/// A question to the party, and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "ReviewAsked")]
pub struct Asked {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Which fields or documents.
    pub fields: Vec<String>,
    /// Why.
    pub reason: ReasonCode,
    /// In words.
    pub text: String,
    /// The answer: who, when, what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<(String, Timestamp, String)>,
}

/// Where a task stands. What went back to its queue is open again; the event says that it went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "ReviewState")]
pub enum State {
    /// Not opened yet.
    New,
    /// In its queue.
    Open,
    /// Somebody has it.
    Claimed {
        /// Who.
        by: String,
    },
    /// The party is asked; the clock stands still.
    WaitingParty {
        /// Who asked, and has it again when the answer comes.
        by: String,
    },
    /// One person has decided; a second one must agree.
    DecidedOnce {
        /// Who has decided.
        by: String,
    },
    /// Its time is over, or it is too much for whoever had it: the desk above has it in its queue.
    Escalated,
    /// It is decided.
    Decided {
        /// What.
        verdict: Verdict,
        /// When.
        at: Timestamp,
    },
    /// Nobody needs it any more.
    Cancelled {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
}

impl State {
    /// The names of the states of a task that is not over.
    pub const OPEN: [&'static str; 5] = ["open", "claimed", "waiting_party", "decided_once", "escalated"];
    /// The names of those in which somebody is to take it.
    pub const IN_QUEUE: [&'static str; 2] = ["escalated", "open"];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Claimed { .. } => "claimed",
            Self::WaitingParty { .. } => "waiting_party",
            Self::DecidedOnce { .. } => "decided_once",
            Self::Escalated => "escalated",
            Self::Decided { .. } => "decided",
            Self::Cancelled { .. } => "cancelled",
        })
    }
}

/// A review task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewTask {
    /// Its id.
    pub id: ReviewTaskId,
    /// Which queue.
    pub queue: QueueName,
    /// The desk that has it now.
    pub desk: Desk,
    /// Raw id of the party, where a merchant is one.
    pub merchant: Option<i64>,
    /// What it is about.
    pub subject: Subject,
    /// Who wants it looked at. Never decides it.
    pub maker: String,
    /// What is asked.
    pub question: String,
    /// Every decision of it needs a second person.
    pub two_people: bool,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Its working time.
    pub clock: Clock,
    /// Its due moment in microseconds, by which queues are sorted; while the clock stands still, the last one.
    pub due_micros: i64,
    /// Since when the desk above has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_at: Option<Timestamp>,
    /// What the party was asked, oldest first.
    pub asked: Vec<Asked>,
    /// What was decided, oldest first: the last one is what holds, if one does.
    pub decisions: Vec<Decided>,
}

impl ReviewTask {
    /// A task before it is opened.
    #[must_use]
    pub fn new(id: ReviewTaskId, queue: QueueName, desk: Desk) -> Self {
        Self {
            id,
            queue,
            desk,
            merchant: None,
            subject: Subject::default(),
            maker: String::new(),
            question: String::new(),
            two_people: false,
            state: State::New,
            opened_at: Timestamp::default(),
            clock: Clock::default(),
            due_micros: 0,
            escalated_at: None,
            asked: Vec::new(),
            decisions: Vec::new(),
        }
    }

    /// The decision that holds, once it does.
    #[must_use]
    pub fn decided(&self) -> Option<&Decided> {
        match &self.state {
            State::Decided { .. } => self.decisions.last(),
            State::New
            | State::Open
            | State::Claimed { .. }
            | State::WaitingParty { .. }
            | State::DecidedOnce { .. }
            | State::Escalated
            | State::Cancelled { .. } => None,
        }
    }

    /// In its queue: that of the desk above once that has it.
    fn queued(&self) -> State {
        if self.escalated_at.is_some() { State::Escalated } else { State::Open }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { opening, at, due } => {
                self.merchant = opening.merchant;
                self.subject = opening.subject.clone();
                self.maker.clone_from(&opening.maker);
                self.question.clone_from(&opening.question);
                self.two_people = opening.two_people;
                (self.opened_at, self.state) = (*at, State::Open);
                self.clock = opening.clock.clone();
                self.clock.start(*at, *due);
            }
            Event::Claimed { by } | Event::Assigned { to: by, .. } => {
                self.state = State::Claimed { by: by.clone() };
            }
            Event::HandedBack { .. } => self.state = self.queued(),
            Event::PartyAsked { asked, used_micros } => {
                self.state = State::WaitingParty { by: asked.by.clone() };
                self.asked.push(asked.clone());
                self.clock.stop(*used_micros);
            }
            Event::PartyAnswered { by, text, at, due } => {
                if let State::WaitingParty { by } = &self.state {
                    self.state = State::Claimed { by: by.clone() };
                }
                if let Some(asked) = self.asked.last_mut() {
                    asked.answer = Some((by.clone(), *at, text.clone()));
                }
                self.clock.start(*at, *due);
            }
            Event::DecidedOnce { decided } => {
                self.state = State::DecidedOnce { by: decided.by.clone() };
                self.decisions.push(decided.clone());
            }
            Event::Decided { decided, used_micros } => {
                self.state = State::Decided { verdict: decided.verdict, at: decided.at };
                self.decisions.push(decided.clone());
                self.clock.stop(*used_micros);
            }
            Event::Confirmed { by, at, used_micros } => {
                if let Some(decided) = self.decisions.last_mut() {
                    decided.confirmed_by = Some(by.clone());
                    self.state = State::Decided { verdict: decided.verdict, at: *at };
                }
                self.clock.stop(*used_micros);
            }
            Event::NotConfirmed { by, text } => {
                if let Some(decided) = self.decisions.last_mut() {
                    decided.refused_by = Some((by.clone(), text.clone()));
                }
                self.state = self.queued();
            }
            Event::Reminded { stage } => self.clock.reminded = Some(*stage),
            Event::Escalated { desk, at, .. } => {
                (self.desk, self.escalated_at) = (*desk, Some(*at));
                self.state = match std::mem::replace(&mut self.state, State::Escalated) {
                    once @ State::DecidedOnce { .. } => once,
                    State::New
                    | State::Open
                    | State::Claimed { .. }
                    | State::WaitingParty { .. }
                    | State::Escalated
                    | State::Decided { .. }
                    | State::Cancelled { .. } => State::Escalated,
                };
            }
            Event::Cancelled { by, at, used_micros } => {
                self.state = State::Cancelled { by: by.clone(), at: *at };
                self.clock.stop(*used_micros);
            }
        }
        self.due_micros = self.clock.due_at.map_or(self.due_micros, Timestamp::micros);
    }
}
