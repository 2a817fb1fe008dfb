//! The Chinese working-day calendar: which days are worked, with the State Council's days off and make-up
//! working days of 2018 to 2026. Never guesses in silence: a year without a plan answers by weekends alone and
//! says that it does not know. Never reads a clock or a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::LocalDate;

/// What the State Council ordered for the days of one year. Days are `MM-DD`, runs of days `MM-DD/MM-DD`.
struct YearPlan {
    year: i16,
    off: &'static str,
    make_up: &'static str,
}

/// One line a year; days at a turn of the year stand in the year that they fall in.
#[rustfmt::skip]
const CHINA: &[YearPlan] = &[
    YearPlan { year: 2018, off: "01-01 02-15/02-21 04-05/04-07 04-29/05-01 06-18 09-24 10-01/10-07 12-30/12-31", make_up: "02-11 02-24 04-08 04-28 09-29 09-30 12-29" },
    YearPlan { year: 2019, off: "01-01 02-04/02-10 04-05 05-01/05-04 06-07 09-13 10-01/10-07", make_up: "02-02 02-03 04-28 05-05 09-29 10-12" },
    YearPlan { year: 2020, off: "01-01 01-24/02-02 04-04/04-06 05-01/05-05 06-25/06-27 10-01/10-08", make_up: "01-19 04-26 05-09 06-28 09-27 10-10" },
    YearPlan { year: 2021, off: "01-01/01-03 02-11/02-17 04-03/04-05 05-01/05-05 06-12/06-14 09-19/09-21 10-01/10-07", make_up: "02-07 02-20 04-25 05-08 09-18 09-26 10-09" },
    YearPlan { year: 2022, off: "01-01/01-03 01-31/02-06 04-03/04-05 04-30/05-04 06-03/06-05 09-10/09-12 10-01/10-07 12-31", make_up: "01-29 01-30 04-02 04-24 05-07 10-08 10-09" },
    YearPlan { year: 2023, off: "01-01/01-02 01-21/01-27 04-05 04-29/05-03 06-22/06-24 09-29/10-06", make_up: "01-28 01-29 04-23 05-06 06-25 10-07 10-08" },
    YearPlan { year: 2024, off: "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10 09-15/09-17 10-01/10-07", make_up: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12" },
    YearPlan { year: 2025, off: "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08", make_up: "01-26 02-08 04-27 09-28 10-11" },
    YearPlan { year: 2026, off: "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07", make_up: "01-04 02-14 02-28 05-09 09-20 10-10" },
];

/// What the calendar says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// People work on this day.
    pub working: bool,
    /// The year has a plan. `false` is a warning: only weekends were looked at.
    pub known: bool,
}

/// Days off and make-up working days by date. Weekends are off unless made up for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeSet<i16>,
    exceptions: BTreeMap<LocalDate, bool>,
}

impl Calendar {
    /// The calendar of mainland China, 2018 to 2026.
    ///
    /// # Panics
    /// Never: every day of the built-in table is read by a test.
    #[must_use]
    pub fn china() -> Self {
        CHINA.iter().fold(Self::default(), |calendar, plan| {
            calendar.with_year(plan.year, &days(plan.year, plan.off), &days(plan.year, plan.make_up))
        })
    }

    /// Adds the plan of a year, or puts it in the place of an older one: `off` are the days nobody works (weekend
    /// days in them are allowed), `make_up` the weekend days that are worked. A plan that reaches into a
    /// neighbouring year (31 December) says so by the date, and that year does not become known by it. A day in
    /// both lists is worked.
    #[must_use]
    pub fn with_year(mut self, year: i16, off: &[LocalDate], make_up: &[LocalDate]) -> Self {
        self.exceptions.retain(|date, _| date.year() != year);
        self.years.insert(year);
        self.exceptions.extend(off.iter().map(|date| (*date, false)));
        self.exceptions.extend(make_up.iter().map(|date| (*date, true)));
        self
    }

