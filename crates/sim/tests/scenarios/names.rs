//! Names for what differs from run to run or from change to change: ids and remark codes. A step names them with `keep`; what
//! nobody named is numbered by kind as it appears. Never shows an id itself.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use zaiton_kernel::Timestamp;
use zaiton_kernel::id::{letters, parse_letters};
use zaiton_kernel::time::Zone;
use zaiton_prepaid::remark::find_remark_codes;
use zaiton_store::tables::RECORD_TABLES;
use zaiton_store::{Queries, Value as Cell};

/// Numbers below this are figures and never ids.
const LEAST_ID: i64 = 1 << 40;

/// Tables whose records are named as they come, with the prefix of their ids.
const EAGER: [(&str, &str); 4] =
    [("bank_lines", "bl"), ("payments", "py"), ("held_statements", "hs"), ("review_tasks", "rv")];

/// The names of a scenario.
#[derive(Default)]
pub(crate) struct Names {
    /// Variables as a step writes them, without the `$`.
    values: BTreeMap<String, String>,
    /// Ids by number.
    ids: HashMap<i64, String>,
    /// Remark codes and other texts.
    texts: BTreeMap<String, String>,
    /// The kind of each record by its id.
    kinds: HashMap<i64, &'static str>,
    counts: BTreeMap<String, usize>,
}

/// The number of an id that is written with its prefix.
pub(crate) fn raw_of(text: &str) -> Option<i64> {
    let (prefix, rest) = text.split_once('_')?;
    let is_prefix = (2..=4).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_lowercase());
    is_prefix.then(|| parse_letters(rest).ok()).flatten()
}

/// One record of a table by its name.
fn singular(table: &'static str) -> &'static str {
    match table {
        "prepaid_accounts" => "account",
        "bank_lines" => "line",
        "bank_statements" => "statement",
        other => other.strip_suffix('s').unwrap_or(other),
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

impl Names {
    /// Learns of what kind each record is.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) fn learn(&mut self, queries: &Queries) -> Result<(), String> {
        for table in RECORD_TABLES {
            let rows = queries.rows(&format!("SELECT id FROM {} ORDER BY id", table.name), &[]);
            for row in rows.map_err(|error| error.0)? {
                let id = row.first().map_or(0, Cell::int);
                self.kinds.entry(id).or_insert(singular(table.name));
                // Nobody's reply names these, and people decide about them: they have their names in the order they came.
                if EAGER.iter().any(|(eager, _)| *eager == table.name) {
                    self.of(id, table.name);
                }
            }
        }
        Ok(())
    }

    /// Names a value: an id with its prefix, or any other text.
    pub(crate) fn keep(&mut self, name: &str, value: &str) {
        match raw_of(value) {
            Some(raw) => drop(self.ids.insert(raw, format!("${name}"))),
            None => drop(self.texts.insert(value.to_owned(), format!("${name}"))),
        }
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// Names an id by a word that needs no variable: a programme by its code.
    pub(crate) fn call(&mut self, raw: i64, word: &str) {
        self.ids.entry(raw).or_insert_with(|| word.to_owned());
    }

    /// A variable's value.
    ///
    /// # Errors
    /// Nobody named it.
    pub(crate) fn value(&self, name: &str) -> Result<&str, String> {
        let name = name.trim_start_matches('$');
        self.values.get(name).map(String::as_str).ok_or_else(|| format!("${name} was not kept before"))
    }

    /// A text with its variables filled in.
    ///
    /// # Errors
    /// Nobody named one of them.
    pub(crate) fn fill(&self, text: &str) -> Result<String, String> {
        let mut pieces = text.split('$');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let end = piece.find(|letter| !is_name(letter)).unwrap_or(piece.len());
            let (name, rest) = piece.split_at(end);
            filled.push_str(self.value(name)?);
            filled.push_str(rest);
        }
        Ok(filled)
    }

    /// A JSON body with its variables filled in, everywhere.
    ///
    /// # Errors
    /// Nobody named one of them.
    pub(crate) fn fill_all(&self, body: &mut Value) -> Result<(), String> {
        match body {
            Value::String(text) => *text = self.fill(text)?,
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.fill_all(item))?,
            Value::Object(fields) => fields.values_mut().try_for_each(|item| self.fill_all(item))?,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    fn number(&mut self, kind: &str) -> String {
        let count = self.counts.entry(kind.to_owned()).or_default();
        loop {
            *count += 1;
            let name = format!("{kind}_{count}");
            if !self.values.contains_key(&name) {
                return format!("${name}");
            }
        }
    }

    /// The name of an id; `prefix` says of what kind it is when no record has it.
    pub(crate) fn of(&mut self, raw: i64, prefix: &str) -> String {
        if let Some(name) = self.ids.get(&raw) {
            return name.clone();
        }
        let kind = self.kinds.get(&raw).copied().unwrap_or(prefix).to_owned();
        let name = self.number(&kind);
        let eager = EAGER.iter().find(|(table, _)| singular(table) == kind);
        let prefix = eager.map_or("id", |(_, prefix)| *prefix);
        self.keep(name.trim_start_matches('$'), &format!("{prefix}_{}", letters(raw)));
        name
    }

    /// A text as a transcript shows it: with names for ids and codes, and a moment as people of the platform read it.
    pub(crate) fn text(&mut self, text: &str) -> String {
        if text.len() >= 20
            && let Ok(moment) = Timestamp::parse(text)
        {
            return local(moment);
        }
        let mut shown = text.to_owned();
        for word in text.split(|letter| !is_name(letter)) {
            if let Some(raw) = raw_of(word) {
                let name = self.of(raw, word.split('_').next().unwrap_or_default());
                shown = shown.replace(word, &name);
            } else if find_remark_codes(word).first().is_some_and(|code| code == word)
                && !self.texts.contains_key(word)
            {
                let name = self.number("remark");
                self.keep(name.trim_start_matches('$'), word);
            }
        }
        for (word, name) in &self.texts {
            shown = shown.replace(word, name);
        }
        shown
    }

    /// A number: an id's name, or the figure.
    pub(crate) fn figure(&mut self, number: &serde_json::Number) -> String {
        match number.as_i64() {
            Some(raw)
                if raw >= LEAST_ID && (self.ids.contains_key(&raw) || self.kinds.contains_key(&raw)) =>
            {
                self.of(raw, "id")
            }
            Some(_) | None => number.to_string(),
        }
    }
}

/// A moment as people of the platform read it.
pub(crate) fn local(moment: Timestamp) -> String {
    moment.local_text(&Zone::shanghai())
}
