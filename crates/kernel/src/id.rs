//! Ids: 62 bits in time order, shown as prefix, base32 and a check letter. A mistyped id is refused here and
//! never looked up. Never makes an id by itself: the lane's generator is given the time.

use std::fmt;

use crate::Timestamp;

/// What is wrong with a text that should be an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdError {
    /// The prefix is another one: the id is of another kind.
    Prefix {
        /// The prefix that this kind of id has.
        expected: &'static str,
    },
    /// Not 13 base32 letters and a check letter.
    Shape,
    /// The check letter does not fit: a letter was mistyped or two were swapped.
    Check,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix { expected } => {
                write!(f, "not an id of this kind: it should start with {expected}_")
            }
            Self::Shape => f.write_str("not an id: 13 letters or digits and a check letter are expected"),
            Self::Check => {
                f.write_str("not an id: the check letter does not fit, please look for a typing error")
            }
        }
    }
}

impl std::error::Error for IdError {}

/// A typed id over a positive 62-bit number.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// Two to four small letters that say the kind.
    const PREFIX: &'static str;
    /// Wraps a number that the store or a generator gave.
    fn from_raw(raw: i64) -> Self;
    /// The number.
    fn raw(self) -> i64;
}

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 13;
fn digit(letter: u8) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().zip(0_u8..).find(|(known, _)| **known == letter).map(|(_, value)| value)
}

/// The check letter is a sum in the field of 32 elements, each place weighted by another power of a primitive
/// element: every single wrong letter and every swap of two letters is found.
fn check_letter(digits: &[u8; LETTERS]) -> char {
    let sum = digits.iter().fold(0_u8, |sum, digit| times_x(sum) ^ digit);
    char::from(ALPHABET[usize::from(times_x(sum))])
}

/// Multiplies by x in GF(32) with x^5 + x^2 + 1.
fn times_x(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { (shifted ^ 0b10_0101) & 0b1_1111 }
}

fn digits_of(raw: i64) -> [u8; LETTERS] {
    let mut rest = raw.unsigned_abs();
    let mut digits = [0_u8; LETTERS];
    for place in digits.iter_mut().rev() {
        let [low, ..] = (rest % 32).to_le_bytes();
        *place = low;
        rest /= 32;
    }
    digits
}

/// Writes the letters of an id without its prefix: 13 and the check letter.
#[must_use]
pub fn letters(raw: i64) -> String {
    let digits = digits_of(raw);
    let mut text = String::with_capacity(LETTERS + 1);
    for value in digits {
        text.push(char::from(ALPHABET[usize::from(value)]));
    }
    text.push(check_letter(&digits));
    text
}

/// Writes an id with its prefix.
///
/// # Errors
/// Those of the formatter.
pub fn write_id(f: &mut fmt::Formatter<'_>, prefix: &str, raw: i64) -> fmt::Result {
    write!(f, "{prefix}_{}", letters(raw))
}

/// Reads the letters of an id without its prefix.
///
/// # Errors
/// `Shape` or `Check`, as the text is wrong.
pub fn parse_letters(text: &str) -> Result<i64, IdError> {
    let bytes = text.as_bytes();
    let (Some(body), Some(check)) = (bytes.get(..LETTERS), bytes.get(LETTERS)) else {
        return Err(IdError::Shape);
    };
    if bytes.len() != LETTERS + 1 {
        return Err(IdError::Shape);
    }
    let mut digits = [0_u8; LETTERS];
    let mut raw: u64 = 0;
    for (place, letter) in digits.iter_mut().zip(body) {
        *place = digit(*letter).ok_or(IdError::Shape)?;
        raw = raw.checked_mul(32).and_then(|r| r.checked_add(u64::from(*place))).ok_or(IdError::Shape)?;
    }
    let given = digit(*check).ok_or(IdError::Shape)?;
    if ALPHABET.get(usize::from(given)).map(|l| char::from(*l)) != Some(check_letter(&digits)) {
        return Err(IdError::Check);
    }
    let raw = i64::try_from(raw).map_err(|_| IdError::Shape)?;
    if raw == 0 || raw >= 1 << 62 { Err(IdError::Shape) } else { Ok(raw) }
}

/// Reads an id with the prefix of its kind. Small letters, and O for 0, I or L for 1, are taken.
///
/// # Errors
/// Says what is wrong with the text.
pub fn parse<T: Id>(text: &str) -> Result<T, IdError> {
    let body = text
        .strip_prefix(T::PREFIX)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(IdError::Prefix { expected: T::PREFIX })?;
    parse_letters(body).map(T::from_raw)
}

