//! Whose something is: a merchant's number, code and name beside what is shown of it. Reads only.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zaiton_engine::StoreError;
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_prepaid::{PrepaidAccount, ProgrammeId};
use zaiton_store::Queries;

/// Accounts of one merchant, at most: one a programme.
pub(crate) const PROGRAMMES: i64 = 500;

/// A merchant as it is named beside something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Whose {
    /// Its id.
    pub id: MerchantId,
    /// Its code.
    pub code: String,
    /// What people call it.
    pub name: String,
}

/// Merchants that were looked up, each once.
#[derive(Default)]
pub struct Known(BTreeMap<i64, Option<Whose>>);

impl Known {
    /// A merchant by its raw id; none when there is no such merchant.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn whose(&mut self, queries: &Queries, raw: i64) -> Result<Option<Whose>, StoreError> {
        if let Some(known) = self.0.get(&raw) {
            return Ok(known.clone());
        }
        let found = record::<Merchant>(queries, "merchants", raw)?;
        let found = found.map(|merchant| Whose { id: merchant.id, code: merchant.code, name: merchant.name });
        self.0.insert(raw, found.clone());
        Ok(found)
    }
}

/// What a stored record says.
///
/// # Errors
/// It cannot be read.
pub(crate) fn read<T: DeserializeOwned>(body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError(format!("a stored record cannot be read: {error}")))
}

/// A record by its id.
///
/// # Errors
/// The database cannot be read, or the record cannot.
pub(crate) fn record<T: DeserializeOwned>(
    queries: &Queries,
    table: &str,
    raw: i64,
) -> Result<Option<T>, StoreError> {
    queries.record(table, raw)?.map(|row| read(&row.body)).transpose()
}

/// A merchant's account in a programme.
///
/// # Errors
/// The database cannot be read.
pub(crate) fn account_of(
    queries: &Queries,
    partition: zaiton_kernel::Partition,
    programme: ProgrammeId,
) -> Result<Option<PrepaidAccount>, StoreError> {
    for row in queries.records_of("prepaid_accounts", partition, 0, PROGRAMMES)? {
        let account: PrepaidAccount = read(&row.body)?;
        if account.programme == programme {
            return Ok(Some(account));
        }
    }
    Ok(None)
}
