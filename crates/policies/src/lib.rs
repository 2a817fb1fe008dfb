//! Policies: figures that an operator may set, with the day from which they hold, asked for by one person and confirmed by
//! another. What holds is never changed: a newer version takes its place from its day on.
//!
//! Pure: never reads a clock or a store, knows no figure's meaning: ranges are checked by the context whose figures they
//! are.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Allowed, Timestamp, entity, refusals};

zaiton_kernel::define_id!(
    /// The id of a version of a policy.
    PolicyId,
    "po"
);

/// Seconds between the confirmation and the moment from which a version may hold at the earliest: every process of an
/// installation has heard of it by then.
pub const LEAD_SECONDS: i64 = 300;

/// Letters of the reason, at most.
pub const REASON_LETTERS: usize = 500;

/// How far a version is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "PolicyState")]
pub enum State {
    /// Asked for.
    Proposed,
    /// Confirmed: it holds from its moment on.
    Confirmed {
        /// Who.
        checker: String,
        /// When.
        at: Timestamp,
    },
    /// Taken back or refused: it never holds.
    Dropped {
        /// Who.
        by: String,
    },
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

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PolicyVersion {
    /// Its id.
    pub id: PolicyId,
    /// Whose figures: `prepaid`.
    pub subject: String,
    /// The figures that it changes, as JSON text in the names of the context's own type. Others stay as they are.
    pub figures: String,
    /// From when they hold.
    pub valid_from: Timestamp,
    /// Who asked.
    pub maker: String,
    /// Why.
    pub reason: String,
    /// How far it is.
    pub state: State,
}

entity!(PolicyVersion, PolicyId, 61, "policies", 1);

/// What happened to a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was asked for.
    Proposed {
        /// Whose figures.
        subject: String,
        /// From when.
        valid_from: Timestamp,
    },
    /// It will hold.
    Confirmed {
        /// Who.
        checker: String,
        /// When.
        at: Timestamp,
    },
    /// It never will.
    Dropped {
        /// Who.
        by: String,
    },
}

/// What may be asked of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A second person lets it hold from its moment on.
    Confirm {
        /// Who.
        checker: String,
    },
    /// It is not to hold.
    Drop {
        /// Who.
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

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 2] = [Self::Confirm, Self::Drop];
}

refusals! {
    /// Why a version of a policy was refused.
    PolicyRefusal, "policy";
    /// No reason, or a long one.
    Reason {
        /// Letters given.
        letters: usize,
        /// At most.
        at_most: usize,
    } = "reason", "R5-31",
        why("须说明修改原因（1 至 500 字）。", "A change of policy needs a reason of 1 to 500 letters."),
        cure("请填写原因。", "Say why.");
    /// Figures that there are not, or none.
    Figures {
        /// What is wrong with them.
        error: String,
    } = "figures", "R5-31",
        why("没有这样的参数，或参数格式不正确。", "There are no such figures, or one is malformed."),
        cure("请按文档填写要修改的参数。", "Name the figures to change as the reference has them.");
    /// It would hold before every process knows it.
    TooSoon {
        /// From when it would hold.
        valid_from: Timestamp,
        /// The earliest.
        earliest: Timestamp,
    } = "too_soon", "R5-31",
        why("生效时间过早。", "It would hold too soon."),
        cure("请选择至少五分钟以后的生效时间。", "Let it hold from five minutes ahead, or later.");
    /// One person alone.
    SamePerson {
        /// Who.
        person: String,
    } = "same_person", "R5-03",
        why("须由另一人复核。", "A second person must confirm it."),
        cure("请由其他有权限的人员复核。", "Let somebody else confirm it.");
    /// It was decided before.
    Decided {
        /// How.
        state: State,
    } = "decided", "R5-31",
        why("该版本已处理。", "This version was decided before."),
        cure("如需修改，请提交新版本。", "To change it, propose a new version.");
}

/// Whether a version may be asked for now.
///
/// # Errors
/// No reason, or a moment that is too near.
pub fn propose(valid_from: Timestamp, reason: &str, now: Timestamp) -> Result<(), PolicyRefusal> {
    let letters = reason.trim().chars().count();
    if letters == 0 || letters > REASON_LETTERS {
        return Err(PolicyRefusal::Reason { letters, at_most: REASON_LETTERS });
    }
    in_time(valid_from, now)
}

fn in_time(valid_from: Timestamp, now: Timestamp) -> Result<(), PolicyRefusal> {
    let earliest = now.plus_seconds(LEAD_SECONDS);
    if valid_from < earliest { Err(PolicyRefusal::TooSoon { valid_from, earliest }) } else { Ok(()) }
}

