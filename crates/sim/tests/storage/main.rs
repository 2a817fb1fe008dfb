//! The engine and its store together, each story on SQLite and on PostgreSQL. Fakes the world (clock, faults), never
//! the database.
#![expect(clippy::unwrap_used, reason = "tests; the lint knows only functions that are marked as such")]

/// Makes two tests of a story: on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($story:ident)*) => {
        $(mod $story {
            #[test]
            fn on_sqlite() {
                super::$story(&zaiton_sim::databases::TestDatabase::sqlite());
            }
            #[test]
            fn on_postgres() {
                super::$story(&zaiton_sim::databases::TestDatabase::postgres());
            }
        })*
    };
}

mod bisecting;
mod chain;
mod faults;
mod idempotency;
mod lanes;
mod memory;
mod outbox;
mod plans;
mod same_answers;
mod statements;
mod story;

use zaiton_engine::Outcome;

/// The code of a refusal or denial.
fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused { refusal } | Outcome::Denied { refusal } => &refusal.code,
        Outcome::Accepted { .. } | Outcome::Failed { .. } => panic!("not refused: {outcome:?}"),
    }
}

/// The typed reply of an accepted command.
fn reply<T: serde::de::DeserializeOwned>(outcome: &Outcome) -> T {
    outcome.reply().expect("accepted")
}
