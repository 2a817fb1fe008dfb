//! Clients' money that is short in a simulated world (L-I13), and the one reason that may be for it. Never looks away from
//! any other.
//!
//! A fee that was settled while it was owed brought no money. When it is refunded, its amount repays the oldest hold that
//! owes (K-44), which may be another: what is frozen then was never paid in, and the debt of the refunded fee stands for it.
//! So no more can be missing than merchants owe for fees that are settled: 1120 - 2125.

use std::collections::BTreeMap;

use zaiton_engine::StoreError;
use zaiton_kernel::{Currency, Environment};
use zaiton_ledger::AccountCode;
use zaiton_store::Queries;

/// No more is missing than settled debts explain.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn is_explained(queries: &Queries) -> Result<bool, StoreError> {
    for environment in [Environment::Live, Environment::Sandbox] {
        let mut debts: BTreeMap<Currency, i64> = BTreeMap::new();
        for (key, debits, credits) in queries.totals(environment)? {
            if [AccountCode::PREPAID_ARREARS, AccountCode::PREPAID_DUE].contains(&key.code) {
                *debts.entry(key.currency).or_default() += debits - credits;
            }
        }
        for money in zaiton_reads::client_money::count(queries, environment)? {
            if money.shortfall.minor() > debts.get(&money.currency()).copied().unwrap_or(0).max(0) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
