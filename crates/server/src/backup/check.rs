//! Whether a backup is whole, before anything is made of it: every line read, every row of the width of its table, the hash
//! over all. Says where it is wrong; never repairs.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value as Json;
use zaiton_kernel::{Refusal, Rule, Text};
use zaiton_store::copy::{CopyTable, schema, tables};

use super::format::{FORMAT, Header, VERSION, hex, unhex, value};
use super::{KEYS, bar, told};
use crate::cli::{Failure, explain};

/// Keys by their files' names.
type Keys = Vec<(String, Vec<u8>)>;

/// What a whole backup is.
pub(super) struct Checked {
    pub(super) header: Header,
    pub(super) keys: Keys,
    pub(super) lanes: u16,
    pub(super) rows: u64,
    pub(super) tables: usize,
}

/// A backup that is not whole.
fn damaged(file: &Path, line: u64, zh: &str, en: &str) -> Failure {
    let why = Text::new(format!("备份文件已损坏：{zh}。"), format!("The backup is damaged: {en}."));
    let cure = Text::new(
        "未恢复任何内容。请使用另一份备份，或重新复制此文件。",
        "Nothing was restored. Take another backup, or copy this one anew.",
    );
    let refusal = Refusal::new("backup.damaged", Rule::new("R5-61"), why, cure);
    Failure::Refused(explain(&refusal.with("file", file.display()).with("line", line)))
}

/// A backup of another program.
fn foreign(zh: String, en: String) -> Failure {
    let cure = Text::new("请使用相应版本的程序。", "Use the program of that version.");
    let refusal = Refusal::new("backup.foreign", Rule::new("R5-61"), Text::new(zh, en), cure);
    Failure::Refused(explain(&refusal))
}

/// Reads the first line, and whether this program can make that schema.
fn header(file: &Path, line: &str) -> Result<Header, Failure> {
    let read: Json = serde_json::from_str(line)
        .map_err(|_| damaged(file, 1, "首行不是备份文件的首行", "its first line is not that of a backup"))?;
    if read["format"] != FORMAT {
        return Err(foreign(
            "此文件不是本程序的备份。".into(),
            "This file is no backup of this program.".into(),
        ));
    }
    if read["version"] != VERSION {
        let found = &read["version"];
        return Err(foreign(
            format!("备份格式版本 {found} 未知。"),
            format!("Form {found} of backups is not known."),
        ));
    }
    let header: Header = serde_json::from_value(read)
        .map_err(|_| damaged(file, 1, "首行无法读取", "its first line cannot be read"))?;
    let ours = schema();
    for (number, name) in &header.schema {
        if !ours.iter().any(|(known, title)| known == number && title == name) {
            return Err(foreign(
                format!("备份含有本程序未知的数据库版本 {number}（{name}）。"),
                format!("The backup has migration {number} ({name}), which this program does not know."),
            ));
        }
    }
    Ok(header)
}

fn keys(read: &Json) -> Option<Keys> {
    KEYS.iter()
        .map(|name| {
            let key = read["keys"][*name].as_str().and_then(unhex).filter(|key| key.len() >= 32)?;
            Some(((*name).to_owned(), key))
        })
        .collect()
}

/// How many lanes the copied database has.
fn lanes(row: &[Json]) -> Option<u16> {
    match row {
        [name, lanes] if name == "lanes" => lanes.as_str()?.parse().ok(),
        _ => None,
    }
}

