//! Tests of connections: when the next turn and the next sweep are due, what counts once, and what people are told. Boundaries
//! of R4-02, R4-05, R4-06.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn noon() -> Timestamp {
    at("2026-03-02T12:00:00Z")
}

fn after(seconds: i64) -> Timestamp {
    noon().plus_seconds(seconds)
}

/// Gives a command; the names of its events, or the code of the refusal.
fn give(connection: &mut Connection, command: Command, now: Timestamp) -> String {
    match decide(connection, command, now) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            let mut names = Vec::new();
            for event in &decision.events {
                connection.apply(event);
                let json = serde_json::to_value(event).unwrap();
                names.push(json["type"].as_str().unwrap().to_owned());
                assert_eq!(serde_json::from_value::<Event>(json).unwrap(), *event);
            }
            names.join(" ")
        }
    }
}

fn connecting(zone: &str, since: Option<Timestamp>) -> Command {
    Command::Connect {
        host: "https://shop.example".into(),
        zone: zone.into(),
        ways: Ways { pulls: true, pushes: false },
        ours: false,
        since,
    }
}

fn connected() -> Connection {
    let mut connection = Connection::unconnected(ConnectionId::from_raw(1), 2, Channel::WooCommerce, "main");
    let said = give(&mut connection, connecting("Asia/Shanghai", Some(after(-60))), noon());
    assert_eq!(said, "connected");
    connection
}

fn pulled(until: Timestamp, ended: Ended) -> Box<Pulled> {
    Box::new(Pulled {
        until,
        cursor: Some("{}".into()),
        messages: 3,
        new: 2,
        changed: 1,
        unread: 0,
        skipped: 0,
        queue_is_empty: false,
        out_of_reach: None,
        ended,
    })
}

/// Begins the next turn when it is due, and ends it.
fn turn(connection: &mut Connection, until: Timestamp, ended: Ended, now: Timestamp) -> String {
    let turn = connection.turn + 1;
    assert!(give(connection, Command::BeginTurn { turn }, now).starts_with("turn_begun"));
    give(connection, Command::EndTurn { turn, pulled: pulled(until, ended) }, now)
}

#[test]
fn what_is_connected_is_checked() {
    let new = || Connection::unconnected(ConnectionId::from_raw(1), 2, Channel::Ebay, "main");
    let code = |command| give(&mut new(), command, noon());
    assert_eq!(code(connecting("Asia/Shanghai", None)), "channels.connection.since");
    assert_eq!(code(connecting("Asia/Atlantis", Some(noon()))), "channels.connection.zone");
    assert_eq!(code(connecting("UTC", Some(after(1)))), "channels.connection.since_ahead");
    assert_eq!(code(connecting("UTC", Some(noon()))), "connected");
    let ways = |pulls, pushes| Command::Connect {
        host: "h".into(),
        zone: "UTC".into(),
        ways: Ways { pulls, pushes },
        ours: false,
        since: None,
    };
    assert_eq!(code(ways(false, false)), "channels.connection.no_way");
    let mut pushed = new();
    assert_eq!(give(&mut pushed, ways(false, true), noon()), "connected", "a push needs no beginning");
    assert_eq!((pushed.due, pushed.lag_seconds(after(90_000))), (None, 0));
    let blank = Command::Connect {
        host: " ".into(),
        zone: "UTC".into(),
        ways: Ways { pulls: true, pushes: true },
        ours: false,
        since: Some(noon()),
    };
    assert_eq!(code(blank), "channels.connection.word");
}

