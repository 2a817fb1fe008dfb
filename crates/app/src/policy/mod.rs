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

/// Figures by their names, as a version changes them.
pub type Named = serde_json::Map<String, serde_json::Value>;

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    environment: Environment,
    from: Timestamp,
    named: Named,
    figures: Arc<PrepaidPolicy>,
}

/// Versions that hold from a moment on, oldest first. Each changes the figures that it names and leaves the others as the
/// versions before it have them, so that two that were confirmed in any order both hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    prepaid: Vec<Entry>,
}

/// Figures with those that are named laid over them.
fn over(base: &PrepaidPolicy, named: &Named) -> Result<PrepaidPolicy, String> {
    let mut whole = serde_json::to_value(base).map_err(|error| error.to_string())?;
    let fields = whole.as_object_mut().ok_or("figures are an object")?;
    fields.extend(named.clone());
    serde_json::from_value(whole).map_err(|error| error.to_string())
}

impl Book {
    /// A book of the versions that were confirmed. Of two from the same moment the later confirmed one comes last.
    ///
    /// # Errors
    /// Figures that this program cannot read: it is older than whoever wrote them.
    pub fn of(versions: impl IntoIterator<Item = (Environment, PolicyVersion)>) -> Result<Self, String> {
        let mut confirmed = Vec::new();
        for (environment, version) in versions {
            if let State::Confirmed { at, .. } = version.state
                && version.subject == PREPAID
            {
                let named: Named = serde_json::from_str(&version.figures)
                    .map_err(|error| format!("policy {}: {error}", version.id))?;
                confirmed.push((version.valid_from, at, version.id, environment, named));
            }
        }
        confirmed.sort_by_key(|(from, at, id, _, _)| (*from, *at, *id));
        let mut book = Self::default();
        for (from, _, id, environment, named) in confirmed {
            let figures = over(&book.prepaid(environment, from), &named)
                .map_err(|error| format!("policy {id}: {error}"))?;
            book.prepaid.push(Entry { environment, from, named, figures: Arc::new(figures) });
        }
        Ok(book)
    }

    /// The prepaid figures at a moment.
    #[must_use]
    pub fn prepaid(&self, environment: Environment, now: Timestamp) -> Arc<PrepaidPolicy> {
        let holds = |entry: &&Entry| entry.environment == environment && entry.from <= now;
        let found = self.prepaid.iter().rev().find(holds);
        found.map_or_else(|| Arc::clone(&DEFAULT), |entry| Arc::clone(&entry.figures))
    }

    /// The prepaid figures as they would be with one version more: at its moment, and at each later version's.
    ///
    /// # Errors
    /// No such figures, or one is malformed.
    pub fn with(
        &self,
        environment: Environment,
        from: Timestamp,
        named: &Named,
    ) -> Result<Vec<PrepaidPolicy>, String> {
        let mut all = vec![over(&self.prepaid(environment, from), named)?];
        for later in self.prepaid.iter().filter(|entry| entry.environment == environment && entry.from > from)
        {
            let next = over(all.last().unwrap_or(&DEFAULT), &later.named)?;
            all.push(next);
        }
        Ok(all)
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
        let at = |seconds| Timestamp::from_micros(0).plus_seconds(seconds);
        PolicyVersion {
            id: PolicyId::from_raw(id),
            subject: PREPAID.to_owned(),
            figures: format!(r#"{{"topup_min_minor":{min}}}"#),
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
    /// Rule R5-31: a version changes what it names. One that is confirmed later for an earlier moment leaves the one after it
    /// in force, and is itself not undone by it; figures are checked at its own moment and at each later one.
    #[test]
    fn what_is_not_named_stays() {
        let live = |version| (Environment::Live, version);
        let named =
            |version: PolicyVersion, text: &str| PolicyVersion { figures: text.to_owned(), ..version };
        let book = Book::of([
            live(version(1, 300, Some(0), 7)),
            live(named(version(2, 100, Some(1), 0), r#"{"quote_seconds":60}"#)),
        ])
        .unwrap();
        let at = |seconds| book.prepaid(Environment::Live, Timestamp::from_micros(0).plus_seconds(seconds));
        assert_eq!((at(99).quote_seconds, at(99).topup_min_minor), (600, 300_000));
        assert_eq!((at(100).quote_seconds, at(100).topup_min_minor), (60, 300_000));
        assert_eq!((at(300).quote_seconds, at(300).topup_min_minor), (60, 7));
        let ask = |seconds, text: &str| {
            let named: Named = serde_json::from_str(text).unwrap();
            book.with(Environment::Live, Timestamp::from_micros(0).plus_seconds(seconds), &named)
        };
        let figures = ask(200, r#"{"max_contacts":2}"#).unwrap();
        let read: Vec<_> =
            figures.iter().map(|f| (f.max_contacts, f.quote_seconds, f.topup_min_minor)).collect();
        assert_eq!(read, [(2, 60, 300_000), (2, 60, 7)]);
        assert!(ask(200, r#"{"no_such":2}"#).is_err());
        assert!(ask(200, r#"{"max_contacts":"2"}"#).is_err());
    }
}
