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

use super::progress::Reporter;
use crate::sheet::Sheet;

/// Rows after which it is asked whether to go on, whoever reads them.
const ROWS: u64 = 1_000;

enum Into {
    Csv(BufWriter<File>),
    Json(BufWriter<File>),
    Xlsx(Box<Sheet>, File),
}

/// A file that is being written.
pub(super) struct Writer<'a, 'b> {
    into: Into,
    rows: u64,
    bytes: u64,
    reporter: &'a mut Reporter<'b>,
}

fn world(error: impl ToString) -> Halt {
    Halt::World(error.to_string())
}

impl<'a, 'b> Writer<'a, 'b> {
    pub(super) fn new(
        (form, title): (Form, &str),
        file: File,
        folder: &Path,
        reporter: &'a mut Reporter<'b>,
    ) -> Result<Self, Halt> {
        let into = match form {
            Form::Csv => Into::Csv(BufWriter::new(file)),
            Form::Json => Into::Json(BufWriter::new(file)),
            Form::Xlsx => Into::Xlsx(Box::new(Sheet::new(title, folder).map_err(world)?), file),
        };
        Ok(Self { into, rows: 0, bytes: 0, reporter })
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

impl Taker for Writer<'_, '_> {
    fn head(&mut self, cells: &[Cell]) -> Result<(), Halt> {
        self.cells(cells)
    }

    fn row(&mut self, cells: &dyn Fn() -> Vec<Cell>, json: &dyn Fn() -> Value) -> Result<(), Halt> {
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Halt::Refused(OperationRefusal::TooManyRows { most: MOST_ROWS }));
        }
        if self.rows.is_multiple_of(ROWS) {
            self.reporter.alive()?;
        }
        match self.into {
            Into::Csv(_) | Into::Xlsx(..) => self.cells(&cells()),
            Into::Json(_) => self.text(&format!("{}\n", json())),
        }
    }

    fn far(&mut self, progress: Progress) -> Result<(), Halt> {
        self.reporter.far(progress)
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
