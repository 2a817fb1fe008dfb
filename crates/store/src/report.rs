//! Reads that answer a person's question: an account's balance at a moment, a statement, the list of fee movements. Reads
//! back by the transfers' own pointers and jumps by months; the arithmetic is the ledger's.

use std::collections::BTreeMap;

use zaiton_engine::StoreError;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Money, Partition, Timestamp};
use zaiton_ledger::statement::{STATEMENT_ACCOUNTS, Statement, build, signed};
use zaiton_ledger::{Account, AccountCode, Kind, Transfer};

use crate::Queries;

const PAGE: i64 = 1_000;
/// Most transfers that one report reads: a longer period is asked for in parts.
pub const MOST: usize = 1_000_000;
/// What is said when a report would read more.
pub const TOO_LONG: &str = "the period has more than a million movements: ask for a shorter one";

/// An account at a moment and what was booked on it since another.
struct Walked {
    debits: i64,
    credits: i64,
    transfers: Vec<Transfer>,
}

impl Queries {
    /// Totals of an account just before `to`, and its transfers from `from` to `to` (exclusive).
    fn walk(
        &self,
        partition: Partition,
        account: &Account,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Walked, StoreError> {
        let month = to.date_in(&Zone::shanghai()).month_number();
        let (debits, credits, mut next) = self.mark_after(partition, account.id, month)?.unwrap_or((
            account.debits,
            account.credits,
            account.last_transfer,
        ));
        let mut walked = Walked { debits, credits, transfers: Vec::new() };
        while next != 0 {
            let page = self.history(partition, account.id, next, from.min(to), PAGE)?;
            let Some(oldest) = page.last() else { break };
            let debited = oldest.debit_account == account.id;
            next = if debited { oldest.previous_of_debit } else { oldest.previous_of_credit };
            let ended = oldest.booked_at < from;
            for transfer in page {
                if transfer.booked_at >= to {
                    let side = if transfer.debit_account == account.id {
                        &mut walked.debits
                    } else {
                        &mut walked.credits
                    };
                    *side -= transfer.amount;
                } else if transfer.booked_at >= from {
                    walked.transfers.push(transfer);
                }
            }
            if walked.transfers.len() > MOST {
                return Err(StoreError(TOO_LONG.into()));
            }
            // The walk stops at the first transfer that is too old; a full page may end before it.
            if ended {
                break;
            }
            if next != 0 && self.too_old(partition, next, from)? {
                break;
            }
        }
        Ok(walked)
    }

    fn too_old(&self, partition: Partition, transfer: i64, from: Timestamp) -> Result<bool, StoreError> {
        Ok(self.transfer(partition, transfer)?.is_none_or(|transfer| transfer.booked_at < from))
    }

    /// The balance of an account of a partition at a moment (all that was booked before it), on its normal side.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn balance_at(
        &self,
        partition: Partition,
        code: AccountCode,
        dimension: i64,
        currency: Currency,
        moment: Timestamp,
    ) -> Result<Money, StoreError> {
        let key = zaiton_ledger::AccountKey { code, dimension, currency };
        let Some(account) = self.accounts(partition)?.into_iter().find(|account| account.key == key) else {
            return Ok(Money::zero(currency));
        };
        let walked = self.walk(partition, &account, moment, moment)?;
        Ok(Money::new(
            Account { debits: walked.debits, credits: walked.credits, ..account }.balance(),
            currency,
        ))
    }

    /// Rule R1-31. The prepaid statement of a programme's account from a moment to another (exclusive). It foots.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn prepaid_statement(
        &self,
        partition: Partition,
        programme: i64,
        currency: Currency,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Statement, StoreError> {
        let accounts = self.prepaid_accounts(partition, programme, currency)?;
        let mut transfers: BTreeMap<i64, Transfer> = BTreeMap::new();
        let mut closing = 0;
        for account in &accounts {
            let walked = self.walk(partition, account, from, to)?;
            closing += signed(account.key.code, walked.debits, walked.credits);
            transfers.extend(walked.transfers.into_iter().map(|transfer| (transfer.id, transfer)));
        }
        let code = |id: i64| accounts.iter().find(|account| account.id == id).map(|account| account.key.code);
        let transfers: Vec<Transfer> = transfers.into_values().collect();
        let moved = build(0, &transfers, code).closing;
        let statement = build(closing - moved, &transfers, code);
        if statement.closing != closing {
            return Err(StoreError("the statement does not foot".into()));
        }
        Ok(statement)
    }

    fn prepaid_accounts(
        &self,
        partition: Partition,
        programme: i64,
        currency: Currency,
    ) -> Result<Vec<Account>, StoreError> {
        let mut accounts = self.accounts(partition)?;
        accounts.retain(|account| {
            STATEMENT_ACCOUNTS.contains(&account.key.code)
                && account.key.dimension == programme
                && account.key.currency == currency
        });
        Ok(accounts)
    }

