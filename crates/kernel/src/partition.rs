//! Partitions: what changes together. Environment and owner in one 63-bit number. Never says what a partition
//! holds; the map of partitions is in the architecture.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Live money, or a merchant's sandbox. Each has its own clock, ids and ledger.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Real money.
    #[default]
    Live,
    /// Play money, movable clock.
    Sandbox,
}

const OWNER_BITS: u32 = 62;
const OWNER_MASK: i64 = (1 << OWNER_BITS) - 1;

/// Environment (bit 62) and owner (bits 0 to 61): a positive 63-bit number, the first column of every key. It is read from
/// a text of digits too: many programs round a number that is so large.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Partition(i64);

impl Partition {
    /// The partition of an owner: an id of 62 bits, or the hash of a natural key cut to 62 bits.
    #[must_use]
    pub const fn new(environment: Environment, owner: i64) -> Self {
        let bit = match environment {
            Environment::Live => 0,
            Environment::Sandbox => 1 << OWNER_BITS,
        };
        Self(bit | (owner & OWNER_MASK))
    }

    /// The platform's own partition: policies, catalogues, the timers that belong to nobody.
    #[must_use]
    pub const fn platform(environment: Environment) -> Self {
        Self::new(environment, 1)
    }

    /// From a stored number. Negative numbers are no partition.
    #[must_use]
    pub const fn from_raw(raw: i64) -> Option<Self> {
        if raw > 0 { Some(Self(raw)) } else { None }
    }

    /// The stored number.
    #[must_use]
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// Live or sandbox.
    #[must_use]
    pub const fn environment(self) -> Environment {
        if self.0 & (1 << OWNER_BITS) == 0 { Environment::Live } else { Environment::Sandbox }
    }

    /// The owner's 62 bits.
    #[must_use]
    pub const fn owner(self) -> i64 {
        self.0 & OWNER_MASK
    }

    /// The lane of this partition among `lanes` (at least one). Mixed first, so that ids made in one
    /// millisecond do not all fall on one lane.
    #[must_use]
    pub const fn lane(self, lanes: u16) -> u16 {
        let mut bits = self.0.unsigned_abs();
        bits ^= bits >> 31;
        bits = bits.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits ^= bits >> 29;
        let count = if lanes == 0 { 1 } else { lanes };
        let [low, high, ..] = (bits % u16_to_u64(count)).to_le_bytes();
        u16::from_le_bytes([low, high])
    }
}

impl<'de> Deserialize<'de> for Partition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = i64;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a positive number of 63 bits, or its digits as a text")
            }
            fn visit_i64<E: Error>(self, raw: i64) -> Result<i64, E> {
                Ok(raw)
            }
            fn visit_u64<E: Error>(self, raw: u64) -> Result<i64, E> {
                i64::try_from(raw).map_err(E::custom)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Digits).map(Self)
    }
}

const fn u16_to_u64(value: u16) -> u64 {
    let [low, high] = value.to_le_bytes();
    u64::from_le_bytes([low, high, 0, 0, 0, 0, 0, 0])
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{}", self.environment(), self.owner())
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_never_share_a_partition() {
        let live = Partition::new(Environment::Live, 42);
        let sandbox = Partition::new(Environment::Sandbox, 42);
        assert_ne!(live, sandbox);
        assert_eq!(live.owner(), sandbox.owner());
        assert_eq!(sandbox.environment(), Environment::Sandbox);
        assert_eq!(live.environment(), Environment::Live);
        assert!(sandbox.raw() > 0);
    }

    #[test]
    fn it_is_written_as_a_number_and_read_from_digits_too() {
        let read = |text: &str| serde_json::from_str::<Partition>(text).ok();
        let one = Partition::new(Environment::Sandbox, 42);
        let written = serde_json::to_string(&one).unwrap();
        assert_eq!(written, one.raw().to_string());
        assert_eq!(read(&written), Some(one));
        assert_eq!(read(&format!("\"{written}\"")), Some(one));
        for bad in ["\"\"", "\"x\"", "1.5", "null", "9223372036854775808"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn consecutive_owners_spread_over_lanes() {
        let mut count = [0_usize; 8];
        for owner in 0..8_000_i64 {
            count[usize::from(Partition::new(Environment::Live, owner << 8).lane(8))] += 1;
        }
        assert!(count.iter().all(|n| (800..1200).contains(n)), "{count:?}");
    }
}
