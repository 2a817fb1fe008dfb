//! What a connection answers to each command, and when what is due. Never calls a channel: whoever does tells what came of it.

use std::mem::discriminant;

use zaiton_kernel::time::Zone;
use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    BESIDE_QUEUE_SECONDS, CURSOR_BYTES, Command, CommandKind, Connection, ConnectionRefusal, Ended, Event,
    LATE_SECONDS, LONGEST_REST, LOST_SECONDS, PULL_SECONDS, Pulled, SWEEP_AGAIN, SWEEP_HOUR, State, Sweep,
    Trouble, WORD_LETTERS, Ways,
};
use crate::channel::{Acceptance, REASON_LETTERS};
use crate::order::KEY_LETTERS;

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, ConnectionRefusal>;

/// Rules R4-01, R4-02, R4-05, R4-06. Decides a command; what stands in the connection's way afterwards is an event of its own.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(connection: &Connection, command: Command, now: Timestamp) -> Answer {
    let mut decision = one(connection, command, now)?;
    let mut after = connection.clone();
    decision.events.iter().for_each(|event| after.apply(event));
    let trouble = trouble(&after, now);
    if !is_same(connection.trouble.as_ref(), trouble.as_ref()) {
        decision.events.push(Event::TroubleChanged { trouble });
    }
    Ok(decision)
}

fn one(connection: &Connection, command: Command, now: Timestamp) -> Answer {
    match command {
        Command::Connect { host, zone, ways, ours, since } => {
            connect(connection, (host, zone), (ways, ours), since, now)
        }
        Command::Pause { by, reason } => pause(connection, by, &reason),
        Command::Resume => resume(connection, now),
        Command::Disconnect { by, reason } => disconnect(connection, by, &reason),
        Command::BeginTurn { turn } => begin_turn(connection, turn, now),
        Command::PullNow => pull_now(connection, now),
        Command::EndTurn { turn, pulled } => end_turn(connection, turn, *pulled, now),
        Command::BeginSweep { due } => begin_sweep(connection, due, now),
        Command::EndSweep { found } => Ok(end_sweep(*found, now)),
        Command::Heed { by } => heed(connection, by),
    }
}

fn word(field: &'static str, text: &str, at_most: usize) -> Result<(), ConnectionRefusal> {
    if text.trim().is_empty() || text.chars().count() > at_most {
        return Err(ConnectionRefusal::Word { field, at_most });
    }
    Ok(())
}

fn connect(
    connection: &Connection,
    (host, zone): (String, String),
    (ways, ours): (Ways, bool),
    since: Option<Timestamp>,
    now: Timestamp,
) -> Answer {
    word("shop", &connection.shop, KEY_LETTERS)?;
    if connection.shop.contains('/') {
        return Err(ConnectionRefusal::Word { field: "shop", at_most: KEY_LETTERS });
    }
    word("host", &host, WORD_LETTERS)?;
    let Ok(known) = Zone::named(&zone) else { return Err(ConnectionRefusal::Zone { zone }) };
    if !ways.pulls && !ways.pushes {
        return Err(ConnectionRefusal::NoWay {});
    }
    if let Some(since) = since.filter(|since| *since > now) {
        return Err(ConnectionRefusal::SinceAhead { since: since.to_string() });
    }
    let first = connection.until == Timestamp::from_micros(0);
    let since = match since {
        None if first && ways.pulls => return Err(ConnectionRefusal::Since {}),
        None if first => Some(now),
        said => said,
    };
    let sweep_due = next_sweep(&known, now);
    Ok(Decision::one(Event::Connected { host, zone, ways, ours, since, at: now, sweep_due }))
}

fn person(by: String, reason: &str) -> Result<Acceptance, ConnectionRefusal> {
    word("reason", reason, REASON_LETTERS)?;
    Ok(Acceptance { by, reason: reason.trim().to_owned() })
}