    /// Rule R1-30. The movements of fees (frozen, released, settled, settled refund, arrears and what became of them)
    /// from a moment to another, oldest first: one a ledger transaction, with its whole amount.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn fee_movements(
        &self,
        partition: Partition,
        programme: i64,
        currency: Currency,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Movement>, StoreError> {
        let mut transfers: BTreeMap<i64, Transfer> = BTreeMap::new();
        for account in self.prepaid_accounts(partition, programme, currency)? {
            let walked = self.walk(partition, &account, from, to)?;
            transfers.extend(walked.transfers.into_iter().map(|transfer| (transfer.id, transfer)));
        }
        let mut movements: BTreeMap<i64, Movement> = BTreeMap::new();
        for transfer in transfers.into_values() {
            let Some(kind) = Kind::from_number(transfer.kind).filter(|kind| is_fee(*kind)) else { continue };
            let movement = movements.entry(transfer.transaction).or_insert(Movement {
                transaction: transfer.transaction,
                booked_at: transfer.booked_at,
                kind,
                hold: transfer.subject,
                amount: 0,
            });
            // A repayment of an open hold has a second pair (2125 to 2120) that moves the same money on.
            if kind != Kind::ArrearsRepaid || movement.amount == 0 {
                movement.amount += transfer.amount;
            }
        }
        Ok(movements.into_values().collect())
    }
}

impl Queries {
    /// What a programme's account had available and owed (2110, 1120) after each transaction from a moment to another
    /// (exclusive), oldest first, and before the first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn prepaid_history(
        &self,
        partition: Partition,
        programme: i64,
        currency: Currency,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<History, StoreError> {
        let mut accounts = self.prepaid_accounts(partition, programme, currency)?;
        accounts.retain(|account| {
            [AccountCode::PREPAID_AVAILABLE, AccountCode::PREPAID_ARREARS].contains(&account.key.code)
        });
        let mut history = History::default();
        let mut sides: BTreeMap<(i64, bool), (Transfer, i64)> = BTreeMap::new();
        for account in &accounts {
            let owed = account.key.code == AccountCode::PREPAID_ARREARS;
            let walked = self.walk(partition, account, from, to)?;
            let after = Account { debits: walked.debits, credits: walked.credits, ..*account }.balance();
            let mut moved = 0;
            for transfer in walked.transfers {
                let raises = (transfer.debit_account == account.id) == owed;
                let change = if raises { transfer.amount } else { -transfer.amount };
                moved += change;
                sides.insert((transfer.id, owed), (transfer, change));
            }
            let before = if owed { &mut history.owed } else { &mut history.available };
            *before = after - moved;
        }
        let (mut available, mut owed) = (history.available, history.owed);
        for ((_, is_owed), (transfer, change)) in sides {
            let side = if is_owed { &mut owed } else { &mut available };
            *side += change;
            let step = Step {
                transaction: transfer.transaction,
                booked_at: transfer.booked_at,
                kind: transfer.kind,
                available,
                owed,
            };
            match history.steps.last_mut().filter(|last| last.transaction == step.transaction) {
                Some(last) => *last = step,
                None => history.steps.push(step),
            }
        }
        Ok(history)
    }
}

/// An account's money over a period, minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Available before the first transaction.
    pub available: i64,
    /// Owed before the first transaction.
    pub owed: i64,
    /// After each transaction, oldest first.
    pub steps: Vec<Step>,
}

/// What an account had after a transaction, minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The ledger transaction.
    pub transaction: i64,
    /// When.
    pub booked_at: Timestamp,
    /// Stored number of the posting kind.
    pub kind: u16,
    /// 2110.
    pub available: i64,
    /// 1120.
    pub owed: i64,
}

/// One movement of a fee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The ledger transaction.
    pub transaction: i64,
    /// When.
    pub booked_at: Timestamp,
    /// What.
    pub kind: Kind,
    /// Raw id of the hold.
    pub hold: i64,
    /// Minor units.
    pub amount: i64,
}

fn is_fee(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Freeze
            | Kind::Release
            | Kind::Settle
            | Kind::SettledRefund
            | Kind::Arrears
            | Kind::ArrearsDropped
            | Kind::ArrearsSettled
            | Kind::ArrearsRepaid
            | Kind::ArrearsWrittenOff
    )
}

/// What a programme's account had just before a moment, minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayEnd {
    /// 2110.
    pub available: i64,
    /// 2120.
    pub frozen: i64,
    /// 1120.
    pub owed: i64,
}

impl Queries {
    /// What a programme's account had available, frozen and owed just before each of these moments, which rise.
    ///
    /// # Errors
    /// The database cannot be read, or more than a million movements lie between the first and the last.
    pub fn day_ends(
        &self,
        partition: Partition,
        programme: i64,
        currency: Currency,
        moments: &[Timestamp],
    ) -> Result<Vec<DayEnd>, StoreError> {
        let mut ends = vec![DayEnd::default(); moments.len()];
        let (Some(first), Some(last)) = (moments.first(), moments.last()) else { return Ok(ends) };
        for account in self.prepaid_accounts(partition, programme, currency)? {
            let of: fn(&mut DayEnd) -> &mut i64 = match account.key.code {
                AccountCode::PREPAID_AVAILABLE => |end| &mut end.available,
                AccountCode::PREPAID_FROZEN => |end| &mut end.frozen,
                AccountCode::PREPAID_ARREARS => |end| &mut end.owed,
                _ => continue,
            };
            let Walked { mut debits, mut credits, transfers } =
                self.walk(partition, &account, *first, *last)?;
            let mut newest_first = transfers.iter().peekable();
            for (end, moment) in ends.iter_mut().zip(moments).rev() {
                while let Some(later) = newest_first.next_if(|transfer| transfer.booked_at >= *moment) {
                    let debited = later.debit_account == account.id;
                    *(if debited { &mut debits } else { &mut credits }) -= later.amount;
                }
                *of(end) = Account { debits, credits, ..account }.balance();
            }
        }
        Ok(ends)
    }
}
