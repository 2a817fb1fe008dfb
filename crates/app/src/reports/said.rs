//! Statements and lists of fees as programs read them: the shapes of their JSON. Computes nothing.

use serde::Serialize;
use zaiton_kernel::{Currency, Id, LocalDate, Money, Text, Timestamp};
use zaiton_ledger::Kind;
use zaiton_ledger::statement::{Line, Statement};
use zaiton_prepaid::HoldId;

use super::FeeRow;

/// A statement. It foots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AccountStatement {
    /// What it opened with.
    pub opening: Money,
    /// What was booked, in the order of time.
    pub lines: Vec<AccountStatementLine>,
    /// What it closed with.
    pub closing: Money,
}

/// A line of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AccountStatementLine {
    /// When.
    pub at: Timestamp,
    /// From when it counts.
    pub value_date: LocalDate,
    /// The posting's number: `P5`.
    pub posting: &'static str,
    /// What people call it.
    pub kind: Text,
    /// The letters of the id of what it is for.
    pub reference: String,
    /// Below zero when it went out.
    pub amount: Money,
    /// The balance after it.
    pub balance: Money,
}

/// A movement of a fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FeeMovement {
    /// When.
    pub at: Timestamp,
    /// The posting's number: `P7`.
    pub posting: &'static str,
    /// What people call it.
    pub kind: Text,
    /// The order's key.
    pub order: String,
    /// The fee of the order.
    pub hold: HoldId,
    /// How much.
    pub amount: Money,
}

fn name(kind: Kind) -> Text {
    let (en, zh) = kind.title();
    Text::new(zh, en)
}

/// Rule R1-31. A line of a statement as programs read it.
#[must_use]
pub fn line(line: &Line, currency: Currency) -> AccountStatementLine {
    let money = |minor| Money::new(minor, currency);
    AccountStatementLine {
        at: line.booked_at,
        value_date: line.value_date,
        posting: line.kind.posting(),
        kind: name(line.kind),
        reference: zaiton_kernel::id::letters(line.subject),
        amount: money(line.amount),
        balance: money(line.balance),
    }
}

/// Rule R1-31. A statement as programs read it.
#[must_use]
pub fn statement(statement: &Statement, currency: Currency) -> AccountStatement {
    let money = |minor| Money::new(minor, currency);
    AccountStatement {
        opening: money(statement.opening),
        lines: statement.lines.iter().map(|one| line(one, currency)).collect(),
        closing: money(statement.closing),
    }
}

/// Rule R1-30. A movement of a fee as programs read it.
#[must_use]
pub fn fee(fee: &FeeRow) -> FeeMovement {
    FeeMovement {
        at: fee.at,
        posting: fee.kind.posting(),
        kind: name(fee.kind),
        order: fee.order.clone(),
        hold: HoldId::from_raw(fee.hold),
        amount: fee.amount,
    }
}

/// Rule R1-30. Movements of fees as programs read them.
#[must_use]
pub fn fees(rows: &[FeeRow]) -> Vec<FeeMovement> {
    rows.iter().map(fee).collect()
}
