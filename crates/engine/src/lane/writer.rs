//! The thread that writes: one batch after another, tried again when the database is away for a moment, and asked for its
//! number when nobody can say whether a batch was written. Never changes what a batch says.

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Site, instant};
use crate::batch::Batch;
use crate::port::{CommitError, LaneRow, Store};

/// Waits before a failed write is tried again.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(800)];

/// How the writer ended a batch.
pub(super) enum Written {
    Done,
    /// The outcome was unknown and is known now: the lane was taken again under a new epoch.
    DoneRetaken(LaneRow),
    Failed(CommitError, Option<LaneRow>),
}

pub(super) fn write(
    site: &Site,
    store: Box<dyn Store>,
    batches: &Receiver<Batch>,
    results: &Sender<Written>,
) {
    let mut store = Some(store);
    while let Ok(batch) = batches.recv() {
        let (began, answers) = (instant(), batch.requests.len());
        let written = write_one(site, &mut store, batch);
        if let (Written::Done | Written::DoneRetaken(_), Some(watch)) = (&written, &site.watch) {
            watch.written(answers, began.elapsed().as_micros());
        }
        if let (Written::Done | Written::DoneRetaken(_), Some(tell)) = (&written, &site.on_commit) {
            tell();
        }
        if results.send(written).is_err() {
            return;
        }
    }
}

fn write_one(site: &Site, store: &mut Option<Box<dyn Store>>, mut batch: Batch) -> Written {
    let mut retaken: Option<LaneRow> = None;
    let mut waits = RETRIES.iter();
    loop {
        let result = match open(site, store) {
            Ok(store) => store.commit(&batch),
            Err(error) => Err(CommitError::Unavailable(error)),
        };
        let error = match result {
            Ok(()) => return retaken.map_or(Written::Done, Written::DoneRetaken),
            Err(error @ (CommitError::Lost | CommitError::Refused(_))) => {
                return Written::Failed(error, retaken);
            }
            Err(CommitError::Unknown(error)) => {
                *store = None;
                match site.database.take_lane(batch.lane, &site.owner, &site.address, site.lease_seconds) {
                    // Somebody had the lane in between: its number says nothing about our batch, and our memory is old.
                    Ok(Some(row)) if row.epoch != batch.epoch + 1 => {
                        return Written::Failed(CommitError::Lost, retaken);
                    }
                    Ok(Some(row)) if row.seq == batch.seq => return Written::DoneRetaken(row),
                    Ok(Some(row)) => {
                        batch.epoch = row.epoch;
                        retaken = Some(row);
                        continue;
                    }
                    Ok(None) => return Written::Failed(CommitError::Lost, retaken),
                    // The outcome stays unknown until the database answers again; the keys of the requests tell then.
                    Err(_) => CommitError::Unknown(error),
                }
            }
            Err(error @ CommitError::Unavailable(_)) => {
                *store = None;
                error
            }
        };
        match waits.next() {
            Some(wait) => pause(*wait),
            None => return Written::Failed(error, retaken),
        }
    }
}

/// Waits on a channel that nobody writes to: the one place where the writer has to let time pass.
fn pause(time: Duration) {
    let (_open, never) = bounded::<()>(0);
    let _ = never.recv_timeout(time);
}

fn open<'s>(site: &Site, store: &'s mut Option<Box<dyn Store>>) -> Result<&'s mut Box<dyn Store>, String> {
    if store.is_none() {
        *store = Some(site.database.store().map_err(|error| error.0)?);
    }
    store.as_mut().ok_or_else(|| "no connection".to_owned())
}
