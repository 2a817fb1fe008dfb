//! What a month's statement answers, as tables: figures, months recorded so far, answer.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

const CNY: Currency = Currency::CNY;

fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

fn march() -> Month {
    Month::parse("2026-03").unwrap()
}

fn after_march() -> Timestamp {
    Timestamp::parse("2026-04-01T00:00:00+08:00").unwrap()
}

fn total(kind: Kind, lines: u32, amount: &str) -> KindTotal {
    KindTotal { kind, lines, amount: yuan(amount) }
}

/// A month that opened with 100.00, took a top-up of 3000.00 and earned two fees of 30.00 in all.
fn figures() -> Figures {
    Figures {
        month: march(),
        opening: yuan("100.00"),
        closing: yuan("3070.00"),
        lines: 3,
        totals: vec![total(Kind::TopUp, 1, "3000.00"), total(Kind::Settle, 2, "-30.00")],
    }
}

fn months(next: &str, closed_with: Option<&str>) -> Months {
    Months { next: Month::parse(next).unwrap(), closed_with: closed_with.map(yuan) }
}

fn unrecorded() -> StatementMonth {
    StatementMonth::unrecorded(MonthId::from_raw(1), AccountId::from_raw(2), CNY)
}

fn record(figures: Figures, months: Months, now: Timestamp) -> Result<StatementMonth, MonthRefusal> {
    let mut month = unrecorded();
    for event in decide(&month, Command::Record { figures, months }, now)?.events {
        month.apply(&event);
    }
    Ok(month)
}

/// Rules R1-31, L-I10: the month after the last, once it is over, opening with what that one closed with.
#[test]
fn a_month_that_goes_on_from_the_one_before_is_recorded() {
    let month = record(figures(), months("2026-03", Some("100.00")), after_march()).unwrap();
    assert_eq!(month.figures(), Some(&figures()));
    boundary::inside("L-I10", "100.00 closed, 100.00 opens, and lines make the closing");
    boundary::inside("R1-31", "at the first moment of April, March is recorded");
    let first = record(figures(), months("2026-03", None), after_march()).unwrap();
    assert_eq!(first.figures(), Some(&figures()));
    let standing = Months::after(&figures());
    assert_eq!(standing, months("2026-04", Some("3070.00")));
    // A month without any movement.
    let april = Figures {
        month: standing.next,
        opening: yuan("3070.00"),
        closing: yuan("3070.00"),
        lines: 0,
        totals: vec![],
    };
    let now = Timestamp::parse("2026-05-01T00:00:00+08:00").unwrap();
    assert!(record(april, standing, now).is_ok());
}

/// Every refusal in the order in which the rules name them.
#[test]
fn what_does_not_go_on_or_foot_is_refused() {
    let last = Some("100.00");
    let refused = |rule: &str, case: &str, figures: Figures, months: Months, now: Timestamp| {
        boundary::refused(rule, case, record(figures, months, now).unwrap_err())
    };
    let code = |refusal: Refusal| refusal.code.into_owned();
    let early = after_march().plus_seconds(-1);
    let cases = [
        ("not_the_next", "R1-31", "April is next", figures(), months("2026-04", last), after_march()),
        ("not_the_next", "R1-31", "February is next", figures(), months("2026-02", last), after_march()),
        ("not_over", "R1-31", "a second before April", figures(), months("2026-03", last), early),
        (
            "opening_differs",
            "L-I10",
            "99.99 closed, 100.00 opens",
            figures(),
            months("2026-03", Some("99.99")),
            after_march(),
        ),
        (
            "does_not_foot",
            "L-I10",
            "a fen is missing",
            Figures { closing: yuan("3069.99"), ..figures() },
            months("2026-03", last),
            after_march(),
        ),
        (
            "lines_differ",
            "L-I10",
            "a line too many",
            Figures { lines: 4, ..figures() },
            months("2026-03", last),
            after_march(),
        ),
    ];
    for (expected, rule, case, figures, months, now) in cases {
        assert_eq!(code(refused(rule, case, figures, months, now)), format!("prepaid.month.{expected}"));
    }
    let yen = Money::new(1, Currency::from_code("JPY").unwrap());
    let other = Figures { opening: yen, ..figures() };
    let refusal = record(other, months("2026-03", last), after_march()).unwrap_err();
    assert!(matches!(refusal, MonthRefusal::OtherCurrency { .. }));
}

/// Rule R1-31: the same month again changes nothing, and other figures are refused.
#[test]
fn a_recorded_month_stands() {
    let month = record(figures(), months("2026-03", None), after_march()).unwrap();
    let again =
        |figures| decide(&month, Command::Record { figures, months: months("2026-04", None) }, after_march());
    assert!(again(figures()).unwrap().is_already());
    let other = Figures { opening: yuan("99.00"), closing: yuan("3069.00"), ..figures() };
    let refusal = boundary::refused("R1-31", "recorded otherwise", again(other).unwrap_err());
    assert_eq!(refusal.figure("opening"), Some("100.00 CNY"));
    assert_eq!(allowed(&month).len(), 1);
    assert!(allowed(&month)[0].refusal.is_some() && allowed(&unrecorded())[0].refusal.is_none());
    let json = serde_json::to_string(&month).unwrap();
    assert_eq!(serde_json::from_str::<StatementMonth>(&json).unwrap(), month);
}
