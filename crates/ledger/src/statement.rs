//! The prepaid statement (R1-31): opening balance, lines, closing balance, that foot. Pure arithmetic over
//! transfers that somebody else read; never asks a store.

use std::collections::BTreeMap;

use zaiton_kernel::{LocalDate, Timestamp};

use crate::{AccountCode, Kind, Side, Transfer};

/// The accounts whose sum is the statement balance: 2110 + 2120 + 2125 - 1120.
pub const STATEMENT_ACCOUNTS: [AccountCode; 4] = [
    AccountCode::PREPAID_AVAILABLE,
    AccountCode::PREPAID_FROZEN,
    AccountCode::PREPAID_DUE,
    AccountCode::PREPAID_ARREARS,
];

/// What an account adds to the statement balance for each minor unit credited: always 1, because 1120 grows by
/// debits and is subtracted. Kept as a function so that the sign is said once.
#[must_use]
pub fn signed(code: AccountCode, debits: i64, credits: i64) -> i64 {
    match code.row().side {
        Side::Debit => -(debits - credits),
        Side::Credit | Side::Either => credits - debits,
    }
}

/// A line of the statement: one transaction that changed the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The transaction.
    pub transaction: i64,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// Value date.
    pub value_date: LocalDate,
    /// Its kind.
    pub kind: Kind,
    /// What it is for.
    pub subject: i64,
    /// Minor units; income above zero (green), expense below (red).
    pub amount: i64,
    /// The statement balance after it.
    pub balance: i64,
}

/// A statement that foots: `opening + sum(lines) = closing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Before the first line, minor units.
    pub opening: i64,
    /// In the order they were booked.
    pub lines: Vec<Line>,
    /// After the last line, minor units.
    pub closing: i64,
}

/// Rule R1-31. Makes a statement from the transfers of a period. `account_code` names the statement account of an
/// account id, or `None` for any other account. Transfers that move between two statement accounts (a freeze, a
/// release, arrears) change nothing and give no line.
#[must_use]
pub fn build(
    opening: i64,
    transfers: &[Transfer],
    account_code: impl Fn(i64) -> Option<AccountCode>,
) -> Statement {
    let mut net: BTreeMap<i64, (i64, &Transfer)> = BTreeMap::new();
    for transfer in transfers {
        let mut change = 0;
        if let Some(code) = account_code(transfer.debit_account) {
            change += signed(code, transfer.amount, 0);
        }
        if let Some(code) = account_code(transfer.credit_account) {
            change += signed(code, 0, transfer.amount);
        }
        net.entry(transfer.transaction).or_insert((0, transfer)).0 += change;
    }
    let mut balance = opening;
    let mut lines = Vec::new();
    for (transaction, (amount, transfer)) in net {
        if amount == 0 {
            continue;
        }
        balance += amount;
        lines.push(Line {
            transaction,
            booked_at: transfer.booked_at,
            value_date: transfer.value_date,
            kind: Kind::from_number(transfer.kind).unwrap_or(Kind::Correction),
            subject: transfer.subject,
            amount,
            balance,
        });
    }
    Statement { opening, lines, closing: balance }
}
