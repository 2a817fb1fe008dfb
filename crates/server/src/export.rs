//! `zaiton export`: statement and lists as CSV, JSON or a spreadsheet. Reads only; takes no lane.

use std::path::Path;

use serde_json::json;
use zaiton_app::reports::{self, FeeRow, Language};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, Id, LocalDate, Money, Month, Timestamp};
use zaiton_reads::audit::Of;
use zaiton_store::Queries;
use zaiton_store::scan::StoredBody;

use crate::arguments::{Export, Form, What};
use crate::cli::Failure;
use crate::site::Place;
use crate::{audit, near, out, xlsx};

/// A merchant of the live environment by its code.
pub(crate) fn merchant(queries: &Queries, code: &str) -> Result<StoredBody, Failure> {
    near::merchant(queries, Environment::Live, code)
}

/// What is written, and where.
pub(crate) struct Asked<'a> {
    pub(crate) what: What,
    /// The merchant's code.
    pub(crate) merchant: &'a str,
    /// The programme's code.
    pub(crate) programme: &'a str,
    /// From, to, exclusive.
    pub(crate) period: (Timestamp, Timestamp),
    /// Headings in Chinese.
    pub(crate) zh: bool,
    pub(crate) form: Form,
    /// Standard output when it is not said.
    pub(crate) out: Option<&'a Path>,
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

/// `zaiton export`.
pub(crate) fn run(place: &Place, asked: &Export, json: bool) -> Result<(), Failure> {
    let period = period([asked.from.as_deref(), asked.to.as_deref()], asked.month)?;
    let form = if json { Form::Json } else { asked.format };
    let (merchant, programme, out) =
        (asked.merchant.as_str(), asked.programme.as_str(), asked.out.as_deref());
    export(place, &Asked { what: asked.what, merchant, programme, period, zh: asked.zh, form, out })
}

/// Writes one list of one merchant.
fn export(place: &Place, asked: &Asked<'_>) -> Result<(), Failure> {
    let (queries, chain) = place.queries().map_err(Failure::World)?;
    let language = if asked.zh { Language::Chinese } else { Language::English };
    let found = merchant(&queries, asked.merchant)?;
    let (from, to) = asked.period;
    let of = zaiton_app::prepaid::programme_id(asked.programme);
    let currency = reports::account_currency(&queries.accounts(found.partition)?, of);
    let (name, rows, json) = match asked.what {
        What::Statement => {
            let statement = queries.prepaid_statement(found.partition, of.raw(), currency, from, to)?;
            let rows = reports::statement_rows(&statement, currency, language);
            ("statement", rows, json!(reports::said::statement(&statement, currency)))
        }
        What::Fees => {
            let mut fees = Vec::new();
            for movement in queries.fee_movements(found.partition, of.raw(), currency, from, to)? {
                let hold = queries.record("holds", movement.hold)?;
                fees.push(FeeRow {
                    at: movement.booked_at,
                    kind: movement.kind,
                    hold: movement.hold,
                    order: hold.map(|row| reports::order_of_hold(&row.body)).unwrap_or_default(),
                    amount: Money::new(movement.amount, currency),
                });
            }
            let json = json!({ "rows": reports::said::fees(&fees) });
            ("fees", reports::fees_rows(&fees, language), json)
        }
        What::Audit => {
            let of = Of { partition: found.partition, merchant: asked.merchant, period: asked.period };
            return audit::export(&queries, &chain, of, asked.out);
        }
        What::Flow => {
            let mut flow = Vec::new();
            let mut after = 0;
            loop {
                let page = zaiton_reads::flow::page(&queries, found.partition, after, 1_000)?;
                let Some(last) = page.last() else { break };
                after = last.raw;
                flow.extend(page);
            }
            ("flow", reports::flow::table(&flow, language), json!({ "rows": flow }))
        }
    };
    let text = match (asked.form, asked.out) {
        (Form::Xlsx, Some(file)) => return xlsx::write(file, name, &rows),
        (Form::Xlsx, None) => {
            return Err(Failure::Refused("a spreadsheet goes into a file: give --out FILE.xlsx".into()));
        }
        (Form::Csv, _) => reports::csv_of(&rows),
        (Form::Json, _) => json.to_string(),
    };
    match asked.out {
        None => out::line(text.trim_end()),
        Some(file) => {
            std::fs::write(file, text)
                .map_err(|error| Failure::World(format!("{}: {error}", file.display())))?;
        }
    }
    Ok(())
}