/// Decides; `None` when it is already so.
///
/// # Errors
/// Why not.
pub fn decide(
    version: &PolicyVersion,
    command: Command,
    now: Timestamp,
) -> Result<Option<Event>, PolicyRefusal> {
    match (&version.state, command) {
        (State::Proposed, Command::Confirm { checker }) if checker == version.maker => {
            Err(PolicyRefusal::SamePerson { person: checker })
        }
        (State::Proposed, Command::Confirm { checker }) => {
            in_time(version.valid_from, now)?;
            Ok(Some(Event::Confirmed { checker, at: now }))
        }
        (State::Proposed, Command::Drop { by }) => Ok(Some(Event::Dropped { by })),
        (State::Confirmed { checker: known, .. }, Command::Confirm { checker }) if *known == checker => {
            Ok(None)
        }
        (State::Dropped { .. }, Command::Drop { .. }) => Ok(None),
        (state @ (State::Confirmed { .. } | State::Dropped { .. }), _) => {
            Err(PolicyRefusal::Decided { state: state.clone() })
        }
    }
}

/// Which commands make sense now, and why the others do not; who asks is nobody who asked before.
#[must_use]
pub fn allowed(version: &PolicyVersion, now: Timestamp) -> Vec<Allowed<CommandKind, PolicyRefusal>> {
    let nobody = format!("not {}", version.maker);
    let probe = |kind| match kind {
        CommandKind::Confirm => Command::Confirm { checker: nobody.clone() },
        CommandKind::Drop => Command::Drop { by: nobody.clone() },
    };
    let refusal = |kind| match decide(version, probe(kind), now) {
        Ok(None) => Some(PolicyRefusal::Decided { state: version.state.clone() }),
        Ok(Some(_)) => None,
        Err(refusal) => Some(refusal),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

impl PolicyVersion {
    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Proposed { .. } => {}
            Event::Confirmed { checker, at } => {
                self.state = State::Confirmed { checker: checker.clone(), at: *at };
            }
            Event::Dropped { by } => self.state = State::Dropped { by: by.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;
    use zaiton_kernel::Id;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000).plus_seconds(seconds)
    }

    fn version() -> PolicyVersion {
        PolicyVersion {
            id: PolicyId::from_raw(1),
            subject: "prepaid".to_owned(),
            figures: "{}".to_owned(),
            valid_from: at(1_000),
            maker: "a".to_owned(),
            reason: "r".to_owned(),
            state: State::Proposed,
        }
    }

    /// Two people, and five minutes ahead: at 300 s it may, at 299 s it may not.
    #[test]
    fn two_people_and_five_minutes() {
        let confirm = |who: &str| Command::Confirm { checker: who.to_owned() };
        boundary::refused("R5-31", "299 s ahead", propose(at(299), "why", at(0)).unwrap_err());
        assert_eq!(propose(at(300), "why", at(0)), Ok(()));
        boundary::inside("R5-31", "300 s ahead");
        boundary::refused("R5-31", "no reason", propose(at(300), " ", at(0)).unwrap_err());
        assert!(propose(at(300), &"字".repeat(500), at(0)).is_ok());
        boundary::refused("R5-31", "501 letters", propose(at(300), &"字".repeat(501), at(0)).unwrap_err());
        let mut policy = version();
        boundary::refused("R5-03", "alone", decide(&policy, confirm("a"), at(0)).unwrap_err());
        boundary::refused("R5-31", "late", decide(&policy, confirm("b"), at(701)).unwrap_err());
        let event = decide(&policy, confirm("b"), at(700)).unwrap().unwrap();
        policy.apply(&event);
        assert_eq!(policy.state.to_string(), "confirmed");
        boundary::inside("R5-03", "a second person confirms");
        assert_eq!(decide(&policy, confirm("b"), at(5_000)), Ok(None));
        boundary::refused("R5-31", "twice", decide(&policy, confirm("c"), at(0)).unwrap_err());
        let drop = Command::Drop { by: "c".to_owned() };
        boundary::refused("R5-31", "dropped late", decide(&policy, drop.clone(), at(0)).unwrap_err());
        let mut policy = version();
        policy.apply(&decide(&policy, drop.clone(), at(0)).unwrap().unwrap());
        assert_eq!(decide(&policy, drop, at(0)), Ok(None));
        boundary::refused("R5-31", "dropped", decide(&policy, confirm("b"), at(0)).unwrap_err());
    }

    #[test]
    fn allowed_says_what_decide_says() {
        let open = |policy: &PolicyVersion, now| -> Vec<CommandKind> {
            allowed(policy, now)
                .into_iter()
                .filter(|one| one.refusal.is_none())
                .map(|one| one.command)
                .collect()
        };
        let mut policy = version();
        assert_eq!(open(&policy, at(700)), CommandKind::ALL);
        assert_eq!(open(&policy, at(701)), [CommandKind::Drop]);
        policy.apply(&Event::Dropped { by: "b".to_owned() });
        assert_eq!(open(&policy, at(0)), []);
        policy.apply(&Event::Confirmed { checker: "b".to_owned(), at: at(0) });
        assert_eq!(open(&policy, at(0)), []);
    }
}
