//! Our own format as a CSV: a heading, then one row a line item, the rows of an order together. Rows become the same
//! message that JSON would be, and are read by the same rules. Never evaluates a cell: what looks like a formula is a
//! text, and is kept as it stands.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use super::csv_columns::{COLUMNS, Kind, NEEDED, Place};
use super::json::Json;
use super::reader::{OrderLimits, too_long};
use super::{ChannelRead, check, envelope};
use crate::ReadError;
use crate::bank::csv_lines::rows;
use crate::error::shown;

/// The column that tells a heading.
const TELLING: &str = "channel_order_id";

/// Whether a line is the heading of such a CSV.
pub(super) fn is_heading(line: &[u8]) -> bool {
    line.split(|byte| *byte == b',').any(|cell| {
        let cell = cell.trim_ascii().to_ascii_lowercase();
        let bare = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(&cell);
        bare == TELLING.as_bytes()
    })
}

/// The rows of a CSV, by order.
pub(super) struct Rows {
    text: String,
    first: u64,
    /// Of each cell, which column it is; `None` for one that is not known and passed over.
    columns: Vec<Option<usize>>,
    orders: VecDeque<Group>,
}

/// The rows of one order.
struct Group {
    line: u64,
    start: usize,
    end: usize,
}

impl Rows {
    /// Reads the heading and finds which rows belong together.
    pub(super) fn of(text: String, first: u64, limits: &OrderLimits) -> Result<Self, ReadError> {
        let moved = |error: ReadError| super::reader::moved(error, first);
        let mut all = rows(&text, ',');
        let Some(heading) = all.next() else { return Err(no_column(TELLING)) };
        let heading = heading.map_err(moved)?;
        let columns = heading_of(&heading.cells).map_err(|error| error.at_line(first + heading.line - 1))?;
        let ids: Vec<usize> =
            ["merchant", "shop", TELLING].iter().filter_map(|name| place(&columns, name)).collect();
        // Where each line of the text starts; the last entry is its end.
        let mut starts: Vec<usize> = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
        starts.push(text.len());
        let start_of = |line: u64| {
            let at = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
            starts.get(at).copied().unwrap_or(text.len())
        };
        let (mut orders, mut seen) = (VecDeque::<Group>::new(), HashSet::new());
        let mut last: Option<Vec<String>> = None;
        for row in all {
            let row = row.map_err(moved)?;
            let here = first + row.line - 1;
            let cell = |at: &usize| row.cells.get(*at).cloned().unwrap_or_default();
            let id: Vec<String> = ids.iter().map(cell).collect();
            if id.last().is_none_or(String::is_empty) {
                return Err(crate::fields::missing(TELLING).at_line(here));
            }
            let beyond = row.cells.iter().skip(columns.len()).any(|cell| !cell.is_empty());
            if beyond {
                return Err(too_wide(columns.len()).at_line(here));
            }
            let end = start_of(row.line + 1);
            // Merchant and shop may be left out in later rows, like all that is said of the order.
            let is_same = |(here, before): (&String, &String)| here.is_empty() || here == before;
            if last.as_ref().is_some_and(|last| id.iter().zip(last).all(is_same)) {
                if let Some(group) = orders.back_mut() {
                    group.end = end;
                }
                continue;
            }
            if !seen.insert(id.clone()) {
                return Err(apart(id.last().map_or("", String::as_str)).at_line(here));
            }
            if orders.len() == limits.orders {
                return Err(envelope::too_many(limits.orders));
            }
            orders.push_back(Group { line: row.line, start: start_of(row.line), end });
            last = Some(id);
        }
        Ok(Self { text, first, columns, orders })
    }

