//! MT940, the SWIFT customer statement, and MT942, its report within the day. Never sums, never compares balances: a
//! message without its balances or currency is refused, the rest is said as the bank says it.

use zaiton_kernel::{Currency, LocalDate};

use super::mt_entry::{self, balance};
use super::mt_lines::{Field, Message, messages};
use super::{BankFile, FileKind, Options, ReadStatement, too_many};
use crate::error::{Errors, shown};
use crate::{ReadError, fields};

/// Fields of both messages.
const BOTH: [&str; 8] = ["20", "21", "25", "25P", "28", "28C", "61", "86"];
/// Fields of MT940 alone; some banks add the count of entries that belongs to MT942.
const STATEMENT: [&str; 8] = ["60F", "60M", "62F", "62M", "64", "65", "90D", "90C"];
/// Fields of MT942 alone.
const REPORT: [&str; 5] = ["13", "13D", "34F", "90D", "90C"];
/// Balances of one message at most.
const BALANCES: usize = 1_000;

pub(crate) fn read(text: &str, kind: FileKind, options: &Options) -> Result<BankFile, Vec<ReadError>> {
    let mut errors = Errors::new(options.limits.errors);
    let mut file = BankFile { kind, message_id: None, statements: Vec::new() };
    let messages = match messages(text) {
        Ok(messages) => messages,
        Err(error) => return Err(errors.with(error)),
    };
    for message in &messages {
        let most = options.limits.statements;
        if file.statements.len() == most {
            return Err(errors.with(too_many("对账单", "statements", most).at_line(message.line)));
        }
        match statement(message, kind, options, &mut errors) {
            Ok(statement) => file.statements.extend(statement),
            Err(stop) => return Err(errors.with(stop)),
        }
    }
    if messages.is_empty() {
        return Err(errors.with(ReadError::new(
            "import.no_statement",
            "文件中没有对账单（:20:）。",
            "The file holds no statement (:20:).",
        )));
    }
    errors.unless(file)
}

/// Reads one message. Movements with errors are left out and told; `None` when the message itself is wrong.
fn statement(
    message: &Message<'_>,
    kind: FileKind,
    options: &Options,
    errors: &mut Errors,
) -> Result<Option<ReadStatement>, ReadError> {
    let (mut statement, currency) = match head(message, kind, options) {
        Ok(head) => head,
        Err(error) => return errors.keep(error.at_line(message.line)).map(|()| None),
    };
    let mut fields = message.fields.iter().peekable();
    let mut index = 0;
    while let Some(field) = fields.next() {
        if field.tag != "61" {
            continue;
        }
        if index == options.limits.entries {
            return Err(too_many("每份对账单的明细", "entries in a statement", index).at_line(field.line));
        }
        let text = fields.next_if(|next| next.tag == "86");
        if let Some(second) = fields.next_if(|next| next.tag == "86") {
            errors.keep(twice(second))?;
        }
        match mt_entry::entry(field, text, (index, currency, kind), options) {
            Ok(entry) => statement.entries.push(entry),
            Err(error) => errors.keep(error)?,
        }
        index += 1;
    }
    Ok(Some(statement))
}

fn head(
    message: &Message<'_>,
    kind: FileKind,
    options: &Options,
) -> Result<(ReadStatement, Currency), ReadError> {
    let known = if kind == FileKind::Mt942 { &REPORT[..] } else { &STATEMENT[..] };
    if let Some(field) =
        message.fields.iter().find(|field| !BOTH.contains(&field.tag) && !known.contains(&field.tag))
    {
        return Err(unknown_field(field, kind));
    }
    let mut statement = ReadStatement::empty(message.line);
    let limit = options.limits.text_chars;
    for (tags, place) in [(&["20"], &mut statement.reference), (&["21"], &mut statement.related)] {
        if let Some(field) = only(message, tags)? {
            *place = Some(short(field, limit)?.to_owned());
        }
    }
    let account = only(message, &["25", "25P"])?.ok_or_else(|| fields::missing(":25:"))?;
    // A second line of :25P: is the bank.
    let number = account.rows.first().map_or("", |row| row);
    if account.tag == "25" {
        account.single()?;
    }
    fields::bounded(number, limit).map_err(|error| error.at_line(account.line).in_field(":25:"))?;
    statement.account = fields::account(number);
    if statement.account.is_empty() {
        return Err(fields::missing(":25:").at_line(account.line));
    }
    if let Some(field) = only(message, &["28C", "28"])? {
        let (number, page) = sequence(field)?;
        (statement.electronic_sequence, statement.page) = (Some(number), page);
    }
    let currency = match kind {
        FileKind::Mt942 => report(&mut statement, message, options)?,
        _ => balances(&mut statement, message)?,
    };
    statement.currency = Some(currency);
    statement.statement_id = Some(name_of(&statement));
    Ok((statement, currency))
}

/// The only field of some tags; a second one is refused, since nobody could say which is meant.
fn only<'m, 'a>(message: &'m Message<'a>, tags: &[&str]) -> Result<Option<&'m Field<'a>>, ReadError> {
    let mut found = message.fields.iter().filter(|field| tags.contains(&field.tag));
    let first = found.next();
    match found.next() {
        None => Ok(first),
        Some(second) => Err(twice(second)),
    }
}

/// A value of one line that is not empty.
fn short<'a>(field: &Field<'a>, limit: usize) -> Result<&'a str, ReadError> {
    let value = field.single()?;
    fields::bounded(value, limit).map_err(|error| error.at_line(field.line).in_field(&field.name()))?;
    if value.is_empty() { Err(fields::missing(&field.name()).at_line(field.line)) } else { Ok(value) }
}

