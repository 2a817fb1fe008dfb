//! Bank files: what kind a file is, and what it says. One file a format; all of them give the same types.
//!
//! Never says what a line means for an account: whether opening and lines give closing, whether a line was taken
//! before, and whom it belongs to are rules of the context that is given these types.

mod camt;
mod camt_entry;
pub(crate) mod csv_lines;
mod csv_map;
mod csv_profiles;
mod csv_rows;
mod date_form;
mod model;
mod mt940;
mod mt_entry;
mod mt_lines;
mod mt_text;
mod references;
mod sniff;
pub(crate) mod xml;

use zaiton_kernel::time::Zone;

pub use csv_map::{AccountSource, AmountColumns, ColumnMap, CurrencySource, RowOrder, StatusColumn};
pub use model::{
    BalanceKind, BankFile, FileKind, ReadBalance, ReadDetail, ReadEntry, ReadReference, ReadStatement,
};
pub use sniff::sniff;

use crate::{Encoding, ReadError, error, text};

/// How much of a file is read at most. A file past a limit is refused whole, with the limit named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file, looked at before anything is read.
    pub bytes: usize,
    /// Statements in a file.
    pub statements: usize,
    /// Entries in a statement.
    pub entries: usize,
    /// Details in an entry (payments of a batch).
    pub details: usize,
    /// Characters in one text.
    pub text_chars: usize,
    /// Nested XML elements.
    pub depth: usize,
    /// Errors that are told before reading stops.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 100_000_000,
            statements: 1_000,
            entries: 10_000,
            details: 10_000,
            text_chars: 4_000,
            depth: 64,
            errors: 100,
        }
    }
}

/// How a file is to be read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The kind of file; `None` looks at its first bytes.
    pub kind: Option<FileKind>,
    /// Which columns of a CSV hold what; `None` takes the built-in map of the export, where it is a known one.
    pub columns: Option<ColumnMap>,
    /// The account of a CSV that does not say it, or shows a part of it; one that does not fit is refused.
    pub account: Option<String>,
    /// The zone of moments that a file gives without offset.
    pub zone: Zone,
    /// What is too much.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { kind: None, columns: None, account: None, zone: Zone::shanghai(), limits: Limits::default() }
    }
}

/// Reads a bank file of any kind that is known. Takes all of it or nothing (rule R5-32).
///
/// # Errors
/// Every wrong line with its reason, in the order of the file, up to `limits.errors`.
pub fn read_bank(bytes: &[u8], options: &Options) -> Result<BankFile, Vec<ReadError>> {
    let one = |error| vec![error];
    within(bytes, &options.limits).map_err(one)?;
    match options.kind.unwrap_or_else(|| sniff(bytes)) {
        FileKind::Camt052 => camt::read(&xml::decode(bytes).map_err(one)?, camt::Message::Report, options),
        FileKind::Camt053 => camt::read(&xml::decode(bytes).map_err(one)?, camt::Message::Statement, options),
        FileKind::Camt054 => camt::read(&xml::decode(bytes).map_err(one)?, camt::Message::Notice, options),
        kind @ (FileKind::Mt940 | FileKind::Mt942) => {
            let text = text::decode(bytes, Encoding::Auto).map_err(one)?;
            mt940::read(&text, kind, options)
        }
        FileKind::Csv => {
            let encoding = options.columns.as_ref().map_or(Encoding::Auto, |map| map.encoding);
            if let Some(map) = &options.columns {
                map.check().map_err(one)?;
            }
            let text = text::decode(bytes, encoding).map_err(one)?;
            let known = if options.columns.is_none() { csv_profiles::found(&text) } else { None };
            let map = options.columns.as_ref().or(known.as_ref()).ok_or_else(|| one(no_map()))?;
            csv_rows::read(&text, map, options)
        }
        FileKind::Pain002 => Err(one(an_answer())),
        kind @ (FileKind::Spreadsheet | FileKind::Pdf | FileKind::Unknown) => Err(one(not_read(kind))),
    }
}

/// That a file is not empty and not too large.
pub(crate) fn within(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    if bytes.len() > limits.bytes {
        return Err(too_large(bytes.len(), limits.bytes));
    }
    if text::without_mark(bytes).trim_ascii().is_empty() {
        return Err(ReadError::new("import.empty", "文件为空。", "The file is empty."));
    }
    Ok(())
}

fn an_answer() -> ReadError {
    ReadError::new(
        "import.kind_answer",
        "这是银行对付款文件的答复（pain.002），不是对账单，请按付款答复导入。",
        "This is the bank's answer to a payment file (pain.002) and no statement; please take it in as one.",
    )
}

fn too_large(found: usize, most: usize) -> ReadError {
    ReadError::new(
        "import.file_too_large",
        format!("文件为 {found} 字节，超过上限 {most} 字节，请按日期拆分后再导入。"),
        format!("The file has {found} bytes, more than the {most} that are read; please split it by date."),
    )
}

fn no_map() -> ReadError {
    ReadError::new(
        "import.no_column_map",
        "CSV 文件需要先选择列对应关系。",
        "A CSV file needs a column map that says which column holds what.",
    )
}

fn not_read(kind: FileKind) -> ReadError {
    let name = kind.name();
    ReadError::new(
        "import.kind_unsupported",
        format!("无法读取此类文件（{name}），请从网银导出 camt.053、MT940 或 CSV 文件。"),
        format!(
            "Files of this kind ({name}) are not read; please export camt.053, MT940 or CSV from the bank."
        ),
    )
}

/// The refusal of more than a limit allows.
pub(crate) fn too_many(what_zh: &str, what_en: &str, most: usize) -> ReadError {
    ReadError::new(
        "import.too_many",
        format!("{what_zh}超过上限 {most}。"),
        format!("There are more {what_en} than the {most} that are read."),
    )
}

/// The refusal of a word that is not in the list.
pub(crate) fn unknown_word(found: &str, known: &str) -> ReadError {
    let found = error::shown(found);
    ReadError::new(
        "import.unknown_word",
        format!("“{found}”不是可识别的值，应为：{known}。"),
        format!("\"{found}\" is not one of the known values: {known}."),
    )
}
