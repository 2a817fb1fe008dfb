//! Money between two bank accounts of ours: a sweep of our own money out of client money (P21), the cover of a cost
//! that the bank took from client money (P22). Says what the partition of the own account must book and expect. Never
//! books, and never looks at a line.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Id, LocalDate, Money};
use zaiton_ledger::{AccountCode, Kind, Transaction};

use crate::bank_account::BankAccountId;
use crate::line::LineId;

/// Why money moves between two of our accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// P21. Our own money leaves client money.
    Sweep,
    /// P22. Our own money makes good a cost that the bank took from client money.
    Cover,
}

/// Which way money goes, seen from one bank account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It will come in.
    In,
    /// It will go out.
    Out,
}

/// Postings P21, P22: what the client account's partition tells the own account's after it booked its half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherHalf {
    /// Sweep or cover.
    pub kind: TransferKind,
    /// The client account's line that began it: the link of both halves.
    pub line: LineId,
    /// The own account whose half this is.
    pub own_account: BankAccountId,
    /// How much, above zero.
    pub amount: Money,
    /// The date of the bank.
    pub value_date: LocalDate,
}

impl OtherHalf {
    /// Which way the bank's own line of it will go on the own account.
    #[must_use]
    pub const fn way(&self) -> Way {
        match self.kind {
            TransferKind::Sweep => Way::In,
            TransferKind::Cover => Way::Out,
        }
    }
}

/// Postings P21, P22. The own account's half: Dr 1010 / Cr 2195 of a sweep, Dr 2195 / Cr 1010 of a cover. Book it once
/// a line, together with [`crate::bank_account::Command::TakeHalf`].
#[must_use]
pub fn postings(half: &OtherHalf) -> Transaction {
    let line = half.line.raw();
    let own = (AccountCode::BANK_OWN, half.own_account.raw());
    let between = (AccountCode::BETWEEN_PARTITIONS, 0);
    let (kind, debit, credit) = match half.kind {
        TransferKind::Sweep => (Kind::SweepReceived, own, between),
        TransferKind::Cover => (Kind::CoverPaid, between, own),
    };
    Transaction::new(kind, line).linked(line).valued(half.value_date).pair(debit, credit, half.amount)
}
