//! Single values as files write them: amounts, currencies, dates, moments, ids. Never guesses: what is not
//! exactly the form is refused with the value that was found.

use zaiton_kernel::time::{TimeError, Zone};
use zaiton_kernel::{Currency, LocalDate, Money, MoneyError, Timestamp};

use crate::ReadError;
use crate::error::shown;

/// A currency by its three letters.
pub(crate) fn currency(code: &str) -> Result<Currency, ReadError> {
    Currency::from_code(code).map_err(|_| unknown_currency(code))
}

/// The refusal of a currency that is none.
pub(crate) fn unknown_currency(code: &str) -> ReadError {
    let code = shown(code);
    ReadError::new(
        "import.currency_unknown",
        format!("“{code}”不是 ISO 4217 货币代码。"),
        format!("\"{code}\" is not an ISO 4217 currency code."),
    )
}

/// An amount that carries no sign: debit or credit is said elsewhere.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Money, ReadError> {
    if text.starts_with('-') {
        let text = shown(text);
        return Err(ReadError::new(
            "import.amount_negative",
            format!("金额“{text}”不得为负数。"),
            format!("The amount \"{text}\" must not be negative."),
        ));
    }
    signed_amount(text, currency)
}

/// An amount that may be negative.
pub(crate) fn signed_amount(text: &str, currency: Currency) -> Result<Money, ReadError> {
    Money::parse(text, currency).map_err(|error| money_error(&error, text, currency))
}

/// What is wrong with a text that should be an amount.
pub(crate) fn money_error(error: &MoneyError, text: &str, currency: Currency) -> ReadError {
    let text = shown(text);
    match error {
        MoneyError::Overflow => ReadError::new(
            "import.amount_overflow",
            format!("金额“{text}”过大。"),
            format!("The amount \"{text}\" is too large."),
        ),
        MoneyError::TooManyDigits { exponent } => ReadError::new(
            "import.amount_digits",
            format!("金额“{text}”的小数超过 {currency} 的 {exponent} 位。"),
            format!("The amount \"{text}\" has more than the {exponent} decimals of {currency}."),
        ),
        MoneyError::NotANumber | MoneyError::UnknownCurrency | MoneyError::Currency { .. } => ReadError::new(
            "import.amount_form",
            format!("“{text}”不是金额，应只含数字和一个小数点。"),
            format!("\"{text}\" is not an amount: digits and one point are expected."),
        ),
    }
}

/// `2026-03-02`; XML's zone after it (`Z`, `+08:00`) is taken and set aside.
pub(crate) fn date(text: &str) -> Result<LocalDate, ReadError> {
    let (day, zone) = text.split_at_checked(10).unwrap_or((text, ""));
    if !zone.is_empty() && !is_offset(zone) {
        return Err(not_a_date(text));
    }
    LocalDate::parse(day).map_err(|error| time_error(error, text))
}

/// The date that a moment is written with, in the bank's own zone: `2026-03-02T23:30:00+08:00` is 2 March.
pub(crate) fn date_of_moment(text: &str, zone: &Zone) -> Result<LocalDate, ReadError> {
    // XML may call the end of a day 24:00; the day is still the one that is written.
    let within = text.replacen("T24:00:00", "T23:59:59", 1);
    moment(&within, zone)?;
    let (day, _) = text.split_at_checked(10).unwrap_or((text, ""));
    LocalDate::parse(day).map_err(|error| time_error(error, text))
}

/// A moment with its offset, or a local one in the zone that is given.
pub(crate) fn moment(text: &str, zone: &Zone) -> Result<Timestamp, ReadError> {
    let time = text.get(10..).unwrap_or("");
    let has_offset = time.ends_with(['Z', 'z']) || time.contains('+') || time.contains('-');
    let read = if has_offset { Timestamp::parse(text) } else { Timestamp::parse_local(text, zone) };
    match read {
        Ok(moment) if time.starts_with(['T', 't', ' ']) => Ok(moment),
        Ok(_) => Err(not_a_date(text)),
        Err(error) => Err(time_error(error, text)),
    }
}

