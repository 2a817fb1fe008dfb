//! The search over events: a SQLite file beside whatever database the events lie in, filled from the log in the order of its ids
//! and thrown away at will (ADR 0027). It holds where an event is found, and nothing that the event says. Never asked by a
//! command.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use zaiton_engine::StoreError;
use zaiton_engine::batch::EventRow;
use zaiton_kernel::{Environment, Partition, Timestamp};

/// How long it is waited for another process that writes the same file: what both take, both know.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of another form it is made anew.
const FORM: i64 = 1;
const TABLES: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE found (
  id INTEGER PRIMARY KEY, partition INTEGER NOT NULL, environment INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, command TEXT NOT NULL, subject INTEGER NOT NULL
) STRICT;
CREATE INDEX found_at ON found (environment, at, id);
CREATE INDEX found_partition ON found (partition, at, id);
CREATE INDEX found_actor ON found (environment, actor, at, id);
CREATE INDEX found_command ON found (environment, command, at, id);
CREATE INDEX found_subject ON found (environment, subject, at, id);
CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), form INTEGER NOT NULL, database TEXT NOT NULL,
  cursor TEXT NOT NULL) STRICT;";
const PLACE: &str = "SELECT form, database, cursor FROM place";
const BEGIN: &str = "INSERT INTO place (one, form, database, cursor) VALUES (1, ?1, ?2, '')";
const MOVE: &str = "UPDATE place SET cursor = ?1";
const TAKE: &str = "INSERT OR IGNORE INTO found (id, partition, environment, at, actor, command, subject) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// What is searched for; all that is named must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Live or sandbox.
    pub environment: Environment,
    /// Whose partition.
    pub partition: Option<Partition>,
    /// Who.
    pub actor: Option<String>,
    /// By which command.
    pub command: Option<String>,
    /// What it is about: a raw id.
    pub subject: Option<i64>,
    /// From when.
    pub from: Option<Timestamp>,
    /// To when, exclusive.
    pub to: Option<Timestamp>,
}

/// Where an event is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its raw id.
    pub id: i64,
    /// Where it lies.
    pub partition: Partition,
    /// When it happened.
    pub at: Timestamp,
}

/// A page of what was found, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundPage {
    /// What fits.
    pub rows: Vec<Found>,
    /// Where the next page begins: the moment and the id of what was looked at last; none at the end.
    pub next: Option<(i64, i64)>,
}

/// An open file of the search.
pub struct AuditIndex {
    connection: Connection,
    cursor: String,
}

fn told(error: &rusqlite::Error) -> StoreError {
    StoreError(format!("the search over events: {error}"))
}

fn number(environment: Environment) -> i64 {
    Partition::platform(environment).raw() >> 62
}

impl Sought {
    /// By which index it is found: the one of the fewest rows, as a rule. The rest is looked at row by row, within a bound.
    fn found_by(&self) -> (&'static str, Vec<Cell>) {
        let environment = Cell::Integer(number(self.environment));
        if let Some(subject) = self.subject {
            return ("environment = ?1 AND subject = ?2", vec![environment, Cell::Integer(subject)]);
        }
        if let Some(partition) = self.partition {
            return ("partition = ?1", vec![Cell::Integer(partition.raw())]);
        }
        if let Some(actor) = &self.actor {
            return ("environment = ?1 AND actor = ?2", vec![environment, Cell::Text(actor.clone())]);
        }
        if let Some(command) = &self.command {
            return ("environment = ?1 AND command = ?2", vec![environment, Cell::Text(command.clone())]);
        }
        ("environment = ?1", vec![environment])
    }

    fn text(&self) -> (String, Vec<Cell>) {
        let (owner, cells) = self.found_by();
        let n = cells.len();
        let text = format!(
            "SELECT id, partition, at, environment, actor, command, subject FROM found WHERE {owner} \
             AND at >= ?{} AND (at, id) < (?{}, ?{}) ORDER BY at DESC, id DESC LIMIT ?{}",
            n + 1,
            n + 2,
            n + 3,
            n + 4
        );
        (text, cells)
    }