fn not_in(connection: &Connection) -> ConnectionRefusal {
    ConnectionRefusal::State { state: connection.state.clone() }
}

fn pause(connection: &Connection, by: String, reason: &str) -> Answer {
    match connection.state {
        State::Active | State::Refused { .. } => {
            Ok(Decision::one(Event::Paused { why: person(by, reason)? }))
        }
        State::Paused => Ok(Decision::already()),
        State::Disconnected => Err(not_in(connection)),
    }
}

/// With the same credentials; one that was refused is connected anew instead.
fn resume(connection: &Connection, now: Timestamp) -> Answer {
    match connection.state {
        State::Paused => Ok(Decision::one(Event::Resumed { at: now })),
        State::Active => Ok(Decision::already()),
        State::Refused { .. } | State::Disconnected => Err(not_in(connection)),
    }
}

fn disconnect(connection: &Connection, by: String, reason: &str) -> Answer {
    match connection.state {
        State::Active | State::Paused | State::Refused { .. } => {
            Ok(Decision::one(Event::Disconnected { why: person(by, reason)? }))
        }
        State::Disconnected => Ok(Decision::already()),
    }
}

/// A turn under way for so long that nobody will report it.
fn is_lost(connection: &Connection, now: Timestamp) -> bool {
    connection.under_way.is_some_and(|since| since.plus_seconds(LOST_SECONDS) <= now)
}

fn begin(connection: &Connection, now: Timestamp) -> Decision<Event> {
    let turn = connection.turn.saturating_add(1);
    let lost = connection.under_way.map(|_| Event::TurnLost { turn: connection.turn });
    Decision { events: lost.into_iter().chain([Event::TurnBegun { turn, at: now }]).collect() }
}

fn begin_turn(connection: &Connection, turn: u64, now: Timestamp) -> Answer {
    let next = connection.turn.saturating_add(1);
    // An earlier turn was begun already; where nothing is pulled nothing begins.
    if turn < next || !connection.is_pulled() {
        return Ok(Decision::already());
    }
    let due = connection.due.is_some_and(|due| due <= now) || is_lost(connection, now);
    if turn > next || !due {
        return Err(ConnectionRefusal::NotDue { turn: next });
    }
    Ok(begin(connection, now))
}

fn pull_now(connection: &Connection, now: Timestamp) -> Answer {
    if !connection.is_pulled() {
        return Err(not_in(connection));
    }
    if connection.under_way.is_some() && !is_lost(connection, now) {
        return Err(ConnectionRefusal::UnderWay { turn: connection.turn });
    }
    Ok(begin(connection, now))
}

fn end_turn(connection: &Connection, turn: u64, pulled: Pulled, now: Timestamp) -> Answer {
    if turn != connection.turn || connection.under_way.is_none() {
        return Ok(Decision::already());
    }
    let bytes = pulled.cursor.as_ref().map_or(0, String::len);
    if bytes > CURSOR_BYTES {
        return Err(ConnectionRefusal::Cursor { bytes, at_most: CURSOR_BYTES });
    }
    let due = next_turn(connection, &pulled.ended, now);
    Ok(Decision::one(Event::TurnEnded { pulled, at: now, due }))
}

/// Rules R4-02, R4-06. When the next turn begins.
fn next_turn(connection: &Connection, ended: &Ended, now: Timestamp) -> Option<Timestamp> {
    let longest = now.plus_seconds(LONGEST_REST);
    match ended {
        Ended::CaughtUp => Some(now.plus_seconds(PULL_SECONDS)),
        Ended::More => Some(now),
        Ended::Later { at } => Some((*at).max(now.plus_seconds(1)).min(longest)),
        Ended::Failed { .. } => {
            let rests = i64::from(connection.failures).saturating_add(1).min(3);
            Some(now.plus_seconds(PULL_SECONDS * rests))
        }
        Ended::Credentials { .. } => None,
    }
}

