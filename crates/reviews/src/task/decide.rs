//! What a review task answers to each command. Never says who sits at which desk: the caller does; never decides by itself.

use zaiton_kernel::{Allowed, Decision, Timestamp, WorkingTime};

use super::{
    ABOUT_LETTERS, ASKED, Asked, Command, CommandKind, Decided, Event, FIELDS, LETTERS, Opening, ReviewTask,
    Stage, State, TaskRefusal, VERDICTS, Verdict,
};
use crate::reasons::{FIELD_LETTERS, Finding};

/// Letters of a person's name, at most.
const PERSON_LETTERS: usize = 64;

/// The moment at which a command is decided, and the calendar that it is counted by.
#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    /// When.
    pub at: Timestamp,
    /// The working time of the operator.
    pub time: &'a WorkingTime,
}

type Answer = Result<Decision<Event>, TaskRefusal>;

/// Rules R5-03, R5-10, R5-11, M2. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(task: &ReviewTask, command: Command, now: Now<'_>) -> Answer {
    let kind = command.kind();
    match (&task.state, command) {
        (State::New, Command::Open(opening)) => open(opening, now),
        (State::New, _) => Err(TaskRefusal::NotOpen { command: kind }),
        (
            State::Open
            | State::Claimed { .. }
            | State::WaitingParty { .. }
            | State::DecidedOnce { .. }
            | State::Escalated
            | State::Decided { .. }
            | State::Cancelled { .. },
            Command::Open(_),
        ) => Err(TaskRefusal::OpenedBefore {}),

        // A moment that was set and came: what is over, or stands still, or was started anew meanwhile, is left alone.
        (
            State::WaitingParty { .. } | State::Decided { .. } | State::Cancelled { .. },
            Command::Tick { .. },
        ) => Ok(Decision::already()),
        (
            State::Open | State::Claimed { .. } | State::DecidedOnce { .. } | State::Escalated,
            Command::Tick { run },
        ) => tick(task, run, now),

        // Said twice is said once.
        (State::Cancelled { .. }, Command::Cancel { .. }) => Ok(Decision::already()),
        (State::Decided { .. } | State::Cancelled { .. }, _) => Err(TaskRefusal::Closed { command: kind }),

        (
            State::Open
            | State::Claimed { .. }
            | State::WaitingParty { .. }
            | State::DecidedOnce { .. }
            | State::Escalated,
            Command::Cancel { by },
        ) => {
            let used_micros = task.clock.used(now.at, now.time);
            Ok(Decision::one(Event::Cancelled { by, at: now.at, used_micros }))
        }

        (State::WaitingParty { .. }, Command::Answer { by, text }) => answer(task, by, &text, now),
        (
            State::Open | State::Claimed { .. } | State::DecidedOnce { .. } | State::Escalated,
            Command::Answer { .. },
        ) => Err(TaskRefusal::NotAsked {}),
        (
            State::WaitingParty { .. },
            Command::Claim { .. }
            | Command::Assign { .. }
            | Command::HandBack { .. }
            | Command::AskParty { .. }
            | Command::Decide { .. }
            | Command::Confirm { .. }
            | Command::Refuse { .. }
            | Command::Escalate { .. },
        ) => Err(TaskRefusal::WaitsForParty { command: kind }),

        (State::DecidedOnce { by: first }, Command::Confirm { by }) => {
            second(task, first, &by)?;
            let used_micros = task.clock.used(now.at, now.time);
            Ok(Decision::one(Event::Confirmed { by, at: now.at, used_micros }))
        }
        (State::DecidedOnce { by: first }, Command::Refuse { by, text }) => {
            second(task, first, &by)?;
            Ok(Decision::one(Event::NotConfirmed { by, text: words(&text)? }))
        }
        (
            State::DecidedOnce { .. },
            Command::Claim { .. }
            | Command::Assign { .. }
            | Command::HandBack { .. }
            | Command::AskParty { .. }
            | Command::Decide { .. }
            | Command::Escalate { .. },
        ) => Err(TaskRefusal::WaitsForSecond { command: kind }),
        (
            State::Open | State::Claimed { .. } | State::Escalated,
            Command::Confirm { .. } | Command::Refuse { .. },
        ) => Err(TaskRefusal::NotDecided {}),

        (State::Open | State::Claimed { .. }, Command::Escalate { .. }) if task.escalated_at.is_some() => {
            Err(TaskRefusal::NobodyAbove {})
        }
        (State::Escalated, Command::Escalate { .. }) => Err(TaskRefusal::NobodyAbove {}),
        (State::Open | State::Claimed { .. }, Command::Escalate { by }) => {
            let desk = task.queue.escalates_to();
            Ok(Decision::one(Event::Escalated { desk, by: Some(by), at: now.at }))
        }

        (State::Open | State::Escalated, Command::Claim { by }) => {
            not_the_maker(task, &by)?;
            Ok(Decision::one(Event::Claimed { by }))
        }
        (State::Claimed { by: who }, Command::Claim { by }) if *who == by => Ok(Decision::already()),
        (State::Claimed { by: who }, Command::Claim { .. }) => Err(TaskRefusal::Taken { by: who.clone() }),
        (State::Claimed { by: who }, Command::Assign { to, .. }) if *who == to => Ok(Decision::already()),
        (State::Open | State::Escalated | State::Claimed { .. }, Command::Assign { to, by }) => {
            let letters = to.trim().chars().count();
            if !(1..=PERSON_LETTERS).contains(&letters) {
                return Err(TaskRefusal::Person { at_most: PERSON_LETTERS });
            }
            not_the_maker(task, &to)?;
            Ok(Decision::one(Event::Assigned { to, by }))
        }

        (
            State::Open | State::Escalated,
            Command::HandBack { .. } | Command::AskParty { .. } | Command::Decide { .. },
        ) => Err(TaskRefusal::NotClaimed { command: kind }),
        (
            State::Claimed { by: who },
            Command::HandBack { by } | Command::AskParty { by, .. } | Command::Decide { by, .. },
        ) if *who != by => Err(TaskRefusal::Taken { by: who.clone() }),
        (State::Claimed { .. }, Command::HandBack { by }) => Ok(Decision::one(Event::HandedBack { by })),
        (State::Claimed { .. }, Command::AskParty { by, fields, reason, text }) => {
            let fields = named(fields)?;
            let asked = Asked { by, at: now.at, fields, reason, text: words(&text)?, answer: None };
            if task.asked.len() >= ASKED {
                return Err(TaskRefusal::TooOften { at_most: ASKED });
            }
            let used_micros = task.clock.used(now.at, now.time);
            Ok(Decision::one(Event::PartyAsked { asked, used_micros }))
        }
        (State::Claimed { .. }, Command::Decide { by, verdict, findings, text }) => {
            let decided = verdict_of(by, verdict, findings, &text, now.at)?;
            if task.decisions.len() >= VERDICTS {
                return Err(TaskRefusal::TooOften { at_most: VERDICTS });
            }
            if task.two_people || verdict.is_final_no() {
                return Ok(Decision::one(Event::DecidedOnce { decided }));
            }
            let used_micros = task.clock.used(now.at, now.time);
            Ok(Decision::one(Event::Decided { decided, used_micros }))
        }
    }
}