    /// The next order, read by the rules of our own format.
    pub(super) fn next_order(&mut self, limits: &OrderLimits) -> Option<ChannelRead<'static>> {
        let group = self.orders.pop_front()?;
        let line = self.first + group.line - 1;
        let text = self.text.get(group.start..group.end).unwrap_or_default();
        let heading = self.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let raw = Cow::Owned(format!("{heading}\n{text}").into_bytes());
        let order = if text.len() > limits.line_bytes {
            Err(too_long(limits.line_bytes))
        } else {
            message(text, &self.columns).and_then(|json| check::order(&json))
        };
        let order = order.map_err(|error| super::reader::moved(error, line));
        Some(ChannelRead { line, raw, order })
    }
}

/// Which column each cell of the heading is.
fn heading_of(cells: &[String]) -> Result<Vec<Option<usize>>, ReadError> {
    let named = |cell: &String| COLUMNS.iter().position(|(name, ..)| cell.eq_ignore_ascii_case(name));
    let columns: Vec<Option<usize>> = cells.iter().map(named).collect();
    for (at, column) in columns.iter().enumerate() {
        let is_twice = column.is_some() && columns.iter().take(at).any(|other| other == column);
        if let Some(name) = cells.get(at).filter(|_| is_twice) {
            return Err(ReadError::new(
                "import.twice",
                format!("列“{name}”出现了多次。"),
                format!("The column \"{name}\" stands more than once."),
            )
            .in_field(name));
        }
    }
    match NEEDED.iter().find(|name| place(&columns, name).is_none()) {
        Some(name) => Err(no_column(name)),
        None => Ok(columns),
    }
}

/// The cell of a column.
fn place(columns: &[Option<usize>], name: &str) -> Option<usize> {
    columns
        .iter()
        .position(|column| column.and_then(|at| COLUMNS.get(at)).is_some_and(|(known, ..)| *known == name))
}

/// The rows of one order as the message that JSON would be.
fn message(text: &str, columns: &[Option<usize>]) -> Result<Json, ReadError> {
    let mut order = Vec::new();
    let (mut lines, mut refunds, mut promotions) = (Vec::new(), Vec::new(), Vec::new());
    let mut said: Vec<Option<String>> = vec![None; COLUMNS.len()];
    for row in rows(text, ',') {
        let row = row?;
        let (mut line, mut refund, mut promotion) = (Vec::new(), Vec::new(), Vec::new());
        for (cell, column) in row.cells.iter().zip(columns) {
            let Some((at, (name, place, key, kind))) = column.and_then(|at| Some((at, COLUMNS.get(at)?)))
            else {
                continue;
            };
            if cell.is_empty() {
                continue;
            }
            let value = value(cell, *kind);
            match place {
                Place::Line => line.push(((*key).to_owned(), value)),
                Place::Refund => refund.push(((*key).to_owned(), value)),
                Place::Promotion => promotion.push(((*key).to_owned(), value)),
                Place::Order(_) | Place::AddressLine | Place::Only(_) => match said.get_mut(at) {
                    Some(Some(before)) if before != cell => return Err(differs(name).at_line(row.line)),
                    Some(before @ None) => *before = Some(cell.clone()),
                    _ => {}
                },
            }
        }
        let id = line.iter().find(|(key, _)| key == "channel_line_id").map(|(_, id)| as_text(id));
        let id = id.unwrap_or_default();
        if !refund.is_empty() {
            let amount: Vec<(String, Json)> = refund.extract_if(.., |(key, _)| key == "amount").collect();
            let mut part = vec![("line".to_owned(), Json::Text(id.clone()))];
            part.extend(amount);
            join(&mut refunds, refund, Json::Object(part));
        }
        if !promotion.is_empty() {
            join(&mut promotions, promotion, Json::Text(id));
        }
        lines.push(Json::Object(line));
    }
    for (cell, (_, place, key, kind)) in said.into_iter().zip(COLUMNS) {
        let Some(cell) = cell else { continue };
        let pair = ((*key).to_owned(), value(&cell, *kind));
        match place {
            Place::Order("") => order.push(pair),
            Place::Order(name) => object(&mut order, name).push(pair),
            Place::AddressLine => list(object(&mut order, "ship_to"), "lines").push(pair.1),
            Place::Only(name) => {
                let list = list(&mut order, name);
                if list.is_empty() {
                    list.push(Json::Object(Vec::new()));
                }
                if let Some(Json::Object(only)) = list.first_mut() {
                    only.push(pair);
                }
            }
            Place::Line | Place::Refund | Place::Promotion => {}
        }
    }
    for (name, items) in [("lines", lines), ("refunds", refunds), ("promotions", promotions)] {
        order.push((name.to_owned(), Json::List(items)));
    }
    Ok(Json::Object(order))
}

