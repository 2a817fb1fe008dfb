//! The lines of a CSV, the cells of a line, and where the header is. Never lets a quote run over a line's end:
//! such a file is refused, since a lost quote would swallow the lines after it without a trace.

use zaiton_kernel::Currency;

use super::csv_map::{AccountSource, ColumnMap, CurrencySource};
use super::too_many;
use crate::error::shown;
use crate::{ReadError, fields};

/// Lines above the header at most.
const PREAMBLE: usize = 200;

/// Bytes of one line at most.
const LINE_BYTES: usize = 1 << 20;
/// Digits from which on a number behind a name is an account.
const ACCOUNT_DIGITS: usize = 8;
/// How many last digits of an account an export shows at most.
const LAST_DIGITS: usize = 6;
/// Cells of one row at most.
const CELLS: usize = 1_000;

/// One row: its line and its cells, without the space around them.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// The rows of a text; blank lines are passed over.
pub(crate) fn rows(text: &str, delimiter: char) -> impl Iterator<Item = Result<Row, ReadError>> {
    text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty()).map(move |(line, number)| {
        let cells = cells(line, delimiter).map_err(|error| error.at_line(number))?;
        Ok(Row { line: number, cells })
    })
}

/// Splits one line. A second line is put behind it: when that one is not a row of its own, a quote was left open.
fn cells(line: &str, delimiter: char) -> Result<Vec<String>, ReadError> {
    if line.len() > LINE_BYTES {
        return Err(too_many("单行字节数", "bytes in a line", LINE_BYTES));
    }
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let both = format!("{line}\n\u{1}");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(both.len().max(64))
        .from_reader(both.as_bytes());
    let mut record = csv::StringRecord::new();
    let read = |reader: &mut csv::Reader<&[u8]>, record: &mut csv::StringRecord| {
        matches!(reader.read_record(record), Ok(true))
    };
    if !read(&mut reader, &mut record) {
        return Err(open_quote());
    }
    if record.len() > CELLS {
        return Err(too_many("单行的列", "cells in a row", CELLS));
    }
    let cells = record.iter().map(|cell| cell.trim_matches(is_space).to_owned()).collect();
    if read(&mut reader, &mut record) && record.get(0) == Some("\u{1}") {
        Ok(cells)
    } else {
        Err(open_quote())
    }
}

fn is_space(letter: char) -> bool {
    letter.is_whitespace() || letter == '\u{feff}'
}

fn open_quote() -> ReadError {
    ReadError::new(
        "import.quote",
        "本行的引号没有成对，或单元格内有换行。",
        "A quote in this line is not closed, or a cell runs over several lines.",
    )
}

/// The header and what stands above it.
pub(crate) struct Head {
    pub(crate) line: u64,
    pub(crate) width: usize,
    names: Vec<String>,
    above: Vec<Vec<String>>,
}

impl Head {
    /// Finds the row that holds every column of the map.
    pub(crate) fn find(
        rows: &mut impl Iterator<Item = Result<Row, ReadError>>,
        map: &ColumnMap,
    ) -> Result<Self, ReadError> {
        let wanted: Vec<&str> = map.columns().into_iter().map(str::trim).collect();
        let mut above = Vec::new();
        let mut nearest: Option<(usize, u64, String)> = None;
        for row in rows.take(PREAMBLE) {
            // Above the header a lone quote is a text, not a fault.
            let Ok(row) = row else { continue };
            let missing: Vec<&&str> =
                wanted.iter().filter(|name| !row.cells.iter().any(|cell| cell == **name)).collect();
            if let Some(name) = missing.first() {
                if nearest.as_ref().is_none_or(|(count, ..)| missing.len() < *count) {
                    nearest = Some((missing.len(), row.line, (**name).to_owned()));
                }
                above.push(row.cells);
                continue;
            }
            if let Some(twice) =
                wanted.iter().find(|name| row.cells.iter().filter(|cell| cell == *name).count() > 1)
            {
                return Err(no_header(twice, true).at_line(row.line));
            }
            let width = row.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
            return Ok(Self { line: row.line, width, names: row.cells, above });
        }
        let (_, line, name) = nearest.unwrap_or((0, 1, map.date.clone()));
        Err(no_header(&name, false).at_line(line))
    }

    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> usize {
        let name = name.trim();
        self.names.iter().position(|cell| cell == name).unwrap_or(usize::MAX)
    }

