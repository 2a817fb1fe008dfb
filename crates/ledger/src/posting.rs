//! A ledger transaction before it is booked: what kind, for what, and which pairs of accounts. Built by contexts,
//! booked by a [`crate::Sheet`]. Cannot be unbalanced: every entry has a debit and a credit of one amount.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, LocalDate, Money};

use crate::{AccountCode, AccountKey};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal, $en:literal, $zh:literal;)*) => {
        /// Which posting of the ledger page a transaction is; the number is stored and never changes meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[schemars(rename = "PostingKind")]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stored number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// From a stored number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($code => Some(Self::$name),)* _ => None }
            }

            /// Its name in the specification: `P10d`.
            #[must_use]
            pub const fn posting(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// What a statement calls it: English, Chinese.
            #[must_use]
            pub const fn title(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($en, $zh),)* }
            }
        }
    };
}

kinds! {
    /// Opening balance taken over.
    Opening = 1, "P0", "Opening balance", "期初余额";
    /// A bank line is booked.
    BankReceipt = 510, "P5", "Bank receipt", "银行到账";
    /// Bank side of a matched top-up.
    TopUpMatched = 511, "P5", "Top-up matched", "充值匹配";
    /// Merchant side of a matched top-up.
    TopUp = 512, "P5", "Top-up", "充值";
    /// The merchant could not take it: the link goes back to unallocated.
    TopUpUndone = 513, "P5", "Top-up undone", "充值撤回";
    /// Returned to the payer.
    ReturnToPayer = 520, "P5r", "Returned to payer", "原路退回";
    /// A bank line that is not a receipt (a cost, a transfer out) booked as the bank says.
    BankPayment = 530, "P5", "Bank payment", "银行付款";
    /// Fee of an order frozen.
    Freeze = 600, "P6", "Frozen", "冻结";
    /// Frozen fee released.
    Release = 700, "P7", "Released", "解冻";
    /// Frozen fee settled.
    Settle = 800, "P8", "Settled", "核销";
    /// Refund after settlement.
    SettledRefund = 900, "P9", "Settled refund", "已结算退款";
    /// Whole or part of a fee owed.
    Arrears = 1001, "P10a", "Arrears", "待缴费";
    /// Owed fee falls away.
    ArrearsDropped = 1002, "P10b", "Arrears dropped", "待缴费取消";
    /// Unfunded fee earned.
    ArrearsSettled = 1003, "P10c", "Settled, unfunded", "核销（未缴）";
    /// Owed fee repaid.
    ArrearsRepaid = 1004, "P10d", "Arrears repaid", "补缴";
    /// Owed fee written off.
    ArrearsWrittenOff = 1005, "P10e", "Arrears written off", "待缴费核减";
    /// Withdrawal requested.
    WithdrawalRequested = 1101, "P11a", "Withdrawal", "提现";
    /// Withdrawal paid, merchant side.
    WithdrawalPaid = 1102, "P11b", "Withdrawal paid", "提现已付";
    /// Withdrawal paid, bank side.
    WithdrawalPaidBank = 1103, "P11b", "Withdrawal paid", "提现已付";
    /// Withdrawal reversed.
    WithdrawalReversed = 1104, "P11c", "Withdrawal reversed", "提现撤销";
    /// Withdrawal paid though its money was given back, or paid twice: the merchant owes it.
    WithdrawalPaidAfterAll = 1108, "P11b", "Withdrawal paid twice", "提现重复付款";
    /// Withdrawal returned by the bank, bank side.
    WithdrawalReturnedBank = 1105, "P11d", "Bank return", "银行退汇";
    /// Withdrawal returned by the bank, merchant side.
    WithdrawalReturned = 1106, "P11d", "Bank return", "银行退汇";
    /// The merchant's side could not take a withdrawal back: the link goes back to unallocated, bank side.
    WithdrawalReturnUndone = 1107, "P11d", "Bank return undone", "银行退汇撤回";
    /// Sweep of our own money.
    Sweep = 2100, "P21", "Sweep of own money", "自有资金划转";
    /// The own account's half of a sweep.
    SweepReceived = 2101, "P21", "Sweep received", "自有资金划入";
    /// The receipt of a sweep that was booked when the money left.
    SweepArrived = 2102, "P21", "Sweep arrived", "自有资金划转到账";
    /// The own account could not take its half of a sweep.
    SweepUndone = 2103, "P21", "Sweep undone", "自有资金划转撤回";
    /// Cover of our own cost.
    Cover = 2200, "P22", "Cover of own cost", "自有成本补足";
    /// A cost that the bank took.
    BankCost = 2201, "P22", "Bank cost", "银行手续费";
    /// The own account's half of a cover.
    CoverPaid = 2202, "P22", "Cover paid", "自有成本补足付出";
    /// The receipt of a cover that was booked when the cost was.
    CoverArrived = 2203, "P22", "Cover arrived", "自有成本补足到账";
    /// A bank cost whose cover the own account could not take.
    BankCostUndone = 2204, "P22", "Bank cost undone", "银行手续费撤回";
    /// The own account could not take its half of a cover.
    CoverUndone = 2205, "P22", "Cover undone", "自有成本补足撤回";
    /// Correction from a template.
    Correction = 2400, "P24", "Correction", "更正";
}

/// One pair: the debited account, the credited account, the amount in minor units of their currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Debited.
    pub debit: AccountKey,
    /// Credited.
    pub credit: AccountKey,
    /// Minor units, above zero (checked when booked).
    pub amount: i64,
}

/// One business event on the ledger: its entries are booked together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Which posting.
    pub kind: Kind,
    /// What it is for: the raw id of a hold, top-up, bank line, withdrawal; 0 for none. The dimension in
    /// brackets of the chart that is no account of its own (hold, order, link).
    pub subject: i64,
    /// The link id of a movement between partitions (2195), 0 for none.
    pub link: i64,
    /// Date by the bank or accounting; the booking date when there is none.
    pub value_date: Option<LocalDate>,
    /// The pairs.
    pub entries: Vec<Entry>,
}

impl Transaction {
    /// A transaction without entries.
    #[must_use]
    pub fn new(kind: Kind, subject: i64) -> Self {
        Self { kind, subject, link: 0, value_date: None, entries: Vec::with_capacity(2) }
    }

    /// Names the link of a movement between partitions.
    #[must_use]
    pub fn linked(mut self, link: i64) -> Self {
        self.link = link;
        self
    }

    /// Sets the value date.
    #[must_use]
    pub fn valued(mut self, date: LocalDate) -> Self {
        self.value_date = Some(date);
        self
    }

    /// Adds a pair between accounts of dimension `dimension`; a zero amount adds nothing.
    #[must_use]
    pub fn pair(mut self, debit: (AccountCode, i64), credit: (AccountCode, i64), amount: Money) -> Self {
        if !amount.is_zero() {
            let currency: Currency = amount.currency();
            self.entries.push(Entry {
                debit: AccountKey { code: debit.0, dimension: debit.1, currency },
                credit: AccountKey { code: credit.0, dimension: credit.1, currency },
                amount: amount.minor(),
            });
        }
        self
    }

    /// Nothing to book.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_numbers_name_one_kind_each() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_number(kind.number()), Some(*kind));
        }
        assert_eq!(Kind::from_number(0), None);
        let numbers: std::collections::BTreeSet<u16> = Kind::ALL.iter().map(|kind| kind.number()).collect();
        assert_eq!(numbers.len(), Kind::ALL.len());
    }
}
