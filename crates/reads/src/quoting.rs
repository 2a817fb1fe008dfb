//! A quote (R1-40) by the store's reads: a few records by their ids, nothing written, no lane asked.

use zaiton_app::reports::prepaid_figures;
use zaiton_engine::StoreError;
use zaiton_kernel::{Id, Partition, Timestamp};
use zaiton_prepaid::quote::{Question, Quote, without_account};
use zaiton_prepaid::{PrepaidAccount, PrepaidPolicy, ProgrammeId, Promotion};
use zaiton_store::Queries;

/// Accounts of one merchant, at most: one a programme.
const PROGRAMMES: i64 = 500;

/// Answers a quote for a merchant's account in a programme.
///
/// # Errors
/// The database cannot be read.
pub fn quote(
    queries: &Queries,
    partition: Partition,
    programme: ProgrammeId,
    question: &Question,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Result<Quote, StoreError> {
    let rows = queries.records_of("prepaid_accounts", partition, 0, PROGRAMMES)?;
    let mut accounts = rows.iter().filter_map(|row| serde_json::from_str::<PrepaidAccount>(&row.body).ok());
    let Some(account) = accounts.find(|account| account.programme == programme) else {
        return Ok(without_account());
    };
    let mut promotions: Vec<Promotion> = Vec::with_capacity(account.promotions.len());
    for id in &account.promotions {
        let row = queries.record("promotions", id.raw())?;
        promotions.extend(row.and_then(|row| serde_json::from_str(&row.body).ok()));
    }
    let figures = prepaid_figures(&queries.accounts(partition)?, programme, account.currency);
    Ok(zaiton_prepaid::quote::quote(&account, &promotions, figures, question, policy, now))
}
