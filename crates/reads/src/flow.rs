//! Rule R1-30: a merchant's top-ups and withdrawals, a page at a time in the order they were asked for. Reads only.

use zaiton_app::reports::flow::{FlowRow, merged, of_top_up, of_withdrawal};
use zaiton_engine::StoreError;
use zaiton_kernel::Partition;
use zaiton_store::Queries;

/// Rows after a raw id, at most so many.
///
/// # Errors
/// The database cannot be read.
pub fn page(
    queries: &Queries,
    partition: Partition,
    after: i64,
    limit: i64,
) -> Result<Vec<FlowRow>, StoreError> {
    // A page of each holds a page of both.
    let read = |table| queries.records_of(table, partition, after, limit);
    let (top_ups, withdrawals) = (read("top_ups")?, read("withdrawals")?);
    let told = |error: serde_json::Error| StoreError(error.to_string());
    let mut puts = Vec::with_capacity(top_ups.len());
    for row in &top_ups {
        puts.push(of_top_up(&serde_json::from_str(&row.body).map_err(told)?));
    }
    let mut takes = Vec::with_capacity(withdrawals.len());
    for row in &withdrawals {
        takes.push(of_withdrawal(&serde_json::from_str(&row.body).map_err(told)?));
    }
    Ok(merged(puts, takes, usize::try_from(limit).unwrap_or(0)))
}
