//! Statement and transaction lists as JSON and CSV, in both languages. Formats what ledger and store computed; computes
//! no money itself.

pub mod flow;
pub mod lists;
pub mod said;

use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Id, Money, Timestamp};
use zaiton_ledger::statement::{Line as StatementLine, STATEMENT_ACCOUNTS, Statement};
use zaiton_ledger::{Account, AccountCode, AccountKey, Kind};
pub use zaiton_platform::operation::Language;
use zaiton_prepaid::account::Figures;
use zaiton_prepaid::{Hold, HoldId, ProgrammeId};

/// The programme that is meant when none is named.
pub const DEFAULT_PROGRAMME: &str = "baitiao";

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

/// A cell of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words, dates, ids: never a formula, whatever they begin with.
    Text(String),
    /// An amount as decimal text, to be added up by whoever reads it.
    Amount(String),
}

impl Cell {
    fn of(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn money(amount: Money) -> Self {
        Self::Amount(amount.decimal())
    }

    /// What stands in it.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Amount(text) => text,
        }
    }
}

/// A row as a line of CSV, in which no cell is a formula.
#[must_use]
pub fn csv_row(cells: &[Cell]) -> String {
    row(&cells.iter().map(Cell::text).collect::<Vec<_>>())
}

/// Rows as CSV, in which no cell is a formula.
#[must_use]
pub fn csv_of(rows: &[Vec<Cell>]) -> String {
    rows.iter().map(|cells| csv_row(cells)).collect()
}

/// Rule R1-31. The headings of a statement.
#[must_use]
pub fn statement_head(language: Language) -> Vec<Cell> {
    let t = |en, zh| Cell::of(language.pick((en, zh)));
    vec![
        t("time", "时间"),
        t("value date", "起息日"),
        t("kind", "类型"),
        t("reference", "编号"),
        t("income", "收入"),
        t("expense", "支出"),
        t("balance", "余额"),
        t("currency", "币种"),
    ]
}

/// An end of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Before its first line.
    Opening,
    /// After its last.
    Closing,
}

/// Rule R1-31. What was there at an end of a statement, as a row.
#[must_use]
pub fn statement_end(end: End, balance: Money, language: Language) -> Vec<Cell> {
    let none = || Cell::of("");
    let title = match end {
        End::Opening => language.pick(("opening", "期初余额")),
        End::Closing => language.pick(("closing", "期末余额")),
    };
    let code = Cell::of(balance.currency().code());
    vec![none(), none(), Cell::of(title), none(), none(), none(), Cell::money(balance), code]
}

/// Rule R1-31. A line of a statement as a row.
#[must_use]
pub fn statement_row(line: &StatementLine, currency: Currency, language: Language) -> Vec<Cell> {
    let money = |minor| Cell::money(Money::new(minor, currency));
    let none = || Cell::of("");
    let (income, expense) =
        if line.amount > 0 { (money(line.amount), none()) } else { (none(), money(-line.amount)) };
    vec![
        Cell::of(local(line.booked_at)),
        Cell::of(line.value_date.to_string()),
        Cell::of(language.pick(line.kind.title())),
        Cell::of(zaiton_kernel::id::letters(line.subject)),
        income,
        expense,
        money(line.balance),
        Cell::of(currency.code()),
    ]
}

/// Rule R1-31. The statement as a table with its headings: opening, lines, closing.
#[must_use]
pub fn statement_rows(statement: &Statement, currency: Currency, language: Language) -> Vec<Vec<Cell>> {
    let end = |end, minor| statement_end(end, Money::new(minor, currency), language);
    let mut rows = vec![statement_head(language), end(End::Opening, statement.opening)];
    rows.extend(statement.lines.iter().map(|line| statement_row(line, currency, language)));
    rows.push(end(End::Closing, statement.closing));
    rows
}

/// Rule R1-31. The statement as CSV.
#[must_use]
pub fn statement_csv(statement: &Statement, currency: Currency, language: Language) -> String {
    csv_of(&statement_rows(statement, currency, language))
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

/// Rule R1-30. The headings of the second transaction list.
#[must_use]
pub fn fees_head(language: Language) -> Vec<Cell> {
    let t = |en, zh| Cell::of(language.pick((en, zh)));
    vec![
        t("time", "时间"),
        t("kind", "类型"),
        t("order", "订单"),
        t("hold", "冻结编号"),
        t("amount", "金额"),
        t("currency", "币种"),
    ]
}

/// Rule R1-30. A movement of a fee as a row.
#[must_use]
pub fn fee_row(fee: &FeeRow, language: Language) -> Vec<Cell> {
    vec![
        Cell::of(local(fee.at)),
        Cell::of(language.pick(fee.kind.title())),
        Cell::of(fee.order.as_str()),
        Cell::of(HoldId::from_raw(fee.hold).to_string()),
        Cell::money(fee.amount),
        Cell::of(fee.amount.currency().code()),
    ]
}

/// Rule R1-30. The second transaction list as a table with its headings: freeze, release, settled, settled refund, arrears.
#[must_use]
pub fn fees_rows(fees: &[FeeRow], language: Language) -> Vec<Vec<Cell>> {
    let rows = fees.iter().map(|fee| fee_row(fee, language));
    std::iter::once(fees_head(language)).chain(rows).collect()
}

/// Rule R1-30. The second transaction list as CSV.
#[must_use]
pub fn fees_csv(rows: &[FeeRow], language: Language) -> String {
    csv_of(&fees_rows(rows, language))
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
        // Every letter that a spreadsheet may take for the beginning of one, at the beginning and alone.
        for begin in ["=", "+", "-", "@", "\t"] {
            assert_eq!(cell(begin), format!("'{begin}"));
            let command = format!("{begin}cmd|' /C calc'!A0");
            assert_eq!(cell(&command), format!("'{command}"));
        }
        assert_eq!(cell("\r=1"), "\"'\r=1\"");
        assert_eq!(cell("+8613800000000"), "'+8613800000000");
        assert_eq!(cell("-12.50"), "-12.50");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
