//! The figures in force: by default those of each context, then what an operator set, each from its moment on. Read here
//! and nowhere else.

pub mod commands;

use std::sync::{Arc, LazyLock};

use zaiton_engine::Unit;
use zaiton_engine::command::Registry;
use zaiton_kernel::{Environment, Timestamp};
use zaiton_policies::{PolicyVersion, State};
use zaiton_prepaid::PrepaidPolicy;

/// The name of the prepaid figures.
pub const PREPAID: &str = "prepaid";

static DEFAULT: LazyLock<Arc<PrepaidPolicy>> = LazyLock::new(Arc::default);

/// Versions that hold from a moment on, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    prepaid: Vec<(Environment, Timestamp, Arc<PrepaidPolicy>)>,
}

impl Book {
    /// A book of the versions that were confirmed. Of two from the same moment the later confirmed one holds.
    ///
    /// # Errors
    /// Figures that this program cannot read: it is older than whoever wrote them.
    pub fn of(versions: impl IntoIterator<Item = (Environment, PolicyVersion)>) -> Result<Self, String> {
        let mut prepaid = Vec::new();
        for (environment, version) in versions {
            if let State::Confirmed { at, .. } = version.state
                && version.subject == PREPAID
            {
                let figures: PrepaidPolicy = serde_json::from_str(&version.figures)
                    .map_err(|error| format!("policy {}: {error}", version.id))?;
                prepaid.push((environment, version.valid_from, at, version.id, Arc::new(figures)));
            }
        }
        prepaid.sort_by_key(|(_, from, at, id, _)| (*from, *at, *id));
        let prepaid = prepaid
            .into_iter()
            .map(|(environment, from, _, _, figures)| (environment, from, figures))
            .collect();
        Ok(Self { prepaid })
    }

    /// The prepaid figures at a moment.
    #[must_use]
    pub fn prepaid(&self, environment: Environment, now: Timestamp) -> Arc<PrepaidPolicy> {
        let holds =
            |entry: &&(Environment, Timestamp, Arc<PrepaidPolicy>)| entry.0 == environment && entry.1 <= now;
        let found = self.prepaid.iter().rev().find(holds);
        found.map_or_else(|| Arc::clone(&DEFAULT), |(_, _, figures)| Arc::clone(figures))
    }
}

/// The prepaid figures that hold for this unit: those of its batch's time.
#[must_use]
pub fn prepaid(unit: &Unit<'_>) -> Arc<PrepaidPolicy> {
    match unit.reference::<Book>() {
        Some(book) => book.prepaid(unit.environment(), unit.now()),
        None => Arc::clone(&DEFAULT),
    }
}

/// The prepaid figures that hold for a read.
#[must_use]
pub fn prepaid_at(registry: &Registry, environment: Environment, now: Timestamp) -> Arc<PrepaidPolicy> {
    match registry.reference::<Book>() {
        Some(book) => book.prepaid(environment, now),
        None => Arc::clone(&DEFAULT),
    }
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::Id;
    use zaiton_policies::PolicyId;

    use super::*;

    fn version(id: i64, from: i64, confirmed: Option<i64>, min: i64) -> PolicyVersion {
        let figures = PrepaidPolicy { topup_min_minor: min, ..PrepaidPolicy::default() };
        let at = |seconds| Timestamp::from_micros(0).plus_seconds(seconds);
        PolicyVersion {
            id: PolicyId::from_raw(id),
            subject: PREPAID.to_owned(),
            figures: serde_json::to_string(&figures).unwrap(),
            valid_from: at(from),
            maker: "a".to_owned(),
            reason: "r".to_owned(),
            state: confirmed.map_or(State::Proposed, |seconds| State::Confirmed {
                checker: "b".to_owned(),
                at: at(seconds),
            }),
        }
    }

    /// Rule R5-31: each from its moment on, live and sandbox apart, and only when it was confirmed.
    #[test]
    fn figures_hold_from_their_moment_on() {
        let live = |version| (Environment::Live, version);
        let book = Book::of([
            live(version(1, 100, Some(0), 1)),
            live(version(2, 200, None, 2)),
            live(version(3, 300, Some(2), 4)),
            live(version(4, 300, Some(1), 3)),
            (Environment::Sandbox, version(5, 50, Some(0), 9)),
        ])
        .unwrap();
        let min = |environment, seconds: i64| {
            book.prepaid(environment, Timestamp::from_micros(0).plus_seconds(seconds)).topup_min_minor
        };
        assert_eq!(min(Environment::Live, 99), 300_000);
        assert_eq!(min(Environment::Live, 100), 1);
        assert_eq!(min(Environment::Live, 299), 1);
        assert_eq!(min(Environment::Live, 300), 4);
        assert_eq!(min(Environment::Sandbox, 300), 9);
        assert!(
            Book::of([live(PolicyVersion { figures: "{".into(), ..version(1, 1, Some(0), 1) })]).is_err()
        );
    }
}
