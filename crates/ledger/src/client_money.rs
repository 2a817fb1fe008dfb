//! Clients' money (L-7, L-I13): what must lie on our client accounts, what does, and by how much it is more or less. Pure
//! arithmetic over totals that somebody else read; never asks a store, never moves money.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, MoneyError};

use crate::{AccountCode, Side};

/// What is owed to clients.
pub const OWED: [AccountCode; 14] = [
    AccountCode::ORDER_MONEY,
    AccountCode::TAX_COLLECTED,
    AccountCode::COMMISSION_UNEARNED,
    AccountCode::WITHDRAWABLE,
    AccountCode::PAYOUT_IN_TRANSIT,
    AccountCode::DEPOSIT_CONTRACT,
    AccountCode::DEPOSIT_CATEGORY,
    AccountCode::DEPOSIT_EARLY_PAYOUT,
    AccountCode::PREPAID_AVAILABLE,
    AccountCode::PREPAID_FROZEN,
    AccountCode::PREPAID_WITHDRAWAL,
    AccountCode::UNALLOCATED,
    AccountCode::REFUNDS_PAYABLE,
    AccountCode::CHARGEBACKS,
];

/// Where clients' money lies.
pub const COVER: [AccountCode; 2] = [AccountCode::BANK_CLIENT, AccountCode::GATEWAY_CLEARING];

/// The totals of all accounts of one code and currency, in whatever partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The code.
    pub code: AccountCode,
    /// The currency.
    pub currency: Currency,
    /// It is the part of 1030 or 2190 that is our own money: neither owed to clients nor cover for what is.
    pub own: bool,
    /// Debited, minor units.
    pub debits: i64,
    /// Credited, minor units.
    pub credits: i64,
}

/// Rule L-I13. How clients' money stands in a currency. `owed + on_its_way + excess = cover + shortfall`, and one of excess
/// and shortfall is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ClientMoney {
    /// Owed to clients.
    pub owed: Money,
    /// Between partitions (2195): it left one of them and has not arrived. Below zero when it arrived first.
    pub on_its_way: Money,
    /// What lies on client accounts: 1020 and the client part of 1030.
    pub cover: Money,
    /// More than must be there: the most that a sweep (P21) may take.
    pub excess: Money,
    /// What is missing.
    pub shortfall: Money,
}

impl ClientMoney {
    /// Whose currency it is.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.owed.currency()
    }

    /// All is there.
    #[must_use]
    pub const fn is_covered(&self) -> bool {
        self.shortfall.is_zero()
    }
}

#[derive(Default)]
struct Sums {
    owed: i128,
    on_its_way: i128,
    cover: i128,
}

/// A balance on its normal side.
fn balance(total: &Total) -> i128 {
    let (debits, credits) = (i128::from(total.debits), i128::from(total.credits));
    match total.code.row().side {
        Side::Debit => debits - credits,
        Side::Credit | Side::Either => credits - debits,
    }
}

/// Rules L-7, L-I13. How clients' money stands, one row a currency in which there is any account of clients' money, in the
/// order of the currencies' codes.
///
/// # Errors
/// A sum that no amount can say.
pub fn client_money(totals: &[Total]) -> Result<Vec<ClientMoney>, MoneyError> {
    let mut currencies: BTreeMap<Currency, Sums> = BTreeMap::new();
    for total in totals.iter().filter(|total| !total.own) {
        let is_owed = OWED.contains(&total.code);
        let (is_cover, between) =
            (COVER.contains(&total.code), total.code == AccountCode::BETWEEN_PARTITIONS);
        if !(is_owed || is_cover || between) {
            continue;
        }
        let sums = currencies.entry(total.currency).or_default();
        let sum = match (is_owed, is_cover) {
            (true, _) => &mut sums.owed,
            (false, true) => &mut sums.cover,
            (false, false) => &mut sums.on_its_way,
        };
        *sum += balance(total);
    }
    currencies.into_iter().map(|(currency, sums)| standing(currency, &sums)).collect()
}

