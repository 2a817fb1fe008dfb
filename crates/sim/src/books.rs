//! Proves the books of a test's database with the product's own verifier. Reads every row; never knows better than the
//! verifier.

use zaiton_app::verify::{Anchors, Verifier};
use zaiton_engine::StoreError;
use zaiton_store::Queries;

use crate::chain_check;

/// All invariants hold. `drained` says that nothing is on its way between partitions.
///
/// # Errors
/// What does not hold, five findings at most.
pub fn hold(queries: &Queries, drained: bool) -> Result<(), String> {
    let mut verifier = Verifier::new(chain_check::key(), Anchors::new());
    feed(queries, &mut verifier).map_err(|error| error.0)?;
    let (findings, number) = verifier.finish(drained);
    let Some(first) = findings.first() else { return Ok(()) };
    let rest: Vec<String> = findings
        .iter()
        .take(5)
        .map(|finding| format!("[{}] {}: {}", finding.rule, finding.record, finding.what))
        .collect();
    Err(format!("{} ({number} findings): {}", first.rule, rest.join("; ")))
}

fn feed(queries: &Queries, verifier: &mut Verifier) -> Result<(), StoreError> {
    queries.each_account(|(partition, account)| {
        verifier.account(partition, account);
        Ok(())
    })?;
    queries.each_event(|event| {
        verifier.event(&event);
        Ok(())
    })?;
    queries.each_partition(|(partition, head)| {
        verifier.partition(partition, &head);
        Ok(())
    })?;
    queries.each_transfer(|(partition, transfer)| {
        verifier.transfer(partition, &transfer);
        Ok(())
    })?;
    macro_rules! each {
        ($table:literal, $take:expr) => {
            queries.each_record($table, |row| {
                match serde_json::from_str(&row.body) {
                    Ok(record) => $take(row.partition, record),
                    Err(error) => verifier.unreadable($table, row.id, &error.to_string()),
                }
                Ok(())
            })?
        };
    }
    each!("prepaid_accounts", |partition, account| verifier.prepaid_account(partition, &account));
    each!("holds", |partition, hold| verifier.hold(partition, &hold));
    each!("bank_lines", |partition, line: zaiton_bank::Line| {
        verifier.unallocated(partition, zaiton_bank::line::unallocated_minor(&line));
    });
    Ok(())
}
