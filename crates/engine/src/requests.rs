//! Which idempotency keys of the last seven days are known, in memory: key to the place of its answer. Never
//! holds the answers themselves.

use rustc_hash::FxHashMap;

use crate::command::RequestKey;

/// Eight tables by day; the one of eight days ago is emptied when its turn comes again.
pub const SLOTS: u8 = 8;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// The number of a day since 1970 (UTC).
#[must_use]
pub fn day_of(micros: i64) -> i64 {
    micros.div_euclid(MICROS_A_DAY)
}

/// The table of a day.
#[must_use]
pub fn slot_of(day: i64) -> u8 {
    let slot = day.rem_euclid(i64::from(SLOTS));
    u8::try_from(slot).expect("a remainder of eight is below eight")
}

/// Keys by table. Two keys that share their first 64 bits are taken for one place; the full key stored there
/// then tells them apart, and the younger of the two is not remembered (one chance in 10^19 a pair).
#[derive(Debug, Default)]
pub struct RequestIndex {
    slots: [FxHashMap<u64, i64>; 8],
}

impl RequestIndex {
    /// Where the answer of a key lies: table and id.
    #[must_use]
    pub fn find(&self, key: RequestKey) -> Option<(u8, i64)> {
        let short = key.short();
        self.slots.iter().zip(0_u8..).find_map(|(slot, at)| slot.get(&short).map(|id| (at, *id)))
    }

    /// Remembers a key.
    pub fn add(&mut self, slot: u8, key: RequestKey, id: i64) {
        if let Some(map) = self.slots.get_mut(usize::from(slot)) {
            map.entry(key.short()).or_insert(id);
        }
    }

    /// Forgets a table's keys.
    pub fn clear(&mut self, slot: u8) {
        if let Some(map) = self.slots.get_mut(usize::from(slot)) {
            *map = FxHashMap::default();
        }
    }

    /// How many keys are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.iter().map(FxHashMap::len).sum()
    }

    /// None are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
