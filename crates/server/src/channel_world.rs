//! The world as this program's connections to channels have it: the system's time and chance, and no long wait, since what is
//! to happen later is a timer's row.

use std::time::Duration;

use crossbeam_channel::bounded;
use zaiton_channels::World;
use zaiton_effects::sealing::system_random;
use zaiton_kernel::Timestamp;

use crate::clock::system;

/// The longest wait for a channel's budget, in seconds; beyond it a call ends, and its turn goes on when its time has come.
const PATIENCE: i64 = 5;

/// The world.
pub(crate) struct Here;

impl World for Here {
    fn now(&self) -> Timestamp {
        system()
    }

    fn random(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        // Without chance all would ask again at one moment: no reason to stop.
        let _ = system_random(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    fn wait_until(&self, at: Timestamp) -> bool {
        let micros = at.micros() - system().micros();
        if micros > PATIENCE * 1_000_000 {
            return false;
        }
        if let Ok(micros) = u64::try_from(micros) {
            let (_open, never) = bounded::<()>(0);
            let _ = never.recv_timeout(Duration::from_micros(micros));
        }
        true
    }
}