/// Rule R4-02: five minutes from the end of one turn to the next, and a turn counts once.
#[test]
fn turns_follow_each_other() {
    let mut connection = connected();
    assert_eq!(connection.due, Some(noon()), "the first at once");
    assert_eq!(turn(&mut connection, after(-30), Ended::CaughtUp, noon()), "turn_ended");
    assert_eq!((connection.until, connection.due), (after(-30), Some(after(300))));
    let second = Command::BeginTurn { turn: 2 };
    assert_eq!(give(&mut connection, second.clone(), after(299)), "channels.connection.not_due");
    boundary::outside("R4-02", "a second before the five minutes are over");
    assert_eq!(give(&mut connection, second.clone(), after(300)), "turn_begun");
    boundary::inside("R4-02", "five minutes after the last turn");
    assert_eq!(give(&mut connection, second, after(300)), "", "begun is begun");
    assert_eq!(
        give(&mut connection, Command::BeginTurn { turn: 4 }, after(300)),
        "channels.connection.not_due"
    );
    assert_eq!(give(&mut connection, Command::PullNow, after(301)), "channels.connection.under_way");

    // What an earlier turn tells late changes nothing.
    let late = Command::EndTurn { turn: 1, pulled: pulled(after(9_000), Ended::CaughtUp) };
    assert_eq!(give(&mut connection, late, after(302)), "");
    let end = Command::EndTurn { turn: 2, pulled: pulled(after(-90), Ended::More) };
    assert_eq!(give(&mut connection, end.clone(), after(303)), "turn_ended");
    assert_eq!(connection.until, after(-30), "never back");
    assert_eq!(connection.due, Some(after(303)), "more goes on at once");
    assert_eq!(give(&mut connection, end, after(303)), "", "told twice counts once");
    assert_eq!(give(&mut connection, Command::PullNow, after(303)), "turn_begun");

    let mut large = pulled(after(0), Ended::More);
    large.cursor = Some("x".repeat(CURSOR_BYTES + 1));
    let end = Command::EndTurn { turn: 3, pulled: large };
    assert_eq!(give(&mut connection, end, after(304)), "channels.connection.cursor");
}

/// A turn that nobody reports is given up after half an hour.
#[test]
fn a_lost_turn_is_given_up() {
    let mut connection = connected();
    assert_eq!(give(&mut connection, Command::BeginTurn { turn: 1 }, noon()), "turn_begun");
    let next = Command::BeginTurn { turn: 2 };
    assert_eq!(give(&mut connection, next.clone(), after(LOST_SECONDS - 1)), "channels.connection.not_due");
    assert_eq!(give(&mut connection, next, after(LOST_SECONDS)), "turn_lost turn_begun");
    assert_eq!((connection.turn, connection.failures), (2, 1));
}

/// Rule R4-06: rests grow to fifteen minutes, and what the channel says holds within a second and fifteen minutes.
#[test]
fn a_channel_in_trouble_is_left_alone() {
    let rest = |connection: &Connection, now: Timestamp| {
        (connection.due.unwrap().micros() - now.micros()) / 1_000_000
    };
    let mut connection = connected();
    let mut now = noon();
    let mut rests = Vec::new();
    for _ in 0..5 {
        turn(&mut connection, noon(), Ended::Failed { code: "server".into() }, now);
        rests.push(rest(&connection, now));
        now = connection.due.unwrap();
    }
    assert_eq!(rests, [300, 600, 900, 900, 900]);
    for (asked, want) in [(-5, 1), (0, 1), (180, 180), (900, 900), (901, 900), (86_400, 900)] {
        turn(&mut connection, noon(), Ended::Later { at: now.plus_seconds(asked) }, now);
        assert_eq!(rest(&connection, now), want, "{asked}");
        assert_eq!(connection.failures, 0);
        now = connection.due.unwrap();
    }
}

