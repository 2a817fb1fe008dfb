//! Doors for fuzzing: bytes in, nothing out, and never a panic. Checks on the way that every refusal speaks both
//! languages.

use crate::ReadError;
use crate::bank::{AmountColumns, ColumnMap, FileKind, Limits, Options, ReadStatement, read_bank};
use crate::orders::OrderReader;
use crate::payments::read_pain002;

/// Reads bytes as whatever bank file they look like, as each kind that is known, and by a built-in column map.
pub fn fuzz_bank(bytes: &[u8]) {
    let kinds = [
        FileKind::Camt052,
        FileKind::Camt053,
        FileKind::Camt054,
        FileKind::Mt940,
        FileKind::Mt942,
        FileKind::Pain002,
        FileKind::Csv,
    ];
    let signed = AmountColumns::Signed { column: "amount".into() };
    let columns = Some(ColumnMap::new("date", signed));
    read_as(bytes, None, None, None);
    for kind in kinds {
        read_as(bytes, Some(kind), columns.clone(), None);
    }
    // One of them for each input, by its length: a fuzzer tries every length.
    let at = bytes.len() % ColumnMap::profiles().count();
    let profile = ColumnMap::profiles().nth(at).and_then(ColumnMap::profile);
    read_as(bytes, Some(FileKind::Csv), profile, Some("6222 0000 1234 3167"));
}

fn read_as(bytes: &[u8], kind: Option<FileKind>, columns: Option<ColumnMap>, account: Option<&str>) {
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    let account = account.map(str::to_owned);
    match read_bank(bytes, &Options { kind, columns, account, limits, ..Options::default() }) {
        Ok(file) => file.statements.iter().for_each(keeps_its_word),
        Err(errors) => {
            assert!(!errors.is_empty(), "a refusal has a reason");
            errors.iter().for_each(speaks_both_languages);
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

/// Reads bytes as a bank's answer to a payment file.
pub fn fuzz_answer(bytes: &[u8]) {
    let limits = Limits { bytes: 1_000_000, ..Limits::default() };
    match read_pain002(bytes, &limits) {
        Ok(answer) => {
            assert!(answer.group_status.is_some() || !answer.payments.is_empty(), "an answer says something");
            assert!(answer.payments.iter().all(|payment| !payment.end_to_end.is_empty()), "{answer:?}");
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "a refusal has a reason");
            errors.iter().for_each(speaks_both_languages);
        }
    }
}

/// What the types promise: amounts without sign, entries numbered, references not empty, an account without spaces.
fn keeps_its_word(statement: &ReadStatement) {
    assert!(!statement.account.contains(char::is_whitespace), "{}", statement.account);
    for (at, entry) in statement.entries.iter().enumerate() {
        assert!(entry.index == at && !entry.amount.is_negative(), "{entry:?}");
        assert!(entry.end_to_end().is_none_or(|name| !name.is_empty()), "{entry:?}");
        assert!(entry.return_of().is_none() || entry.return_of() == entry.end_to_end(), "{entry:?}");
        assert!(entry.details.iter().all(|detail| !detail.amount.is_some_and(|amount| amount.is_negative())));
    }
}

fn speaks_both_languages(error: &ReadError) {
    assert!(!error.why.zh.is_empty() && !error.why.en.is_empty() && !error.code.is_empty(), "{error:?}");
}