fn is_offset(text: &str) -> bool {
    match text.as_bytes() {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|digit| digit.is_ascii_digit()),
        _ => false,
    }
}

/// The refusal of a text that is no date.
pub(crate) fn not_a_date(text: &str) -> ReadError {
    time_error(TimeError::NotAMoment, text)
}

pub(crate) fn time_error(error: TimeError, text: &str) -> ReadError {
    let text = shown(text);
    match error {
        TimeError::Century => ReadError::new(
            "import.date_century",
            format!("日期“{text}”的年份不在 1990 至 2099 之间。"),
            format!("The year of \"{text}\" is outside 1990 to 2099."),
        ),
        TimeError::NotAMoment | TimeError::UnknownZone => ReadError::new(
            "import.date_form",
            format!("“{text}”不是有效的日期或时间。"),
            format!("\"{text}\" is not a date or time of the expected form."),
        ),
    }
}

/// An IBAN or other account number without the spaces that people read it with.
pub(crate) fn account(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A text of at most so many characters.
pub(crate) fn bounded(text: &str, most: usize) -> Result<(), ReadError> {
    if text.len() <= most || text.chars().count() <= most {
        return Ok(());
    }
    Err(ReadError::new(
        "import.text_too_long",
        format!("文字超过 {most} 个字符。"),
        format!("The text has more than {most} characters."),
    ))
}

/// Whether a text is a word that means "no reference": of SEPA, or of SWIFT.
pub(crate) fn is_no_reference(text: &str) -> bool {
    ["NOTPROVIDED", "NONREF"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The refusal of something that must be there.
pub(crate) fn missing(field: &str) -> ReadError {
    ReadError::new("import.missing", format!("缺少“{field}”。"), format!("\"{field}\" is missing."))
        .in_field(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_refused() {
        let check = |text: &str, want: &str| {
            let got = amount(text, Currency::CNY).map_or_else(|error| error.code.to_owned(), |m| m.decimal());
            assert_eq!(got, want, "{text}");
        };
        check("8.850", "8.85");
        check("8.855", "import.amount_digits");
        check("-0.00", "import.amount_negative");
        check("1e3", "import.amount_form");
        check("1,000.00", "import.amount_form");
        check("", "import.amount_form");
        check("１２", "import.amount_form");
        check("99999999999999999999", "import.amount_overflow");
        check("92233720368547758.07", "92233720368547758.07");
        check("92233720368547758.08", "import.amount_overflow");
    }

    #[test]
    fn dates_and_moments() {
        let zone = Zone::shanghai();
        let check = |text: &str, want: &str| {
            let code = |e: ReadError| e.code.to_owned();
            let got = if text.len() > 16 { date_of_moment(text, &zone) } else { date(text) };
            assert_eq!(got.map_or_else(code, |d| d.to_string()), want, "{text}");
        };
        check("2026-03-02", "2026-03-02");
        check("2026-03-02Z", "2026-03-02");
        check("2026-03-02+08:00", "2026-03-02");
        check("2026-03-02x", "import.date_form");
        check("2026-02-30", "import.date_form");
        check("0226-03-02", "import.date_century");
        check("9999-12-31", "import.date_century");
        check("2026-3-2", "import.date_form");
        check("2026-03-02T23:30:00+08:00", "2026-03-02");
        check("2026-03-02T23:30:00.123456-05:00", "2026-03-02");
        check("2026-03-02T23:30:00", "2026-03-02");
        check("2026-03-02T24:00:00+08:00", "2026-03-02");
        check("2026-03-02T24:00:01+08:00", "import.date_form");
        check("2026-03-02T25:30:00", "import.date_form");
        check("0226-03-02T23:30:00Z", "import.date_century");
        check("9999-12-31T23:30:00", "import.date_century");
        check("日本語日本語日本語日本語", "import.date_form");
    }
}
