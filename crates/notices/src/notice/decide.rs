//! What a notice answers to each command, way by way. Never sends.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    CODE_LETTERS, Channel, Command, CommandKind, Delivery, DeliveryState, Event, Notice, NoticeRefusal,
    Outcome, ROUNDS, WAITS,
};

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, NoticeRefusal>;

/// Rule R5-20. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(notice: &Notice, command: Command, now: Timestamp) -> Answer {
    match command {
        Command::Report { way, round, attempts, outcome } => match notice.way(way) {
            Some(delivery) if delivery.round == round && delivery.attempts == attempts => {
                Ok(report(delivery, way, outcome, now))
            }
            Some(_) | None => Ok(Decision::already()),
        },
        Command::SendAgain => again(notice),
    }
}

fn report(delivery: &Delivery, way: u16, outcome: Outcome, now: Timestamp) -> Decision<Event> {
    match (&delivery.state, outcome) {
        (DeliveryState::Done { .. } | DeliveryState::Dead { .. } | DeliveryState::Unwanted { .. }, _) => {
            Decision::already()
        }
        (DeliveryState::Waiting | DeliveryState::Failed { .. }, Outcome::Sent) => {
            Decision::one(Event::Attempted { way, at: now, error: None, next_at: None })
        }
        (DeliveryState::Waiting | DeliveryState::Failed { .. }, Outcome::Unwanted) => {
            Decision::one(Event::Unwanted { way, at: now })
        }
        (DeliveryState::Waiting | DeliveryState::Failed { .. }, Outcome::Failed { code, hopeless }) => {
            let wait = usize::try_from(delivery.attempts).ok().and_then(|at| WAITS.get(at));
            let next_at = wait.filter(|_| !hopeless).map(|wait| now.plus_seconds(*wait));
            Decision::one(Event::Attempted { way, at: now, error: Some(plain(&code)), next_at })
        }
    }
}

/// A code is letters, digits, dots and underscores: nothing that a server wrote about a person gets into the log.
fn plain(code: &str) -> String {
    code.chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
        .take(CODE_LETTERS)
        .collect()
}

fn again(notice: &Notice) -> Answer {
    let outside = || {
        let numbered = notice.deliveries.iter().enumerate();
        let places = numbered.filter_map(|(at, way)| Some((u16::try_from(at).ok()?, way)));
        places.filter(|(_, way)| way.channel != Channel::InApp)
    };
    if outside().next().is_none() {
        return Err(NoticeRefusal::OnlyInbox {});
    }
    let dead: Vec<_> = outside().filter(|(_, way)| matches!(way.state, DeliveryState::Dead { .. })).collect();
    let chosen = if dead.is_empty() {
        if outside().any(|(_, way)| way.is_open()) {
            return Err(NoticeRefusal::OnItsWay {});
        }
        outside().filter(|(_, way)| matches!(way.state, DeliveryState::Done { .. })).collect()
    } else {
        dead
    };
    let ways: Vec<u16> = chosen.iter().filter(|(_, way)| way.round < ROUNDS).map(|(at, _)| *at).collect();
    if ways.is_empty() {
        return Err(NoticeRefusal::TooOften { at_most: ROUNDS });
    }
    Ok(Decision::one(Event::SentAgain { ways }))
}

/// Which commands make sense now, for the delivery log; reports are the world's.
#[must_use]
pub fn allowed(notice: &Notice, now: Timestamp) -> Vec<Allowed<CommandKind, NoticeRefusal>> {
    let refusal = decide(notice, Command::SendAgain, now).err();
    vec![Allowed { command: CommandKind::SendAgain, refusal }]
}