fn standing(currency: Currency, sums: &Sums) -> Result<ClientMoney, MoneyError> {
    let money = |sum: i128| {
        i64::try_from(sum).map(|minor| Money::new(minor, currency)).map_err(|_| MoneyError::Overflow)
    };
    let over = sums.cover - sums.owed - sums.on_its_way;
    Ok(ClientMoney {
        owed: money(sums.owed)?,
        on_its_way: money(sums.on_its_way)?,
        cover: money(sums.cover)?,
        excess: money(over.max(0))?,
        shortfall: money((-over).max(0))?,
    })
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;

    use super::*;

    const CNY: Currency = Currency::CNY;

    fn total(code: AccountCode, debits: i64, credits: i64) -> Total {
        Total { code, currency: CNY, own: false, debits, credits }
    }

    /// One currency's standing: owed, on its way, cover, excess, shortfall.
    fn stands(totals: &[Total]) -> [i64; 5] {
        let rows = client_money(totals).unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        let row = rows[0];
        let [owed, way, cover, excess, short] =
            [row.owed, row.on_its_way, row.cover, row.excess, row.shortfall].map(Money::minor);
        assert_eq!(owed + way + excess, cover + short);
        assert!(excess == 0 || short == 0);
        assert_eq!(row.is_covered(), short == 0);
        [owed, way, cover, excess, short]
    }

    /// Rule L-I13: cover equal to what is owed is enough, a fen less is not.
    #[test]
    fn cover_is_compared_with_what_is_owed() {
        let owed = total(AccountCode::PREPAID_AVAILABLE, 50, 350);
        let bank = |fen| total(AccountCode::BANK_CLIENT, fen, 0);
        assert_eq!(stands(&[owed, bank(300)]), [300, 0, 300, 0, 0]);
        boundary::inside("L-I13", "3.00 owed, 3.00 there");
        assert_eq!(stands(&[owed, bank(299)]), [300, 0, 299, 0, 1]);
        boundary::outside("L-I13", "3.00 owed, 2.99 there: a fen is missing");
        assert_eq!(stands(&[owed, bank(301)]), [300, 0, 301, 1, 0]);
        boundary::inside("L-I13", "3.00 owed, 3.01 there: a fen may be swept");
    }

    /// Rule L-7: what is our own is neither owed nor cover.
    #[test]
    fn our_own_money_does_not_count() {
        let own = |code, debits, credits| Total { own: true, ..total(code, debits, credits) };
        let totals = [
            total(AccountCode::BANK_CLIENT, 100, 0),
            total(AccountCode::BANK_OWN, 900, 0),
            own(AccountCode::UNALLOCATED, 0, 500),
            own(AccountCode::GATEWAY_CLEARING, 700, 0),
            total(AccountCode::UNALLOCATED, 0, 40),
            total(AccountCode::MARKETING, 0, 60),
            total(AccountCode::PREPAID_DUE, 0, 11),
            total(AccountCode::PREPAID_ARREARS, 11, 0),
        ];
        assert_eq!(stands(&totals), [40, 0, 100, 60, 0]);
        assert_eq!(client_money(&[total(AccountCode::BANK_OWN, 5, 0)]), Ok(vec![]));
    }

    /// What is between two partitions is covered like what it was and will be (P5, P11b, P12).
    #[test]
    fn what_is_on_its_way_counts() {
        let bank = total(AccountCode::BANK_CLIENT, 300, 0);
        // A wire left 2190 of the bank's partition, and is not yet in 2110 of the merchant's.
        let between = total(AccountCode::BETWEEN_PARTITIONS, 0, 300);
        assert_eq!(stands(&[bank, between]), [0, 300, 300, 0, 0]);
        // The other half first: the money left 1020, what it was owed for is still there.
        let halves = [
            total(AccountCode::PREPAID_WITHDRAWAL, 0, 300),
            total(AccountCode::BETWEEN_PARTITIONS, 300, 0),
            total(AccountCode::BANK_CLIENT, 300, 300),
        ];
        assert_eq!(stands(&halves), [300, -300, 0, 0, 0]);
    }

    /// No currency covers another, and a sum past 63 bits is said and not cut.
    #[test]
    fn currencies_stand_apart() {
        let dollars = Currency::from_code("USD").unwrap();
        let totals = [
            Total { currency: dollars, ..total(AccountCode::BANK_CLIENT, 500, 0) },
            total(AccountCode::WITHDRAWABLE, 0, 500),
        ];
        let rows = client_money(&totals).unwrap();
        let codes: Vec<Currency> = rows.iter().map(ClientMoney::currency).collect();
        assert_eq!(codes, [CNY, dollars]);
        assert_eq!((rows[0].shortfall.minor(), rows[1].excess.minor()), (500, 500));
        let large = total(AccountCode::WITHDRAWABLE, 0, i64::MAX);
        assert_eq!(client_money(&[large, large]), Err(MoneyError::Overflow));
    }
}
