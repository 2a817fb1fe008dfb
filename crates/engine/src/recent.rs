//! The natural keys claimed last. They lie in runs, one a batch, and in memory; once there are many they move into their
//! table in the order of the table, a few with each batch, so that a batch touches a few neighbouring pages of a large
//! table and not one for every key. Never forgets a key before it lies in the table.

use rustc_hash::FxHashMap;
use zaiton_kernel::Partition;

use crate::batch::KeyRow;
use crate::core::KeyPlace;
use crate::port::{LaneRow, Reader, StoreError};

/// Bytes of a key in a run: partition, key, id.
const RUN_BYTES: usize = 32;
/// The place after the last one: all of a generation lies in the table.
const END: [u8; 24] = [0xff; 24];

/// The keys of a batch as one text of bytes.
#[must_use]
pub fn write_run(rows: &[KeyRow]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * RUN_BYTES);
    for row in rows {
        bytes.extend_from_slice(&row.partition.raw().to_be_bytes());
        bytes.extend_from_slice(&row.key);
        bytes.extend_from_slice(&row.id.to_le_bytes());
    }
    bytes
}

/// Partition, key and id of each entry of a run.
pub fn read_run(bytes: &[u8]) -> impl Iterator<Item = (Partition, [u8; 16], i64)> {
    bytes.as_chunks::<RUN_BYTES>().0.iter().filter_map(|entry| {
        let (partition, rest) = entry.split_first_chunk::<8>()?;
        let (key, id) = rest.split_first_chunk::<16>()?;
        let partition = Partition::from_raw(i64::from_be_bytes(*partition))?;
        Some((partition, *key, i64::from_le_bytes(*id.first_chunk()?)))
    })
}

fn place_bytes(place: KeyPlace) -> [u8; 24] {
    let mut bytes = [0; 24];
    let (partition, key) = bytes.split_at_mut(8);
    partition.copy_from_slice(&place.partition.raw().to_be_bytes());
    key.copy_from_slice(&place.key);
    bytes
}

/// Where the moving of keys stands, as the lane's row keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysMoved {
    /// The generation under which runs are written. The one before it is on its way into the table.
    pub generation: i64,
    /// The last place of the generation before that lies in the table: partition (big endian) and key.
    pub cursor: [u8; 24],
}

impl Default for KeysMoved {
    fn default() -> Self {
        Self { generation: 0, cursor: END }
    }
}

impl KeysMoved {
    /// Runs of the generations below this one lie in the table as a whole and may be removed.
    #[must_use]
    pub fn done_below(&self) -> i64 {
        if self.cursor == END { self.generation } else { self.generation - 1 }
    }
}

/// Two generations of keys: those that are written now, and those that move.
pub(crate) struct RecentKeys {
    generation: i64,
    young: FxHashMap<KeyPlace, i64>,
    frozen: FxHashMap<KeyPlace, i64>,
    /// The frozen ones in the order of the table; those before `moved` lie in it.
    order: Vec<KeyPlace>,
    moved: usize,
    /// The last place that lies in the table, also when it was moved before this process took the lane.
    cursor: [u8; 24],
    most: usize,
}

impl RecentKeys {
    /// What a lane's runs hold that its table does not.
    pub(crate) fn load(row: &LaneRow, most: usize, reader: &mut dyn Reader) -> Result<Self, StoreError> {
        let KeysMoved { generation, cursor } = row.keys_moved;
        let (young, frozen) = (FxHashMap::default(), FxHashMap::default());
        let mut keys =
            Self { generation, young, frozen, order: Vec::new(), moved: 0, cursor, most: most.max(1) };
        reader.key_runs(row.lane, row.keys_moved.done_below(), &mut |of, run| {
            for (partition, key, id) in read_run(run) {
                let place = KeyPlace { partition, key };
                if of == generation {
                    keys.young.insert(place, id);
                } else if place_bytes(place) > cursor {
                    keys.frozen.insert(place, id);
                }
            }
        })?;
        keys.sort();
        keys.freeze_when_due();
        Ok(keys)
    }

    pub(crate) fn find(&self, place: KeyPlace) -> Option<i64> {
        self.young.get(&place).or_else(|| self.frozen.get(&place)).copied()
    }

    /// What a batch that claims so many keys moves, and where the moving stands after it. Twice as many as come in: the
    /// older generation is through before the younger is full.
    pub(crate) fn step(&self, claimed: usize) -> (Vec<KeyRow>, KeysMoved) {
        let end = self.order.len().min(self.moved + 2 * claimed);
        let keys_moved = KeysMoved { generation: self.generation, cursor: self.cursor_at(end) };
        let places = self.order.get(self.moved..end).unwrap_or_default();
        let row = |place: &KeyPlace| {
            let id = *self.frozen.get(place)?;
            Some(KeyRow { partition: place.partition, key: place.key, id })
        };
        let rows = places.iter().filter_map(row).collect();
        (rows, keys_moved)
    }

    fn cursor_at(&self, end: usize) -> [u8; 24] {
        match self.order.get(self.moved..end).and_then(<[_]>::last) {
            _ if end == self.order.len() => END,
            Some(place) => place_bytes(*place),
            None => self.cursor,
        }
    }

    /// A batch is durable that claimed these and moved so many.
    pub(crate) fn committed(&mut self, claimed: impl IntoIterator<Item = (KeyPlace, i64)>, moved: usize) {
        self.young.extend(claimed);
        self.cursor = self.cursor_at(self.moved + moved);
        self.moved += moved;
        if self.moved == self.order.len() {
            (self.frozen, self.order, self.moved) = Default::default();
        }
        self.freeze_when_due();
    }

    fn freeze_when_due(&mut self) {
        if self.frozen.is_empty() && self.young.len() >= self.most {
            self.generation += 1;
            self.cursor = [0; 24];
            self.frozen = std::mem::take(&mut self.young);
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.order = self.frozen.keys().copied().collect();
        self.order.sort_unstable_by_key(|place| place_bytes(*place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_reads_as_it_was_written() {
        let partition = Partition::new(zaiton_kernel::Environment::Live, 7 << 8);
        let rows = [KeyRow { partition, key: [9; 16], id: 5 }, KeyRow { partition, key: [1; 16], id: -1 }];
        let read: Vec<_> = read_run(&write_run(&rows)).collect();
        assert_eq!(read, [(partition, [9; 16], 5), (partition, [1; 16], -1)]);
    }
}
