//! Our own format as a CSV: a heading, then one row a line item, the rows of an order together. Rows become the same
//! message that JSON would be, and are read by the same rules. Never evaluates a cell: what looks like a formula is a
//! text, and is kept as it stands.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use super::json::Json;
use super::reader::{OrderLimits, too_long};
use super::{ChannelRead, check, envelope};
use crate::ReadError;
use crate::bank::csv_lines::rows;
use crate::error::shown;

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Yes,
}

/// Where a cell goes in the message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Into the order, or an object of it; the same in each of its rows.
    Order(&'static str),
    /// A line of the shipping address, likewise.
    AddressLine,
    /// The only element of a list of the order, likewise.
    Only(&'static str),
    /// Into the row's line.
    Line,
    /// Into the refund that the row names.
    Refund,
    /// Into the promotion that the row names.
    Promotion,
}

/// Names, places and keys of the columns, in the order of the message.
const COLUMNS: &[(&str, Place, &str, Kind)] = {
    use Kind::{Text, Whole, Yes};
    use Place::{AddressLine, Line, Only, Order, Promotion, Refund};
    &[
        ("merchant", Order(""), "merchant", Text),
        ("shop", Order(""), "shop", Text),
        ("channel_order_id", Order(""), "channel_order_id", Text),
        ("display_no", Order(""), "display_no", Text),
        ("kind", Order(""), "kind", Text),
        ("original_order_id", Order(""), "original_order_id", Text),
        ("status_channel", Order(""), "status_channel", Text),
        ("placed_at", Order(""), "placed_at", Text),
        ("updated_at", Order(""), "updated_at", Text),
        ("shipped_at", Order(""), "shipped_at", Text),
        ("completed_at", Order(""), "completed_at", Text),
        ("cancelled_at", Order(""), "cancelled_at", Text),
        ("fulfilled_by", Order(""), "fulfilled_by", Text),
        ("sold_on", Order(""), "sold_on", Text),
        ("money_held_by", Order(""), "money_held_by", Text),
        ("payment_group", Order(""), "payment_group", Text),
        ("currency", Order("money"), "currency", Text),
        ("total", Order("money"), "total", Text),
        ("goods", Order("money"), "goods", Text),
        ("goods_discount", Order("money"), "goods_discount", Text),
        ("shipping", Order("money"), "shipping", Text),
        ("shipping_discount", Order("money"), "shipping_discount", Text),
        ("gift_wrap", Order("money"), "gift", Text),
        ("fees", Order("money"), "fees", Text),
        ("tax", Order("money"), "tax", Text),
        ("tax_included", Order("money"), "tax_included", Text),
        ("tax_collected_by_channel", Order("money"), "tax_collected_by_channel", Text),
        ("duties", Order("money"), "duties", Text),
        ("tip", Order("money"), "tip", Text),
        ("paid", Order("money"), "paid", Text),
        ("refunded", Order("money"), "refunded", Text),
        ("ship_by", Order("promise"), "ship_by", Text),
        ("deliver_by", Order("promise"), "deliver_by", Text),
        ("service_level", Order("promise"), "service_level", Text),
        ("buyer_id", Order("buyer"), "channel_user_id", Text),
        ("buyer_name", Order("buyer"), "name", Text),
        ("buyer_email", Order("buyer"), "email", Text),
        ("buyer_phone", Order("buyer"), "phone", Text),
        ("buyer_company", Order("buyer"), "company", Text),
        ("ship_name", Order("ship_to"), "name", Text),
        ("ship_company", Order("ship_to"), "company", Text),
        ("ship_address_1", AddressLine, "lines", Text),
        ("ship_address_2", AddressLine, "lines", Text),
        ("ship_address_3", AddressLine, "lines", Text),
        ("ship_district", Order("ship_to"), "district", Text),
        ("ship_city", Order("ship_to"), "city", Text),
        ("ship_county", Order("ship_to"), "county", Text),
        ("ship_state", Order("ship_to"), "state", Text),
        ("ship_postcode", Order("ship_to"), "postcode", Text),
        ("ship_country", Order("ship_to"), "country", Text),
        ("ship_phone", Order("ship_to"), "phone", Text),
        ("payment_method", Only("payments"), "method", Text),
        ("payment_ref", Only("payments"), "ref", Text),
        ("payment_status", Only("payments"), "status", Text),
        ("payment_amount", Only("payments"), "amount", Text),
        ("payment_at", Only("payments"), "at", Text),
        ("note", Only("notes"), "text", Text),
        ("line_id", Line, "channel_line_id", Text),
        ("sku", Line, "sku", Text),
        ("listing_id", Line, "listing_id", Text),
        ("title", Line, "title", Text),
        ("qty", Line, "qty", Whole),
        ("unit_price", Line, "unit_price", Text),
        ("line_total", Line, "line_total", Text),
        ("line_discount", Line, "discount", Text),
        ("line_tax", Line, "tax", Text),
        ("line_shipping", Line, "shipping", Text),
        ("gift", Line, "gift", Yes),
        ("ioss", Line, "ioss", Text),
        ("cancel_requested", Line, "cancel_requested", Yes),
        ("qty_shipped", Line, "qty_shipped", Whole),
        ("qty_cancelled", Line, "qty_cancelled", Whole),
        ("qty_refunded", Line, "qty_refunded", Whole),
        ("refund_ref", Refund, "ref", Text),
        ("refund_at", Refund, "at", Text),
        ("refund_amount", Refund, "amount", Text),
        ("programme", Promotion, "programme", Text),
        ("promotion", Promotion, "promotion", Text),
        ("term", Promotion, "term", Text),
        ("rate_bps", Promotion, "rate_bps", Whole),
        ("funded_share_bps", Promotion, "funded_share_bps", Whole),
        ("fee", Promotion, "fee", Text),
        ("quote_id", Promotion, "quote_id", Text),
    ]
};

/// The columns without which no order can be read.
const NEEDED: [&str; 12] = [
    "merchant",
    "shop",
    "channel_order_id",
    "status_channel",
    "placed_at",
    "updated_at",
    "currency",
    "total",
    "line_id",
    "sku",
    "qty",
    "line_total",
];

/// The column that tells a heading.
const TELLING: &str = "channel_order_id";

/// Whether a line is the heading of such a CSV.
pub(super) fn is_heading(line: &[u8]) -> bool {
    let name = |cell: &[u8]| cell.trim_ascii().trim_ascii_start().to_ascii_lowercase();
    line.split(|byte| *byte == b',').any(|cell| {
        let cell = name(cell);
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
            if last.as_ref() == Some(&id) {
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
