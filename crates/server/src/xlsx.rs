//! A list as a spreadsheet file. Words are written as words and never as formulas, whatever they begin with; amounts as
//! numbers where a spreadsheet keeps every digit of them, and as words where it would not. Computes nothing.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use zaiton_app::reports::Cell;

use crate::cli::Failure;

/// Digits that a spreadsheet's number keeps.
const DIGITS: usize = 15;
/// Rows of a sheet, by the format.
const ROWS: usize = 1_048_576;

/// Writes rows, the first of which are headings, under a name.
pub(crate) fn write(file: &Path, title: &str, rows: &[Vec<Cell>]) -> Result<(), Failure> {
    if rows.len() > ROWS {
        return Err(Failure::Refused(format!(
            "{} rows; a sheet holds {ROWS}: ask for less with --from and --to, or for CSV",
            rows.len()
        )));
    }
    let written = book(title, rows).and_then(|mut book| book.save_to_buffer());
    let bytes = written.map_err(|error| Failure::World(error.to_string()))?;
    std::fs::write(file, bytes).map_err(|error| Failure::World(format!("{}: {error}", file.display())))
}

fn book(title: &str, rows: &[Vec<Cell>]) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(title)?;
    sheet.set_freeze_panes(1, 0)?;
    let (bold, money) = (Format::new().set_bold(), Format::new().set_num_format("0.00##"));
    for (at, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Amount(amount) => match number(amount) {
                    Some(number) => sheet.write_number_with_format(at, column, number, &money)?,
                    None => sheet.write_string(at, column, amount)?,
                },
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) if at == 0 => sheet.write_string_with_format(at, column, text, &bold)?,
                Cell::Text(text) => sheet.write_string(at, column, text)?,
            };
        }
    }
    sheet.autofit();
    Ok(book)
}

/// A number that shows the same digits; the format knows no other kind.
fn number(amount: &str) -> Option<f64> {
    let digits = amount.bytes().filter(u8::is_ascii_digit).count();
    amount.parse().ok().filter(|_| digits <= DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell that begins as a formula does is words in the file, and amounts keep their digits.
    #[test]
    fn nothing_is_a_formula() {
        let text = |text: &str| Cell::Text(text.into());
        let rows = vec![
            vec![text("kind"), text("amount")],
            vec![text("=HYPERLINK(\"http://x\")"), Cell::Amount("-12.50".into())],
            vec![text("+1"), Cell::Amount("1234567890123456.78".into())],
        ];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.xlsx");
        write(&file, "fees", &rows).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(&bytes[..2], b"PK");
        let said = book("fees", &rows).unwrap().save_to_buffer().unwrap();
        assert!(!said.is_empty());
        assert_eq!(number("-12.50").map(|n| n.to_string()), Some("-12.5".into()));
        assert_eq!(number("1234567890123456.78"), None, "too many digits for a number");
    }
}
