//! Tests of people: wrong passwords slow down and lock nobody out, codes are taken once, links end. Boundaries of R5-01.

use zaiton_boundary as boundary;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Refusal};

use super::*;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

pub(crate) fn person() -> Person {
    Person {
        id: PersonId::from_raw(1),
        login: "admin".into(),
        name: "Admin".into(),
        tongue: Tongue::Chinese,
        state: State::Active,
        password: PasswordHash("$argon2id$1".into()),
        must_change: true,
        strangers: Meter::default(),
        known: Meter::default(),
        passwords: 0,
        second: None,
        offered: None,
        links: Links::default(),
        owners: Vec::new(),
    }
}

/// Gives a command; the refusal's code, or nothing.
fn give(person: &mut Person, command: Command, now: Timestamp) -> Option<String> {
    match decide(person, command, now) {
        Err(refusal) => Some(Refusal::from(refusal).code.into_owned()),
        Ok(decision) => {
            decision.events.iter().for_each(|event| person.apply(event));
            None
        }
    }
}

fn come(known: bool, proof: Proof) -> Command {
    Command::ComeIn { known, proof }
}

fn sealed() -> SealedSecret {
    SealedSecret { key: "k".into(), text: "t".into() }
}

#[test]
fn wrong_passwords_slow_down() {
    let mut person = person();
    let mut now = at(0);
    let mut waits = Vec::new();
    for _ in 0..18 {
        assert_eq!(give(&mut person, Command::Guess { known: false }, now), None);
        let until = person.strangers.wait_until.unwrap_or(now);
        waits.push((until.micros() - now.micros()) / 1_000_000);
        if until > now {
            let second = until.plus_seconds(-1);
            for command in [Command::Guess { known: false }, come(false, Proof::None)] {
                assert_eq!(give(&mut person, command, second).as_deref(), Some("identity.person.wait"));
            }
            boundary::outside("R5-01", "a second before its wait is over no password is looked at");
        }
        now = until;
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
    assert_eq!(give(&mut person, come(false, Proof::None), now), None);
    boundary::inside("R5-01", "when its wait is over the right password lets in");
    assert_eq!(person.strangers, Meter::default());
    assert_eq!(wait_seconds(u32::MAX), LONGEST_WAIT);
}

#[test]
fn a_strangers_guesses_do_not_keep_out_a_device_that_is_known() {
    let mut person = person();
    for _ in 0..6 {
        give(&mut person, Command::Guess { known: false }, at(0));
    }
    assert_eq!(give(&mut person, come(false, Proof::None), at(1)).as_deref(), Some("identity.person.wait"));
    assert_eq!(give(&mut person, come(true, Proof::None), at(1)), None);
    boundary::inside("R5-01", "whoever came in from a device before is not kept out by a stranger");
    assert_eq!(person.strangers.wrong, 6, "the stranger waits on");
    for _ in 0..6 {
        give(&mut person, Command::Guess { known: true }, at(1));
    }
    assert_eq!(give(&mut person, come(true, Proof::None), at(2)).as_deref(), Some("identity.person.wait"));
    boundary::outside("R5-01", "a device that is known is no way to guess without end");
}

#[test]
fn a_new_password_ends_the_waiting_and_counts() {
    let mut person = person();
    for known in [true, false] {
        for _ in 0..6 {
            give(&mut person, Command::Guess { known }, at(0));
        }
    }
    let password = PasswordHash("$argon2id$2".into());
    assert_eq!(give(&mut person, Command::ChangePassword { password: password.clone() }, at(1)), None);
    assert_eq!((person.strangers, person.known, person.passwords), (Meter::default(), Meter::default(), 1));
    assert!(person.password == password && !person.must_change);
    assert!(!format!("{person:?}").contains("argon2id"), "no hash is shown");
}

#[test]
fn a_code_is_needed_and_taken_once() {
    let mut person = person();
    let confirm = Command::ConfirmSecond { step: 10, recovery: vec!["r1".into(), "r2".into()] };
    assert_eq!(give(&mut person, confirm.clone(), at(0)).as_deref(), Some("identity.person.nothing_offered"));
    assert_eq!(
        give(&mut person, Command::DropSecond, at(0)).as_deref(),
        Some("identity.person.no_second_factor")
    );
    assert_eq!(give(&mut person, Command::OfferSecond { secret: sealed() }, at(0)), None);
    assert_eq!(give(&mut person, come(false, Proof::None), at(0)), None, "until its first code was told");
    assert_eq!(give(&mut person, confirm, at(0)), None);
    assert_eq!(
        give(&mut person, Command::OfferSecond { secret: sealed() }, at(0)).as_deref(),
        Some("identity.person.second_factor_there")
    );
    let codes: Vec<_> = [Proof::None, Proof::Step(10), Proof::Step(9), Proof::Recovery("r9".into())]
        .into_iter()
        .map(|proof| give(&mut person, come(false, proof), at(1)).unwrap_or_default())
        .collect();
    let used = "identity.person.code_used";
    assert_eq!(codes, ["identity.person.code_needed", used, used, used]);
    boundary::outside("R5-01", "no code, or one that was taken before, lets nobody in");
    assert_eq!(give(&mut person, come(false, Proof::Step(11)), at(1)), None);
    boundary::inside("R5-01", "the next code lets in");
    assert_eq!(give(&mut person, come(false, Proof::Recovery("r2".into())), at(1)), None);
    assert_eq!(give(&mut person, come(false, Proof::Recovery("r2".into())), at(1)).as_deref(), Some(used));
    assert_eq!(give(&mut person, Command::DropSecond, at(2)), None);
    assert!(person.second.is_none() && person.passwords == 1, "its sessions are over");
}

#[test]
fn who_is_kept_out_or_unconfirmed_does_not_come_in() {
    let mut person = person();
    person.state = State::Unconfirmed;
    assert_eq!(
        give(&mut person, come(false, Proof::None), at(0)).as_deref(),
        Some("identity.person.unconfirmed")
    );
    person.state = State::Active;
    assert_eq!(give(&mut person, Command::Block, at(0)), None);
    assert_eq!(
        give(&mut person, come(false, Proof::None), at(0)).as_deref(),
        Some("identity.person.blocked")
    );
    boundary::outside("R5-01", "whoever is blocked does not come in");
    assert_eq!(person.passwords, 1, "its sessions are over");
    assert_eq!(give(&mut person, Command::Unblock, at(0)), None);
    assert_eq!(give(&mut person, come(false, Proof::None), at(0)), None);
}

#[test]
fn links_end_and_are_few() {
    let zone = Zone::shanghai();
    let ask = |now: Timestamp| Command::AskLink { purpose: Purpose::Reset, today: now.date_in(&zone) };
    let take = |right: bool| Command::UseLink {
        purpose: Purpose::Reset,
        right,
        password: Some(PasswordHash("$argon2id$new".into())),
    };
    let mut person = person();
    assert_eq!(give(&mut person, take(true), at(0)).as_deref(), Some("identity.person.link_over"));
    assert_eq!(give(&mut person, ask(at(0)), at(0)), None);
    assert_eq!(give(&mut person, ask(at(59)), at(59)).as_deref(), Some("identity.person.link_too_soon"));
    let other = Command::UseLink { purpose: Purpose::Confirm, right: true, password: None };
    assert_eq!(
        give(&mut person, other, at(1)).as_deref(),
        Some("identity.person.link_over"),
        "of another purpose"
    );
    let mut late = person.clone();
    assert_eq!(give(&mut late, take(true), at(1_800)).as_deref(), Some("identity.person.link_over"));
    boundary::outside("R5-01", "half an hour later the link is worth nothing");
    let mut guessed = person.clone();
    for _ in 0..LINK_TRIES {
        assert_eq!(give(&mut guessed, take(false), at(1)), None);
    }
    assert_eq!(give(&mut guessed, take(true), at(1)).as_deref(), Some("identity.person.link_over"));
    assert_eq!(give(&mut person, take(true), at(1_799)), None);
    boundary::inside("R5-01", "a second before, it gives another password");
    assert_eq!((person.passwords, person.password.0.as_str()), (1, "$argon2id$new"));
    assert_eq!(
        give(&mut person, take(true), at(1_799)).as_deref(),
        Some("identity.person.link_over"),
        "once"
    );
    let mut now = at(1_799);
    for _ in 1..LINKS_A_DAY {
        assert_eq!(give(&mut person, ask(now), now), None);
        now = now.plus_seconds(LINK_WAIT);
    }
    assert_eq!(give(&mut person, ask(now), now).as_deref(), Some("identity.person.link_too_many"));
    let tomorrow = now.plus_seconds(86_400);
    assert_eq!(give(&mut person, ask(tomorrow), tomorrow), None);
    person.state = State::Unconfirmed;
    assert_eq!(give(&mut person, take(true), tomorrow), None);
    assert_eq!(person.state, State::Active, "who reads the address has confirmed it");
}

#[test]
fn nobody_is_of_both_sides() {
    let mut person = person();
    assert_eq!(give(&mut person, Command::Join { owner: 7 }, at(0)), None);
    assert_eq!(give(&mut person, Command::Join { owner: 8 }, at(0)), None);
    boundary::inside("R5-02", "a person may be of several merchants");
    assert_eq!(
        give(&mut person, Command::Join { owner: 1 }, at(0)).as_deref(),
        Some("identity.person.other_side")
    );
    boundary::outside("R5-02", "and not of the platform as well");
    assert_eq!(person.owners, [7, 8]);
    assert_eq!(give(&mut person, Command::Leave { owner: 7 }, at(0)), None);
    assert_eq!(give(&mut person, Command::Leave { owner: 7 }, at(0)), None);
    assert_eq!(person.owners, [8]);
    person.owners = (2..2 + i64::try_from(ORGANISATIONS).unwrap()).collect();
    let refused = give(&mut person, Command::Join { owner: 999 }, at(0));
    assert_eq!(refused.as_deref(), Some("identity.person.too_many_organisations"));
}

#[test]
fn logins_are_compared_without_case_and_spaces() {
    assert_eq!(normal_login(" Admin@Zaiton.Example "), "admin@zaiton.example");
    assert!(
        is_address("li@zaiton.example") && !is_address("admin") && !is_address("a@b") && !is_address("@b.c")
    );
}
