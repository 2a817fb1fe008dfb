//! Searching events by who, by which command, about what, whose and when (R5-30). The search follows the log behind everything
//! else, when somebody asks: it says how far it has come, and nothing is written where commands write (ADR 0027).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use zaiton_engine::StoreError;
use zaiton_engine::batch::EventRow;
use zaiton_kernel::Timestamp;
use zaiton_store::Queries;
use zaiton_store::audit_index::{AuditIndex, FoundPage, Sought};

use crate::log::Cursor;

/// Pages of the log that are taken before a search is answered; more are taken behind it.
const PAGES: usize = 50;
/// Rows of the index that a search looks at, at most.
const BOUND: usize = 5_000;

/// Events that were found.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What fits, the newest first.
    pub events: Vec<EventRow>,
    /// Where the next page begins; none at the end.
    pub next: Option<(i64, i64)>,
    /// Everything that was written before the search began was looked at.
    pub is_complete: bool,
    /// Of what is not complete: the moment of the event that was taken last.
    pub until: Option<Timestamp>,
}

struct Open {
    index: AuditIndex,
    cursor: Cursor,
    last: Option<Timestamp>,
}

/// The search of one process.
#[derive(Clone)]
pub struct Search {
    path: PathBuf,
    database: String,
    open: Arc<Mutex<Option<Open>>>,
}

impl Search {
    /// In a file, over a database of this name: another one's file is begun anew.
    #[must_use]
    pub fn new(path: PathBuf, database: String) -> Self {
        Self { path, database, open: Arc::default() }
    }

    fn with<T>(&self, job: impl FnOnce(&mut Open) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut place = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            let index = AuditIndex::open(&self.path, &self.database)?;
            // One that cannot be read is one that has read nothing: what is there is taken once more.
            let cursor = serde_json::from_str(index.cursor()).unwrap_or_default();
            *place = Some(Open { index, cursor, last: None });
        }
        let open = place.as_mut().ok_or_else(|| StoreError("the search over events is not open".into()))?;
        job(open)
    }

    /// Takes a page of the log; whether that was all.
    fn step(&self, queries: &Queries) -> Result<bool, StoreError> {
        self.with(|open| {
            let mut cursor = open.cursor.clone();
            let (events, is_all) = cursor.read(queries, 0)?;
            if cursor != open.cursor {
                let text = serde_json::to_string(&cursor).map_err(|error| StoreError(error.to_string()))?;
                open.index.take(&events, text)?;
                open.cursor = cursor;
                open.last = events.last().map(|event| event.at).or(open.last);
            }
            Ok(is_all)
        })
    }

    /// Follows the log so far; whether to its end.
    ///
    /// # Errors
    /// The database cannot be read, or the file not written.
    pub fn follow(&self, queries: &Queries, pages: usize) -> Result<bool, StoreError> {
        for _ in 0..pages {
            if self.step(queries)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What fits, after a place; follows the log first, as far as can be done while somebody waits.
    ///
    /// # Errors
    /// The database cannot be read, or the file not written.
    pub fn search(
        &self,
        queries: &Queries,
        sought: &Sought,
        after: Option<(i64, i64)>,
        limit: usize,
    ) -> Result<Answer, StoreError> {
        let is_complete = self.follow(queries, PAGES)?;
        let (FoundPage { rows, next }, last) =
            self.with(|open| Ok((open.index.search(sought, after, limit, BOUND)?, open.last)))?;
        let mut events = Vec::with_capacity(rows.len());
        for found in rows {
            // One of a database that was put back to an earlier time is no longer there.
            events.extend(queries.event(found.partition, found.id)?);
        }
        Ok(Answer { events, next, is_complete, until: last.filter(|_| !is_complete) })
    }
}
