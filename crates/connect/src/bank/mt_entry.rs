//! Single fields of MT940 and MT942: balances, movements (`:61:`), dates and amounts. Never guesses a direction or a
//! century that the field does not settle.

use zaiton_kernel::time::YEARS;
use zaiton_kernel::{Currency, LocalDate, Money, time::TimeError};

use super::mt_lines::Field;
use super::{BalanceKind, FileKind, Options, ReadBalance, ReadDetail, ReadEntry, ReadReference, mt_text};
use crate::{ReadError, fields};

/// The word for "no reference".
const NO_REFERENCE: &str = "NONREF";

/// Reads a balance: `C260302CNY1000,00`.
pub(crate) fn balance(field: &Field<'_>) -> Result<ReadBalance, ReadError> {
    let value = field.single()?;
    let form = || field.wrong("应为 C 或 D、日期、货币、金额", "is C or D, a date, a currency and an amount");
    let (mark, rest) = value.split_at_checked(1).ok_or_else(form)?;
    let (day, rest) = rest.split_at_checked(6).ok_or_else(form)?;
    let (code, digits) = rest.split_at_checked(3).ok_or_else(form)?;
    let placed = |error: ReadError| error.at_line(field.line).in_field(&field.name());
    let date = date(day, false).map_err(placed)?;
    let currency = fields::currency(code).map_err(placed)?;
    let figure = amount(digits, currency).map_err(placed)?;
    let signed = match mark {
        "C" => figure,
        "D" => Money::zero(currency)
            .minus(figure)
            .map_err(|error| placed(fields::money_error(&error, digits, currency)))?,
        _ => return Err(form()),
    };
    let kind = match field.tag {
        "60F" => BalanceKind::OpeningBooked,
        "62F" => BalanceKind::ClosingBooked,
        "60M" | "62M" => BalanceKind::InterimBooked,
        "64" => BalanceKind::ClosingAvailable,
        "65" => BalanceKind::ForwardAvailable,
        _ => BalanceKind::Other,
    };
    Ok(ReadBalance { kind, code: field.tag.to_owned(), amount: signed, date: Some(date), line: field.line })
}

/// Reads a movement and the text that belongs to it.
pub(crate) fn entry(
    field: &Field<'_>,
    text: Option<&Field<'_>>,
    (index, currency, kind): (usize, Currency, FileKind),
    options: &Options,
) -> Result<ReadEntry, ReadError> {
    let placed = |error: ReadError| error.at_line(field.line).in_field(&field.name());
    let (first, more) = field.rows.split_first().map_or(("", &[][..]), |(first, more)| (*first, more));
    let form = || {
        field.wrong(
            "应为起息日、[记账日]、C/D/RC/RD、金额、交易类型和参考号",
            "is a value date, an entry date or none, C/D/RC/RD, an amount, a type and a reference",
        )
    };
    let (day, rest) = first.trim().split_at_checked(6).ok_or_else(form)?;
    let value_date = date(day, true).map_err(placed)?;
    let (booking_date, rest) = match rest.split_at_checked(4) {
        Some((day, after)) if all_digits(day) => {
            (Some(near(day, value_date).ok_or_else(|| placed(fields::not_a_date(day)))?), after)
        }
        Some(_) | None => (None, rest),
    };
    let (mark, rest) = direction(rest, kind).ok_or_else(form)?;
    // The third letter of the currency may follow; it says nothing new.
    let rest = rest.strip_prefix(|letter: char| letter.is_ascii_uppercase()).unwrap_or(rest);
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != ',').unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end).ok_or_else(form)?;
    let (movement, references) = rest.split_at_checked(4).ok_or_else(form)?;
    if !movement.starts_with(['N', 'F', 'S']) || !movement.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(form());
    }
    let (customer, bank) = references.split_once("//").unwrap_or((references, ""));
    let more: Vec<&str> = more.iter().map(|row| row.trim()).collect();
    let more = reference(&more.join(" "));
    let limit = options.limits.text_chars;
    for text in [Some(first), more.as_deref()].into_iter().flatten() {
        fields::bounded(text, limit).map_err(placed)?;
    }
    let mut detail = ReadDetail { credit: Some(mark.credit), ..ReadDetail::default() };
    let customer = reference(customer);
    detail.refs.extend(customer.map(|value| ReadReference { kind: "61".to_owned(), value }));
    if let Some(text) = text {
        mt_text::fill(&mut detail, &text.rows, mark.credit, limit)
            .map_err(|error| error.at_line(text.line).in_field(&text.name()))?;
    }
    detail.returned = mt_text::says_return(&detail) || movement.ends_with("RTI");
    Ok(ReadEntry {
        index,
        entry_ref: None,
        servicer_ref: reference(bank),
        amount: amount(digits, currency).map_err(placed)?,
        credit: mark.credit,
        movement: Some(movement.to_owned()),
        reversal: mark.reversal,
        booked: mark.booked,
        status: if mark.booked { "BOOK" } else { "PDNG" }.to_owned(),
        booking_date,
        value_date: Some(value_date),
        details: vec![detail],
        additional_info: more,
        line: field.line,
    })
}

/// What the mark of a movement says.
struct Mark {
    credit: bool,
    reversal: bool,
    booked: bool,
}

