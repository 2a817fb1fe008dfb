//! The accounts of one partition and how a transaction is booked on them. The only place where a balance changes.
//! Never touches another partition: value crosses through 2195.

use zaiton_kernel::{Currency, LocalDate, Money, Refusal, Rule, Text, Timestamp};

use crate::{AccountCode, Side, Transaction};

/// An account of a partition: code, dimension (programme, bank account; 0 for none), currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// Chart code.
    pub code: AccountCode,
    /// Raw id of the programme or bank account, 0 for none.
    pub dimension: i64,
    /// Currency.
    pub currency: Currency,
}

/// An account with its running totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id in the store.
    pub id: i64,
    /// What it is.
    pub key: AccountKey,
    /// All that was ever debited, minor units.
    pub debits: i64,
    /// All that was ever credited, minor units.
    pub credits: i64,
    /// The last transfer on it, 0 for none: the head of its history.
    pub last_transfer: i64,
    /// Month (see `LocalDate::month_number`) of that transfer in the ledger's zone.
    pub last_month: i32,
}

impl Account {
    /// Balance on the normal side (credits less debits for `Either`).
    #[must_use]
    pub fn balance(&self) -> i64 {
        match self.key.code.row().side {
            Side::Debit => self.debits - self.credits,
            Side::Credit | Side::Either => self.credits - self.debits,
        }
    }
}

/// A booked pair. Each names the transfers before it on both accounts, so that a history reads back without an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Time-ordered id.
    pub id: i64,
    /// The transaction: the id of its first transfer.
    pub transaction: i64,
    /// Debited account.
    pub debit_account: i64,
    /// Credited account.
    pub credit_account: i64,
    /// Minor units, above zero.
    pub amount: i64,
    /// Stored number of the posting kind.
    pub kind: u16,
    /// What it is for.
    pub subject: i64,
    /// Link between partitions, 0 for none.
    pub link: i64,
    /// The transfer before this one on the debited account, 0 for none.
    pub previous_of_debit: i64,
    /// The transfer before this one on the credited account, 0 for none.
    pub previous_of_credit: i64,
    /// When it was booked.
    pub booked_at: Timestamp,
    /// Value date.
    pub value_date: LocalDate,
}

/// The totals of an account as a month begins: lets a reader jump over later months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The account.
    pub account: i64,
    /// The month that begins.
    pub month: i32,
    /// Debits before its first transfer.
    pub debits: i64,
    /// Credits before its first transfer.
    pub credits: i64,
    /// The last transfer before, 0 for none.
    pub last_transfer: i64,
}

/// Why a transaction cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostError {
    /// An account would go below zero.
    BelowZero {
        /// Which.
        account: AccountKey,
        /// What the transaction takes from it.
        needed: Money,
        /// What is there.
        available: Money,
    },
    /// A total passes 63 bits.
    Overflow {
        /// Which.
        account: AccountKey,
    },
}

impl From<PostError> for Refusal {
    fn from(error: PostError) -> Self {
        match error {
            PostError::BelowZero { account, needed, available } => {
                let short = Money::new(needed.minor().saturating_sub(available.minor()), needed.currency());
                let row = account.code.row();
                Refusal::new(
                    "ledger.below_zero",
                    Rule::new("L-5"),
                    Text::new(
                        format!("科目「{}」余额不足，不能记账。", row.zh),
                        format!("The account \"{}\" does not hold enough.", row.en),
                    ),
                    Text::new("请先补足余额，再重试。", "Bring the balance up first, then try again."),
                )
                .with("account", account.code)
                .with("needed", needed)
                .with("available", available)
                .with("short_by", short)
            }
            PostError::Overflow { account } => Refusal::new(
                "ledger.overflow",
                Rule::new("L-1"),
                Text::new("科目累计金额超出上限。", "The account's total would pass its limit."),
                Text::new("请联系管理员。", "Please call the administrator."),
            )
            .with("account", account.code),
        }
    }
}

/// The accounts of one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    accounts: Vec<Account>,
}

/// What booking one transaction changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    /// The new transfers.
    pub transfers: Vec<Transfer>,
    /// Marks of accounts that entered a new month.
    pub marks: Vec<Mark>,
}

impl Sheet {
    /// A sheet of stored accounts.
    #[must_use]
    pub fn new(accounts: Vec<Account>) -> Self {
        Self { accounts }
    }

