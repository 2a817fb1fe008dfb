//! The queues of reviews as whoever works them sees them: how many stand where, and which task is next. Decides nothing: who may
//! take one is asked of the task itself.

use serde::Serialize;
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Text};
use zaiton_reviews::task::State;
use zaiton_reviews::{Desk, QueueName, ReviewTask};
use zaiton_store::Queries;
use zaiton_store::scan::objects::StoredRow;
use zaiton_store::scan::reviews::{After, By, Of};

use crate::whose::read;

/// Counted no further.
const MOST: i64 = 100;
/// Tasks that are looked at for the next one: all may be one's own, which somebody else is to take.
const LOOKED_AT: i64 = 200;

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReviewQueue {
    /// Its name.
    pub queue: QueueName,
    /// What people call it.
    pub text: Text,
    /// The desk above.
    pub escalates_to: Desk,
    /// How many stand in each state that is not over.
    pub states: Vec<ReviewCount>,
}

/// How many stand in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReviewCount {
    /// The state.
    pub state: &'static str,
    /// How many, at most a hundred.
    pub count: usize,
    /// There are more than that.
    pub more: bool,
}

/// Every queue, also those that are empty.
///
/// # Errors
/// The database cannot be read.
pub fn queues(queries: &Queries, environment: Environment) -> Result<Vec<ReviewQueue>, StoreError> {
    let most = usize::try_from(MOST).unwrap_or(0);
    let count = |queue: QueueName, state: &'static str| {
        let found = queries.review_count(queue.name(), (state, environment), MOST + 1)?;
        Ok(ReviewCount { state, count: found.min(most), more: found > most })
    };
    let of = |queue: QueueName| {
        let states =
            State::OPEN.into_iter().map(|state| count(queue, state)).collect::<Result<_, StoreError>>()?;
        Ok(ReviewQueue { queue, text: queue.text(), escalates_to: queue.escalates_to(), states })
    };
    QueueName::ALL.into_iter().map(of).collect()
}

/// Rule R5-10. The task of a queue that somebody takes next: what the desk above has first, then what is due first; never one
/// that they made themselves.
///
/// # Errors
/// The database cannot be read.
pub fn next(
    queries: &Queries,
    (queue, environment): (QueueName, Environment),
    desk: Option<Desk>,
    person: &str,
) -> Result<Option<StoredRow>, StoreError> {
    let desk = desk.map(|desk| named(&desk)).transpose()?;
    let of = desk.as_deref().map_or(Of::Queue(queue.name()), |desk| Of::Desk(queue.name(), desk));
    for state in State::IN_QUEUE {
        let page = queries.review_tasks(of, (state, environment), By::Due, After::default(), LOOKED_AT)?;
        for row in page {
            let task: ReviewTask = read(&row.body)?;
            if task.maker != person {
                return Ok(Some(row));
            }
        }
    }
    Ok(None)
}

/// A name as it is stored.
fn named(desk: &Desk) -> Result<String, StoreError> {
    let name = serde_json::to_value(desk).map_err(|error| StoreError(error.to_string()))?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}
