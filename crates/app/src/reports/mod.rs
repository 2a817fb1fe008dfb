//! Statement and transaction lists as JSON and CSV, in both languages. Formats what ledger and store computed; computes
//! no money itself.

pub mod flow;

use serde::Deserialize;
use serde_json::{Value, json};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Id, Money, Timestamp};
use zaiton_ledger::statement::{STATEMENT_ACCOUNTS, Statement};
use zaiton_ledger::{Account, AccountCode, AccountKey, Kind};
use zaiton_prepaid::account::Figures;
use zaiton_prepaid::{Hold, HoldId, ProgrammeId};

/// The programme that is meant when none is named.
pub const DEFAULT_PROGRAMME: &str = "baitiao";

/// The language of headings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl Language {
    fn pick(self, texts: (&'static str, &'static str)) -> &'static str {
        match self {
            Self::English => texts.0,
            Self::Chinese => texts.1,
        }
    }
}

/// The currency of a programme's prepaid account, by its ledger accounts; CNY when nothing was booked yet.
#[must_use]
pub fn account_currency(accounts: &[Account], programme: ProgrammeId) -> Currency {
    accounts
        .iter()
        .find(|account| {
            STATEMENT_ACCOUNTS.contains(&account.key.code) && account.key.dimension == programme.raw()
        })
        .map_or(Currency::CNY, |account| account.key.currency)
}

/// What a programme's ledger accounts say, for reads.
#[must_use]
pub fn prepaid_figures(accounts: &[Account], programme: ProgrammeId, currency: Currency) -> Figures {
    let of = |code| {
        let key = AccountKey { code, dimension: programme.raw(), currency };
        let found = accounts.iter().find(|account| account.key == key);
        Money::new(found.map_or(0, Account::balance), currency)
    };
    Figures {
        available: of(AccountCode::PREPAID_AVAILABLE),
        frozen: of(AccountCode::PREPAID_FROZEN),
        owed: of(AccountCode::PREPAID_ARREARS),
        pending: of(AccountCode::PREPAID_WITHDRAWAL),
    }
}

/// A cell that no spreadsheet takes for a formula, quoted where it must be.
fn cell(text: &str) -> String {
    let guarded = match text.chars().next() {
        Some('=' | '+' | '@' | '\t' | '\r') => format!("'{text}"),
        Some('-') if text.parse::<i128>().is_err() && !is_amount(text) => format!("'{text}"),
        _ => text.to_owned(),
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

fn is_amount(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

fn row(cells: &[&str]) -> String {
    let mut line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A moment as people of the platform read it.
fn local(at: Timestamp) -> String {
    at.local_text(&Zone::shanghai())
}

/// Rule R1-31. The statement as CSV: opening, lines, closing.
#[must_use]
pub fn statement_csv(statement: &Statement, currency: Currency, language: Language) -> String {
    let t = |en, zh| language.pick((en, zh));
    let money = |minor| Money::new(minor, currency).decimal();
    let mut csv = row(&[
        t("time", "时间"),
        t("value date", "起息日"),
        t("kind", "类型"),
        t("reference", "编号"),
        t("income", "收入"),
        t("expense", "支出"),
        t("balance", "余额"),
        t("currency", "币种"),
    ]);
    let code = currency.code();
    csv.push_str(&row(&["", "", t("opening", "期初余额"), "", "", "", &money(statement.opening), code]));
    for line in &statement.lines {
        let (income, expense) = if line.amount > 0 {
            (money(line.amount), String::new())
        } else {
            (String::new(), money(-line.amount))
        };
        csv.push_str(&row(&[
            &local(line.booked_at),
            &line.value_date.to_string(),
            language.pick(line.kind.title()),
            &zaiton_kernel::id::letters(line.subject),
            &income,
            &expense,
            &money(line.balance),
            code,
        ]));
    }
    csv.push_str(&row(&["", "", t("closing", "期末余额"), "", "", "", &money(statement.closing), code]));
    csv
}

/// The statement as JSON.
#[must_use]
pub fn statement_json(statement: &Statement, currency: Currency) -> Value {
    let money = |minor| Money::new(minor, currency);
    let lines: Vec<Value> = statement
        .lines
        .iter()
        .map(|line| {
            let (en, zh) = line.kind.title();
            json!({
                "at": line.booked_at, "value_date": line.value_date, "posting": line.kind.posting(),
                "kind": { "en": en, "zh-CN": zh }, "reference": zaiton_kernel::id::letters(line.subject),
                "amount": money(line.amount), "balance": money(line.balance),
            })
        })
        .collect();
    json!({ "opening": money(statement.opening), "lines": lines, "closing": money(statement.closing) })
}

/// A movement of a fee with its order.
#[derive(Clone, Debug)]
pub struct FeeRow {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// Raw id of the hold.
    pub hold: i64,
    /// The order's reference.
    pub order: String,
    /// How much.
    pub amount: Money,
}

/// Rule R1-30. The second transaction list as CSV: freeze, release, settled, settled refund, arrears.
#[must_use]
pub fn fees_csv(rows: &[FeeRow], language: Language) -> String {
    let t = |en, zh| language.pick((en, zh));
    let mut csv = row(&[
        t("time", "时间"),
        t("kind", "类型"),
        t("order", "订单"),
        t("hold", "冻结编号"),
        t("amount", "金额"),
        t("currency", "币种"),
    ]);
    for fee in rows {
        csv.push_str(&row(&[
            &local(fee.at),
            language.pick(fee.kind.title()),
            &fee.order,
            &HoldId::from_raw(fee.hold).to_string(),
            &fee.amount.decimal(),
            fee.amount.currency().code(),
        ]));
    }
    csv
}

/// The same as JSON.
#[must_use]
pub fn fees_json(rows: &[FeeRow]) -> Vec<Value> {
    rows.iter()
        .map(|fee| {
            let (en, zh) = fee.kind.title();
            json!({
                "at": fee.at, "posting": fee.kind.posting(), "kind": { "en": en, "zh-CN": zh },
                "order": fee.order, "hold": HoldId::from_raw(fee.hold), "amount": fee.amount,
            })
        })
        .collect()
}

/// The order that a stored hold is for; empty when the body cannot be read.
#[must_use]
pub fn order_of_hold(body: &str) -> String {
    serde_json::from_str::<Hold>(body).map(|hold| hold.order).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula_and_quotes_are_doubled() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@x"), "'@x");
        assert_eq!(cell("-2+3"), "'-2+3");
        assert_eq!(cell("-12.50"), "-12.50");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
