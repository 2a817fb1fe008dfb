//! Date forms of CSV exports, such as `YYYY/M/D hh:mm:ss`. Never guesses which of day and month comes first: the
//! form says it, and what does not fit it wholly is no date.

use zaiton_kernel::time::YEARS;
use zaiton_kernel::{LocalDate, time::TimeError};

use crate::ReadError;
use crate::error::shown;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month { short: bool },
    Day { short: bool },
    Hour,
    Minute,
    Second,
    Letter(char),
}

/// A form that was understood.
#[derive(Clone, Debug)]
pub(crate) struct DateForm(Vec<Part>);

impl DateForm {
    /// Understands a form; year, month and day must each be there once.
    pub(crate) fn parse(form: &str) -> Result<Self, ReadError> {
        let known = [
            ("YYYY", Part::Year),
            ("MM", Part::Month { short: false }),
            ("M", Part::Month { short: true }),
            ("DD", Part::Day { short: false }),
            ("D", Part::Day { short: true }),
            ("hh", Part::Hour),
            ("mm", Part::Minute),
            ("ss", Part::Second),
        ];
        let mut parts = Vec::new();
        let mut rest = form;
        'parts: while let Some(letter) = rest.chars().next() {
            for (word, part) in known {
                if let Some(after) = rest.strip_prefix(word) {
                    parts.push(part);
                    rest = after;
                    continue 'parts;
                }
            }
            parts.push(Part::Letter(letter));
            rest = rest.strip_prefix(letter).unwrap_or("");
        }
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        let days = count(|part| matches!(part, Part::Day { .. }));
        let months = count(|part| matches!(part, Part::Month { .. }));
        let years = count(|part| matches!(part, Part::Year));
        if (years, months, days) == (1, 1, 1) && form.len() <= 40 {
            return Ok(Self(parts));
        }
        let form = shown(form);
        Err(ReadError::new(
            "import.column_map",
            format!("日期格式“{form}”无效，应含 YYYY、MM、DD 各一次。"),
            format!("The date form \"{form}\" is not understood: YYYY, MM and DD are needed once each."),
        )
        .in_field("date_formats"))
    }

    /// Reads a date of this form.
    pub(crate) fn read(&self, text: &str) -> Result<LocalDate, TimeError> {
        let (mut year, mut month, mut day) = (0_i16, 0_i8, 0_i8);
        let mut rest = text;
        for part in &self.0 {
            match *part {
                Part::Letter(letter) => rest = rest.strip_prefix(letter).ok_or(TimeError::NotAMoment)?,
                Part::Year => year = take(&mut rest, 4, 4)?,
                Part::Month { short } => month = two(&mut rest, short)?,
                Part::Day { short } => day = two(&mut rest, short)?,
                Part::Hour => below(two(&mut rest, false)?, 24)?,
                Part::Minute => below(two(&mut rest, false)?, 60)?,
                Part::Second => below(two(&mut rest, false)?, 61)?,
            }
        }
        if !rest.is_empty() {
            return Err(TimeError::NotAMoment);
        }
        let date = LocalDate::new(year, month, day).ok_or(TimeError::NotAMoment)?;
        if YEARS.contains(&year) { Ok(date) } else { Err(TimeError::Century) }
    }
}

fn below(value: i8, most: i8) -> Result<(), TimeError> {
    if value < most { Ok(()) } else { Err(TimeError::NotAMoment) }
}

fn two(rest: &mut &str, short: bool) -> Result<i8, TimeError> {
    let value = take(rest, if short { 1 } else { 2 }, 2)?;
    i8::try_from(value).map_err(|_| TimeError::NotAMoment)
}

fn take(rest: &mut &str, least: usize, most: usize) -> Result<i16, TimeError> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return Err(TimeError::NotAMoment);
    }
    let (number, after) = rest.split_at(digits);
    *rest = after;
    number.parse().map_err(|_| TimeError::NotAMoment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_wholly_or_not_at_all() {
        let check = |form: &str, text: &str, want: &str| {
            let got = DateForm::parse(form).unwrap().read(text);
            assert_eq!(got.map_or_else(|e| format!("{e:?}"), |d| d.to_string()), want, "{form} {text}");
        };
        check("YYYY-MM-DD", "2026-03-02", "2026-03-02");
        check("YYYY-MM-DD", "2026-3-2", "NotAMoment");
        check("YYYY/M/D", "2026/3/2", "2026-03-02");
        check("YYYY/M/D", "2026/13/2", "NotAMoment");
        check("YYYYMMDD", "20260302", "2026-03-02");
        check("YYYYMMDD", "202603021", "NotAMoment");
        check("DD.MM.YYYY", "02.03.2026", "2026-03-02");
        check("YYYY年M月D日", "2026年3月2日", "2026-03-02");
        check("YYYY-MM-DD hh:mm:ss", "2026-03-02 23:59:60", "2026-03-02");
        check("YYYY-MM-DD hh:mm:ss", "2026-03-02 24:00:00", "NotAMoment");
        check("YYYY-MM-DD", "0226-03-02", "Century");
        check("YYYY-MM-DD", "9999-12-31", "Century");
        check("YYYY-MM-DD", "日", "NotAMoment");
    }

    #[test]
    fn a_form_needs_year_month_and_day() {
        for form in ["", "YYYY-MM", "MM-DD", "YYYY-MM-DD-DD", "yyyy-mm-dd"] {
            assert_eq!(DateForm::parse(form).unwrap_err().code, "import.column_map", "{form}");
        }
    }
}