    /// Its accounts, in the order they were opened.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// An account, if it was ever used.
    #[must_use]
    pub fn account(&self, key: AccountKey) -> Option<&Account> {
        self.accounts.iter().find(|account| account.key == key)
    }

    /// The balance of an account on its normal side; zero when it was never used.
    #[must_use]
    pub fn balance(&self, code: AccountCode, dimension: i64, currency: Currency) -> Money {
        let key = AccountKey { code, dimension, currency };
        Money::new(self.account(key).map_or(0, Account::balance), currency)
    }

    fn position(&mut self, key: AccountKey, new_id: &mut impl FnMut() -> i64) -> usize {
        if let Some(at) = self.accounts.iter().position(|account| account.key == key) {
            return at;
        }
        let id = new_id();
        self.accounts.push(Account { id, key, debits: 0, credits: 0, last_transfer: 0, last_month: 0 });
        self.accounts.len() - 1
    }

    /// Books a transaction: all its pairs, or an error and a sheet that must be thrown away (callers work on a
    /// copy). `today` is the booking date in the ledger's zone. Every amount is above zero.
    ///
    /// # Errors
    /// An account that may not go below zero would, or a total overflows.
    pub fn book(
        &mut self,
        transaction: &Transaction,
        now: Timestamp,
        today: LocalDate,
        mut new_id: impl FnMut() -> i64,
    ) -> Result<Booked, PostError> {
        let mut booked = Booked::default();
        let month = today.month_number();
        let mut transaction_id = 0;
        for entry in &transaction.entries {
            assert!(entry.amount > 0, "an entry moves more than zero; the direction is in its accounts");
            assert!(entry.debit != entry.credit, "an entry moves between two accounts");
            let debit = self.position(entry.debit, &mut new_id);
            let credit = self.position(entry.credit, &mut new_id);
            let id = new_id();
            if transaction_id == 0 {
                transaction_id = id;
            }
            let before_debit = self.touch(debit, id, month, entry.amount, true, &mut booked.marks)?;
            let before_credit = self.touch(credit, id, month, entry.amount, false, &mut booked.marks)?;
            booked.transfers.push(Transfer {
                id,
                transaction: transaction_id,
                debit_account: before_debit.id,
                credit_account: before_credit.id,
                amount: entry.amount,
                kind: transaction.kind.number(),
                subject: transaction.subject,
                link: transaction.link,
                previous_of_debit: before_debit.last_transfer,
                previous_of_credit: before_credit.last_transfer,
                booked_at: now,
                value_date: transaction.value_date.unwrap_or(today),
            });
        }
        Ok(booked)
    }

