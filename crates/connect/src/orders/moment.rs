//! Moments as channels write them, with the offset that stands in the source. Never takes a local time for a moment.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use crate::{ReadError, fields};

/// A moment with the offset it was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// Minutes east of UTC in the source; `None` where it does not say.
    pub offset_minutes: Option<i32>,
}

impl Moment {
    /// Reads RFC 3339 with its offset: `2026-03-02T09:00:00+08:00`.
    pub(super) fn written(text: &str) -> Result<Self, ReadError> {
        let at = Timestamp::parse(text).map_err(|error| fields::time_error(error, text))?;
        Ok(Self { at, offset_minutes: offset_of(text) })
    }
}

/// Minutes east of UTC at the end of a moment.
pub(super) fn offset_of(text: &str) -> Option<i32> {
    let time = text.get(10..)?;
    if time.ends_with(['Z', 'z']) {
        return Some(0);
    }
    let at = time.rfind(['+', '-'])?;
    let (sign, offset) = (if time.get(at..)?.starts_with('-') { -1 } else { 1 }, time.get(at + 1..)?);
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, rest)) => (hours, rest.get(..2)?),
        None => (offset.get(..2)?, offset.get(2..4).unwrap_or("0")),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(sign * (hours * 60 + minutes))
}

/// A moment in RFC 3339 with its offset, or seconds since 1970 as `1.569521782042E9`.
pub(super) fn moment(text: &str) -> Result<Moment, ReadError> {
    if let Some(micros) = scientific(text) {
        let at = Timestamp::from_micros(micros);
        // Through its text, so that the years of a document hold for it too.
        let at = Timestamp::parse(&at.to_string()).map_err(|error| fields::time_error(error, text))?;
        return Ok(Moment { at, offset_minutes: None });
    }
    Moment::written(text)
}

/// Microseconds of `d.dddE<n>` seconds, when it is a whole number of them.
fn scientific(text: &str) -> Option<i64> {
    let (figure, exponent) = text.split_once(['E', 'e'])?;
    let exponent: u32 = exponent.parse().ok().filter(|exponent| *exponent <= 12)?;
    let (whole, fraction) = figure.split_once('.').unwrap_or((figure, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok()?;
    let value: i64 = format!("{whole}{fraction}").parse().ok()?;
    let micros = exponent + 6;
    if places <= micros {
        return value.checked_mul(10_i64.checked_pow(micros - places)?);
    }
    let beyond = 10_i64.checked_pow(places - micros)?;
    (value % beyond == 0).then_some(value / beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_keep_their_offset() {
        let check = |text: &str, want: &str| {
            let got = moment(text).map_or_else(
                |error| error.code.to_owned(),
                |moment| format!("{} {:?}", moment.at, moment.offset_minutes),
            );
            assert_eq!(got, want, "{text}");
        };
        check("2008-01-10T11:00:00-05:00", "2008-01-10T16:00:00Z Some(-300)");
        check("2026-03-02T09:00:00.123Z", "2026-03-02T09:00:00.123Z Some(0)");
        check("2026-03-02T09:00:00+0530", "2026-03-02T03:30:00Z Some(330)");
        check("1.569521782042E9", "2019-09-26T18:16:22.042Z None");
        check("1.5E9", "2017-07-14T02:40:00Z None");
        check("1E1", "import.date_century");
        check("1.5695217820421E9", "2019-09-26T18:16:22.0421Z None");
        check("1.5695217820421234567E9", "import.date_form");
        check("1970-01-19T03:58:30Z", "import.date_century");
        check("2026-03-02T09:00:00", "import.date_form");
        check("", "import.date_form");
    }
}
