//! Which idempotency keys of the last seven days are known, in memory: key to the id of its answer. Never holds the answers
//! themselves. A batch writes its keys as one run, so that a start reads runs and no answers, and old answers are removed
//! run by run without looking for them.

use rustc_hash::FxHashMap;
use zaiton_kernel::Partition;

use crate::batch::RequestRow;
use crate::command::RequestKey;

/// For how many days after its own a key answers (R5-40).
pub const DAYS_KEPT: i64 = 7;
const MICROS_A_DAY: i64 = 86_400_000_000;
/// Bytes of one key in a run: id, partition, first half of the key.
const RUN_BYTES: usize = 24;

/// The number of a day since 1970 (UTC).
#[must_use]
pub fn day_of(micros: i64) -> i64 {
    micros.div_euclid(MICROS_A_DAY)
}

/// The oldest day whose keys still answer on a day.
#[must_use]
pub fn oldest_kept(day: i64) -> i64 {
    day - DAYS_KEPT
}

/// The keys of a batch as one text of bytes.
#[must_use]
pub fn write_run(rows: &[RequestRow]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * RUN_BYTES);
    for row in rows {
        bytes.extend_from_slice(&row.id.to_le_bytes());
        bytes.extend_from_slice(&row.partition.raw().to_le_bytes());
        bytes.extend_from_slice(&row.key.short().to_le_bytes());
    }
    bytes
}

/// Id, partition and first half of the key of each answer of a run.
pub fn read_run(bytes: &[u8]) -> impl Iterator<Item = (i64, i64, u64)> {
    bytes.as_chunks::<RUN_BYTES>().0.iter().map(|entry| {
        let [id, partition, short] =
            [0, 8, 16].map(|at| *entry[at..].first_chunk::<8>().expect("three numbers of eight bytes"));
        (i64::from_le_bytes(id), i64::from_le_bytes(partition), u64::from_le_bytes(short))
    })
}

/// Where an answer lies.
pub type AnswerPlace = (Partition, i64);

/// Keys by day. Two keys that share their first 64 bits are taken for one; the full key stored with the answer then tells
/// them apart, and the younger of the two is not remembered (one chance in 10^19 a pair).
#[derive(Debug, Default)]
pub struct RequestIndex {
    days: Vec<(i64, FxHashMap<u64, i64>)>,
}

impl RequestIndex {
    /// The id of a key's answer.
    #[must_use]
    pub fn find(&self, key: RequestKey) -> Option<i64> {
        let short = key.short();
        self.days.iter().rev().find_map(|(_, keys)| keys.get(&short).copied())
    }

    /// Remembers keys of a day: first half and id of the answer.
    pub fn add(&mut self, day: i64, keys: impl ExactSizeIterator<Item = (u64, i64)>) {
        let at = self.days.iter().position(|(of, _)| *of == day).unwrap_or_else(|| {
            self.days.push((day, FxHashMap::default()));
            self.days.len() - 1
        });
        let map = &mut self.days[at].1;
        map.reserve(keys.len());
        for (short, id) in keys {
            map.entry(short).or_insert(id);
        }
    }

    /// Forgets the days before one.
    pub fn forget_before(&mut self, day: i64) {
        self.days.retain(|(of, _)| *of >= day);
    }

    /// How many keys are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.days.iter().map(|(_, keys)| keys.len()).sum()
    }

    /// None are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
