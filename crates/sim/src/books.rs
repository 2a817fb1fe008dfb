//! Proves the books of a test's database with the product's own verifier. Reads every row; never knows better than the
//! verifier.

use zaiton_app::verify::{Anchors, Finding, Verifier};
use zaiton_store::Queries;

use crate::chain_check;

/// All invariants hold. `drained` says that nothing is on its way between partitions.
///
/// # Errors
/// What does not hold, five findings at most.
pub fn hold(queries: &Queries, drained: bool) -> Result<(), String> {
    none(&findings(queries, drained)?)
}

/// What does not hold.
///
/// # Errors
/// The database cannot be read.
pub fn findings(queries: &Queries, drained: bool) -> Result<Vec<Finding>, String> {
    let mut verifier = Verifier::new(chain_check::key(), Anchors::new());
    zaiton_reads::proof::feed(queries, &mut verifier).map_err(|error| error.0)?;
    Ok(verifier.finish(drained).0)
}

/// Nothing was found.
///
/// # Errors
/// The first five.
pub fn none(findings: &[Finding]) -> Result<(), String> {
    let Some(first) = findings.first() else { return Ok(()) };
    let number = findings.len();
    let rest: Vec<String> = findings
        .iter()
        .take(5)
        .map(|finding| format!("[{}] {}: {}", finding.rule, finding.record, finding.what))
        .collect();
    Err(format!("{} ({number} findings): {}", first.rule, rest.join("; ")))
}
