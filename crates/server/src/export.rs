//! `zaiton export`: statement and lists as CSV on standard output. Reads only; takes no lane.

use zaiton_app::reports::{self, FeeRow, Language};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, Id, LocalDate, Money, Month, Refusal, Rule, Text, Timestamp};
use zaiton_store::Queries;
use zaiton_store::scan::StoredBody;

use crate::arguments::What;
use crate::cli::{Failure, explain};
use crate::out;
use crate::site::Place;

fn no_merchant(code: &str) -> Failure {
    let refusal = Refusal::new(
        "cli.merchant_unknown",
        Rule::new("R5-40"),
        Text::new("没有此商家。", "There is no such merchant."),
        Text::new("请核对商家代码。", "Check the merchant's code."),
    );
    Failure::Refused(explain(&refusal.with("merchant", code)))
}

/// A merchant of the live environment by its code.
pub(crate) fn merchant(queries: &Queries, code: &str) -> Result<StoredBody, Failure> {
    queries.merchant(Environment::Live, code)?.ok_or_else(|| no_merchant(code))
}

/// From when to when: days or moments as people write them, or a whole month. By default from the first booking on.
pub(crate) fn period(
    period: [Option<&str>; 2],
    month: Option<Month>,
) -> Result<(Timestamp, Timestamp), Failure> {
    let zone = Zone::shanghai();
    if let Some(month) = month {
        return Ok((month.start_in(&zone), month.end_in(&zone)));
    }
    let moment = |text: Option<&str>, or: i64| match text {
        None => Ok(Timestamp::from_micros(or)),
        Some(text) => match LocalDate::parse(text) {
            Ok(day) => Ok(day.start_in(&zone)),
            Err(_) => Timestamp::parse(text).map_err(|error| {
                Failure::Refused(format!("{text}: {error}; 2026-11-01 or 2026-11-01T09:00:00+08:00"))
            }),
        },
    };
    // Later than any booking: the end of the last year that dates may speak of.
    Ok((moment(period[0], 0)?, moment(period[1], 4_102_444_800_000_000)?))
}

/// Writes one list of one merchant.
pub(crate) fn export(
    place: &Place,
    what: What,
    merchant: &str,
    programme: &str,
    (from, to): (Timestamp, Timestamp),
    zh: bool,
) -> Result<(), Failure> {
    let (queries, _) = place.queries().map_err(Failure::World)?;
    let language = if zh { Language::Chinese } else { Language::English };
    let found = self::merchant(&queries, merchant)?;
    let of = zaiton_app::prepaid::programme_id(programme);
    let currency = reports::account_currency(&queries.accounts(found.partition)?, of);
    let text = match what {
        What::Statement => {
            let statement = queries.prepaid_statement(found.partition, of.raw(), currency, from, to)?;
            reports::statement_csv(&statement, currency, language)
        }
        What::Fees => {
            let mut rows = Vec::new();
            for movement in queries.fee_movements(found.partition, of.raw(), currency, from, to)? {
                let hold = queries.record("holds", movement.hold)?;
                rows.push(FeeRow {
                    at: movement.booked_at,
                    kind: movement.kind,
                    hold: movement.hold,
                    order: hold.map(|row| reports::order_of_hold(&row.body)).unwrap_or_default(),
                    amount: Money::new(movement.amount, currency),
                });
            }
            reports::fees_csv(&rows, language)
        }
        What::Flow => {
            let mut rows = Vec::new();
            let mut after = 0;
            loop {
                let page = zaiton_reads::flow::page(&queries, found.partition, after, 1_000)?;
                let Some(last) = page.last() else { break };
                after = last.raw;
                rows.extend(page);
            }
            reports::flow::csv(&rows, language)
        }
    };
    out::line(text.trim_end());
    Ok(())
}
