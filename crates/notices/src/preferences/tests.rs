//! Tests of preferences: what may be switched off and what may not.

use zaiton_boundary as boundary;
use zaiton_kernel::Id;

use super::*;

fn choose(known: &mut Preferences, choice: Choice) -> Result<usize, PreferencesRefusal> {
    let decision = decide(known, Command::Choose { choice })?;
    decision.events.iter().for_each(|event| known.apply(event));
    Ok(decision.events.len())
}

fn none() -> Preferences {
    Preferences::none(PreferencesId::from_raw(1))
}

#[test]
fn money_cannot_be_switched_off_and_the_rest_can() {
    for topic in Topic::ALL {
        let mut known = none();
        let choice = Choice { off: vec![topic, topic], ..Choice::usual("A@Example.com") };
        let told = choose(&mut known, choice);
        if topic.is_mandatory() {
            assert_eq!(told, Err(PreferencesRefusal::Mandatory { topic: format!("{topic:?}") }));
            assert_eq!(known, none());
            assert!(known.of("a@example.com").wants(topic));
        } else {
            assert_eq!(told, Ok(1));
            assert_eq!(known.of("a@example.com").off, [topic]);
            assert!(!known.of("a@example.com").wants(topic) && known.of("b@example.com").wants(topic));
        }
    }
    boundary::inside("R5-20", "a finished promotion is not wanted");
    boundary::outside("R5-20", "a paid withdrawal cannot be switched off");
    // A record of a time when it could be chosen changes nothing either.
    let old = Choice { off: vec![Topic::WithdrawalPaid], ..Choice::usual("a@example.com") };
    assert!(old.wants(Topic::WithdrawalPaid));
}

#[test]
fn a_zone_is_one_and_choices_are_few() {
    let mut known = none();
    let zoned = |zone: &str| Choice { zone: zone.into(), ..Choice::usual("a@example.com") };
    assert_eq!(choose(&mut known, zoned("Mars/Olympus")), Err(PreferencesRefusal::Zone {}));
    boundary::outside("R5-21", "no such zone");
    assert_eq!(choose(&mut known, zoned("Europe/Berlin")), Ok(1));
    assert_eq!(known.of("a@example.com").zone, "Europe/Berlin");
    boundary::inside("R5-21", "a viewer's zone");
    assert_eq!(choose(&mut known, zoned("Europe/Berlin")), Ok(0));
    assert_eq!(choose(&mut known, Choice::usual("nobody")), Err(PreferencesRefusal::Malformed {}));
    for at in 1..MOST {
        assert_eq!(choose(&mut known, Choice::usual(&format!("a{at}@example.com"))), Ok(1));
    }
    let one_more = Choice::usual("z@example.com");
    assert_eq!(choose(&mut known, one_more), Err(PreferencesRefusal::TooMany { at_most: MOST }));
    assert_eq!(choose(&mut known, zoned("Asia/Tokyo")), Ok(1));
}