    /// Adds an amount to one side of an account and gives what it was before.
    fn touch(
        &mut self,
        at: usize,
        transfer: i64,
        month: i32,
        amount: i64,
        is_debit: bool,
        marks: &mut Vec<Mark>,
    ) -> Result<Account, PostError> {
        let account = self.accounts.get_mut(at).expect("position gave this index");
        let before = *account;
        // A clock that stands before the last booking makes no mark: that month began already.
        if month > before.last_month {
            marks.push(Mark {
                account: before.id,
                month,
                debits: before.debits,
                credits: before.credits,
                last_transfer: before.last_transfer,
            });
        }
        let total = if is_debit { &mut account.debits } else { &mut account.credits };
        *total = total.checked_add(amount).ok_or(PostError::Overflow { account: before.key })?;
        account.last_transfer = transfer;
        account.last_month = month.max(before.last_month);
        if account.key.code.row().never_negative && account.balance() < 0 {
            let currency = before.key.currency;
            return Err(PostError::BelowZero {
                account: before.key,
                needed: Money::new(amount, currency),
                available: Money::new(before.balance(), currency),
            });
        }
        Ok(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use proptest::prelude::*;

    const CNY: Currency = Currency::CNY;

    fn book(sheet: &mut Sheet, id: &mut i64, transaction: &Transaction) -> Result<Booked, PostError> {
        let mut copy = sheet.clone();
        let today = LocalDate::new(2026, 3, 2).unwrap();
        let booked = copy.book(transaction, Timestamp::from_micros(1), today, || {
            *id += 1;
            *id
        })?;
        *sheet = copy;
        Ok(booked)
    }

    fn transfer(kind: Kind, debit: AccountCode, credit: AccountCode, minor: i64) -> Transaction {
        Transaction::new(kind, 7).pair((debit, 0), (credit, 0), Money::new(minor, CNY))
    }

    #[test]
    fn merchant_money_is_refused_below_zero_and_says_what_is_short() {
        let (mut sheet, mut id) = (Sheet::default(), 0);
        let top_up =
            transfer(Kind::TopUp, AccountCode::BETWEEN_PARTITIONS, AccountCode::PREPAID_AVAILABLE, 5000);
        book(&mut sheet, &mut id, &top_up).unwrap();
        let freeze = |minor| {
            transfer(Kind::Freeze, AccountCode::PREPAID_AVAILABLE, AccountCode::PREPAID_FROZEN, minor)
        };
        let refused: Refusal = book(&mut sheet, &mut id, &freeze(5001)).unwrap_err().into();
        assert_eq!(refused.figure("needed"), Some("50.01 CNY"));
        assert_eq!(refused.figure("available"), Some("50.00 CNY"));
        assert_eq!(refused.figure("short_by"), Some("0.01 CNY"));
        book(&mut sheet, &mut id, &freeze(5000)).unwrap();
        assert_eq!(sheet.balance(AccountCode::PREPAID_AVAILABLE, 0, CNY).minor(), 0);
        assert_eq!(sheet.balance(AccountCode::PREPAID_FROZEN, 0, CNY).minor(), 5000);
    }

    #[test]
    fn each_transfer_names_the_ones_before_it_and_a_new_month_leaves_a_mark() {
        let (mut sheet, mut id) = (Sheet::default(), 0);
        let top_up =
            transfer(Kind::TopUp, AccountCode::BETWEEN_PARTITIONS, AccountCode::PREPAID_AVAILABLE, 5000);
        let first = book(&mut sheet, &mut id, &top_up).unwrap();
        assert_eq!(first.marks.len(), 2);
        let second = book(&mut sheet, &mut id, &top_up).unwrap();
        assert!(second.marks.is_empty());
        assert_eq!(second.transfers[0].previous_of_credit, first.transfers[0].id);
        assert_eq!(second.transfers[0].previous_of_debit, first.transfers[0].id);
        let april = LocalDate::new(2026, 4, 1).unwrap();
        let third = sheet.book(&top_up, Timestamp::from_micros(9), april, || 1_000).unwrap();
        assert_eq!(third.marks[1].credits, 10_000);
        assert_eq!(third.marks[1].last_transfer, second.transfers[0].id);
    }

    #[test]
    fn a_total_past_63_bits_is_refused() {
        let (mut sheet, mut id) = (Sheet::default(), 0);
        let big =
            transfer(Kind::TopUp, AccountCode::BETWEEN_PARTITIONS, AccountCode::PREPAID_AVAILABLE, i64::MAX);
        book(&mut sheet, &mut id, &big).unwrap();
        assert!(matches!(book(&mut sheet, &mut id, &big), Err(PostError::Overflow { .. })));
    }

    proptest! {
        #[test]
        fn debits_equal_credits_and_balances_equal_their_transfers(
            steps in prop::collection::vec((0_usize..5, 0_usize..5, 1_i64..1000), 1..60)
        ) {
            let codes = [
                AccountCode::BETWEEN_PARTITIONS, AccountCode::PREPAID_AVAILABLE, AccountCode::PREPAID_FROZEN,
                AccountCode::PREPAID_ARREARS, AccountCode::PREPAID_DUE,
            ];
            let (mut sheet, mut id) = (Sheet::default(), 0);
            let mut all = Vec::new();
            for (debit, credit, amount) in steps {
                if debit == credit { continue; }
                if let Ok(booked) = book(&mut sheet, &mut id, &transfer(Kind::Correction, codes[debit], codes[credit], amount)) {
                    all.extend(booked.transfers);
                }
            }
            let debits: i64 = sheet.accounts().iter().map(|a| a.debits).sum();
            let credits: i64 = sheet.accounts().iter().map(|a| a.credits).sum();
            prop_assert_eq!(debits, credits);
            for account in sheet.accounts() {
                let debited: i64 = all.iter().filter(|t| t.debit_account == account.id).map(|t| t.amount).sum();
                let credited: i64 = all.iter().filter(|t| t.credit_account == account.id).map(|t| t.amount).sum();
                prop_assert_eq!((debited, credited), (account.debits, account.credits));
                prop_assert!(!account.key.code.row().never_negative || account.balance() >= 0);
            }
        }
    }
}
