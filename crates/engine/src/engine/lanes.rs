//! The lanes of this process: taken, held by a lease, let go. Never runs two lanes of one number.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::Engine;
use crate::core::LaneCore;
use crate::lane::{Lane, Message, start};
use crate::port::StoreError;

impl Engine {
    pub(super) fn take_lanes(&self) -> Result<(), StoreError> {
        let site = &self.0.site;
        for lane in 0..site.database.lanes() {
            let running = self.0.lanes.read().expect("lanes lock").get(&lane).map(|l| l.thread.is_finished());
            if running == Some(false) {
                continue;
            }
            let Some(row) = site.database.take_lane(lane, &site.owner, &site.address, site.lease_seconds)?
            else {
                continue;
            };
            let mut reader = site.database.reader()?;
            let core = LaneCore::new(
                row,
                site.database.lanes(),
                self.0.cache,
                Arc::clone(&self.0.registry),
                Arc::clone(&site.clock),
                self.0.chain.clone(),
                reader.as_mut(),
            )?;
            let lane_of_ours = start(Arc::clone(site), core, reader, site.database.store()?);
            self.0.lanes.write().expect("lanes lock").insert(lane, lane_of_ours);
        }
        Ok(())
    }

    /// Prolongs leases and looks for lanes without an owner, until told to stop.
    pub(super) fn keep(&self, stopped: &Receiver<()>) {
        let site = &self.0.site;
        let third = Duration::from_millis(u64::from(site.lease_seconds) * 1_000 / 3);
        while stopped.recv_timeout(third) == Err(crossbeam_channel::RecvTimeoutError::Timeout) {
            if let Some(on_beat) = &self.0.on_beat {
                on_beat(&self.0.registry);
            }
            match site.database.renew_lanes(&site.owner, site.lease_seconds) {
                Ok(held) => self.let_go(&held),
                Err(error) => tracing::error!(%error, "the lanes' lease could not be prolonged"),
            }
            if let Err(error) = self.take_lanes() {
                tracing::error!(%error, "lanes could not be taken");
            }
        }
    }

    /// Ends lanes that another process has taken: what is in their memory is no longer the truth.
    fn let_go(&self, held: &[u16]) {
        let lost: Vec<(u16, Lane)> = {
            let mut lanes = self.0.lanes.write().expect("lanes lock");
            let gone: Vec<u16> = lanes.keys().filter(|lane| !held.contains(lane)).copied().collect();
            gone.into_iter().filter_map(|lane| lanes.remove(&lane).map(|running| (lane, running))).collect()
        };
        for (lane, running) in lost {
            tracing::warn!(lane, "another process has taken this lane");
            drop(running.sender.send(Message::Stop));
        }
    }
}