/// The mark and what follows it. A reversed credit takes money away, a reversed debit gives it back; what is only
/// expected (`EC`, `ED`) stands in MT942 alone.
fn direction(text: &str, kind: FileKind) -> Option<(Mark, &str)> {
    let marks = [
        ("RC", false, true, true),
        ("RD", true, true, true),
        ("EC", true, false, false),
        ("ED", false, false, false),
        ("C", true, false, true),
        ("D", false, false, true),
    ];
    let (mark, rest) = marks.into_iter().find_map(|(word, credit, reversal, booked)| {
        text.strip_prefix(word).map(|rest| (Mark { credit, reversal, booked }, rest))
    })?;
    (mark.booked || kind == FileKind::Mt942).then_some((mark, rest))
}

/// A reference, or nothing where the bank says that there is none.
fn reference(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text != NO_REFERENCE).then(|| text.to_owned())
}

/// `1000,00`, `1000,` or `1000`.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Money, ReadError> {
    let plain = text.replacen(',', ".", 1);
    if text.contains('.') || text.starts_with('-') {
        return Err(fields::money_error(&zaiton_kernel::MoneyError::NotANumber, text, currency));
    }
    fields::amount(plain.strip_suffix('.').unwrap_or(&plain), currency)
        .map_err(|error| if error.code == "import.amount_form" { form_of_amount(text) } else { error })
}

fn form_of_amount(text: &str) -> ReadError {
    let text = crate::error::shown(text);
    ReadError::new(
        "import.amount_form",
        format!("“{text}”不是金额，应为数字和一个小数逗号。"),
        format!("\"{text}\" is not an amount: digits and one decimal comma are expected."),
    )
}

/// `YYMMDD`, years 1990 to 2089. With `thirty`, 29 and 30 February stand for the last day of that month where it is
/// shorter: banks that count interest in months of 30 days write them as value dates.
pub(crate) fn date(text: &str, thirty: bool) -> Result<LocalDate, ReadError> {
    let numbers = pairs(text).and_then(|numbers| <[i8; 3]>::try_from(numbers).ok());
    let Some([year, month, day]) = numbers else { return Err(fields::not_a_date(text)) };
    let century = if year < 90 { 2000 } else { 1900 };
    let year = century + i16::from(year);
    let mut found = LocalDate::new(year, month, day);
    if found.is_none() && thirty && month == 2 && (29..=30).contains(&day) {
        found = LocalDate::new(year, 2, 29).or_else(|| LocalDate::new(year, 2, 28));
    }
    found.ok_or_else(|| fields::time_error(TimeError::NotAMoment, text))
}

/// `MMDD` in the year that brings it nearest to the value date.
fn near(text: &str, value_date: LocalDate) -> Option<LocalDate> {
    let [month, day] = pairs(text).and_then(|numbers| <[i8; 2]>::try_from(numbers).ok())?;
    let year = value_date.year();
    [year, year - 1, year + 1]
        .into_iter()
        .filter(|year| YEARS.contains(year))
        .filter_map(|year| LocalDate::new(year, month, day))
        .min_by_key(|date| (rank(*date) - rank(value_date)).abs())
}

/// Days since a fixed day, were every month of 31 days: enough to see which of several days is nearer.
fn rank(date: LocalDate) -> i64 {
    (i64::from(date.year()) * 12 + i64::from(date.month())) * 31 + i64::from(date.day())
}

/// Two digits at a time.
fn pairs(text: &str) -> Option<Vec<i8>> {
    if !all_digits(text) || !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok()?.parse().ok()).collect()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_turn_at_the_years_end_and_keep_thirty_days_in_february() {
        let value = |text: &str| date(text, true).map_or_else(|e| e.code.to_owned(), |d| d.to_string());
        assert_eq!(value("160230"), "2016-02-29");
        assert_eq!(value("150229"), "2015-02-28");
        assert_eq!(value("150231"), "import.date_form");
        assert_eq!(value("150431"), "import.date_form");
        assert_eq!(value("991231"), "1999-12-31");
        assert_eq!(value("891231"), "2089-12-31");
        assert_eq!(value("26030"), "import.date_form");
        assert_eq!(value("日本"), "import.date_form");
        assert_eq!(date("150229", false).unwrap_err().code, "import.date_form");
        let entry = |day: &str, value: &str| near(day, date(value, true).unwrap()).map(|d| d.to_string());
        assert_eq!(entry("0102", "251231").as_deref(), Some("2026-01-02"));
        assert_eq!(entry("1231", "260101").as_deref(), Some("2025-12-31"));
        assert_eq!(entry("0301", "160230").as_deref(), Some("2016-03-01"));
        assert_eq!(entry("1331", "260101"), None);
        assert_eq!(entry("1231", "900101").as_deref(), Some("1990-12-31"), "no year before 1990");
    }

    #[test]
    fn amounts_have_a_comma() {
        let check = |text: &str, want: &str| {
            let got = amount(text, Currency::CNY).map_or_else(|error| error.code.to_owned(), |m| m.decimal());
            assert_eq!(got, want, "{text}");
        };
        check("000000000147,64", "147.64");
        check("1000,", "1000.00");
        check("1000", "1000.00");
        check("0,4", "0.40");
        check(",4", "import.amount_form");
        check("1,2,3", "import.amount_form");
        check("1.2", "import.amount_form");
        check("", "import.amount_form");
        check("1,234", "import.amount_digits");
        check("-1,", "import.amount_form");
    }
}