fn open(opening: Opening, now: Now<'_>) -> Answer {
    let good = |text: &str| {
        let letters = text.trim().chars().count();
        (1..=ABOUT_LETTERS).contains(&letters) && !text.chars().any(char::is_control)
    };
    if !good(&opening.subject.kind) || !good(&opening.subject.id) {
        return Err(TaskRefusal::About { at_most: ABOUT_LETTERS });
    }
    let question = words(&opening.question)?;
    let due = opening.clock.due(now.at, now.time);
    let opening = Opening { question, ..opening };
    Ok(Decision::one(Event::Opened { opening, at: now.at, due: (due.at, due.known) }))
}

/// Rule R5-10. Reminders, and the desk above when the time is over. Never an approval.
fn tick(task: &ReviewTask, run: u32, now: Now<'_>) -> Answer {
    if run != task.clock.run {
        return Ok(Decision::already());
    }
    match task.clock.come(now.at, now.time) {
        Some(stage @ (Stage::FirstReminder | Stage::SecondReminder)) => {
            Ok(Decision::one(Event::Reminded { stage }))
        }
        Some(stage @ Stage::Over) => {
            let mut events = vec![Event::Reminded { stage }];
            if task.escalated_at.is_none() {
                let desk = task.queue.escalates_to();
                events.push(Event::Escalated { desk, by: None, at: now.at });
            }
            Ok(Decision { events })
        }
        None => match task.clock.next(now.time) {
            Some(due_at) => Err(TaskRefusal::NotYet { due_at }),
            None => Ok(Decision::already()),
        },
    }
}

