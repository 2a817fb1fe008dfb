//! Events for an auditor (R5-30): a merchant's events as a file with its proof, and whether such a file agrees with the database.
//! Searching them is `search.rs`. Reads only; the form of the file is `app`'s.

pub mod search;

use zaiton_app::verify::audit::{Asked, Held, Writing, hash_of, line};
use zaiton_engine::StoreError;
use zaiton_engine::batch::{EventRow, Head};
use zaiton_engine::chain::ChainKey;
use zaiton_kernel::{Environment, Partition, Timestamp};
use zaiton_platform::operation::OperationRefusal;
use zaiton_store::Queries;

use crate::exports::Halt;

/// Events that are read at once.
const STEP: usize = 500;
/// Events of a file, at most: more is asked for in parts.
pub const MOST: u64 = 1_000_000;

/// Takes the lines of a file; whether to go on.
pub type Take<'a> = &'a mut dyn FnMut(&str) -> Result<(), Halt>;

fn head_of(event: &EventRow) -> Head {
    Head { last_event: event.id, events: event.number, mac: event.mac }
}

fn told(what: &str) -> StoreError {
    StoreError(what.to_owned())
}

/// Whose events and of when.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// Where they lie.
    pub partition: Partition,
    /// The merchant's code.
    pub merchant: &'a str,
    /// From when, and to when, exclusive.
    pub period: (Timestamp, Timestamp),
}

/// A stretch of a chain.
struct Stretch {
    /// The newest event of each piece that reaches into the period, the newest piece first.
    pieces: Vec<i64>,
    /// The head before the period's first event.
    before: Head,
    /// It reaches to the head of the chain.
    is_open: bool,
}

fn stretch(queries: &Queries, of: Of<'_>) -> Result<Stretch, Halt> {
    let (from, to) = of.period;
    let mut next = queries.head(of.partition)?.unwrap_or_default().last_event;
    let mut found = Stretch { pieces: Vec::new(), before: Head::default(), is_open: true };
    let mut seen = 0_u64;
    while next != 0 {
        let page = queries.timeline(of.partition, next, STEP)?;
        found.is_open &= page.iter().all(|event| event.at < to);
        if page.iter().any(|event| event.at >= from && event.at < to) {
            found.pieces.push(next);
            seen += u64::try_from(page.len()).unwrap_or(u64::MAX);
        }
        if seen > MOST {
            return Err(Halt::Refused(OperationRefusal::TooManyRows { most: MOST }));
        }
        // Time never runs backwards in a chain.
        if let Some(before) = page.iter().find(|event| event.at < from) {
            found.before = head_of(before);
            return Ok(found);
        }
        next = page.last().map_or(0, |event| event.previous);
    }
    Ok(found)
}

/// The first and the last moment that a file may speak of: those of [`zaiton_kernel::time::YEARS`].
const ENDS: (Timestamp, Timestamp) =
    (Timestamp::from_micros(631_152_000_000_000), Timestamp::from_micros(4_102_444_799_999_999));

/// A merchant by its code.
///
/// # Errors
/// There is none, or the database cannot be read.
pub fn merchant(queries: &Queries, environment: Environment, code: &str) -> Result<Partition, Halt> {
    let found = queries.merchant(environment, code)?;
    found.map(|row| row.partition).ok_or_else(|| crate::exports::not_found(code))
}

/// Writes a merchant's events of a period; how many there are.
///
/// # Errors
/// The database cannot be read, there are too many, or nobody wants it any more.
pub fn export(queries: &Queries, chain: &ChainKey, of: Of<'_>, take: Take<'_>) -> Result<u64, Halt> {
    let (from, to) = (of.period.0.max(ENDS.0), of.period.1.min(ENDS.1));
    let of = Of { period: (from, to), ..of };
    let Stretch { pieces, before, is_open } = stretch(queries, of)?;
    let asked = Asked { partition: of.partition, merchant: of.merchant, period: of.period, is_open };
    let (mut writing, first) = Writing::begin(&asked, before);
    take(&first)?;
    let mut count = 0;
    for newest in pieces.into_iter().rev() {
        let page = queries.timeline(of.partition, newest, STEP)?;
        for event in page.iter().rev().filter(|event| event.at >= from && event.at < to) {
            take(&writing.event(event))?;
            count += 1;
        }
    }
    take(&writing.end(chain))?;
    Ok(count)
}

/// Whether a file that holds by itself says what the database says: the same events, none left out at either end.
///
/// # Errors
/// The database cannot be read.
pub fn agrees(queries: &Queries, held: &Held) -> Result<Result<(), String>, StoreError> {
    let partition = held.partition;
    let Some(head) = queries.head(partition)? else {
        return Ok(Err("the database has no such chain".to_owned()));
    };
    if head.events < held.after.events {
        return Ok(Err(format!(
            "the file knows {} events, the database has {}: its tail was cut",
            held.after.events, head.events
        )));
    }
    let mut next = head.last_event;
    while next != 0 {
        let page = queries.timeline(partition, next, STEP)?;
        for event in &page {
            match held.stands(event)? {
                Stands::Fits => {}
                Stands::Reached => return Ok(Ok(())),
                Stands::Differs(what) => return Ok(Err(what)),
            }
        }
        next = page.last().map_or(0, |event| event.previous);
    }
    let began = held.before.events == 0;
    Ok(if began { Ok(()) } else { Err("the database does not have what came before the file".to_owned()) })
}

enum Stands {
    /// As in the file, or after it.
    Fits,
    /// It is the one before the file: all of it was compared.
    Reached,
    /// What differs.
    Differs(String),
}

trait Compared {
    fn stands(&self, event: &EventRow) -> Result<Stands, StoreError>;
}

impl Compared for Held {
    fn stands(&self, event: &EventRow) -> Result<Stands, StoreError> {
        let number = event.number;
        if number > self.after.events {
            let left_out = event.at < self.begin.to && !self.begin.is_open;
            let what = format!("event {number} of the period is in the database and not in the file");
            return Ok(if left_out { Stands::Differs(what) } else { Stands::Fits });
        }
        if number <= self.before.events {
            if number == self.before.events && head_of(event) != self.before {
                return Ok(Stands::Differs(format!("event {number}, before the file, is another one")));
            }
            let left_out = event.at >= self.begin.from;
            let what = format!("event {number} of the period is in the database and not in the file");
            return Ok(if left_out { Stands::Differs(what) } else { Stands::Reached });
        }
        let at =
            usize::try_from(number - self.before.events - 1).map_err(|_| told("a number of an event"))?;
        let same = self.lines.get(at) == Some(&hash_of(&line(event)));
        let what = format!("event {number} is another one in the database");
        Ok(if same { Stands::Fits } else { Stands::Differs(what) })
    }
}
