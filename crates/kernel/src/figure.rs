//! A figure that an operator may set, as data: its value, its default, its range and its unit (R5-31). Never says what it is for:
//! the context whose figure it is does.

use serde::Serialize;

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FigureUnit")]
pub enum Unit {
    /// Minor units of the account's currency.
    Minor,
    /// Hundredths of a percent.
    BasisPoints,
    /// Percent.
    Percent,
    /// Days.
    Days,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
    /// Seconds.
    Seconds,
    /// How many.
    Count,
}

impl Unit {
    /// The unit that a figure's name carries.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name.rsplit('_').next().unwrap_or_default() {
            "minor" => Self::Minor,
            "bps" => Self::BasisPoints,
            "percent" => Self::Percent,
            "days" => Self::Days,
            "hours" => Self::Hours,
            "minutes" => Self::Minutes,
            "seconds" => Self::Seconds,
            _ => Self::Count,
        }
    }
}

/// A figure with its range. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "PolicyFigure")]
pub struct Ranged {
    /// Whose figure: `prepaid`.
    pub subject: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub value: i64,
    /// What it is where nobody set it.
    pub default: i64,
    /// The least it may be, with the other figures as they are.
    pub least: i64,
    /// The most it may be.
    pub most: i64,
    /// What it counts.
    pub unit: Unit,
}

/// Name, value, least, most.
pub type Row = (&'static str, i64, i64, i64);

/// Figures as data, with the defaults beside them.
#[must_use]
pub fn ranged(subject: &'static str, now: Vec<Row>, usual: &[Row]) -> Vec<Ranged> {
    now.into_iter()
        .map(|(name, value, least, most)| {
            let default = usual.iter().find(|row| row.0 == name).map_or(value, |row| row.1);
            Ranged { subject, name, value, default, least, most, unit: Unit::of(name) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_carries_its_unit() {
        for (name, unit) in [
            ("topup_min_minor", Unit::Minor),
            ("withdrawal_finance_above_minor", Unit::Minor),
            ("vat_bps", Unit::BasisPoints),
            ("first_reminder_percent", Unit::Percent),
            ("general_days", Unit::Days),
            ("early_hours", Unit::Hours),
            ("code_minutes", Unit::Minutes),
            ("resume_every_seconds", Unit::Seconds),
            ("max_contacts", Unit::Count),
            ("codes_per_day", Unit::Count),
        ] {
            assert_eq!(Unit::of(name), unit, "{name}");
        }
        let told = ranged("prepaid", vec![("a_days", 3, 1, 9)], &[("a_days", 7, 1, 9)]);
        assert_eq!((told[0].value, told[0].default, told[0].unit), (3, 7, Unit::Days));
    }
}
