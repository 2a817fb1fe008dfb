//! Moments and local dates. A moment is UTC microseconds; a deadline is a local date in a named zone. Never
//! reads a clock: the time is given.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// The earliest and latest year a document from outside may speak of.
pub const YEARS: std::ops::RangeInclusive<i16> = 1990..=2099;

const MICROS_A_SECOND: i64 = 1_000_000;

impl Timestamp {
    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// So many seconds later (or earlier); stays at the end of time when it would leave it.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_A_SECOND)))
    }

    /// So many 24-hour periods later (K-8: elapsed, not calendar).
    #[must_use]
    pub const fn plus_elapsed_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// The date at this moment in a zone.
    #[must_use]
    pub fn date_in(self, zone: &Zone) -> LocalDate {
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        LocalDate(zone.0.to_datetime(moment).date())
    }

    /// The date and time in a zone, to the second: `2026-03-02 09:00:00`.
    #[must_use]
    pub fn local_text(self, zone: &Zone) -> String {
        let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        zone.0.to_datetime(moment).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Reads RFC 3339: `2026-03-02T09:00:00+08:00`. The offset must be there.
    ///
    /// # Errors
    /// A text that is no moment, or a year outside [`YEARS`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| TimeError::NotAMoment)?;
        let year = TimeZone::UTC.to_datetime(moment).year();
        if YEARS.contains(&year) { Ok(Self(moment.as_microsecond())) } else { Err(TimeError::Century) }
    }

    /// Reads a local date and time without offset, in a zone: `2026-03-02T09:00:00`.
    ///
    /// # Errors
    /// A text that is no moment, or a year outside [`YEARS`].
    pub fn parse_local(text: &str, zone: &Zone) -> Result<Self, TimeError> {
        let civil: jiff::civil::DateTime = text.parse().map_err(|_| TimeError::NotAMoment)?;
        if !YEARS.contains(&civil.year()) {
            return Err(TimeError::Century);
        }
        let zoned = civil.to_zoned(zone.0.clone()).map_err(|_| TimeError::NotAMoment)?;
        Ok(Self(zoned.timestamp().as_microsecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{} us", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// What is wrong with a text that should be a moment, a date or a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// Not a date or moment.
    NotAMoment,
    /// A year outside [`YEARS`].
    Century,
    /// No such zone.
    UnknownZone,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAMoment => f.write_str("not a date or time"),
            Self::Century => write!(f, "the year is outside {} to {}", YEARS.start(), YEARS.end()),
            Self::UnknownZone => f.write_str("no such time zone"),
        }
    }
}

impl std::error::Error for TimeError {}

/// A named zone, from the table that is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Asia/Shanghai: the platform's zone unless it sets another (R5-21).
    #[must_use]
    pub fn shanghai() -> Self {
        Self::named("Asia/Shanghai").expect("Asia/Shanghai is in the built-in table")
    }

    /// A zone by its IANA name.
    ///
    /// # Errors
    /// An unknown name.
    pub fn named(name: &str) -> Result<Self, TimeError> {
        TimeZone::get(name).map(Self).map_err(|_| TimeError::UnknownZone)
    }
}

/// A date without time, in whatever zone the context says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDate(Date);

impl LocalDate {
    /// A date by its numbers; `None` when there is no such day.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self)
    }

    /// Reads `2026-03-02`.
    ///
    /// # Errors
    /// A text that is no date, or a year outside [`YEARS`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let date: Date = text.parse().map_err(|_| TimeError::NotAMoment)?;
        if text.len() != 10 {
            return Err(TimeError::NotAMoment);
        }
        if YEARS.contains(&date.year()) { Ok(Self(date)) } else { Err(TimeError::Century) }
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The date as a number, 20260302: how it is stored.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self.year()) * 10_000 + i64::from(self.month()) * 100 + i64::from(self.day())
    }

    /// From such a number; `None` when there is no such day.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let year = i16::try_from(number / 10_000).ok()?;
        let month = i8::try_from(number / 100 % 100).ok()?;
        let day = i8::try_from(number % 100).ok()?;
        Self::new(year, month, day)
    }

    /// Saturday or Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
    }

    /// The day after; the last day of time stays itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// Midnight at the start of this date in a zone.
    #[must_use]
    pub fn start_in(self, zone: &Zone) -> Timestamp {
        self.0
            .to_zoned(zone.0.clone())
            .map_or(Timestamp(0), |zoned| Timestamp(zoned.timestamp().as_microsecond()))
    }

    /// Year times twelve plus month, from zero: 24315 for April 2026. Orders months and names them in marks.
    #[must_use]
    pub fn month_number(self) -> i32 {
        i32::from(self.year()) * 12 + i32::from(self.month()) - 1
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for LocalDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_an_offset_and_a_sane_century() {
        let at = Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap();
        assert_eq!(at, Timestamp::parse("2026-03-02T01:00:00Z").unwrap());
        assert_eq!(at.to_string(), "2026-03-02T01:00:00Z");
        assert_eq!(Timestamp::parse("2026-03-02T09:00:00"), Err(TimeError::NotAMoment));
        assert_eq!(Timestamp::parse("1226-03-02T09:00:00Z"), Err(TimeError::Century));
        assert_eq!(Timestamp::parse("9026-03-02T09:00:00Z"), Err(TimeError::Century));
        assert_eq!(Timestamp::parse_local("2026-03-02T09:00:00", &Zone::shanghai()), Ok(at));
        assert_eq!(
            Timestamp::parse_local("2026-02-30T09:00:00", &Zone::shanghai()),
            Err(TimeError::NotAMoment)
        );
    }

    #[test]
    fn a_date_depends_on_the_zone() {
        let late = Timestamp::parse("2026-03-01T23:30:00Z").unwrap();
        assert_eq!(late.date_in(&Zone::shanghai()), LocalDate::new(2026, 3, 2).unwrap());
        assert_eq!(late.date_in(&Zone::named("UTC").unwrap()), LocalDate::new(2026, 3, 1).unwrap());
        let start = LocalDate::new(2026, 3, 2).unwrap().start_in(&Zone::shanghai());
        assert_eq!(start.to_string(), "2026-03-01T16:00:00Z");
        assert_eq!(Zone::named("Asia/Atlantis"), Err(TimeError::UnknownZone));
        assert_eq!(LocalDate::parse("2026-02-29"), Err(TimeError::NotAMoment));
        assert_eq!(LocalDate::parse("0026-02-20"), Err(TimeError::Century));
    }

    #[test]
    fn a_stored_date_reads_back() {
        let mut date = LocalDate::new(2023, 12, 25).unwrap();
        for _ in 0..500 {
            assert_eq!(LocalDate::from_number(date.number()), Some(date));
            date = date.next();
        }
        assert_eq!(LocalDate::from_number(20_260_230), None);
        assert_eq!(LocalDate::from_number(-1), None);
    }
}
