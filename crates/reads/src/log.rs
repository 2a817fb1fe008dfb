//! How far the event log was read, by lane: ids rise within a lane, and lanes write beside each other. Never passes over a batch
//! that is still on its way. For whoever follows the log: the stream of changes, the search over events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zaiton_engine::StoreError;
use zaiton_engine::batch::EventRow;
use zaiton_kernel::Timestamp;
use zaiton_kernel::id::{EPOCH_MILLIS, LANE_BITS, SEQUENCE_BITS};
use zaiton_store::Queries;

/// Events read at once.
const PAGE: i64 = 1_000;
/// How long a batch may be on its way: an id that is this much older than now may still come.
const ON_ITS_WAY_MILLIS: i64 = 120_000;

fn lane_of(id: i64) -> i64 {
    id & ((1 << LANE_BITS) - 1)
}

/// No id of a batch that is written after this moment is lower.
#[must_use]
pub fn lowest_at(at: Timestamp) -> i64 {
    let millis = (at.millis() - EPOCH_MILLIS - ON_ITS_WAY_MILLIS).max(0);
    millis << (LANE_BITS + SEQUENCE_BITS)
}

/// What was read of the log, by lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(BTreeMap<i64, i64>);

impl Cursor {
    /// At the end of what was written by now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn at_end(queries: &Queries) -> Result<Self, StoreError> {
        Ok(Self(queries.lanes()?.into_iter().collect()))
    }

    /// Everything of other lanes that may have come since an event of one lane was seen, and nothing of its own before it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn after(queries: &Queries, event: i64) -> Result<Self, StoreError> {
        let margin = ON_ITS_WAY_MILLIS << (LANE_BITS + SEQUENCE_BITS);
        let of = |lane| if lane == lane_of(event) { event } else { (event - margin).max(0) };
        Ok(Self(queries.lanes()?.into_iter().map(|(lane, _)| (lane, of(lane))).collect()))
    }

    /// Takes an event, unless it was taken before.
    fn take(&mut self, id: i64) -> bool {
        let known = self.0.entry(lane_of(id)).or_default();
        let is_new = id > *known;
        *known = id.max(*known);
        is_new
    }

    /// What was written since, a page at most, and whether that is all. `lowest`: no new event is below it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn read(&mut self, queries: &Queries, lowest: i64) -> Result<(Vec<EventRow>, bool), StoreError> {
        // What lanes say first is all there when the events are read afterwards.
        let ends: BTreeMap<i64, i64> = queries.lanes()?.into_iter().collect();
        let moved =
            |lane: &i64| ends.get(lane).copied().unwrap_or(0) > self.0.get(lane).copied().unwrap_or(0);
        let from = ends.keys().filter(|lane| moved(lane)).map(|lane| self.0.get(lane).copied().unwrap_or(0));
        let Some(mut from) = from.min().map(|from| from.max(lowest)) else { return Ok((Vec::new(), true)) };
        let end = ends.values().copied().max().unwrap_or(0);
        let mut new = Vec::new();
        loop {
            let page = queries.events_after(from, PAGE)?;
            let is_last = i64::try_from(page.len()).is_ok_and(|read| read < PAGE);
            for event in page {
                from = event.id;
                let is_sure = ends.get(&lane_of(event.id)).is_some_and(|end| event.id <= *end);
                if is_sure && self.take(event.id) {
                    new.push(event);
                }
            }
            if is_last || from >= end {
                // Numbers that lanes gave to other things than events are read, too.
                for (lane, end) in ends {
                    let known = self.0.entry(lane).or_default();
                    *known = end.max(*known);
                }
                return Ok((new, true));
            }
            if new.len() >= usize::try_from(PAGE).unwrap_or(1) {
                return Ok((new, false));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_taken_once_and_by_its_lane() {
        let mut cursor = Cursor::default();
        assert!(cursor.take(5 << LANE_BITS));
        assert!(!cursor.take(5 << LANE_BITS));
        assert!(!cursor.take(4 << LANE_BITS));
        assert!(cursor.take((4 << LANE_BITS) | 1), "another lane is at its own place");
        assert!(cursor.take(6 << LANE_BITS));
    }

    #[test]
    fn what_may_still_come_is_not_below_the_lowest() {
        let at = Timestamp::from_micros((EPOCH_MILLIS + 500_000) * 1_000);
        let mut ids = zaiton_kernel::id::IdGenerator::new(3, 0);
        assert!(ids.next(EPOCH_MILLIS + 500_000 - ON_ITS_WAY_MILLIS) >= lowest_at(at));
        let mut ids = zaiton_kernel::id::IdGenerator::new(3, 0);
        assert!(ids.next(EPOCH_MILLIS + 499_999 - ON_ITS_WAY_MILLIS) < lowest_at(at));
    }
}
