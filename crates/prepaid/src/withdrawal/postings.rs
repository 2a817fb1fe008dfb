//! What the ledger must book along a withdrawal and for a write-off (P10e, P11a to P11d), both halves where money crosses
//! partitions. Never books, and never says whether a withdrawal is granted.

use zaiton_kernel::{Id, Money};
use zaiton_ledger::{AccountCode, Kind, Transaction};

use crate::account::ProgrammeId;

const BETWEEN: (AccountCode, i64) = (AccountCode::BETWEEN_PARTITIONS, 0);

/// P11a. Requested: available becomes pending at the click (R1-28). `withdrawal` is its raw id.
#[must_use]
pub fn requested(withdrawal: i64, programme: ProgrammeId, amount: Money) -> Transaction {
    let (available, pending) =
        ((AccountCode::PREPAID_AVAILABLE, programme.raw()), (AccountCode::PREPAID_WITHDRAWAL, withdrawal));
    Transaction::new(Kind::WithdrawalRequested, withdrawal).pair(available, pending, amount)
}

/// P11b. Paid: the merchant's half, and the half of the bank account `bank`. The link is the withdrawal.
#[must_use]
pub fn paid(withdrawal: i64, bank: i64, amount: Money) -> [Transaction; 2] {
    let pending = (AccountCode::PREPAID_WITHDRAWAL, withdrawal);
    [
        Transaction::new(Kind::WithdrawalPaid, withdrawal).pair(pending, BETWEEN, amount).linked(withdrawal),
        Transaction::new(Kind::WithdrawalPaidBank, withdrawal)
            .pair(BETWEEN, (AccountCode::BANK_CLIENT, bank), amount)
            .linked(withdrawal),
    ]
}

/// P11c. Rejected, cancelled, or reversed by finance (R1-29).
#[must_use]
pub fn reversed(withdrawal: i64, programme: ProgrammeId, amount: Money) -> Transaction {
    let (available, pending) =
        ((AccountCode::PREPAID_AVAILABLE, programme.raw()), (AccountCode::PREPAID_WITHDRAWAL, withdrawal));
    Transaction::new(Kind::WithdrawalReversed, withdrawal).pair(pending, available, amount)
}

/// P11d. Returned by the bank and given back by finance: the bank line `line` lies on 2190; the bank's half, then the
/// merchant's. The link is the line.
#[must_use]
pub fn returned(withdrawal: i64, line: i64, programme: ProgrammeId, amount: Money) -> [Transaction; 2] {
    let available = (AccountCode::PREPAID_AVAILABLE, programme.raw());
    [
        Transaction::new(Kind::WithdrawalReturnedBank, withdrawal)
            .pair((AccountCode::UNALLOCATED, line), BETWEEN, amount)
            .linked(line),
        Transaction::new(Kind::WithdrawalReturned, withdrawal).pair(BETWEEN, available, amount).linked(line),
    ]
}

/// P10e. What a hold still owes is written off.
#[must_use]
pub fn written_off(hold: i64, programme: ProgrammeId, amount: Money) -> Transaction {
    let arrears = (AccountCode::PREPAID_ARREARS, programme.raw());
    Transaction::new(Kind::ArrearsWrittenOff, hold).pair((AccountCode::BAD_DEBT, 0), arrears, amount)
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::{Currency, LocalDate, Timestamp};
    use zaiton_ledger::Sheet;

    use super::*;

    const CNY: Currency = Currency::CNY;

    fn yuan(text: &str) -> Money {
        Money::parse(text, CNY).unwrap()
    }

    struct Books(Sheet, i64);

    impl Books {
        /// Books transactions; false, and nothing booked, when the ledger refuses one.
        fn book(&mut self, transactions: impl IntoIterator<Item = Transaction>) -> bool {
            let today = LocalDate::new(2026, 3, 2).unwrap();
            let (mut sheet, mut ids) = (self.0.clone(), self.1);
            let done = transactions.into_iter().all(|transaction| {
                let next = || {
                    ids += 1;
                    ids
                };
                sheet.book(&transaction, Timestamp::from_micros(1), today, next).is_ok()
            });
            if done {
                (self.0, self.1) = (sheet, ids);
            }
            done
        }

        fn of(&self, code: AccountCode, dimension: i64) -> String {
            self.0.balance(code, dimension, CNY).decimal()
        }
    }

    /// The ledger page's figures: 500 of 3000, paid; reversed; paid and returned. 2195 is zero when both halves are booked.
    #[test]
    fn a_withdrawal_leaves_and_comes_back() {
        let programme = ProgrammeId::from_raw(77);
        let top_up = |amount| {
            Transaction::new(Kind::TopUp, 1).pair(BETWEEN, (AccountCode::PREPAID_AVAILABLE, 77), amount)
        };
        let line = |amount| {
            let (bank, line) = ((AccountCode::BANK_CLIENT, 3), (AccountCode::UNALLOCATED, 8));
            Transaction::new(Kind::BankReceipt, 8).pair(bank, line, amount)
        };
        let mut books = Books(Sheet::default(), 0);
        assert!(books.book([top_up(yuan("3000.00"))]));
        assert!(!books.book([requested(9, programme, yuan("3000.01"))]), "more than is there");
        assert!(books.book([requested(9, programme, yuan("500.00"))]));
        assert_eq!(books.of(AccountCode::PREPAID_AVAILABLE, 77), "2500.00");
        assert_eq!(books.of(AccountCode::PREPAID_WITHDRAWAL, 9), "500.00");
        assert!(books.book([reversed(9, programme, yuan("500.00"))]));
        assert_eq!(books.of(AccountCode::PREPAID_AVAILABLE, 77), "3000.00");
        assert!(!books.book([reversed(9, programme, yuan("0.01"))]), "reversed once");
        assert!(books.book([requested(10, programme, yuan("500.00"))]));
        assert!(books.book(paid(10, 3, yuan("500.00"))));
        assert_eq!(books.of(AccountCode::BANK_CLIENT, 3), "-500.00");
        assert_eq!(books.of(AccountCode::PREPAID_WITHDRAWAL, 10), "0.00");
        assert!(books.book([line(yuan("500.00"))]));
        assert!(books.book(returned(10, 8, programme, yuan("500.00"))));
        assert_eq!(books.of(AccountCode::PREPAID_AVAILABLE, 77), "3000.00");
        assert_eq!(books.of(AccountCode::UNALLOCATED, 8), "0.00");
        assert_eq!(
            books.of(AccountCode::BETWEEN_PARTITIONS, 0),
            "-3000.00",
            "only the top-up's other half is missing"
        );
    }

    #[test]
    fn no_more_is_written_off_than_is_owed() {
        let programme = ProgrammeId::from_raw(77);
        let owed = Transaction::new(Kind::Arrears, 5).pair(
            (AccountCode::PREPAID_ARREARS, 77),
            (AccountCode::PREPAID_DUE, 77),
            yuan("80.00"),
        );
        let mut books = Books(Sheet::default(), 0);
        assert!(books.book([owed]));
        assert!(!books.book([written_off(5, programme, yuan("80.01"))]));
        assert!(books.book([written_off(5, programme, yuan("80.00"))]));
        assert_eq!(books.of(AccountCode::PREPAID_ARREARS, 77), "0.00");
        assert_eq!(books.of(AccountCode::BAD_DEBT, 0), "80.00");
    }
}
