//! Tests of sessions: when one is over. Boundaries of R5-01.

use zaiton_boundary as boundary;
use zaiton_kernel::Id;

use super::*;
use crate::person::tests::{self, at};

fn person(passwords: u32) -> Person {
    Person { passwords, ..tests::person() }
}

fn session(seen: i64) -> Session {
    Session {
        id: SessionId::from_raw(1),
        person: PersonId::from_raw(1),
        token: String::new(),
        passwords: 0,
        device: String::new(),
        opened_at: at(0),
        seen_at: at(seen),
        closed_at: None,
    }
}

#[test]
fn a_session_ends() {
    assert!(session(0).is_open(&person(0), at(IDLE_SECONDS - 1)));
    boundary::inside("R5-01", "a second before half an hour without a sign of life");
    assert!(!session(0).is_open(&person(0), at(IDLE_SECONDS)));
    boundary::outside("R5-01", "half an hour without a sign of life");
    let late = LONGEST_SECONDS - 10;
    assert!(session(late).is_open(&person(0), at(LONGEST_SECONDS - 1)));
    boundary::inside("R5-01", "a second before its twelve hours are over");
    assert!(!session(late).is_open(&person(0), at(LONGEST_SECONDS)));
    boundary::outside("R5-01", "after twelve hours, whatever happens");
    assert!(!session(0).is_open(&person(1), at(1)), "another password ends the sessions of the one before");
    let closed = Session { closed_at: Some(at(1)), ..session(0) };
    assert!(!closed.is_open(&person(0), at(1)));
    let other = Person { id: PersonId::from_raw(2), ..person(0) };
    assert!(!session(0).is_open(&other, at(1)));
    assert!(!session(0).is_due(at(SEEN_SECONDS - 1)) && session(0).is_due(at(SEEN_SECONDS)));
    assert_eq!(session(0).forget_from(), at(LONGEST_SECONDS));
}
