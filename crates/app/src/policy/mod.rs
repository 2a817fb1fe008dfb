//! The figures in force: by default those of each context, then what an operator set, each from its moment on. Read here
//! and nowhere else.

pub mod commands;

use std::sync::{Arc, LazyLock};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zaiton_engine::Unit;
use zaiton_engine::command::Registry;
use zaiton_kernel::figure::{Ranged, ranged};
use zaiton_kernel::{Environment, Refusal, Timestamp};
use zaiton_policies::{PolicyVersion, State};
use zaiton_prepaid::PrepaidPolicy;
use zaiton_reviews::ReviewPolicy;

/// The name of the prepaid figures.
pub const PREPAID: &str = "prepaid";
/// The name of the figures of reviews.
pub const REVIEWS: &str = "reviews";

static DEFAULT: LazyLock<Arc<PrepaidPolicy>> = LazyLock::new(Arc::default);
static REVIEW_DEFAULT: LazyLock<Arc<ReviewPolicy>> = LazyLock::new(Arc::default);

/// Figures by their names, as a version changes them.
pub type Named = serde_json::Map<String, serde_json::Value>;

/// Figures of a context that an operator may set.
pub trait Figures: Clone + Default + Serialize + DeserializeOwned {
    /// Rule R5-31. Each lies in its range.
    ///
    /// # Errors
    /// The first that does not.
    fn in_range(&self) -> Result<(), Box<Refusal>>;
}

impl Figures for PrepaidPolicy {
    fn in_range(&self) -> Result<(), Box<Refusal>> {
        self.check().map_err(|outside| Box::new(outside.into()))
    }
}

impl Figures for ReviewPolicy {
    fn in_range(&self) -> Result<(), Box<Refusal>> {
        self.check().map_err(|outside| Box::new(outside.into()))
    }
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry<F> {
    environment: Environment,
    from: Timestamp,
    named: Named,
    figures: Arc<F>,
}

/// Versions of one context's figures that hold from a moment on, oldest first. Each changes the figures that it names and
/// leaves the others as the versions before it have them, so that two that were confirmed in any order both hold.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Versions<F>(Vec<Entry<F>>);

impl<F> Default for Versions<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Figures with those that are named laid over them.
fn over<F: Figures>(base: &F, named: &Named) -> Result<F, String> {
    let mut whole = serde_json::to_value(base).map_err(|error| error.to_string())?;
    let fields = whole.as_object_mut().ok_or("figures are an object")?;
    fields.extend(named.clone());
    serde_json::from_value(whole).map_err(|error| error.to_string())
}

impl<F: Figures> Versions<F> {
    fn at(&self, environment: Environment, now: Timestamp) -> Option<Arc<F>> {
        let holds = |entry: &&Entry<F>| entry.environment == environment && entry.from <= now;
        self.0.iter().rev().find(holds).map(|entry| Arc::clone(&entry.figures))
    }

    fn base(&self, environment: Environment, from: Timestamp) -> F {
        self.at(environment, from).map_or_else(F::default, |figures| (*figures).clone())
    }

    fn push(&mut self, environment: Environment, from: Timestamp, named: Named) -> Result<(), String> {
        let figures = Arc::new(over(&self.base(environment, from), &named)?);
        self.0.push(Entry { environment, from, named, figures });
        Ok(())
    }

    fn with(&self, environment: Environment, from: Timestamp, named: &Named) -> Result<Vec<F>, String> {
        let mut last = over(&self.base(environment, from), named)?;
        let mut all = vec![last.clone()];
        for later in self.0.iter().filter(|entry| entry.environment == environment && entry.from > from) {
            last = over(&last, &later.named)?;
            all.push(last.clone());
        }
        Ok(all)
    }
}

/// The figures of every context, from their moments on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    prepaid: Versions<PrepaidPolicy>,
    reviews: Versions<ReviewPolicy>,
}

/// Rule R5-31. Whether every figure is in its range in each of these.
fn all_in_range<F: Figures>(all: &[F]) -> Result<(), Box<Refusal>> {
    all.iter().try_for_each(Figures::in_range)
}

impl Book {
    /// A book of the versions that were confirmed. Of two from the same moment the later confirmed one comes last.
    ///
    /// # Errors
    /// Figures that this program cannot read: it is older than whoever wrote them.
    pub fn of(versions: impl IntoIterator<Item = (Environment, PolicyVersion)>) -> Result<Self, String> {
        let mut confirmed = Vec::new();
        for (environment, version) in versions {
            if let State::Confirmed { at, .. } = version.state {
                let named: Named = serde_json::from_str(&version.figures)
                    .map_err(|error| format!("policy {}: {error}", version.id))?;
                confirmed.push((version.valid_from, at, version.id, environment, version.subject, named));
            }
        }
        confirmed.sort_by_key(|(from, at, id, _, _, _)| (*from, *at, *id));
        let mut book = Self::default();
        for (from, _, id, environment, subject, named) in confirmed {
            let pushed = match subject.as_str() {
                PREPAID => book.prepaid.push(environment, from, named),
                REVIEWS => book.reviews.push(environment, from, named),
                other => Err(format!("{other} has no figures here")),
            };
            pushed.map_err(|error| format!("policy {id}: {error}"))?;
        }
        Ok(book)
    }

