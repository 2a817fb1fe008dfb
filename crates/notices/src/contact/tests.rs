//! Tests of contact points: boundaries of R1-04's code, and that wrong codes are counted.

use zaiton_boundary as boundary;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Refusal};

use super::*;

const RULES: CodeRules = CodeRules { minutes: 10, tries: 5, wait_seconds: 60, per_day: 5 };

/// 2026-03-02 12:00 in Shanghai.
fn noon() -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000)
}

fn point() -> ContactPoint {
    ContactPoint::unasked(ContactPointId::from_raw(1), Channel::Email, "a@example.com".into())
}

/// The code of a refusal, or the state.
fn give(point: &mut ContactPoint, command: Command, now: Timestamp) -> String {
    match decide(point, command, &RULES, now, now.date_in(&Zone::shanghai())) {
        Ok(decision) => {
            decision.events.iter().for_each(|event| point.apply(event));
            let json = serde_json::to_value(point.state).unwrap();
            json["name"].as_str().unwrap().to_owned()
        }
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
    }
}

const WRONG: Command = Command::Confirm { matches: false };
const RIGHT: Command = Command::Confirm { matches: true };

#[test]
fn a_code_is_good_for_ten_minutes() {
    let mut asked = point();
    assert_eq!(give(&mut asked, RIGHT, noon()), "notices.contact.no_code");
    assert_eq!(give(&mut asked, Command::Ask, noon()), "asked");
    let last = Timestamp::from_micros(noon().plus_seconds(600).micros() - 1);
    assert_eq!(give(&mut asked.clone(), RIGHT, last), "verified");
    boundary::inside("R1-04", "one microsecond before ten minutes are over");
    assert_eq!(give(&mut asked, RIGHT, noon().plus_seconds(600)), "notices.contact.expired");
    boundary::outside("R1-04", "ten minutes after the code was sent");
}

#[test]
fn five_wrong_codes_make_it_void() {
    let mut asked = point();
    give(&mut asked, Command::Ask, noon());
    for left in [4, 3, 2, 1] {
        assert_eq!(give(&mut asked, WRONG, noon()), "asked");
        assert_eq!(asked.wrong(&RULES), ContactRefusal::Wrong { left });
    }
    assert_eq!(give(&mut asked.clone(), RIGHT, noon()), "verified");
    boundary::inside("R1-04", "the right code after four wrong ones");
    assert_eq!(give(&mut asked, WRONG, noon()), "asked");
    assert_eq!(asked.wrong(&RULES), ContactRefusal::Wrong { left: 0 });
    assert_eq!(give(&mut asked, RIGHT, noon()), "notices.contact.tries_used");
    boundary::outside("R1-04", "the right code after five wrong ones");
    // The next code has its own tries.
    assert_eq!(give(&mut asked, Command::Ask, noon().plus_seconds(60)), "asked");
    assert_eq!(give(&mut asked, RIGHT, noon().plus_seconds(60)), "verified");
    assert_eq!(give(&mut asked, Command::Ask, noon().plus_seconds(61)), "verified");
    assert_eq!(give(&mut asked, WRONG, noon().plus_seconds(61)), "verified");
}

#[test]
fn codes_are_a_minute_apart_and_five_a_day() {
    let mut asked = point();
    let mut now = noon();
    give(&mut asked, Command::Ask, now);
    assert_eq!(give(&mut asked, Command::Ask, now.plus_seconds(59)), "notices.contact.too_soon");
    for _ in 0..4 {
        now = now.plus_seconds(60);
        assert_eq!(give(&mut asked, Command::Ask, now), "asked");
    }
    now = now.plus_seconds(60);
    assert_eq!(give(&mut asked, Command::Ask, now), "notices.contact.too_many_today");
    // 23:59:59 and midnight in the platform's zone.
    let midnight = noon().plus_seconds(12 * 3_600);
    assert_eq!(
        give(&mut asked, Command::Ask, Timestamp::from_micros(midnight.micros() - 1)),
        "notices.contact.too_many_today"
    );
    assert_eq!(give(&mut asked, Command::Ask, midnight), "asked");
    assert_eq!((asked.codes, asked.day.map(|(_, codes)| codes)), (6, Some(1)));
}

#[test]
fn an_address_or_a_number_and_nothing_else() {
    let plain_of = |text: &str| plain(text).map(|(_, to)| to).unwrap_or_default();
    for (text, want) in [
        (" Finance@Example.COM ", "finance@example.com"),
        ("+86 138-0000-0000", "+8613800000000"),
        ("(0595) 2288 8000", "059522888000"),
        ("12345", "12345"),
        ("1234", ""),
        ("123456789012345678901", ""),
        ("a@b", ""),
        ("a@@b.example", ""),
        ("a b@c.example", ""),
        ("@c.example", ""),
        ("a@.example", ""),
        ("a@c.example\r\nBcc: x@y.example", ""),
        ("", ""),
        ("finance", ""),
    ] {
        assert_eq!(plain_of(text), want, "{text:?}");
    }
    assert_eq!(plain("13800000000").map(|(channel, _)| channel), Some(Channel::Sms));
}

#[test]
fn what_is_allowed_agrees_with_what_is_decided() {
    let mut one = point();
    let today = noon().date_in(&Zone::shanghai());
    let codes = |point: &ContactPoint| -> Vec<bool> {
        allowed(point, &RULES, noon(), today).iter().map(|one| one.refusal.is_none()).collect()
    };
    assert_eq!(codes(&one), [true, false]);
    give(&mut one, Command::Ask, noon());
    assert_eq!(codes(&one), [false, true]);
    let json = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<ContactPoint>(&json).unwrap(), one);
}