/// Declares a typed id: `define_id!(/// Doc. TopUpId, "tu");`
#[macro_export]
macro_rules! define_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $crate::Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_raw(raw: i64) -> Self {
                Self(raw)
            }
            fn raw(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::id::write_id(f, $prefix, self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::id::write_id(f, $prefix, self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse(text)
            }
        }

        impl $crate::schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }
            fn json_schema(_: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                let example = <Self as $crate::Id>::from_raw($crate::schema::EXAMPLE_ID).to_string();
                $crate::schema::of_id($prefix, &example)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// How many low bits name the lane.
pub const LANE_BITS: u32 = 8;
/// How many bits, above the lane, count within a millisecond before running into the next.
pub const SEQUENCE_BITS: u32 = 13;
/// 2025-01-01T00:00:00Z in milliseconds: ids last until 2094.
pub const EPOCH_MILLIS: i64 = 1_735_689_600_000;

/// When an id was made, to the millisecond; later than it was where a lane made more than fit into one.
#[must_use]
pub const fn made_at(raw: i64) -> Timestamp {
    Timestamp::from_micros(((raw >> (LANE_BITS + SEQUENCE_BITS)) + EPOCH_MILLIS) * 1_000)
}

/// The lowest id that can have been made at a moment or after it.
#[must_use]
pub fn first_at(moment: Timestamp) -> i64 {
    moment.millis().saturating_sub(EPOCH_MILLIS).max(0) << (LANE_BITS + SEQUENCE_BITS)
}

/// Makes the ids of one lane: strictly rising, in time order, never two alike. The counter runs on when a
/// millisecond is used up, so a big batch cannot overflow it.
#[derive(Clone, Debug)]
pub struct IdGenerator {
    lane: i64,
    counter: i64,
}

impl IdGenerator {
    /// A generator that continues after `last`, the highest id that the lane has handed out (0 when none).
    #[must_use]
    pub fn new(lane: u8, last: i64) -> Self {
        Self { lane: i64::from(lane), counter: last >> LANE_BITS }
    }

    /// The next id at this time (milliseconds since 1970).
    pub fn next(&mut self, now_millis: i64) -> i64 {
        let floor = now_millis.saturating_sub(EPOCH_MILLIS).max(0) << SEQUENCE_BITS;
        self.counter = floor.max(self.counter + 1);
        (self.counter << LANE_BITS) | self.lane
    }

    /// The highest id handed out, or one below the first.
    #[must_use]
    pub fn last(&self) -> i64 {
        (self.counter << LANE_BITS) | self.lane
    }

    /// Takes the counter back to `last`: for a batch whose ids were never stored.
    pub fn rewind(&mut self, last: i64) {
        self.counter = last >> LANE_BITS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[expect(unreachable_pub, reason = "the macro makes ids for other crates")]
    mod ids {
        define_id!(
            /// For these tests.
            TestId,
            "tst"
        );
    }
    use ids::TestId;

    proptest! {
        #[test]
        fn an_id_reads_back(raw in 1_i64..(1 << 62)) {
            let id = TestId::from_raw(raw);
            prop_assert_eq!(id.to_string().parse::<TestId>(), Ok(id));
            prop_assert_eq!(id.to_string().to_lowercase().parse::<TestId>(), Ok(id));
        }

        #[test]
        fn one_wrong_letter_is_never_another_id(raw in 1_i64..(1 << 62), place in 0_usize..14, letter in 0_usize..32) {
            let good = TestId::from_raw(raw).to_string();
            let mut bad: Vec<u8> = good.clone().into_bytes();
            bad[4 + place] = ALPHABET[letter];
            let bad = String::from_utf8(bad).unwrap();
            prop_assume!(bad != good);
            prop_assert!(bad.parse::<TestId>().is_err());
        }

        #[test]
        fn two_swapped_letters_are_refused(raw in 1_i64..(1 << 62), place in 0_usize..12) {
            let good = TestId::from_raw(raw).to_string();
            let mut bad: Vec<u8> = good.clone().into_bytes();
            bad.swap(4 + place, 5 + place);
            let bad = String::from_utf8(bad).unwrap();
            prop_assume!(bad != good);
            prop_assert!(bad.parse::<TestId>().is_err());
        }
    }

    #[test]
    fn wrong_prefix_and_shape_are_told() {
        let good = TestId::from_raw(77).to_string();
        assert_eq!(good.replace("tst", "tu").parse::<TestId>(), Err(IdError::Prefix { expected: "tst" }));
        assert_eq!("tst_123".parse::<TestId>(), Err(IdError::Shape));
        assert_eq!(format!("{good}0").parse::<TestId>(), Err(IdError::Shape));
        assert_eq!("tst_é123456789012".parse::<TestId>(), Err(IdError::Shape));
    }

    #[test]
    fn ids_rise_within_a_millisecond_past_the_counter_and_when_the_clock_goes_back() {
        let mut ids = IdGenerator::new(3, 0);
        let mut last = 0;
        for step in 0..40_000_i64 {
            let now = EPOCH_MILLIS + 1_000_000 - step / 10_000;
            let id = ids.next(now);
            assert!(id > last);
            assert_eq!(id & 0xFF, 3);
            last = id;
        }
        let mut again = IdGenerator::new(3, last);
        assert!(again.next(EPOCH_MILLIS) > last);
    }

    #[test]
    fn an_id_says_when_it_was_made() {
        let moment = Timestamp::parse("2026-03-02T01:00:00.123Z").unwrap();
        let raw = IdGenerator::new(7, 0).next(moment.millis());
        assert_eq!(made_at(raw), moment);
        assert!(first_at(moment) <= raw);
        assert!(first_at(Timestamp::from_micros(moment.micros() + 1_000)) > raw);
        assert_eq!(first_at(Timestamp::from_micros(0)), 0, "before all ids");
    }
}
