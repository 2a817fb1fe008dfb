//! A list as a spreadsheet file, as [`zaiton_effects::sheet`] writes it. Computes nothing.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use zaiton_app::reports::Cell;
use zaiton_effects::sheet::{ROWS, Sheet};

use crate::cli::Failure;

/// Writes rows, the first of which are headings, under a name.
pub(crate) fn write(file: &Path, title: &str, rows: &[Vec<Cell>]) -> Result<(), Failure> {
    if u32::try_from(rows.len()).map_or(true, |count| count > ROWS) {
        return Err(Failure::Refused(format!(
            "{} rows; a sheet holds {ROWS}: ask for less with --from and --to, or for CSV",
            rows.len()
        )));
    }
    let told = |error: &dyn std::fmt::Display| Failure::World(format!("{}: {error}", file.display()));
    let mut sheet = Sheet::new(title, &std::env::temp_dir()).map_err(|error| told(&error))?;
    for cells in rows {
        sheet.row(cells).map_err(|error| told(&error))?;
    }
    let mut out = BufWriter::new(File::create(file).map_err(|error| told(&error))?);
    sheet.finish(&mut out).map_err(|error| told(&error))?;
    out.flush().map_err(|error| told(&error))
}
