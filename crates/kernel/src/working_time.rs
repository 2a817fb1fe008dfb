//! Working time to the microsecond: a working day counts from midnight to midnight in its zone, every other day counts
//! nothing. Never knows office hours, never reads a clock.

use crate::calendar::Calendar;
use crate::time::Zone;
use crate::{LocalDate, Timestamp};

/// Microseconds of a whole working day.
pub const DAY_MICROS: i64 = 86_400_000_000;
/// Days that are walked at most: more than a hundred years.
const MOST_DAYS: usize = 40_000;

/// A moment, and whether every day on the way to it lies in a year whose plan is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub at: Timestamp,
    /// No day on the way was judged by its weekday alone.
    pub known: bool,
}

/// A working calendar in a zone.
#[derive(Clone, Debug)]
pub struct WorkingTime {
    calendar: Calendar,
    zone: Zone,
}

impl WorkingTime {
    /// Of a calendar's days in a zone.
    #[must_use]
    pub fn new(calendar: Calendar, zone: Zone) -> Self {
        Self { calendar, zone }
    }

    /// Rules R5-10, R5-21. The working time of mainland China.
    #[must_use]
    pub fn china() -> Self {
        Self::new(Calendar::china(), Zone::shanghai())
    }

    /// A day's midnights.
    fn day(&self, date: LocalDate) -> (Timestamp, Timestamp) {
        (date.start_in(&self.zone), date.next().start_in(&self.zone))
    }

    /// The working time between two moments, in microseconds; none when the second is not the later.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let mut date = from.date_in(&self.zone);
        let mut sum = 0_i64;
        for _ in 0..MOST_DAYS {
            let (start, end) = self.day(date);
            if start >= to {
                break;
            }
            if self.calendar.is_working_day(date).working {
                let part = end.min(to).micros().saturating_sub(start.max(from).micros());
                sum = sum.saturating_add(part.max(0));
            }
            if date.next() == date {
                break;
            }
            date = date.next();
        }
        sum
    }

    /// The first moment at which so much working time has gone by since another.
    #[must_use]
    pub fn after(&self, from: Timestamp, micros: i64) -> Due {
        let mut date = from.date_in(&self.zone);
        let mut left = micros.max(0);
        let mut known = self.calendar.is_working_day(date).known;
        if left == 0 {
            return Due { at: from, known };
        }
        for _ in 0..MOST_DAYS {
            let day = self.calendar.is_working_day(date);
            known &= day.known;
            if day.working {
                let (start, end) = self.day(date);
                let begin = start.max(from);
                let there = end.micros().saturating_sub(begin.micros()).max(0);
                if left <= there {
                    let at = Timestamp::from_micros(begin.micros().saturating_add(left));
                    return Due { at, known };
                }
                left -= there;
            }
            if date.next() == date {
                break;
            }
            date = date.next();
        }
        Due { at: Timestamp::from_micros(i64::MAX), known: false }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_local(text, &Zone::shanghai()).unwrap()
    }

    const HOUR: i64 = DAY_MICROS / 24;

    /// Spring Festival 2026: off from Sunday 15 to Monday 23 February; Saturday 14 and Saturday 28 are worked.
    #[test]
    fn festivals_weekends_and_make_up_saturdays() {
        let china = WorkingTime::china();
        let check = |from: &str, hours: i64, to: &str| {
            let due = china.after(at(from), hours * HOUR);
            assert_eq!(due, Due { at: at(to), known: true }, "{from} + {hours} h");
            assert_eq!(china.between(at(from), due.at), hours * HOUR, "{from} to {to}");
        };
        // Friday afternoon, one day: the Saturday is made up for, so it ends there.
        check("2026-02-13T15:00:00", 24, "2026-02-14T15:00:00");
        // Two days: over the festival to the Tuesday after it.
        check("2026-02-13T15:00:00", 48, "2026-02-24T15:00:00");
        // The last microsecond before the festival belongs to the Saturday.
        check("2026-02-13T15:00:00", 33, "2026-02-15T00:00:00");
        check("2026-02-13T15:00:00", 34, "2026-02-24T01:00:00");
        // Begun in the festival: the clock starts with the first working day.
        check("2026-02-18T12:00:00", 24, "2026-02-25T00:00:00");
        check("2026-02-18T12:00:00", 1, "2026-02-24T01:00:00");
        // A usual weekend, and one whose Saturday is made up for.
        check("2026-03-06T09:00:00", 24, "2026-03-09T09:00:00");
        check("2026-02-27T09:00:00", 24, "2026-02-28T09:00:00");
        check("2026-02-27T09:00:00", 7 * 24, "2026-03-09T09:00:00");
    }

    #[test]
    fn nothing_is_nothing_and_an_unknown_year_says_so() {
        let china = WorkingTime::china();
        let from = at("2026-02-18T12:00:00");
        assert_eq!(china.after(from, 0), Due { at: from, known: true });
        assert_eq!(china.after(from, -5), Due { at: from, known: true });
        assert_eq!(china.between(from, from), 0);
        assert_eq!(china.between(from, at("2026-02-17T12:00:00")), 0);
        let due = china.after(at("2026-12-31T12:00:00"), 24 * HOUR);
        assert_eq!(due, Due { at: at("2027-01-01T12:00:00"), known: false });
        assert!(!china.after(from, i64::MAX).known);
    }

    proptest! {
        /// What is waited for has gone by then and not a microsecond before, and time adds up however it is cut.
        #[test]
        fn after_and_between_agree(start in 0_i64..700 * 24, hours in 0_i64..300, odd in 0_i64..3_600_000_000, cut in 0_i64..300) {
            let china = WorkingTime::china();
            let from = Timestamp::from_micros(at("2025-01-01T00:00:00").micros() + start * HOUR + odd);
            let due = china.after(from, hours * HOUR + odd);
            prop_assert_eq!(china.between(from, due.at), hours * HOUR + odd);
            let before = Timestamp::from_micros(due.at.micros() - 1);
            prop_assert!(due.at == from || china.between(from, before) < hours * HOUR + odd);
            let middle = from.plus_seconds(cut * 3_600).min(due.at);
            prop_assert_eq!(china.between(from, middle) + china.between(middle, due.at), hours * HOUR + odd);
        }
    }
}
