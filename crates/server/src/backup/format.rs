//! How a backup is written: a JSON value a line. First what it is, then the keys, then each table by its name and its rows,
//! and last how much there was and a hash over every byte before. Numbers are numbers, texts are texts, bytes are in
//! hexadecimal beside a mark. Any database can be filled from it. Never holds anything but what is in the database and the
//! two keys.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zaiton_kernel::Timestamp;
use zaiton_store::Value;
use zaiton_store::copy::{CopyTable, schema};

use super::told;
use crate::cli::Failure;
use crate::site::{private, write_private};

/// What such a file calls itself.
pub(super) const FORMAT: &str = "zaiton-backup";
/// The form described here.
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) made_at: Timestamp,
    pub(super) program: String,
    /// Migrations that made the schema.
    pub(super) migrations: i64,
    /// Their names, by number.
    pub(super) schema: BTreeMap<i64, String>,
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

/// A value of a row from its JSON.
pub(super) fn value(json: &serde_json::Value) -> Option<Value> {
    match json {
        serde_json::Value::Null => Some(Value::Null),
        serde_json::Value::Number(number) => number.as_i64().map(Value::Int),
        serde_json::Value::String(text) => Some(Value::Text(text.clone())),
        serde_json::Value::Object(bytes) => bytes.get("x")?.as_str().and_then(unhex).map(Value::Blob),
        serde_json::Value::Bool(_) | serde_json::Value::Array(_) => None,
    }
}

fn written(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Int(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Blob(bytes) => json!({ "x": hex(bytes) }),
    }
}

/// Makes a file that its owner only can read, where none is.
pub(super) fn secret(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_private(path, bytes).map_err(told(path))
}

/// Where a backup lies until it is whole.
pub(super) fn part(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.part", path.display()))
}

/// A backup that is being written, under another name until it is whole.
pub(super) struct Writer {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<std::fs::File>,
    hash: Context,
    bytes: u64,
    rows: u64,
    tables: BTreeMap<&'static str, u64>,
    now: &'static str,
}

impl Writer {
    pub(super) fn begin(
        path: &Path,
        made_at: Timestamp,
        migrations: i64,
        keys: &[(String, Vec<u8>)],
    ) -> Result<Self, Failure> {
        let part = part(path);
        let file = private(&part).map_err(told(&part))?;
        let (hash, tables) = (Context::new(&SHA256), BTreeMap::new());
        let (path, file) = (path.to_owned(), BufWriter::with_capacity(1 << 20, file));
        let mut writer = Self { path, part, file, hash, bytes: 0, rows: 0, tables, now: "" };
        let schema = schema().into_iter().filter(|(number, _)| *number <= migrations);
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_at,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            migrations,
            schema: schema.map(|(number, name)| (number, name.to_owned())).collect(),
        };
        writer.line(&json!(header)).map_err(told(&writer.part.clone()))?;
        let keys: BTreeMap<&str, String> = keys.iter().map(|(name, key)| (name.as_str(), hex(key))).collect();
        writer.line(&json!({ "keys": keys })).map_err(told(&writer.part.clone()))?;
        Ok(writer)
    }

    fn line(&mut self, json: &serde_json::Value) -> std::io::Result<()> {
        let text = format!("{json}\n");
        self.hash.update(text.as_bytes());
        self.bytes += u64::try_from(text.len()).unwrap_or(0);
        self.file.write_all(text.as_bytes())
    }

    /// What follows are rows of this table.
    pub(super) fn table(&mut self, table: &CopyTable) -> Result<(), Failure> {
        self.now = table.name;
        self.tables.insert(table.name, 0);
        let part = self.part.clone();
        self.line(&json!({ "table": table.name, "columns": table.columns })).map_err(told(&part))
    }

    pub(super) fn row(&mut self, row: &[Value]) -> std::io::Result<()> {
        self.rows += 1;
        *self.tables.entry(self.now).or_default() += 1;
        self.line(&row.iter().map(written).collect())
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The last line, and the file's name: rows, bytes and hash.
    pub(super) fn end(mut self) -> Result<(u64, u64, String), Failure> {
        let part = self.part.clone();
        let sha256 = hex(self.hash.clone().finish().as_ref());
        let manifest = json!({ "manifest": { "rows": self.rows, "tables": self.tables }, "sha256": sha256 });
        self.line(&manifest).map_err(told(&part))?;
        let (bytes, rows) = (self.bytes, self.rows);
        let file = self.file.into_inner().map_err(|error| told(&part)(error.into_error()))?;
        file.sync_all().map_err(told(&part))?;
        std::fs::rename(&self.part, &self.path).map_err(told(&self.path))?;
        Ok((rows, bytes, sha256))
    }
}
