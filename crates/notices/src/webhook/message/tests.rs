//! Tests of messages: three days of attempts, and what is told twice changes nothing.

use zaiton_boundary as boundary;
use zaiton_kernel::Id;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn message(is_active: bool) -> Message {
    let what = (PublicEvent::WithdrawalPaid, "{}".to_owned());
    Message::new(WebhookMessageId::from_raw(1), EndpointId::from_raw(7), what, at(0), is_active)
}

fn give(message: &mut Message, command: Command, now: Timestamp) -> Result<usize, MessageRefusal> {
    let decision = decide(message, command, now)?;
    decision.events.iter().for_each(|event| message.apply(event));
    Ok(decision.events.len())
}

fn report(message: &Message, outcome: Outcome) -> Command {
    Command::Report { round: message.round, attempts: message.attempts, outcome }
}

fn failed(status: Option<u16>) -> Outcome {
    Outcome::Failed { code: "status.503".into(), status }
}

#[test]
fn a_message_is_tried_ten_times_in_three_days_and_then_dead() {
    let mut one = message(true);
    let mut now = at(0);
    for wait in WAITS {
        let told = report(&one, failed(Some(503)));
        assert_eq!(give(&mut one, told.clone(), now), Ok(1));
        assert_eq!(give(&mut one, told, now), Ok(0), "told twice");
        now = now.plus_seconds(wait);
        assert_eq!(one.state, State::Failed { next_at: now });
        assert_eq!(give(&mut one, Command::Replay, now), Err(MessageRefusal::OnItsWay {}));
    }
    assert!((now.micros() - at(0).micros()) / 1_000_000 > 3 * 86_400);
    boundary::inside("R5-41", "the ninth failure is followed by another attempt");
    let told = report(&one, failed(None));
    assert_eq!(give(&mut one, told, now), Ok(1));
    assert_eq!(one.state, State::Dead { at: now });
    boundary::outside("R5-41", "the tenth failure is not");
    assert_eq!(one.log.len(), 10);
    assert_eq!(one.log[0].status, Some(503));
    // A replay begins anew under the same id.
    assert_eq!(give(&mut one, Command::Replay, now), Ok(1));
    assert_eq!((one.state.clone(), one.attempts, one.round), (State::Waiting, 0, 1));
    let late = Command::Report { round: 0, attempts: 0, outcome: failed(None) };
    assert_eq!(give(&mut one, late, now), Ok(0));
    let told = report(&one, Outcome::Taken { status: 204 });
    assert_eq!(give(&mut one, told, now), Ok(1));
    assert_eq!(one.state, State::Done { at: now });
    assert!(!one.is_open() && allowed(&one, now)[0].refusal.is_none());
    let json = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), one);
}

#[test]
fn gone_is_dead_at_once_and_what_is_held_waits_for_a_replay() {
    let mut one = message(true);
    let told = report(&one, Outcome::Gone);
    give(&mut one, told, at(1)).unwrap();
    assert_eq!(one.state, State::Dead { at: at(1) });
    let mut held = message(false);
    assert_eq!(held.state, State::Held);
    assert_eq!(give(&mut held, Command::Hold, at(1)), Ok(0));
    for round in 0..ROUNDS {
        assert_eq!(give(&mut held, Command::Replay, at(2)), Ok(1), "{round}");
        assert_eq!(give(&mut held, Command::Hold, at(2)), Ok(1));
    }
    assert_eq!(give(&mut held, Command::Replay, at(3)), Err(MessageRefusal::TooOften { at_most: ROUNDS }));
}
