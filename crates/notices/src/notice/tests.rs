//! Tests of notices: every way stands for itself, and what is told twice changes nothing.

use zaiton_boundary as boundary;
use zaiton_kernel::Id;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn notice() -> Notice {
    let recipients = [
        Recipient { email: Some("a@example.com"), mobile: Some("13800000000") },
        Recipient { email: Some("b@example.com"), mobile: None },
    ];
    Notice::new(NoticeId::from_raw(1), Topic::BalanceLow, "pa".into(), at(0), &recipients)
}

fn give(notice: &mut Notice, command: Command, now: Timestamp) -> Result<usize, NoticeRefusal> {
    let decision = decide(notice, command, now)?;
    decision.events.iter().for_each(|event| notice.apply(event));
    Ok(decision.events.len())
}

fn report(notice: &Notice, way: u16, outcome: Outcome) -> Command {
    let known = notice.way(way).unwrap();
    Command::Report { way, round: known.round, attempts: known.attempts, outcome }
}

fn failed(hopeless: bool) -> Outcome {
    Outcome::Failed { code: "smtp.450".into(), hopeless }
}

/// Rules R1-05, K-5: each recipient by each way it has, and the inbox always.
#[test]
fn all_ways_of_all_recipients() {
    let recipients = [
        Recipient { email: Some("a@example.com"), mobile: Some("13800000000") },
        Recipient { email: None, mobile: Some("13800000001") },
        Recipient { email: Some(" "), mobile: None },
    ];
    let notice = Notice::new(NoticeId::from_raw(1), Topic::BalanceLow, "pa".into(), at(0), &recipients)
        .with("available", "1.00");
    let ways: Vec<(Channel, &str)> =
        notice.deliveries.iter().map(|delivery| (delivery.channel, delivery.to.as_str())).collect();
    let want = [
        (Channel::InApp, ""),
        (Channel::Email, "a@example.com"),
        (Channel::Sms, "13800000000"),
        (Channel::Sms, "13800000001"),
    ];
    assert_eq!(ways, want);
    let json = serde_json::to_string(&notice).unwrap();
    assert_eq!(serde_json::from_str::<Notice>(&json).unwrap(), notice);
    // What was stored before deliveries had a story still reads.
    let mut old = serde_json::to_value(&notice).unwrap();
    old.as_object_mut().unwrap().remove("state");
    assert_eq!(serde_json::from_value::<Notice>(old).unwrap().deliveries, notice.deliveries);
}

/// Rule R5-20: one way that fails leaves the others alone, is tried as often as there are waits, and is dead then.
#[test]
fn a_way_that_fails_is_tried_with_growing_waits_and_then_dead() {
    let mut one = notice();
    assert_eq!(one.state.name, Standing::Waiting);
    let sent = report(&one, 1, Outcome::Sent);
    assert_eq!(give(&mut one, sent.clone(), at(1)), Ok(1));
    // The same report again, as after a crash between sending and telling.
    assert_eq!(give(&mut one, sent, at(2)), Ok(0));
    for (tries, wait) in WAITS.iter().enumerate() {
        let now = at(100);
        let told = report(&one, 2, failed(false));
        assert_eq!(give(&mut one, told.clone(), now), Ok(1), "{tries}");
        assert_eq!(give(&mut one, told, now), Ok(0), "late");
        assert_eq!(one.deliveries[2].state, DeliveryState::Failed { next_at: now.plus_seconds(*wait) });
        assert_eq!(one.state.name, Standing::Failed);
    }
    boundary::inside("R5-20", "the seventh failure is followed by another attempt");
    let told = report(&one, 2, failed(false));
    assert_eq!(give(&mut one, told, at(200)), Ok(1));
    assert_eq!(one.deliveries[2].state, DeliveryState::Dead { at: at(200) });
    boundary::outside("R5-20", "the eighth failure is not");
    assert_eq!(one.deliveries[1].state, DeliveryState::Done { at: at(1) });
    assert_eq!(one.deliveries[1].log, [Attempt { at: at(1), error: None }]);
    assert_eq!(one.deliveries[2].log.len(), 8);
    assert_eq!(one.state.name, Standing::Dead);
}

/// Rule R5-20: dead letters go out again under another message id; what was sent does not, unless nothing is dead.
#[test]
fn only_what_is_dead_goes_out_again() {
    let mut one = notice();
    assert_eq!(give(&mut one, Command::SendAgain, at(1)), Err(NoticeRefusal::OnItsWay {}));
    for (way, outcome) in [(1, Outcome::Sent), (2, failed(true)), (3, Outcome::Sent)] {
        let told = report(&one, way, outcome);
        give(&mut one, told, at(1)).unwrap();
    }
    let before = one.message_id(2);
    assert_eq!(give(&mut one, Command::SendAgain, at(2)), Ok(1));
    assert_eq!(one.deliveries[2].state, DeliveryState::Waiting);
    assert_ne!(one.message_id(2), before);
    assert_eq!(one.deliveries[1].round, 0);
    // A report on the round before comes too late.
    let late = Command::Report { way: 2, round: 0, attempts: 0, outcome: Outcome::Sent };
    assert_eq!(give(&mut one, late, at(3)), Ok(0));
    let told = report(&one, 2, Outcome::Unwanted);
    give(&mut one, told, at(3)).unwrap();
    assert_eq!(one.state.name, Standing::Done);
    // Now nothing is dead: somebody says that it never came.
    assert_eq!(give(&mut one, Command::SendAgain, at(4)), Ok(1));
    assert_eq!((one.deliveries[1].round, one.deliveries[2].round, one.deliveries[3].round), (1, 1, 1));
    for round in 1..ROUNDS {
        for way in [1, 3] {
            let told = report(&one, way, failed(true));
            give(&mut one, told, at(5)).unwrap();
        }
        assert_eq!(give(&mut one, Command::SendAgain, at(6)), Ok(1), "{round}");
    }
    for way in [1, 3] {
        let told = report(&one, way, failed(true));
        give(&mut one, told, at(7)).unwrap();
    }
    assert_eq!(give(&mut one, Command::SendAgain, at(8)), Err(NoticeRefusal::TooOften { at_most: ROUNDS }));
    assert!(allowed(&one, at(8))[0].refusal.is_some());
}

#[test]
fn nothing_that_a_server_wrote_gets_into_the_log() {
    let mut one = notice();
    let outcome = Outcome::Failed { code: "smtp.550 <a@example.com>\r\n".into(), hopeless: true };
    let told = report(&one, 1, outcome);
    give(&mut one, told, at(1)).unwrap();
    assert_eq!(one.deliveries[1].log[0].error.as_deref(), Some("smtp.550"));
    let inbox = Notice::new(NoticeId::from_raw(2), Topic::TicketAnswered, "tk".into(), at(0), &[]);
    assert_eq!(decide(&inbox, Command::SendAgain, at(1)), Err(NoticeRefusal::OnlyInbox {}));
    assert_eq!(inbox.state.name, Standing::Done);
}