/// Rule R4-06: behind by more than thirty minutes people are told, once, until it has caught up.
#[test]
fn what_is_late_is_told() {
    let failed = || Ended::Failed { code: "timeout".into() };
    let mut connection = connected();
    let until = noon();
    turn(&mut connection, until, Ended::CaughtUp, noon());
    let in_time = turn(&mut connection, until, failed(), after(LATE_SECONDS));
    assert_eq!(in_time, "turn_ended");
    assert_eq!(connection.trouble, None);
    boundary::outside("R4-06", "behind by thirty minutes");
    let late = after(LATE_SECONDS + 300);
    let begun = give(&mut connection, Command::BeginTurn { turn: 3 }, late);
    assert_eq!(begun, "turn_begun trouble_changed");
    boundary::inside("R4-06", "behind by more than thirty minutes");
    assert_eq!(connection.trouble, Some(Trouble::Late { until, code: Some("timeout".into()) }));
    let end = Command::EndTurn { turn: 3, pulled: pulled(after(60), failed()) };
    assert_eq!(give(&mut connection, end, late), "turn_ended", "told once");
    let now = connection.due.unwrap();
    assert_eq!(turn(&mut connection, now, Ended::CaughtUp, now), "turn_ended trouble_changed");
    assert_eq!(connection.trouble, None);

    // Beside a queue of notifications, lists are half an hour apart.
    let mut beside = connected();
    let mut by_queue = pulled(noon(), Ended::CaughtUp);
    by_queue.queue_is_empty = true;
    give(&mut beside, Command::BeginTurn { turn: 1 }, noon());
    give(&mut beside, Command::EndTurn { turn: 1, pulled: by_queue }, noon());
    let begun = |connection: &mut Connection, seconds| {
        give(&mut connection.clone(), Command::BeginTurn { turn: 2 }, after(seconds))
    };
    assert_eq!(begun(&mut beside, LATE_SECONDS + BESIDE_QUEUE_SECONDS), "turn_begun");
    assert_eq!(begun(&mut beside, LATE_SECONDS + BESIDE_QUEUE_SECONDS + 1), "turn_begun trouble_changed");

    // One that begins far back is not late before it had its thirty minutes.
    let mut far = Connection::unconnected(ConnectionId::from_raw(1), 2, Channel::Ebay, "main");
    give(&mut far, connecting("UTC", Some(at("2025-01-01T00:00:00Z"))), noon());
    assert_eq!(turn(&mut far, at("2025-04-01T00:00:00Z"), Ended::More, after(1)), "turn_ended");
    assert_eq!(
        turn(&mut far, at("2025-07-01T00:00:00Z"), Ended::More, after(LATE_SECONDS + 1)),
        "turn_ended"
    );
    assert!(matches!(far.trouble, Some(Trouble::Late { .. })));
}

#[test]
fn refused_credentials_wait_for_new_ones() {
    let mut connection = connected();
    let refused = Ended::Credentials { code: "invalid_grant".into() };
    assert_eq!(turn(&mut connection, noon(), refused, noon()), "turn_ended trouble_changed");
    assert_eq!(connection.state, State::Refused { code: "invalid_grant".into() });
    assert_eq!((connection.due, connection.is_pulled()), (None, false));
    assert_eq!(give(&mut connection, Command::BeginTurn { turn: 2 }, after(600)), "");
    assert_eq!(give(&mut connection, Command::PullNow, after(600)), "channels.connection.state");
    assert_eq!(give(&mut connection, Command::Resume, after(600)), "channels.connection.state");
    let said = give(&mut connection, connecting("Asia/Shanghai", None), after(700));
    assert_eq!(said, "connected trouble_changed", "with new credentials it goes on where it was");
    assert_eq!((connection.until, connection.cursor.as_deref()), (noon(), Some("{}")));
    assert_eq!(connection.due, Some(after(700)));
}

#[test]
fn people_pause_it_and_end_it() {
    let reason = || ("ops:lin".to_owned(), "moving house".to_owned());
    let mut connection = connected();
    let (by, why) = reason();
    assert_eq!(give(&mut connection, Command::Resume, noon()), "");
    let blank = Command::Pause { by: by.clone(), reason: String::new() };
    assert_eq!(give(&mut connection, blank, noon()), "channels.connection.word");
    assert_eq!(give(&mut connection, Command::Pause { by, reason: why }, noon()), "paused");
    assert_eq!(give(&mut connection, Command::BeginTurn { turn: 1 }, after(1)), "");
    assert_eq!(give(&mut connection, Command::PullNow, after(1)), "channels.connection.state");
    assert_eq!(connection.lag_seconds(after(9_000)), 0, "nothing is late that nobody wants");
    assert_eq!(give(&mut connection, Command::Resume, after(9_000)), "resumed");
    assert_eq!(connection.lag_seconds(after(9_001)), 1, "and its lag counts from now on");
    let (by, reason) = reason();
    let over = Command::Disconnect { by, reason };
    assert_eq!(give(&mut connection, over.clone(), after(9_002)), "disconnected");
    assert_eq!(give(&mut connection, over, after(9_002)), "");
    assert_eq!(give(&mut connection, Command::Resume, after(9_003)), "channels.connection.state");
    let refused: Vec<CommandKind> = allowed(&connection, after(9_003))
        .into_iter()
        .filter(|allowed| allowed.refusal.is_some())
        .map(|allowed| allowed.command)
        .collect();
    assert_eq!(refused, [CommandKind::Pause, CommandKind::Resume, CommandKind::PullNow, CommandKind::Heed]);
}