/// Reads all of it.
pub(super) fn check(file: &Path, json: bool) -> Result<Checked, Failure> {
    let mut reader = BufReader::with_capacity(1 << 20, std::fs::File::open(file).map_err(told(file))?);
    let (mut hash, mut text, mut number) = (Context::new(&SHA256), Vec::new(), 0_u64);
    let mut checking =
        Checking { file, tables: tables(), table: None, rows: 0, counts: BTreeMap::new(), lanes: None };
    let mut known: Option<(Header, Keys)> = None;
    let mut first: Option<Header> = None;
    let bar = bar(checking.tables.len(), json);
    loop {
        text.clear();
        number += 1;
        let read = reader.read_until(b'\n', &mut text).map_err(told(file))?;
        if read == 0 || text.last() != Some(&b'\n') {
            return Err(damaged(file, number, "文件在结尾之前中断", "it ends before its end"));
        }
        let line = std::str::from_utf8(&text)
            .map_err(|_| damaged(file, number, "有一行不是文本", "a line is no text"))?;
        if number == 1 {
            first = Some(header(file, line)?);
        }
        let json: Json = serde_json::from_str(line)
            .map_err(|_| damaged(file, number, "有一行无法读取", "a line cannot be read"))?;
        if json["manifest"].is_object() {
            let found = hex(hash.finish().as_ref());
            if json["sha256"] != found.as_str() {
                return Err(damaged(file, number, "内容与校验值不符", "what it holds does not fit its hash"));
            }
            let (header, keys) =
                known.ok_or_else(|| damaged(file, number, "缺少密钥", "the keys are missing"))?;
            checking.ends(number, &json["manifest"], header.migrations)?;
            let lanes =
                checking.lanes.ok_or_else(|| damaged(file, number, "缺少通道数", "the lanes are missing"))?;
            bar.finish_and_clear();
            let (rows, tables) = (checking.rows, checking.counts.len());
            return Ok(Checked { header, keys, lanes, rows, tables });
        }
        hash.update(&text);
        if let Some(header) = first.take_if(|_| number == 2) {
            let keys = keys(&json)
                .ok_or_else(|| damaged(file, number, "密钥无法读取", "the keys cannot be read"))?;
            known = Some((header, keys));
        } else if number > 2 {
            checking.line(number, &json, &bar)?;
        }
    }
}

/// Where the check is.
struct Checking<'a> {
    file: &'a Path,
    tables: Vec<CopyTable>,
    table: Option<usize>,
    rows: u64,
    counts: BTreeMap<String, u64>,
    lanes: Option<u16>,
}

impl Checking<'_> {
    /// A table begins, or a row of it.
    fn line(&mut self, number: u64, json: &Json, bar: &indicatif::ProgressBar) -> Result<(), Failure> {
        if let Some(name) = json["table"].as_str() {
            let found = self.tables.iter().position(|table| table.name == name);
            let fits = |at: &usize| json["columns"] == serde_json::json!(self.tables[*at].columns);
            let Some(at) = found.filter(fits).filter(|_| !self.counts.contains_key(name)) else {
                let (zh, en) = (format!("表 {name} 不符"), format!("its table {name} is another one"));
                return Err(damaged(self.file, number, &zh, &en));
            };
            self.table = Some(at);
            self.counts.insert(name.to_owned(), 0);
            bar.inc(1);
            bar.set_message(name.to_owned());
            return Ok(());
        }
        let (Some(row), Some(at)) = (json.as_array(), self.table) else {
            return Err(damaged(self.file, number, "有一行不属于任何表", "a line belongs to no table"));
        };
        let table = &self.tables[at];
        if row.len() != table.columns.len() || row.iter().any(|one| value(one).is_none()) {
            let name = table.name;
            let (zh, en) = (format!("表 {name} 的一行不完整"), format!("a row of {name} is not whole"));
            return Err(damaged(self.file, number, &zh, &en));
        }
        if table.name == "meta" {
            self.lanes = self.lanes.or_else(|| lanes(row));
        }
        self.rows += 1;
        *self.counts.entry(table.name.to_owned()).or_default() += 1;
        Ok(())
    }

    /// Every table of the schema is there, with as many rows as the manifest says.
    fn ends(&self, number: u64, manifest: &Json, migrations: i64) -> Result<(), Failure> {
        for table in self.tables.iter().filter(|table| table.is_made_by(migrations)) {
            let (name, found) = (table.name, self.counts.get(table.name));
            if found.is_none() || manifest["tables"][name].as_u64() != found.copied() {
                let (zh, en) = (format!("表 {name} 的行数不符"), format!("it has not all rows of {name}"));
                return Err(damaged(self.file, number, &zh, &en));
            }
        }
        Ok(())
    }
}
