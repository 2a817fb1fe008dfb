//! Review tasks by their queue and state, or by who has them: what is due first, or what waits longest. Each found by an index.

use zaiton_engine::StoreError;
use zaiton_kernel::Environment;

use super::objects::{COLUMNS, StoredRow, stored};
use super::queues::bit;
use crate::{Queries, Value};

/// In which order a queue is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// What is due first.
    Due,
    /// What waits longest.
    Age,
}

/// Whose tasks, all in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of<'a> {
    /// A queue's.
    Queue(&'a str),
    /// A queue's that lie with a desk.
    Desk(&'a str, &'a str),
    /// Those that somebody has.
    Person(&'a str),
}

/// Where a page begins: after a task that is due at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// The moment, in microseconds; not looked at by age.
    pub due: i64,
    /// The raw id.
    pub id: i64,
}

/// Whose, by how many names.
type Owner = (&'static str, usize);
const OF_QUEUE: Owner = ("queue = $5", 1);
const OF_DESK: Owner = ("queue = $5 AND desk = $6", 2);
const OF_PERSON: Owner = ("claimed_by = $5", 1);

fn page((owner, names): Owner, by: By) -> String {
    let (begin, order) = match by {
        By::Due => (format!("(due, id) > (${}, $3)", names + 5), "due, id"),
        By::Age => ("id > $3".to_owned(), "id"),
    };
    format!(
        "SELECT {COLUMNS} FROM review_tasks WHERE {owner} AND status = $1 AND (partition >> 62) = $2 AND {begin} \
         ORDER BY {order} LIMIT $4"
    )
}

/// The raw ids alone, for counting.
const IDS: &str = "SELECT id FROM review_tasks WHERE queue = $1 AND status = $2 AND (partition >> 62) = $3 \
     ORDER BY id LIMIT $4";

pub(super) fn texts() -> Vec<String> {
    let pages = [(OF_QUEUE, By::Due), (OF_QUEUE, By::Age), (OF_DESK, By::Due), (OF_PERSON, By::Due)];
    pages.into_iter().map(|(owner, by)| page(owner, by)).chain([IDS.to_owned()]).collect()
}

impl Queries {
    /// A page of tasks in a state. Only a whole queue is read by age; a desk's and a person's come by what is due first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn review_tasks(
        &self,
        of: Of<'_>,
        (state, environment): (&str, Environment),
        by: By,
        after: After,
        limit: i64,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let (owner, names, by): (Owner, &[&str], By) = match of {
            Of::Queue(name) => (OF_QUEUE, &[name], by),
            Of::Desk(name, desk) => (OF_DESK, &[name, desk], By::Due),
            Of::Person(name) => (OF_PERSON, &[name], By::Due),
        };
        let mut parameters = vec![Value::Text(state.to_owned()), bit(environment)];
        parameters.extend([after.id, limit].map(Value::Int));
        parameters.extend(names.iter().map(|name| Value::Text((*name).to_owned())));
        if by == By::Due {
            parameters.push(Value::Int(after.due));
        }
        self.rows(&page(owner, by), &parameters)?.iter().map(|row| stored(row)).collect()
    }

    /// How many of a queue stand in a state, counted no further than this.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn review_count(
        &self,
        queue: &str,
        (state, environment): (&str, Environment),
        most: i64,
    ) -> Result<usize, StoreError> {
        let parameters = [
            Value::Text(queue.to_owned()),
            Value::Text(state.to_owned()),
            bit(environment),
            Value::Int(most),
        ];
        Ok(self.rows(IDS, &parameters)?.len())
    }
}
