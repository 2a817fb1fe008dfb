//! What waits for people of the operator, queue by queue: how many, since when, and the first of each. Every queue is found by an
//! index and counted no further than a hundred; decides nothing.
//!
//! `queues.rs` which queues there are and where they lie; `items.rs` one thing in a line.

mod items;
mod queues;

use std::collections::BTreeSet;

use serde::Serialize;
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Money, Reason, Text, Timestamp};
use zaiton_prepaid::PrepaidPolicy;
use zaiton_prepaid::cure::Cure;
use zaiton_store::Queries;

pub use queues::QueueName;

use crate::whose::{Known, Whose};
use queues::{QUEUES, Source};

/// Counted no further.
const MOST: usize = 100;
/// Shown of each queue.
const SHOWN: usize = 5;

/// What waits for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Attention {
    /// When it was looked at.
    pub at: Timestamp,
    /// Live or sandbox.
    pub environment: Environment,
    /// Every queue, also those that are empty.
    pub queues: Vec<QueueStanding>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct QueueStanding {
    /// Its name.
    pub queue: QueueName,
    /// What people call it.
    pub text: Text,
    /// Whoever looks may do something about it; said by who knows who looks.
    pub yours: bool,
    /// How many wait, at most a hundred.
    pub count: usize,
    /// There are more than that.
    pub more: bool,
    /// The oldest.
    pub oldest: Option<OldestItem>,
    /// The first five, the oldest first.
    pub items: Vec<QueueItem>,
}

/// The oldest of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OldestItem {
    /// Its id.
    pub id: String,
    /// Since when it waits.
    pub since: Timestamp,
}

/// One thing that waits, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct QueueItem {
    /// What kind of object it is.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Since when it waits; where that is not known, when it last changed.
    pub since: Timestamp,
    /// Where it stands.
    pub state: String,
    /// Whose it is, where it is a merchant's.
    pub merchant: Option<Whose>,
    /// How much it is about.
    pub amount: Option<Money>,
    /// The other side, or what it is called.
    pub name: Option<String>,
    /// Why it waits.
    pub reasons: Vec<Reason>,
    /// Of an account whose breaker is open: what would close it.
    pub cure: Option<Cure>,
}

/// What one look needs.
struct Look<'a> {
    queries: &'a Queries,
    environment: Environment,
    policy: &'a PrepaidPolicy,
    known: Known,
}

/// What waits in an environment.
///
/// # Errors
/// The database cannot be read.
pub fn attention(
    queries: &Queries,
    environment: Environment,
    policy: &PrepaidPolicy,
    at: Timestamp,
) -> Result<Attention, StoreError> {
    let mut look = Look { queries, environment, policy, known: Known::default() };
    let queues = QUEUES.iter().map(|queue| look.queue(queue)).collect::<Result<_, _>>()?;
    Ok(Attention { at, environment, queues })
}

impl Look<'_> {
    fn queue(&mut self, of: &queues::Queue) -> Result<QueueStanding, StoreError> {
        let mut found: BTreeSet<(i64, &'static str)> = BTreeSet::new();
        for source in of.sources {
            found.extend(self.ids(source)?);
        }
        let mut items = Vec::new();
        for (raw, table) in found.iter().take(SHOWN) {
            items.extend(self.item(table, *raw)?);
        }
        let oldest = items.first().map(|item| OldestItem { id: item.id.clone(), since: item.since });
        let (zh, en) = of.text;
        Ok(QueueStanding {
            queue: of.name,
            text: Text::new(zh, en),
            yours: true,
            count: found.len().min(MOST),
            more: found.len() > MOST,
            oldest,
            items,
        })
    }

    /// One more than is counted of each source.
    fn ids(&self, source: &Source) -> Result<Vec<(i64, &'static str)>, StoreError> {
        let most = i64::try_from(MOST).unwrap_or(0) + 1;
        let (table, ids) = match source {
            Source::Waiting(queue) => {
                (queue.table, self.queries.waiting_ids(*queue, self.environment, most)?)
            }
            Source::Dead(table) => {
                let rows = self.queries.dead(table, self.environment, 0, most)?;
                (*table, rows.into_iter().map(|row| row.id).collect())
            }
            Source::ShortDays => (queues::DAYS, self.short_days()?),
        };
        Ok(ids.into_iter().map(|id| (id, table)).collect())
    }
}
