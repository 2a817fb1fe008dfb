//! A list as a spreadsheet file, written a row at a time. Words are written as words and never as formulas, whatever they begin
//! with; amounts as numbers where a spreadsheet keeps every digit of them, and as words where it would not. Computes nothing,
//! and keeps no row in memory.

use std::io::{Seek, Write};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use zaiton_app::reports::Cell;

/// Digits that a spreadsheet's number keeps.
const DIGITS: usize = 15;
/// Rows of a sheet, by the format.
pub const ROWS: u32 = 1_048_576;
/// Columns are as wide as what stands in them, up to so many letters.
const WIDEST: u16 = 60;

/// A spreadsheet of one sheet that is being written.
pub struct Sheet {
    book: Workbook,
    row: u32,
    widths: Vec<u16>,
    bold: Format,
    money: Format,
}

impl Sheet {
    /// An empty one under a name, which keeps what is not written yet in a file without a name in `folder`.
    ///
    /// # Errors
    /// The name is none, or the folder cannot be written to.
    pub fn new(title: &str, folder: &Path) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        book.set_tempdir(folder)?;
        let sheet = book.add_worksheet_with_constant_memory();
        sheet.set_name(title)?;
        sheet.set_freeze_panes(1, 0)?;
        let (bold, money) = (Format::new().set_bold(), Format::new().set_num_format("0.00##"));
        Ok(Self { book, row: 0, widths: Vec::new(), bold, money })
    }

    /// The next row; the first one is the headings.
    ///
    /// # Errors
    /// More rows than a sheet has, a text that is too long, a disk that is full.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self.row >= ROWS {
            return Err(XlsxError::RowColumnLimitError);
        }
        self.widths.resize(self.widths.len().max(cells.len()), 0);
        let sheet = self.book.worksheet_from_index(0)?;
        for ((column, cell), width) in (0_u16..).zip(cells).zip(&mut self.widths) {
            *width = (*width).max(letters(cell.text()));
            write(sheet, (self.row, column), cell, (&self.bold, &self.money))?;
        }
        self.row += 1;
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self, file: impl Write + Seek + Send) -> Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, width) in (0_u16..).zip(&self.widths) {
            sheet.set_column_width(column, f64::from(width + 2))?;
        }
        self.book.save_to_writer(file)
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    (bold, money): (&Format, &Format),
) -> Result<(), XlsxError> {
    match cell {
        Cell::Amount(amount) => match number(amount) {
            Some(number) => sheet.write_number_with_format(row, column, number, money)?,
            None => sheet.write_string(row, column, amount)?,
        },
        Cell::Text(text) if text.is_empty() => return Ok(()),
        Cell::Text(text) if row == 0 => sheet.write_string_with_format(row, column, text, bold)?,
        Cell::Text(text) => sheet.write_string(row, column, text)?,
    };
    Ok(())
}

/// A number that shows the same digits; the format knows no other kind.
fn number(amount: &str) -> Option<f64> {
    let digits = amount.bytes().filter(u8::is_ascii_digit).count();
    amount.parse().ok().filter(|_| digits <= DIGITS)
}

/// How wide a text is: a letter that is not of the West is as wide as two.
fn letters(text: &str) -> u16 {
    let wide = |letter: char| if letter < '\u{2e80}' { 1 } else { 2 };
    text.chars().map(wide).take(usize::from(WIDEST)).fold(0_u16, u16::saturating_add).min(WIDEST)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    /// A cell that begins as a formula does is words in the file, as another program reads it, and amounts keep their digits.
    #[test]
    fn nothing_is_a_formula() {
        let text = |text: &str| Cell::Text(text.into());
        let words = ["=HYPERLINK(\"http://x\")", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "茶"];
        let mut rows = vec![vec![text("kind"), text("amount")]];
        rows.extend(words.iter().map(|word| vec![text(word), Cell::Amount("-12.50".into())]));
        rows.push(vec![text(""), Cell::Amount("1234567890123456.78".into())]);
        let folder = tempfile::tempdir().unwrap();
        let mut sheet = Sheet::new("fees", folder.path()).unwrap();
        rows.iter().for_each(|row| sheet.row(row).unwrap());
        let mut bytes = Vec::new();
        sheet.finish(Cursor::new(&mut bytes)).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.worksheet_formula("fees").unwrap().used_cells().count(), 0);
        let range = book.worksheet_range("fees").unwrap();
        for (row, word) in (1_u32..).zip(words) {
            let read = range.get_value((row, 0)).unwrap();
            assert_eq!(*read, Data::String(word.replace('\r', "\n").replace("\n=1", "\r=1")), "{word:?}");
            assert_eq!(*range.get_value((row, 1)).unwrap(), Data::Float(-12.5));
        }
        assert_eq!(*range.get_value((8, 1)).unwrap(), Data::String("1234567890123456.78".into()));
        assert_eq!(number("1234567890123456.78"), None, "too many digits for a number");
    }

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        assert_eq!(letters("abc"), 3);
        assert_eq!(letters("茶叶"), 4);
        assert_eq!(letters(&"x".repeat(1_000)), WIDEST);
    }
}