/// Number and page: `00004/00001`.
fn sequence(field: &Field<'_>) -> Result<(String, Option<String>), ReadError> {
    let value = field.single()?;
    let (number, page) = value.split_once('/').map_or((value, None), |(number, page)| (number, Some(page)));
    let good = |part: &str| (1..=10).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if good(number) && page.is_none_or(good) {
        return Ok((number.to_owned(), page.map(str::to_owned)));
    }
    Err(field.wrong("应为编号/页码", "is a number and a page"))
}

/// Reads the balances and gives their currency; opening and closing must be there.
fn balances(statement: &mut ReadStatement, message: &Message<'_>) -> Result<Currency, ReadError> {
    let opening = only(message, &["60F", "60M"])?.ok_or_else(|| fields::missing(":60F:"))?;
    let closing = only(message, &["62F", "62M"])?.ok_or_else(|| fields::missing(":62F:"))?;
    only(message, &["64"])?;
    for field in &message.fields {
        if !matches!(field.tag, "60F" | "60M" | "62F" | "62M" | "64" | "65") {
            continue;
        }
        if statement.balances.len() == BALANCES {
            return Err(too_many("余额", "balances in a statement", BALANCES).at_line(field.line));
        }
        let read = balance(field)?;
        if field.line == opening.line {
            (statement.opening, statement.from) = (Some(read.amount), read.date);
        }
        if field.line == closing.line {
            (statement.closing, statement.to) = (Some(read.amount), read.date);
        }
        statement.balances.push(read);
    }
    let currency = |field: &Field<'_>| {
        let found = statement.balances.iter().find(|balance| balance.line == field.line);
        found.map(|balance| balance.amount.currency()).ok_or_else(|| fields::missing(&field.name()))
    };
    let currency = currency(opening)?;
    match statement.balances.iter().find(|balance| balance.amount.currency() != currency) {
        None => Ok(currency),
        Some(other) => Err(mixed(currency, other.amount.currency()).at_line(other.line)),
    }
}

/// Reads what MT942 has instead of balances: the least amount that is told, which names the currency, and the moment.
fn report(
    statement: &mut ReadStatement,
    message: &Message<'_>,
    options: &Options,
) -> Result<Currency, ReadError> {
    let mut currency: Option<Currency> = None;
    for field in message.fields.iter().filter(|field| field.tag == "34F") {
        let placed = |error: ReadError| error.at_line(field.line).in_field(":34F:");
        let form = || field.wrong("应为货币、[C/D]、金额", "is a currency, C, D or none, and an amount");
        let (code, least) = field.single()?.split_at_checked(3).ok_or_else(form)?;
        let found = fields::currency(code).map_err(placed)?;
        mt_entry::amount(least.strip_prefix(['C', 'D']).unwrap_or(least), found).map_err(placed)?;
        if let Some(first) = currency.filter(|first| *first != found) {
            return Err(placed(mixed(first, found)));
        }
        currency = Some(found);
    }
    if let Some(field) = only(message, &["13D", "13"])? {
        let form = || field.wrong("应为 YYMMDDhhmm 和时差", "is YYMMDDhhmm and an offset");
        let value = field.single()?;
        let (day, rest) = value.split_at_checked(6).ok_or_else(form)?;
        let day =
            mt_entry::date(day, false).map_err(|error| error.at_line(field.line).in_field(&field.name()))?;
        statement.created = Some(moment(day, rest, options).ok_or_else(form)?);
    }
    currency.ok_or_else(|| fields::missing(":34F:"))
}

/// `1530+0800`, or `1530` in the zone that is given.
fn moment(day: LocalDate, text: &str, options: &Options) -> Option<zaiton_kernel::Timestamp> {
    let (time, offset) = text.split_at_checked(4)?;
    let (hour, minute) = time.split_at_checked(2)?;
    let offset = match offset {
        "" => String::new(),
        offset => {
            let (hours, minutes) = offset.split_at_checked(3)?;
            format!("{hours}:{minutes}")
        }
    };
    fields::moment(&format!("{day}T{hour}:{minute}:00{offset}"), &options.zone).ok()
}

/// The name of a statement: banks repeat `:20:` and even `:28C:`, so account and days go with them.
fn name_of(statement: &ReadStatement) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let mut name = format!(
        "{}/{}/{}/{}",
        statement.account,
        text(&statement.reference),
        text(&statement.electronic_sequence),
        text(&statement.page)
    );
    for day in [statement.from, statement.to].into_iter().flatten() {
        name.push_str(&format!("/{day}"));
    }
    if let Some(created) = statement.created {
        name.push_str(&format!("/{created}"));
    }
    name
}

fn twice(field: &Field<'_>) -> ReadError {
    let name = field.name();
    ReadError::new(
        "import.twice",
        format!("字段 {name} 在此处出现了多次。"),
        format!("The field {name} stands more than once here."),
    )
    .at_line(field.line)
    .in_field(&name)
}

fn unknown_field(field: &Field<'_>, kind: FileKind) -> ReadError {
    let (name, kind) = (shown(&field.name()), kind.name());
    ReadError::new(
        "import.mt_unknown_field",
        format!("{kind} 中没有字段 {name}。"),
        format!("{kind} has no field {name}."),
    )
    .at_line(field.line)
    .in_field(&name)
}

fn mixed(first: Currency, found: Currency) -> ReadError {
    ReadError::new(
        "import.currency_mixed",
        format!("同一份对账单含有两种货币（{first} 与 {found}）。"),
        format!("One statement holds two currencies ({first} and {found})."),
    )
}