/// Puts a row's part into the refund or promotion of the same name and terms, or begins one.
fn join(items: &mut Vec<Json>, head: Vec<(String, Json)>, part: Json) {
    let is_same = |item: &&mut Json| {
        let Json::Object(pairs) = item else { return false };
        pairs.iter().filter(|(key, _)| key != "lines").eq(head.iter())
    };
    if let Some(Json::Object(pairs)) = items.iter_mut().find(is_same) {
        list(pairs, "lines").push(part);
        return;
    }
    let mut pairs = head;
    pairs.push(("lines".to_owned(), Json::List(vec![part])));
    items.push(Json::Object(pairs));
}

fn value(cell: &str, kind: Kind) -> Json {
    match (kind, cell) {
        (Kind::Whole, _) => cell.parse().map_or_else(|_| Json::Text(cell.to_owned()), Json::Integer),
        (Kind::Yes, "true") => Json::Bool(true),
        (Kind::Yes, "false") => Json::Bool(false),
        (Kind::Yes | Kind::Text, _) => Json::Text(cell.to_owned()),
    }
}

fn as_text(json: &Json) -> String {
    if let Json::Text(text) = json { text.clone() } else { String::new() }
}

/// The object of a key, made when it is not there.
fn object<'a>(pairs: &'a mut Vec<(String, Json)>, name: &str) -> &'a mut Vec<(String, Json)> {
    match entry(pairs, name, || Json::Object(Vec::new())) {
        Json::Object(inner) => inner,
        _ => unreachable!("only objects are put under this name"),
    }
}

/// The list of a key, made when it is not there.
fn list<'a>(pairs: &'a mut Vec<(String, Json)>, name: &str) -> &'a mut Vec<Json> {
    match entry(pairs, name, || Json::List(Vec::new())) {
        Json::List(inner) => inner,
        _ => unreachable!("only lists are put under this name"),
    }
}

fn entry<'a>(pairs: &'a mut Vec<(String, Json)>, name: &str, new: impl Fn() -> Json) -> &'a mut Json {
    let at = match pairs.iter().position(|(key, _)| key == name) {
        Some(at) => at,
        None => {
            pairs.push((name.to_owned(), new()));
            pairs.len() - 1
        }
    };
    pairs.get_mut(at).map(|(_, value)| value).expect("it was found, or pushed, just now")
}

fn no_column(name: &str) -> ReadError {
    ReadError::new(
        "import.header",
        format!("标题行缺少列“{name}”。"),
        format!("The heading has no column \"{name}\"."),
    )
    .in_field(name)
}

fn too_wide(width: usize) -> ReadError {
    ReadError::new(
        "import.row_too_wide",
        format!("本行的单元格多于标题行的 {width} 列。"),
        format!("The row has more cells than the {width} columns of the heading."),
    )
}

fn apart(id: &str) -> ReadError {
    let id = shown(id);
    ReadError::new(
        "import.rows_apart",
        format!("订单“{id}”的行没有放在一起。"),
        format!("The rows of the order \"{id}\" do not stand together."),
    )
    .in_field(TELLING)
}

fn differs(name: &str) -> ReadError {
    ReadError::new(
        "import.rows_differ",
        format!("同一订单各行的“{name}”不一致。"),
        format!("The rows of one order differ in \"{name}\"."),
    )
    .in_field(name)
}