    /// What follows a label above the header, in its own cell or in the next.
    pub(crate) fn labelled(&self, label: &str) -> Option<String> {
        let label = label.trim().trim_end_matches([':', '：']);
        for cells in &self.above {
            for (cell, at) in cells.iter().zip(1..) {
                let Some(rest) = cell.strip_prefix(label) else { continue };
                let rest = rest.trim_start_matches(|c: char| is_space(c) || matches!(c, ':' | '：'));
                let found = if rest.is_empty() { cells.get(at).map_or("", String::as_str) } else { rest };
                if !found.is_empty() {
                    return Some(found.to_owned());
                }
            }
        }
        None
    }

    /// The account, where it is not in a column.
    pub(crate) fn account(&self, map: &ColumnMap) -> Result<String, ReadError> {
        match &map.account {
            AccountSource::None | AccountSource::Column(_) => Ok(String::new()),
            AccountSource::Constant(account) => Ok(fields::account(account)),
            AccountSource::Label(label) => {
                let found = self.labelled(label).ok_or_else(|| fields::missing(label).at_line(1))?;
                Ok(fields::account(&found))
            }
        }
    }
}

fn no_header(name: &str, twice: bool) -> ReadError {
    let name = shown(name);
    if twice {
        return ReadError::new(
            "import.header",
            format!("表头中的列“{name}”出现了多次。"),
            format!("The column \"{name}\" stands more than once in the header."),
        );
    }
    ReadError::new(
        "import.header",
        format!("找不到表头：缺少列“{name}”。"),
        format!("No header was found: the column \"{name}\" is missing."),
    )
    .in_field(&name)
}

/// The currency in a cell: an ISO code, a word of the map, or its usual Chinese name.
pub(crate) fn currency(source: &CurrencySource, cell: &str) -> Result<Currency, ReadError> {
    match source {
        CurrencySource::Constant(currency) => Ok(*currency),
        CurrencySource::Column { words, .. } => match words.get(cell) {
            Some(currency) => Ok(*currency),
            None => fields::currency(usual_name(cell)),
        },
    }
}

fn usual_name(cell: &str) -> &str {
    match cell {
        "人民币" | "人民币元" | "RMB" => "CNY",
        "美元" => "USD",
        "欧元" => "EUR",
        "港币" | "港元" => "HKD",
        "英镑" => "GBP",
        "日元" => "JPY",
        "新加坡元" => "SGD",
        code => code,
    }
}

/// Takes the yen sign off a number, before or after its minus, where the currency has that sign.
pub(crate) fn without_yen(number: &str, currency: Currency) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    match rest.strip_prefix(['¥', '￥']) {
        Some(plain) if matches!(currency.code(), "CNY" | "JPY") => format!("{sign}{}", plain.trim_start()),
        Some(_) | None => number.to_owned(),
    }
}

/// A name with an account number behind it: `青禾贸易 6222000012345678`.
pub(crate) fn name_and_account(text: &str) -> (&str, &str) {
    let is_number = |letter: char| letter.is_ascii_digit() || letter == '*';
    let name = text.trim_end_matches(is_number);
    let number = text.strip_prefix(name).unwrap_or("");
    if number.len() < ACCOUNT_DIGITS { (text, "") } else { (name.trim_end(), number) }
}

/// The account that was given, where the file says none, or shows a part of it (`1234****9876`, the last digits).
pub(crate) fn whole_account(found: &str, given: &str) -> Result<String, ReadError> {
    let fits = match found.split_once('*') {
        Some((start, rest)) => {
            given.starts_with(start) && given.ends_with(rest.rsplit('*').next().unwrap_or(""))
        }
        None => given == found || (found.len() <= LAST_DIGITS && given.ends_with(found)),
    };
    if fits {
        return Ok(given.to_owned());
    }
    let (found, given) = (shown(found), shown(given));
    Err(ReadError::new(
        "import.account_other",
        format!("文件属于账户 {found}，不是所选的 {given}。"),
        format!("The file is of the account {found}, not of {given} as was said."),
    ))
}

/// Takes out the separators between thousands; groups must have three digits, the first one to three.
pub(crate) fn without_thousands(number: &str, mark: Option<char>) -> Result<String, ReadError> {
    let Some(mark) = mark.filter(|mark| number.contains(*mark)) else { return Ok(number.to_owned()) };
    let (whole, fraction) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let good = digits.split(mark).enumerate().all(|(at, group)| match at {
        0 => (1..=3).contains(&group.len()),
        _ => group.len() == 3,
    });
    if !good || fraction.is_some_and(|fraction| fraction.contains(mark)) {
        let number = shown(number);
        return Err(ReadError::new(
            "import.amount_form",
            format!("“{number}”的千分位有误。"),
            format!("The groups of thousands in \"{number}\" are wrong."),
        ));
    }
    let fraction = fraction.map_or(String::new(), |fraction| format!(".{fraction}"));
    Ok(format!("{sign}{}{fraction}", digits.replace(mark, "")))
}
