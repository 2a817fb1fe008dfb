//! A calendar month, as statements and closings have it: `2026-03`. Never says in which zone it begins; whoever asks
//! when it does names the zone.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::{TimeError, Zone};
use crate::{LocalDate, Timestamp};

/// A month of a year.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(LocalDate);

/// The first day of a month by its number, see [`LocalDate::month_number`].
fn first_day(number: i32) -> Option<LocalDate> {
    let year = i16::try_from(number.div_euclid(12)).ok()?;
    let month = i8::try_from(number.rem_euclid(12) + 1).ok()?;
    LocalDate::new(year, month, 1)
}

impl Month {
    /// The month that a day lies in.
    #[must_use]
    pub fn of(day: LocalDate) -> Self {
        Self(first_day(day.month_number()).unwrap_or(day))
    }

    /// The month that a moment lies in, in a zone.
    #[must_use]
    pub fn at(moment: Timestamp, zone: &Zone) -> Self {
        Self::of(moment.date_in(zone))
    }

    /// Reads `2026-03`.
    ///
    /// # Errors
    /// A text that is no month, or a year outside [`crate::time::YEARS`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        LocalDate::parse(&format!("{text}-01")).map(Self)
    }

    /// The month after; the last month of time stays itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self(first_day(self.0.month_number() + 1).unwrap_or(self.0))
    }

    /// Its number, see [`LocalDate::month_number`].
    #[must_use]
    pub fn number(self) -> i32 {
        self.0.month_number()
    }

    /// Midnight at its first day in a zone.
    #[must_use]
    pub fn start_in(self, zone: &Zone) -> Timestamp {
        self.0.start_in(zone)
    }

    /// Midnight after its last day in a zone.
    #[must_use]
    pub fn end_in(self, zone: &Zone) -> Timestamp {
        self.next().start_in(zone)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_over_the_year() {
        let zone = Zone::shanghai();
        let december = Month::parse("2026-12").unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.end_in(&zone), Timestamp::parse("2027-01-01T00:00:00+08:00").unwrap());
        assert_eq!(Month::at(december.end_in(&zone), &zone), december.next());
        assert_eq!(Month::at(december.end_in(&zone).plus_seconds(-1), &zone), december);
        assert_eq!(Month::of(LocalDate::new(2026, 12, 31).unwrap()), december);
        for wrong in ["2026", "2026-13", "2026-3", "26-03", "2026-03-01", "1226-03", ""] {
            assert!(Month::parse(wrong).is_err(), "{wrong}");
        }
        let json = serde_json::to_string(&december).unwrap();
        assert_eq!(json, "\"2026-12\"");
        assert_eq!(serde_json::from_str::<Month>(&json).unwrap(), december);
    }
}