    /// Whether a day is worked, and whether the calendar knows that.
    #[must_use]
    pub fn is_working_day(&self, date: LocalDate) -> Day {
        let working = self.exceptions.get(&date).copied().unwrap_or(!date.is_weekend());
        Day { working, known: self.years.contains(&date.year()) }
    }

    /// The `count`-th working day after a date, not counting the date itself (0 gives the date). The second value
    /// is `false` when a day on the way lies in a year without a plan.
    #[must_use]
    pub fn plus_working_days(&self, date: LocalDate, count: u16) -> (LocalDate, bool) {
        let mut at = date;
        let mut known = self.is_working_day(date).known;
        let mut left = count;
        while left > 0 {
            let next = at.next();
            if next == at {
                return (at, false);
            }
            at = next;
            let day = self.is_working_day(at);
            known &= day.known;
            left -= u16::from(day.working);
        }
        (at, known)
    }
}

fn days(year: i16, plan: &'static str) -> Vec<LocalDate> {
    let day =
        |text: &str| LocalDate::parse(&format!("{year}-{text}")).expect("the built-in table holds real days");
    let mut found = Vec::new();
    for part in plan.split_ascii_whitespace() {
        let (first, last) = part.split_once('/').unwrap_or((part, part));
        let last = day(last);
        let mut at = day(first);
        found.push(at);
        while at < last {
            at = at.next();
            found.push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> LocalDate {
        LocalDate::parse(text).unwrap()
    }

    #[test]
    fn days_off_make_up_days_and_weekends() {
        let calendar = Calendar::china();
        let check = |text: &str, working: bool, known: bool| {
            assert_eq!(calendar.is_working_day(date(text)), Day { working, known }, "{text}");
        };
        check("2026-02-13", true, true);
        check("2026-02-14", true, true);
        check("2026-02-15", false, true);
        check("2026-02-23", false, true);
        check("2026-02-24", true, true);
        check("2026-02-28", true, true);
        check("2026-03-01", false, true);
        check("2018-12-29", true, true);
        check("2018-12-31", false, true);
        check("2017-10-02", true, false);
        check("2027-01-01", true, false);
        check("2027-01-02", false, false);
    }

    #[test]
    fn counting_skips_the_festival_and_warns_past_the_table() {
        let calendar = Calendar::china();
        let check = |from: &str, count: u16, to: &str, known: bool| {
            assert_eq!(calendar.plus_working_days(date(from), count), (date(to), known), "{from} + {count}");
        };
        check("2026-02-13", 0, "2026-02-13", true);
        check("2026-02-13", 1, "2026-02-14", true);
        check("2026-02-13", 2, "2026-02-24", true);
        check("2026-02-18", 1, "2026-02-24", true);
        check("2026-12-31", 1, "2027-01-01", false);
        check("2026-12-30", 1, "2026-12-31", true);
        check("2017-12-29", 1, "2018-01-02", false);
    }

    #[test]
    fn an_operator_adds_a_year_and_corrects_it() {
        let calendar = Calendar::china().with_year(2027, &[date("2027-01-01")], &[date("2027-01-03")]);
        assert_eq!(calendar.is_working_day(date("2027-01-01")), Day { working: false, known: true });
        assert_eq!(calendar.is_working_day(date("2027-01-03")), Day { working: true, known: true });
        let corrected = calendar.with_year(2027, &[date("2027-01-04")], &[]);
        assert_eq!(corrected.is_working_day(date("2027-01-01")), Day { working: true, known: true });
        assert_eq!(corrected.is_working_day(date("2027-01-03")), Day { working: false, known: true });
        assert_eq!(corrected.is_working_day(date("2026-10-01")), Day { working: false, known: true });
    }

    #[test]
    fn counting_ends_at_the_end_of_time() {
        let last = LocalDate::new(9999, 12, 31).unwrap();
        assert_eq!(Calendar::china().plus_working_days(last, 5), (last, false));
    }

    #[test]
    fn every_make_up_day_is_a_weekend_day() {
        for (day, working) in &Calendar::china().exceptions {
            assert!(!working || day.is_weekend(), "{day}");
        }
    }
}
