//! The statement of a month that is over, read for the command that records it. Never records it.

use zaiton_app::prepaid::month::{MonthOver, RecordMonth};
use zaiton_engine::StoreError;
use zaiton_kernel::Partition;
use zaiton_store::Queries;

/// Rules R1-31, L-I10. What an effect of kind [`zaiton_app::prepaid::month::MONTH_EFFECT`] asks for: the command that records
/// what the ledger says of the month.
///
/// # Errors
/// The database cannot be read.
pub fn close(queries: &Queries, partition: Partition, over: &MonthOver) -> Result<RecordMonth, StoreError> {
    let (from, to) = over.period();
    let programme = zaiton_kernel::Id::raw(over.programme);
    let statement = queries.prepaid_statement(partition, programme, over.currency, from, to)?;
    Ok(over.record(partition.environment(), &statement))
}