    fn fits(&self, row: &rusqlite::Row<'_>) -> Result<bool, rusqlite::Error> {
        let is = |wanted: &Option<String>, at: usize| -> Result<bool, rusqlite::Error> {
            let found: String = row.get(at)?;
            Ok(wanted.as_ref().is_none_or(|wanted| *wanted == found))
        };
        let partition: i64 = row.get(1)?;
        let subject: i64 = row.get(6)?;
        let environment: i64 = row.get(3)?;
        Ok(self.partition.is_none_or(|wanted| wanted.raw() == partition)
            && self.subject.is_none_or(|wanted| wanted == subject)
            && environment == number(self.environment)
            && is(&self.actor, 4)?
            && is(&self.command, 5)?)
    }
}

impl AuditIndex {
    /// Opens the file, or makes it; one of another database or of another form is made anew.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open(path: &Path, database: &str) -> Result<Self, StoreError> {
        match Self::known(path, database) {
            Ok(Some(index)) => Ok(index),
            Ok(None) | Err(_) => Self::anew(path, database).map_err(|error| told(&error)),
        }
    }

    fn known(path: &Path, database: &str) -> Result<Option<Self>, rusqlite::Error> {
        if !path.exists() {
            return Ok(None);
        }
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?));
        let place: Option<(i64, String, String)> = connection.query_row(PLACE, [], row).optional()?;
        let place = place.filter(|(form, of, _)| *form == FORM && of == database);
        Ok(place.map(|(_, _, cursor)| Self { connection, cursor }))
    }

    fn anew(path: &Path, database: &str) -> Result<Self, rusqlite::Error> {
        for end in ["", "-wal", "-shm"] {
            let mut file = path.as_os_str().to_owned();
            file.push(end);
            // What is not there need not go; what cannot go is told by the next line.
            drop(std::fs::remove_file(file));
        }
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.execute_batch(TABLES)?;
        connection.execute(BEGIN, params![FORM, database])?;
        Ok(Self { connection, cursor: String::new() })
    }

    /// How far the log was read, as whoever reads it wrote it down; empty at first.
    #[must_use]
    pub fn cursor(&self) -> &str {
        &self.cursor
    }

    /// Takes events, and how far the log was read by them: both or neither.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn take(&mut self, events: &[EventRow], cursor: String) -> Result<(), StoreError> {
        let mut write = || -> Result<(), rusqlite::Error> {
            let transaction = self.connection.transaction()?;
            {
                let mut insert = transaction.prepare_cached(TAKE)?;
                for event in events {
                    let environment = number(event.partition.environment());
                    insert.execute(params![
                        event.id,
                        event.partition.raw(),
                        environment,
                        event.at.micros(),
                        event.actor,
                        event.command,
                        event.subject
                    ])?;
                }
            }
            transaction.execute(MOVE, params![cursor])?;
            transaction.commit()
        };
        write().map_err(|error| told(&error))?;
        self.cursor = cursor;
        Ok(())
    }

    /// What fits, the newest first, after a place: at most `limit`, and no more than `bound` rows are looked at.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn search(
        &self,
        sought: &Sought,
        after: Option<(i64, i64)>,
        limit: usize,
        bound: usize,
    ) -> Result<FoundPage, StoreError> {
        self.found(sought, after, limit, bound).map_err(|error| told(&error))
    }

    fn found(
        &self,
        sought: &Sought,
        after: Option<(i64, i64)>,
        limit: usize,
        bound: usize,
    ) -> Result<FoundPage, rusqlite::Error> {
        let (text, mut cells) = sought.text();
        let to = sought.to.map_or(i64::MAX, Timestamp::micros);
        // What is before the moment has any id.
        let (at, id) = after.unwrap_or((to, i64::MIN));
        let from = sought.from.map_or(i64::MIN, Timestamp::micros);
        let most = i64::try_from(bound).unwrap_or(i64::MAX);
        cells.extend([from, at, id, most].map(Cell::Integer));
        let mut statement = self.connection.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(cells))?;
        let mut page = FoundPage::default();
        let mut looked = 0;
        while let Some(row) = rows.next()? {
            let (id, at): (i64, i64) = (row.get(0)?, row.get(2)?);
            looked += 1;
            let raw: i64 = row.get(1)?;
            if sought.fits(row)?
                && let Some(partition) = Partition::from_raw(raw)
            {
                page.rows.push(Found { id, partition, at: Timestamp::from_micros(at) });
            }
            if page.rows.len() >= limit || looked >= bound {
                page.next = Some((at, id));
                return Ok(page);
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64, owner: i64, actor: &str, command: &str, subject: i64, second: i64) -> EventRow {
        EventRow {
            id,
            partition: Partition::new(Environment::Live, owner),
            previous: 0,
            number: 1,
            at: Timestamp::from_micros(0).plus_seconds(second),
            actor: actor.into(),
            command: command.into(),
            subject,
            body: "{}".into(),
            mac: [0; 32],
        }
    }

    fn ids(index: &AuditIndex, sought: &Sought) -> Vec<i64> {
        let page = index.search(sought, None, 100, 100).unwrap();
        page.rows.iter().map(|found| found.id).collect()
    }

    #[test]
    fn events_are_found_by_what_is_known_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("search.db");
        let mut index = AuditIndex::open(&path, "one").unwrap();
        let events = [
            event(1, 7, "chen", "desk.answer", 70, 10),
            event(2, 7, "wang", "desk.answer", 70, 20),
            event(3, 8, "chen", "desk.open", 80, 20),
            event(4, 8, "chen", "desk.answer", 80, 30),
        ];
        index.take(&events, "c1".into()).unwrap();
        index.take(&events, "c2".into()).unwrap();
        let any = Sought::default();
        assert_eq!(ids(&index, &any), [4, 3, 2, 1]);
        let by = |change: &dyn Fn(&mut Sought)| {
            let mut sought = any.clone();
            change(&mut sought);
            ids(&index, &sought)
        };
        assert_eq!(by(&|s| s.actor = Some("chen".into())), [4, 3, 1]);
        assert_eq!(by(&|s| s.command = Some("desk.answer".into())), [4, 2, 1]);
        assert_eq!(by(&|s| s.subject = Some(70)), [2, 1]);
        assert_eq!(by(&|s| s.partition = Some(Partition::new(Environment::Live, 8))), [4, 3]);
        assert!(by(&|s| s.environment = Environment::Sandbox).is_empty());
        let second = |n| Timestamp::from_micros(0).plus_seconds(n);
        assert_eq!(by(&|s| (s.from, s.to) = (Some(second(20)), Some(second(30)))), [3, 2]);
        let both = |s: &mut Sought| (s.actor, s.subject) = (Some("chen".into()), Some(70));
        assert_eq!(by(&both), [1]);
        // Pages go on where the one before ended, and are bounded by what they look at, not by what fits.
        let sought = Sought { command: Some("desk.open".into()), subject: None, ..any.clone() };
        assert_eq!(index.search(&sought, None, 10, 10).unwrap().rows.len(), 1);
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = index.search(&any, after, 1, 100).unwrap();
            seen.extend(page.rows.iter().map(|found| found.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [4, 3, 2, 1]);
        let rare = Sought { actor: Some("wang".into()), subject: Some(70), ..any.clone() };
        let page = index.search(&rare, None, 10, 1).unwrap();
        assert_eq!((page.rows.len(), page.next.is_some()), (1, true));
        drop(index);
        // The same file goes on; of another database it is begun anew, and so is one that is no such file.
        let index = AuditIndex::open(&path, "one").unwrap();
        assert_eq!((index.cursor(), ids(&index, &any).len()), ("c2", 4));
        drop(index);
        let index = AuditIndex::open(&path, "two").unwrap();
        assert_eq!((index.cursor(), ids(&index, &any).len()), ("", 0));
        drop(index);
        std::fs::write(&path, "no database").unwrap();
        assert_eq!(ids(&AuditIndex::open(&path, "two").unwrap(), &any).len(), 0);
    }

    /// Every search walks one index from its end, in its order: no table, and nothing is sorted.
    #[test]
    fn every_search_is_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let index = AuditIndex::open(&folder.path().join("search.db"), "one").unwrap();
        let any = Sought::default();
        let partition = Some(Partition::new(Environment::Live, 8));
        for sought in [
            any.clone(),
            Sought { partition, ..any.clone() },
            Sought { actor: Some("a".into()), ..any.clone() },
            Sought { command: Some("c".into()), ..any.clone() },
            Sought { subject: Some(1), ..any.clone() },
        ] {
            let (text, cells) = sought.text();
            let mut statement = index.connection.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
            let nothing = vec![Cell::Null; cells.len() + 4];
            let steps =
                statement.query_map(params_from_iter(nothing), |row| row.get::<_, String>(3)).unwrap();
            let steps: Vec<String> = steps.map(Result::unwrap).collect();
            assert!(steps.iter().all(|step| step.starts_with("SEARCH")), "{text}: {steps:?}");
        }
    }
}