/// Rule R4-05. The next two o'clock at night in a zone; three where there is no two that night.
#[must_use]
pub fn next_sweep(zone: &Zone, now: Timestamp) -> Timestamp {
    let mut day = now.date_in(zone);
    for _ in 0..3 {
        let at = Timestamp::parse_local(&format!("{day}T{SWEEP_HOUR:02}:00:00"), zone);
        match at {
            Ok(at) if at > now => return at,
            Ok(_) | Err(_) => day = day.next(),
        }
    }
    now.plus_elapsed_days(1)
}

fn begin_sweep(connection: &Connection, due: Timestamp, now: Timestamp) -> Answer {
    if due != connection.sweep_due {
        return Ok(Decision::already());
    }
    if due > now {
        return Err(ConnectionRefusal::NotDue { turn: connection.turn });
    }
    Ok(Decision::one(Event::SweepBegun { due: next_sweep(&connection.zone(), now) }))
}

fn end_sweep(found: Sweep, now: Timestamp) -> Decision<Event> {
    let again = if found.failed.is_some() { SWEEP_AGAIN } else { 2 * 86_400 };
    Decision::one(Event::SweepEnded { found, at: now, due: now.plus_seconds(again) })
}

fn heed(connection: &Connection, by: String) -> Answer {
    let differs = matches!(trouble_of_sweep(connection), Some(Trouble::SweepDiffers { .. }));
    if !differs && connection.out_of_reach.is_none() {
        return Err(ConnectionRefusal::NothingToHeed {});
    }
    Ok(Decision::one(Event::Heeded { by }))
}

/// What stands in its way now, the worst of it.
fn trouble(connection: &Connection, now: Timestamp) -> Option<Trouble> {
    match &connection.state {
        State::Refused { code } => return Some(Trouble::Credentials { code: code.clone() }),
        State::Paused | State::Disconnected => return None,
        State::Active => {}
    }
    let by_queue = connection.last.as_ref().is_some_and(|last| last.queue_is_empty);
    let late = LATE_SECONDS + if by_queue { BESIDE_QUEUE_SECONDS } else { 0 };
    if connection.lag_seconds(now) > late {
        let code = connection.last.as_ref().and_then(|last| match &last.ended {
            Ended::Failed { code } => Some(code.clone()),
            Ended::CaughtUp | Ended::More | Ended::Later { .. } | Ended::Credentials { .. } => None,
        });
        return Some(Trouble::Late { until: connection.until, code });
    }
    let lost = connection.out_of_reach.map(|(from, to)| Trouble::OutOfReach { from, to });
    lost.or_else(|| trouble_of_sweep(connection))
}

fn trouble_of_sweep(connection: &Connection) -> Option<Trouble> {
    let found = &connection.swept.as_ref()?.found;
    let (missing, differing, fetched) = (found.missing, found.differing, found.fetched);
    let differs = !found.heeded && (missing > 0 || differing > 0);
    differs.then_some(Trouble::SweepDiffers { missing, differing, fetched })
}

/// One that is late goes on being late, however late.
fn is_same(one: Option<&Trouble>, other: Option<&Trouble>) -> bool {
    match (one, other) {
        (Some(one @ Trouble::Late { .. }), Some(other)) => discriminant(one) == discriminant(other),
        (one, other) => one == other,
    }
}

/// Which commands of people make sense now, for a page that shows its buttons.
#[must_use]
pub fn allowed(connection: &Connection, now: Timestamp) -> Vec<Allowed<CommandKind, ConnectionRefusal>> {
    let (by, reason) = (String::new(), "?");
    let refusal = |command| match command {
        CommandKind::Pause => pause(connection, by.clone(), reason).err(),
        CommandKind::Resume => resume(connection, now).err(),
        CommandKind::Disconnect => disconnect(connection, by.clone(), reason).err(),
        CommandKind::PullNow => pull_now(connection, now).err(),
        CommandKind::Heed => heed(connection, by.clone()).err(),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}