    /// The prepaid figures at a moment.
    #[must_use]
    pub fn prepaid(&self, environment: Environment, now: Timestamp) -> Arc<PrepaidPolicy> {
        self.prepaid.at(environment, now).unwrap_or_else(|| Arc::clone(&DEFAULT))
    }

    /// The figures of reviews at a moment.
    #[must_use]
    pub fn reviews(&self, environment: Environment, now: Timestamp) -> Arc<ReviewPolicy> {
        self.reviews.at(environment, now).unwrap_or_else(|| Arc::clone(&REVIEW_DEFAULT))
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
        self.prepaid.with(environment, from, named)
    }

    /// Rule R5-31. Whether figures of a subject may hold from a moment on: known, well formed, and in range then and with
    /// each later version.
    ///
    /// # Errors
    /// What is wrong with them, or the refusal of the first that is out of range.
    pub fn may_hold(
        &self,
        environment: Environment,
        from: Timestamp,
        subject: &str,
        named: &Named,
    ) -> Result<Result<(), Box<Refusal>>, String> {
        Ok(match subject {
            PREPAID => all_in_range(&self.prepaid.with(environment, from, named)?),
            REVIEWS => all_in_range(&self.reviews.with(environment, from, named)?),
            other => return Err(format!("{other} has no figures")),
        })
    }
}

/// Rule R5-31. Every figure at a moment, with its default, its range and its unit.
#[must_use]
pub fn ranges_at(registry: &Registry, environment: Environment, now: Timestamp) -> Vec<Ranged> {
    let (prepaid, reviews) = (prepaid_at(registry, environment, now), reviews_at(registry, environment, now));
    let mut all = ranged(PREPAID, prepaid.ranges(), &PrepaidPolicy::default().ranges());
    all.extend(ranged(REVIEWS, reviews.ranges(), &ReviewPolicy::default().ranges()));
    all
}

/// The prepaid figures that hold for this unit: those of its batch's time.
#[must_use]
pub fn prepaid(unit: &Unit<'_>) -> Arc<PrepaidPolicy> {
    match unit.reference::<Book>() {
        Some(book) => book.prepaid(unit.environment(), unit.now()),
        None => Arc::clone(&DEFAULT),
    }
}

/// The figures of reviews that hold for this unit.
#[must_use]
pub fn reviews(unit: &Unit<'_>) -> Arc<ReviewPolicy> {
    match unit.reference::<Book>() {
        Some(book) => book.reviews(unit.environment(), unit.now()),
        None => Arc::clone(&REVIEW_DEFAULT),
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

/// The figures of reviews that hold for a read.
#[must_use]
pub fn reviews_at(registry: &Registry, environment: Environment, now: Timestamp) -> Arc<ReviewPolicy> {
    match registry.reference::<Book>() {
        Some(book) => book.reviews(environment, now),
        None => Arc::clone(&REVIEW_DEFAULT),
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

    /// Rule R5-31: figures of reviews have versions of their own, and those of one subject leave the other's alone.
    #[test]
    fn each_subject_has_its_own_versions() {
        let of_reviews = PolicyVersion {
            subject: REVIEWS.to_owned(),
            figures: r#"{"general_days":3}"#.to_owned(),
            ..version(2, 200, Some(0), 0)
        };
        let live = |version| (Environment::Live, version);
        let book = Book::of([live(version(1, 100, Some(0), 7)), live(of_reviews)]).unwrap();
        let at = |seconds| Timestamp::from_micros(0).plus_seconds(seconds);
        assert_eq!(book.reviews(Environment::Live, at(199)).general_days, 7);
        assert_eq!(book.reviews(Environment::Live, at(200)).general_days, 3);
        assert_eq!(book.reviews(Environment::Sandbox, at(200)).general_days, 7);
        assert_eq!(book.prepaid(Environment::Live, at(200)).topup_min_minor, 7);
        let may = |subject: &str, text: &str| {
            let named: Named = serde_json::from_str(text).unwrap();
            book.may_hold(Environment::Live, at(300), subject, &named)
        };
        assert_eq!(may(REVIEWS, r#"{"general_days":60}"#), Ok(Ok(())));
        let refusal = may(REVIEWS, r#"{"general_days":61}"#).unwrap().unwrap_err();
        assert_eq!((refusal.figure("key"), refusal.figure("most")), (Some("general_days"), Some("60")));
        assert!(may(REVIEWS, r#"{"topup_min_minor":1}"#).is_err());
        assert!(may("nobody", "{}").is_err());
        let stranger = PolicyVersion { subject: "nobody".into(), ..version(3, 1, Some(0), 1) };
        assert!(Book::of([live(stranger)]).is_err());
    }

    #[test]
    fn every_figure_is_told_with_its_range_and_its_default() {
        let registry = crate::registry();
        let all = ranges_at(&registry, Environment::Live, Timestamp::from_micros(0));
        assert!(
            all.iter().all(|one| one.value == one.default && one.least <= one.value && one.value <= one.most)
        );
        let of = |subject: &str| all.iter().filter(|one| one.subject == subject).count();
        assert!(of(PREPAID) > 20 && of(REVIEWS) == 4);
    }
}
