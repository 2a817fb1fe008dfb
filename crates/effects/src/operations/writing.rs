//! A list on its way into a file: cells between commas, a spreadsheet, or a JSON object a line. Counts rows and bytes, and ends
//! where they are too many. Reads nothing.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;
use zaiton_app::reports::{Cell, csv_row};
use zaiton_platform::operation::{Form, MOST_BYTES, MOST_ROWS, OperationRefusal, Progress};
use zaiton_reads::exports::{Halt, Taker};

use crate::sheet::Sheet;

/// Rows after which it is asked whether to go on, whoever reads them.
const ROWS: u64 = 1_000;

enum Into {
    Csv(BufWriter<File>),
    Json(BufWriter<File>),
    Xlsx(Box<Sheet>, File),
}

/// Hears how far it is, or that it is at work, and says whether to go on.
pub(super) type Hears<'a> = &'a mut dyn FnMut(Option<Progress>) -> Result<(), Halt>;

/// A file that is being written.
pub(super) struct Writer<'a> {
    into: Into,
    rows: u64,
    bytes: u64,
    hears: Hears<'a>,
}

fn world(error: impl ToString) -> Halt {
    Halt::World(error.to_string())
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        (form, title): (Form, &str),
        file: File,
        folder: &Path,
        hears: Hears<'a>,
    ) -> Result<Self, Halt> {
        let into = match form {
            Form::Csv => Into::Csv(BufWriter::new(file)),
            Form::Json => Into::Json(BufWriter::new(file)),
            Form::Xlsx => Into::Xlsx(Box::new(Sheet::new(title, folder).map_err(world)?), file),
        };
        Ok(Self { into, rows: 0, bytes: 0, hears })
    }

    fn text(&mut self, text: &str) -> Result<(), Halt> {
        self.bytes += u64::try_from(text.len()).unwrap_or(u64::MAX);
        if self.bytes > MOST_BYTES {
            return Err(Halt::Refused(OperationRefusal::TooLarge { most_bytes: MOST_BYTES }));
        }
        match &mut self.into {
            Into::Csv(out) | Into::Json(out) => out.write_all(text.as_bytes()).map_err(world),
            Into::Xlsx(..) => Ok(()),
        }
    }

    fn cells(&mut self, cells: &[Cell]) -> Result<(), Halt> {
        match &mut self.into {
            Into::Csv(_) => self.text(&csv_row(cells)),
            Into::Xlsx(sheet, _) => sheet.row(cells).map_err(world),
            Into::Json(_) => Ok(()),
        }
    }

    /// Ends the file; how many rows it has.
    pub(super) fn finish(self) -> Result<(File, u64), Halt> {
        let file = match self.into {
            Into::Csv(out) | Into::Json(out) => out.into_inner().map_err(world)?,
            Into::Xlsx(sheet, mut file) => {
                let mut out = BufWriter::new(&mut file);
                sheet.finish(&mut out).map_err(world)?;
                out.flush().map_err(world)?;
                drop(out);
                file
            }
        };
        Ok((file, self.rows))
    }
}

impl Taker for Writer<'_> {
    fn head(&mut self, cells: &[Cell]) -> Result<(), Halt> {
        self.cells(cells)
    }

    fn row(&mut self, cells: &dyn Fn() -> Vec<Cell>, json: &dyn Fn() -> Value) -> Result<(), Halt> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Halt::Refused(OperationRefusal::TooManyRows { most: MOST_ROWS }));
        }
        if self.rows.is_multiple_of(ROWS) {
            (self.hears)(None)?;
        }
        match self.into {
            Into::Csv(_) | Into::Xlsx(..) => self.cells(&cells()),
            Into::Json(_) => self.text(&format!("{}\n", json())),
        }
    }

    fn far(&mut self, progress: Progress) -> Result<(), Halt> {
        (self.hears)(Some(progress))
    }
}

/// What is known of a file once it is written: its size and its SHA-256. It is on the disk then.
pub(super) fn measured(mut file: File) -> Result<(u64, String), Halt> {
    file.sync_all().map_err(world)?;
    file.rewind().map_err(world)?;
    let mut reader = BufReader::with_capacity(64 * 1024, file);
    let (mut digest, mut bytes) = (Context::new(&SHA256), 0_u64);
    let mut piece = vec![0_u8; 64 * 1024];
    loop {
        let read = reader.read(&mut piece).map_err(world)?;
        if read == 0 {
            break;
        }
        digest.update(piece.get(..read).unwrap_or_default());
        bytes += u64::try_from(read).unwrap_or(u64::MAX);
    }
    if bytes > MOST_BYTES {
        return Err(Halt::Refused(OperationRefusal::TooLarge { most_bytes: MOST_BYTES }));
    }
    let digest = digest.finish();
    Ok((bytes, digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()))
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;

    use super::*;

    fn row(writer: &mut Writer<'_>, word: &str) -> Result<(), OperationRefusal> {
        let cells = || vec![Cell::Text(word.to_owned())];
        match writer.row(&cells, &|| Value::String(word.to_owned())) {
            Ok(()) => Ok(()),
            Err(Halt::Refused(refusal)) => Err(refusal),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Rule R5-43: a million rows and 200 MB, in every form; what is more says to narrow the period.
    #[test]
    fn a_file_ends_where_it_is_too_large() {
        for form in [Form::Csv, Form::Json, Form::Xlsx] {
            let mut asked = 0;
            let mut hears = |_| {
                asked += 1;
                Ok(())
            };
            let (folder, file) = (tempfile::tempdir().unwrap(), tempfile::tempfile().unwrap());
            let mut writer = Writer::new((form, "fees"), file, folder.path(), &mut hears).unwrap();
            writer.head(&[Cell::Text("word".into())]).unwrap();
            writer.rows = MOST_ROWS - 1;
            row(&mut writer, "=1").unwrap();
            boundary::inside("R5-43", "the millionth row");
            boundary::refused("R5-43", "a row more", row(&mut writer, "x").unwrap_err());
            assert_eq!(row(&mut writer, "x"), Err(OperationRefusal::TooManyRows { most: MOST_ROWS }));
            let (file, _) = writer.finish().unwrap();
            let (bytes, sha256) = measured(file).unwrap();
            assert!(bytes > 0 && sha256.len() == 64);
            assert_eq!(asked, 1, "it is asked whether to go on");
        }
        let mut hears = |_| Ok(());
        let (folder, file) = (tempfile::tempdir().unwrap(), tempfile::tempfile().unwrap());
        let mut writer = Writer::new((Form::Csv, "fees"), file, folder.path(), &mut hears).unwrap();
        writer.bytes = MOST_BYTES - 3;
        row(&mut writer, "1").unwrap();
        boundary::inside("R5-43", "the last byte of 200 MB");
        boundary::refused("R5-43", "a byte more", row(&mut writer, "").unwrap_err());
    }

    #[test]
    fn what_is_measured_is_what_was_written() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abc").unwrap();
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(measured(file).unwrap(), (3, sha256.to_owned()));
    }
}