/// Rule R4-05: at two at night of the shop's day, whatever its clocks do.
#[test]
fn sweeps_are_at_two_at_night() {
    let next = |zone: &str, now: &str| next_sweep(&Zone::named(zone).unwrap(), at(now)).to_string();
    assert_eq!(next("Asia/Shanghai", "2026-03-02T17:59:59Z"), "2026-03-02T18:00:00Z");
    assert_eq!(next("Asia/Shanghai", "2026-03-02T18:00:00Z"), "2026-03-03T18:00:00Z");
    // The night in which New York has no two o'clock, and the one in which Berlin has it twice.
    assert_eq!(next("America/New_York", "2026-03-08T05:30:00Z"), "2026-03-08T07:00:00Z");
    assert_eq!(next("Europe/Berlin", "2026-10-24T23:00:00Z"), "2026-10-25T00:00:00Z");
    assert_eq!(next("Europe/Berlin", "2026-10-25T00:00:00Z"), "2026-10-26T01:00:00Z");

    let mut connection = connected();
    let due = connection.sweep_due;
    assert_eq!(due, at("2026-03-02T18:00:00Z"));
    let begin = Command::BeginSweep { due };
    assert_eq!(give(&mut connection, begin.clone(), due.plus_seconds(-1)), "channels.connection.not_due");
    boundary::outside("R4-05", "a second before two o'clock");
    let said = give(&mut connection, begin.clone(), due);
    assert!(said.starts_with("sweep_begun"), "{said}");
    boundary::inside("R4-05", "two o'clock at night");
    assert_eq!(give(&mut connection, begin, due), "", "once a night");
    assert_eq!(connection.sweep_due, at("2026-03-03T18:00:00Z"));

    // One that broke off is made again after an hour.
    let broke = Sweep { failed: Some("timeout".into()), ..Sweep::default() };
    give(&mut connection, Command::EndSweep { found: Box::new(broke) }, due.plus_seconds(60));
    assert_eq!(connection.sweep_due, due.plus_seconds(60 + SWEEP_AGAIN));
}

/// Rule R4-05: a difference is told until the next sweep finds none, or a person heeds it.
#[test]
fn what_a_sweep_finds_is_told() {
    let found = |missing| {
        let found = Sweep { seen: 9, missing, fetched: missing, ..Sweep::default() };
        Command::EndSweep { found: Box::new(found) }
    };
    let mut connection = connected();
    assert_eq!(
        give(&mut connection, Command::Heed { by: "ops:lin".into() }, noon()),
        "channels.connection.nothing_to_heed"
    );
    assert_eq!(give(&mut connection, found(0), noon()), "sweep_ended");
    boundary::outside("R4-05", "a sweep that finds nothing else");
    assert_eq!(give(&mut connection, found(1), noon()), "sweep_ended trouble_changed");
    boundary::inside("R4-05", "a sweep that finds an order that was hidden");
    assert_eq!(connection.trouble, Some(Trouble::SweepDiffers { missing: 1, differing: 0, fetched: 1 }));
    assert_eq!(
        give(&mut connection, Command::Heed { by: "ops:lin".into() }, noon()),
        "heeded trouble_changed"
    );
    assert_eq!(connection.trouble, None);
    assert_eq!(give(&mut connection, found(2), noon()), "sweep_ended trouble_changed");
    assert_eq!(give(&mut connection, found(0), noon()), "sweep_ended trouble_changed");
    assert_eq!(connection.trouble, None);

    let mut gone = pulled(after(10), Ended::CaughtUp);
    gone.out_of_reach = Some((after(-9_000_000), after(-8_000_000)));
    give(&mut connection, Command::BeginTurn { turn: 1 }, after(10));
    let said = give(&mut connection, Command::EndTurn { turn: 1, pulled: gone }, after(10));
    assert_eq!(said, "turn_ended trouble_changed");
    assert!(matches!(connection.trouble, Some(Trouble::OutOfReach { .. })));
}
