//! Doors for fuzzing: bytes in, nothing out, and never a panic. Checks on the way that every refusal speaks both
//! languages.

use crate::ReadError;
use crate::bank::{AmountColumns, ColumnMap, FileKind, Limits, Options, ReadStatement, read_bank};
use crate::orders::OrderReader;

/// Reads bytes as whatever bank file they look like, and as CSV.
pub fn fuzz_bank(bytes: &[u8]) {
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    let signed = AmountColumns::Signed { column: "amount".into() };
    let columns = ColumnMap::new("date", signed);
    for kind in [None, Some(FileKind::Camt053), Some(FileKind::Csv)] {
        let options =
            Options { kind, columns: Some(columns.clone()), limits: limits.clone(), ..Options::default() };
        match read_bank(bytes, &options) {
            Ok(file) => file.statements.iter().for_each(keeps_its_word),
            Err(errors) => {
                assert!(!errors.is_empty(), "a refusal has a reason");
                errors.iter().for_each(speaks_both_languages);
            }
        }
    }
}

/// Reads bytes as orders in any of the three forms.
pub fn fuzz_orders(bytes: &[u8]) {
    for (_, order) in OrderReader::new(bytes) {
        if let Err(error) = order {
            speaks_both_languages(&error);
        }
    }
}

/// What the types promise: amounts without sign, entries numbered, an account without spaces.
fn keeps_its_word(statement: &ReadStatement) {
    assert!(!statement.account.contains(char::is_whitespace), "{}", statement.account);
    for (at, entry) in statement.entries.iter().enumerate() {
        assert!(entry.index == at && !entry.amount.is_negative(), "{entry:?}");
        assert!(entry.details.iter().all(|detail| !detail.amount.is_some_and(|amount| amount.is_negative())));
    }
}

fn speaks_both_languages(error: &ReadError) {
    assert!(!error.why.zh.is_empty() && !error.why.en.is_empty() && !error.code.is_empty(), "{error:?}");
}
