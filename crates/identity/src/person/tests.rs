//! Tests of people: wrong passwords slow down and lock nobody out for good. Boundaries of R5-01.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn person() -> Person {
    Person {
        id: PersonId::from_raw(1),
        login: "admin".into(),
        name: "Admin".into(),
        role: Role::Administrator,
        state: State::Active,
        password: PasswordHash("$argon2id$1".into()),
        must_change: true,
        wrong: 0,
        wait_until: None,
        passwords: 0,
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

#[test]
fn wrong_passwords_slow_down() {
    let mut person = person();
    let mut now = at(0);
    let mut waits = Vec::new();
    for _ in 0..18 {
        assert_eq!(give(&mut person, Command::WrongPassword, now), None);
        let until = person.wait_until.unwrap_or(now);
        waits.push((until.micros() - now.micros()) / 1_000_000);
        if until > now {
            let second = until.plus_seconds(-1);
            for command in [Command::WrongPassword, Command::ComeIn] {
                assert_eq!(give(&mut person, command, second).as_deref(), Some("identity.person.wait"));
            }
            boundary::outside("R5-01", "a second before its wait is over no password is looked at");
        }
        now = until;
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
    assert_eq!(give(&mut person, Command::ComeIn, now), None);
    boundary::inside("R5-01", "when its wait is over the right password lets in");
    assert_eq!((person.wrong, person.wait_until), (0, None));
    assert_eq!(wait_seconds(u32::MAX), LONGEST_WAIT);
}

#[test]
fn a_new_password_ends_the_waiting_and_counts() {
    let mut person = person();
    for _ in 0..6 {
        give(&mut person, Command::WrongPassword, at(0));
    }
    let password = PasswordHash("$argon2id$2".into());
    assert_eq!(give(&mut person, Command::ChangePassword { password: password.clone() }, at(1)), None);
    assert_eq!((person.wrong, person.wait_until, person.passwords), (0, None, 1));
    assert!(person.password == password && !person.must_change);
    assert!(!format!("{person:?}").contains("argon2id"), "no hash is shown");
}

#[test]
fn logins_are_compared_without_case_and_spaces() {
    assert_eq!(normal_login(" Admin@Zaiton.Example "), "admin@zaiton.example");
}