fn answer(task: &ReviewTask, by: String, text: &str, now: Now<'_>) -> Answer {
    let due = task.clock.due(now.at, now.time);
    let text = words(text)?;
    Ok(Decision::one(Event::PartyAnswered { by, text, at: now.at, due: (due.at, due.known) }))
}

fn words(text: &str) -> Result<String, TaskRefusal> {
    let trimmed = text.trim();
    let letters = trimmed.chars().count();
    if (1..=LETTERS).contains(&letters) {
        Ok(trimmed.to_owned())
    } else {
        Err(TaskRefusal::Words { letters, at_most: LETTERS })
    }
}

/// Rule R5-03.
fn not_the_maker(task: &ReviewTask, person: &str) -> Result<(), TaskRefusal> {
    if task.maker == person { Err(TaskRefusal::Maker { person: person.to_owned() }) } else { Ok(()) }
}

/// Rule R5-03. Neither who asked nor who decided first.
fn second(task: &ReviewTask, first: &str, person: &str) -> Result<(), TaskRefusal> {
    not_the_maker(task, person)?;
    if first == person { Err(TaskRefusal::SamePerson { person: person.to_owned() }) } else { Ok(()) }
}

fn named(fields: Vec<String>) -> Result<Vec<String>, TaskRefusal> {
    let good = |field: &String| {
        let letters = field.trim().chars().count();
        (1..=FIELD_LETTERS).contains(&letters) && !field.chars().any(char::is_control)
    };
    if fields.is_empty() || fields.len() > FIELDS || !fields.iter().all(good) {
        return Err(TaskRefusal::Fields { found: fields.len(), at_most: FIELDS });
    }
    Ok(fields)
}

/// Rule R5-11. A no names what is wrong, why, and what to do.
fn verdict_of(
    by: String,
    verdict: Verdict,
    findings: Vec<Finding>,
    text: &str,
    at: Timestamp,
) -> Result<Decided, TaskRefusal> {
    if verdict.is_negative() && findings.is_empty() {
        return Err(TaskRefusal::NoFinding {});
    }
    if findings.len() > FIELDS {
        return Err(TaskRefusal::Fields { found: findings.len(), at_most: FIELDS });
    }
    if let Some((at, broken)) = findings.iter().enumerate().find(|(_, finding)| !finding.is_whole()) {
        let field = broken.field.chars().filter(|letter| !letter.is_control()).take(FIELD_LETTERS).collect();
        return Err(TaskRefusal::Finding { number: at + 1, field });
    }
    let text = words(text)?;
    Ok(Decided { verdict, by, at, findings, text, confirmed_by: None, refused_by: None })
}

/// Which commands make sense now, for a page that shows its buttons: whoever has the task is who asks, or somebody new.
#[must_use]
pub fn allowed(task: &ReviewTask, now: Now<'_>) -> Vec<Allowed<CommandKind, TaskRefusal>> {
    let ask = |command| Allowed { command, refusal: decide(task, probe(task, command), now).err() };
    CommandKind::ALL.into_iter().map(ask).collect()
}

fn probe(task: &ReviewTask, command: CommandKind) -> Command {
    // A name that nobody has.
    let other = "?".to_owned();
    let text = other.clone();
    let by = match &task.state {
        State::Claimed { by } => by.clone(),
        State::New
        | State::Open
        | State::WaitingParty { .. }
        | State::DecidedOnce { .. }
        | State::Escalated
        | State::Decided { .. }
        | State::Cancelled { .. } => other.clone(),
    };
    match command {
        CommandKind::Open => Command::Open(Opening {
            merchant: None,
            subject: super::Subject { kind: text.clone(), id: text.clone() },
            maker: other,
            question: text,
            two_people: false,
            clock: super::Clock::default(),
        }),
        CommandKind::Claim => Command::Claim { by: other },
        CommandKind::Assign => Command::Assign { to: other.clone(), by: other },
        CommandKind::HandBack => Command::HandBack { by },
        CommandKind::AskParty => {
            let reason = crate::reasons::ReasonCode::Missing;
            Command::AskParty { by, fields: vec![text.clone()], reason, text }
        }
        CommandKind::Answer => Command::Answer { by: other, text },
        CommandKind::Decide => Command::Decide { by, verdict: Verdict::Approve, findings: Vec::new(), text },
        CommandKind::Confirm => Command::Confirm { by: other },
        CommandKind::Refuse => Command::Refuse { by: other, text },
        CommandKind::Escalate => Command::Escalate { by },
        CommandKind::Tick => Command::Tick { run: task.clock.run },
        CommandKind::Cancel => Command::Cancel { by },
    }
}
