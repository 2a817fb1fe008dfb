//! How clients' money stands now, read from one snapshot of the whole database. Never records it.

use std::collections::HashSet;

use zaiton_app::platform;
use zaiton_bank::BankAccount;
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Id};
use zaiton_ledger::client_money::ClientMoney;
use zaiton_store::Queries;

/// Rules L-7, L-I13. How clients' money stands in an environment, a row a currency.
///
/// # Errors
/// The database cannot be read, or a sum is more than an amount can say.
pub fn count(queries: &Queries, environment: Environment) -> Result<Vec<ClientMoney>, StoreError> {
    let snapshot = queries.snapshot()?;
    let mut own = HashSet::new();
    snapshot.each_record("bank_accounts", |row| {
        let account: BankAccount =
            serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
        if !account.client_money {
            own.insert(account.id.raw());
        }
        Ok(())
    })?;
    let totals = snapshot.totals(environment)?;
    platform::standing(totals, &own).map_err(|error| StoreError(error.to_string()))
}
