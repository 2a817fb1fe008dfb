//! `zaiton backup` and `zaiton restore` (R5-61): the whole installation in one file, taken over one snapshot while it is served,
//! and put back into an empty place, on either kind of database. The file holds the installation's keys: who has it reads all.
//!
//! Here the two verbs; `format.rs` how the file is written; `check.rs` whether one is whole. Never changes what it copies.

mod check;
mod format;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde_json::json;
use zaiton_engine::StoreError;
use zaiton_kernel::Timestamp;
use zaiton_store::Queries;
use zaiton_store::copy::{Filling, tables};

use crate::cli::Failure;
use crate::clock::system;
use crate::out;
use crate::site::Place;

use self::check::Checked;
use self::format::{Header, Writer, value};

/// The keys that a backup holds. The token of the API is none of them: a new one is made.
const KEYS: [&str; 2] = ["chain.key", "personal.key"];
/// Rows that are written at a time.
const ROWS: usize = 2_000;

fn told(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| Failure::World(format!("{}: {error}", path.display()))
}

/// A bar over tables.
fn bar(tables: usize, json: bool) -> indicatif::ProgressBar {
    out::bar(u64::try_from(tables).unwrap_or(0), json)
}

/// Writes the installation into a file, or into a folder under the name of the moment.
pub(crate) fn backup(place: &Place, to: &Path, json: bool) -> Result<(), Failure> {
    let (queries, _) = place.queries().map_err(Failure::World)?;
    let now = system();
    let file = if to.is_dir() {
        let moment: String = now.to_string().chars().take(19).filter(char::is_ascii_alphanumeric).collect();
        to.join(format!("zaiton-{moment}Z.backup"))
    } else {
        to.to_owned()
    };
    if file.exists() {
        return Err(Failure::Refused(format!("{}: there is a file already", file.display())));
    }
    let mut keys = Vec::new();
    for name in KEYS {
        let path = place.data.join(name);
        keys.push((name.to_owned(), std::fs::read(&path).map_err(told(&path))?));
    }
    let written = copy_out(&queries, &file, now, &keys, json);
    if written.is_err() {
        // What is there of it holds keys. When it cannot be removed it is named again by the next try.
        let _ = std::fs::remove_file(format::part(&file));
    }
    let (rows, bytes, sha256) = written?;
    if json {
        let said = json!({ "file": file, "rows": rows, "bytes": bytes, "sha256": sha256 });
        out::line(&said.to_string());
    } else {
        out::line(&format!("{rows} rows, {bytes} bytes in {}", file.display()));
        out::line(&format!("sha256 {sha256}"));
        out::error(
            "It holds the installation's keys: keep it where nobody else can read it, and anchors elsewhere.",
        );
    }
    Ok(())
}

/// Copies every table over one snapshot: rows, bytes, hash.
fn copy_out(
    queries: &Queries,
    file: &Path,
    now: Timestamp,
    keys: &[(String, Vec<u8>)],
    json: bool,
) -> Result<(u64, u64, String), Failure> {
    let snapshot = queries.snapshot()?;
    let migrations = snapshot.migrations()?;
    let tables: Vec<_> = tables().into_iter().filter(|table| table.is_made_by(migrations)).collect();
    let bar = bar(tables.len(), json);
    let mut writer = Writer::begin(file, now, migrations, keys)?;
    for table in &tables {
        bar.set_message(format!("{}, {} rows", table.name, writer.rows()));
        writer.table(table)?;
        snapshot.each_row(table, |row| writer.row(row).map_err(|error| StoreError(error.to_string())))?;
        bar.inc(1);
    }
    let ended = writer.end();
    bar.finish_and_clear();
    ended
}

/// Puts a backup into an empty place; with `check` only says whether it could be.
pub(crate) fn restore(place: &Place, file: &Path, check: bool, json: bool) -> Result<(), Failure> {
    let checked = check::check(file, json)?;
    if !check {
        empty(place)?;
        fill(place, file, &checked, json)?;
    }
    let Checked { header, rows, lanes, .. } = &checked;
    if json {
        let said = json!({ "made_at": header.made_at, "rows": rows, "lanes": lanes, "restored": !check });
        out::line(&said.to_string());
    } else if check {
        out::line(&format!("whole: {rows} rows of {}", header.made_at));
    } else {
        out::line(&format!(
            "{rows} rows of {} restored; `zaiton verify` proves them, with --against an anchor that nothing was cut off",
            header.made_at
        ));
    }
    Ok(())
}

/// The data folder has nothing in it, nor has the database.
fn empty(place: &Place) -> Result<(), Failure> {
    let mut there: Vec<PathBuf> = Vec::new();
    match std::fs::read_dir(&place.data) {
        Ok(entries) => {
            for entry in entries {
                there.push(entry.map_err(told(&place.data))?.path());
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(told(&place.data)(error)),
    }
    if let Some(one) = there.first() {
        let cure = "a backup is restored into an empty folder";
        return Err(Failure::Refused(format!("{} is there; {cure}", one.display())));
    }
    if zaiton_store::copy::is_empty(&place.url())? {
        return Ok(());
    }
    Err(Failure::Refused("the database has tables; a backup is restored into an empty database".into()))
}

fn fill(place: &Place, file: &Path, checked: &Checked, json: bool) -> Result<(), Failure> {
    let Header { migrations, .. } = checked.header;
    std::fs::create_dir_all(&place.data).map_err(told(&place.data))?;
    let tables = tables();
    let mut filling = Filling::begin(&place.url(), migrations, checked.lanes)?;
    let bar = bar(checked.tables, json);
    let mut table = None;
    let mut rows = Vec::new();
    for line in BufReader::new(std::fs::File::open(file).map_err(told(file))?).lines() {
        let line = line.map_err(told(file))?;
        let read: serde_json::Value =
            serde_json::from_str(&line).map_err(|error| Failure::World(error.to_string()))?;
        if let (Some(row), Some(of)) = (read.as_array(), table) {
            rows.push(row.iter().filter_map(value).collect());
            if rows.len() == ROWS {
                filling.write(of, &std::mem::take(&mut rows))?;
            }
        } else if let (false, Some(of)) = (rows.is_empty(), table) {
            filling.write(of, &std::mem::take(&mut rows))?;
        }
        if let Some(name) = read["table"].as_str() {
            bar.inc(1);
            bar.set_message(name.to_owned());
            table = tables.iter().find(|one| one.name == name);
        }
    }
    filling.finish()?;
    bar.finish_and_clear();
    // Last of all: until they are here no program takes the place for an installation.
    for (name, key) in &checked.keys {
        format::secret(&place.data.join(name), key)?;
    }
    Ok(())
}
