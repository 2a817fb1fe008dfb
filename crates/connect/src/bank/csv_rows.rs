//! A CSV export as a statement, through a column map. Never leaves a row out in silence: a row that cannot be read
//! is an error, and only what the map names as an end or as no movement is passed over.

use zaiton_kernel::{Currency, LocalDate, Money, time::TimeError};

use super::csv_lines::{
    self, Head, Row, name_and_account, rows, whole_account, without_thousands, without_yen,
};
use super::csv_map::{AccountSource, AmountColumns, ColumnMap, CurrencySource, RowOrder};
use super::date_form::DateForm;
use super::{
    BalanceKind, BankFile, FileKind, Limits, Options, ReadBalance, ReadDetail, ReadEntry, ReadStatement,
    too_many, unknown_word,
};
use crate::error::{Errors, shown};
use crate::{ReadError, fields};

/// An entry with the balance after it.
struct Line {
    entry: ReadEntry,
    balance: Option<Money>,
    account: String,
}

pub(crate) fn read(text: &str, map: &ColumnMap, options: &Options) -> Result<BankFile, Vec<ReadError>> {
    let limits = &options.limits;
    let mut errors = Errors::new(limits.errors);
    let mut rows = rows(text, map.delimiter);
    let table = match Head::find(&mut rows, map).and_then(|head| Table::new(head, map, limits)) {
        Ok(table) => table,
        Err(error) => return Err(errors.with(error)),
    };
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        if let Ok(row) = &row
            && table.ends_at(row)
        {
            break;
        }
        let index = lines.len();
        let read = row.and_then(|row| table.line(&row, index).map_err(|error| error.at_line(row.line)));
        let kept = match read {
            Ok(Some(line)) if index == limits.entries => {
                Err(too_many("明细", "entries in a statement", index).at_line(line.entry.line))
            }
            Ok(line) => {
                lines.extend(line);
                Ok(())
            }
            Err(error) => errors.keep(error),
        };
        if let Err(stop) = kept {
            return Err(errors.with(stop));
        }
    }
    if !errors.is_empty() {
        return errors.unless(BankFile { kind: FileKind::Csv, message_id: None, statements: Vec::new() });
    }
    let mut statement = table.statement(lines).map_err(|error| vec![error])?;
    if let Some(given) = &options.account {
        statement.account =
            whole_account(&statement.account, &fields::account(given)).map_err(|error| vec![error])?;
    }
    Ok(BankFile { kind: FileKind::Csv, message_id: None, statements: vec![statement] })
}

/// The map with its columns found.
struct Table<'a> {
    map: &'a ColumnMap,
    limits: &'a Limits,
    head: Head,
    forms: Vec<DateForm>,
    account: String,
}

impl<'a> Table<'a> {
    fn new(head: Head, map: &'a ColumnMap, limits: &'a Limits) -> Result<Self, ReadError> {
        let forms = map.date_formats.iter().map(|form| DateForm::parse(form)).collect::<Result<_, _>>()?;
        let account = head.account(map)?;
        Ok(Self { map, limits, head, forms, account })
    }

    fn ends_at(&self, row: &Row) -> bool {
        let first = row.cells.iter().find(|cell| !cell.is_empty()).map_or("", String::as_str);
        self.map.stop_at.iter().any(|word| !word.is_empty() && first.starts_with(word.as_str()))
    }

    /// The cell of a column; a mark for "nothing" is an empty cell.
    fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let cell = row.cells.get(self.head.place(column)).map_or("", String::as_str);
        if self.map.empty_marks.iter().any(|mark| mark == cell) { "" } else { cell }
    }

    fn text(&self, row: &Row, column: Option<&String>) -> Result<Option<String>, ReadError> {
        let Some(column) = column else { return Ok(None) };
        let cell = self.cell(row, column);
        fields::bounded(cell, self.limits.text_chars).map_err(|error| error.in_field(column))?;
        Ok((!cell.is_empty()).then(|| cell.to_owned()))
    }

    /// Reads one row; `None` when it is empty or no movement.
    fn line(&self, row: &Row, index: usize) -> Result<Option<Line>, ReadError> {
        if row.cells.iter().all(String::is_empty) {
            return Ok(None);
        }
        let past = row.cells.get(self.head.width..).unwrap_or_default();
        if row.cells.len() < self.head.width || past.iter().any(|cell| !cell.is_empty()) {
            let (found, wanted) = (row.cells.len(), self.head.width);
            return Err(ReadError::new(
                "import.row_width",
                format!("本行有 {found} 列，表头有 {wanted} 列，可能被截断或多了分隔符。"),
                format!(
                    "This row has {found} cells and the header {wanted}: it was cut, or has a delimiter too many."
                ),
            ));
        }
        let currency = self.currency(row)?;
        let Some((amount, credit)) = self.amount(row, currency)? else { return Ok(None) };
        let booked = self.date(row, &self.map.date)?.ok_or_else(|| fields::missing(&self.map.date))?;
        let value_date = match &self.map.value_date {
            Some(column) => self.date(row, column)?,
            None => None,
        };
        let balance = match &self.map.balance {
            Some(column) => Some(self.number(self.cell(row, column), column, currency)?),
            None => None,
        };
        let account = match &self.map.account {
            AccountSource::Column(column) => fields::account(self.cell(row, column)),
            AccountSource::None | AccountSource::Constant(_) | AccountSource::Label(_) => {
                self.account.clone()
            }
        };
        let (is_booked, status) = self.status(row)?;
        let entry = ReadEntry {
            index,
            entry_ref: None,
            servicer_ref: self.text(row, self.map.reference.as_ref())?,
            amount,
            credit,
            movement: None,
            reversal: false,
            booked: is_booked,
            status,
            booking_date: Some(booked),
            value_date,
            details: vec![self.detail(row, credit)?],
            additional_info: None,
            line: row.line,
        };
        Ok(Some(Line { entry, balance, account }))
    }

    /// Whether the line is booked, and the word for it.
    fn status(&self, row: &Row) -> Result<(bool, String), ReadError> {
        let Some(status) = &self.map.status else { return Ok((true, "BOOK".to_owned())) };
        let word = self.cell(row, &status.column);
        let one_of = |words: &[String]| words.iter().any(|known| known == word);
        if !one_of(&status.booked) && !one_of(&status.announced) {
            let known = [status.booked.join(", "), status.announced.join(", ")].join(", ");
            return Err(unknown_word(word, &known).in_field(&status.column));
        }
        Ok((one_of(&status.booked), word.to_owned()))
    }

    fn currency(&self, row: &Row) -> Result<Currency, ReadError> {
        let column = match &self.map.currency {
            CurrencySource::Constant(_) => "",
            CurrencySource::Column { column, .. } => column,
        };
        csv_lines::currency(&self.map.currency, self.cell(row, column))
            .map_err(|error| error.in_field(column))
    }

    fn number(&self, cell: &str, column: &str, currency: Currency) -> Result<Money, ReadError> {
        let plain = cell.strip_prefix('+').filter(|rest| !rest.starts_with('-')).unwrap_or(cell);
        without_thousands(&without_yen(plain, currency), self.map.thousands)
            .and_then(|plain| fields::signed_amount(&plain, currency))
            .map_err(|error| error.in_field(column))
    }

    /// An amount that must not be negative; `None` for an empty cell.
    fn unsigned(&self, row: &Row, column: &str, currency: Currency) -> Result<Option<Money>, ReadError> {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            return Ok(None);
        }
        without_thousands(&without_yen(cell, currency), self.map.thousands)
            .and_then(|plain| fields::amount(&plain, currency))
            .map(Some)
            .map_err(|error| error.in_field(column))
    }

    /// Amount and direction; `None` when the row is no movement.
    fn amount(&self, row: &Row, currency: Currency) -> Result<Option<(Money, bool)>, ReadError> {
        match &self.map.amount {
            AmountColumns::Signed { column } => {
                let cell = self.cell(row, column);
                let signed = self.number(cell, column, currency)?;
                if !signed.is_negative() {
                    return Ok(Some((signed, true)));
                }
                let positive = Money::zero(currency).minus(signed);
                let positive =
                    positive.map_err(|error| fields::money_error(&error, cell, currency).in_field(column))?;
                Ok(Some((positive, false)))
            }
            AmountColumns::Split { debit, credit } => {
                let out = self.unsigned(row, debit, currency)?;
                let came = self.unsigned(row, credit, currency)?;
                match (out.filter(|m| m.is_positive()), came.filter(|m| m.is_positive())) {
                    (Some(_), Some(_)) => Err(both_sides().in_field(credit)),
                    (Some(amount), None) => Ok(Some((amount, false))),
                    (None, Some(amount)) => Ok(Some((amount, true))),
                    (None, None) => match (came, out) {
                        (Some(zero), _) => Ok(Some((zero, true))),
                        (None, Some(zero)) => Ok(Some((zero, false))),
                        (None, None) => Err(fields::missing(credit)),
                    },
                }
            }
            AmountColumns::Directed { column, direction, credit, debit, ignore } => {
                let word = self.cell(row, direction);
                let one_of = |words: &[String]| words.iter().any(|known| known == word);
                if one_of(ignore) {
                    return Ok(None);
                }
                let came = one_of(credit);
                if !came && !one_of(debit) {
                    let known = [credit.join(", "), debit.join(", ")].join(", ");
                    return Err(unknown_word(word, &known).in_field(direction));
                }
                let amount = self.unsigned(row, column, currency)?.ok_or_else(|| fields::missing(column))?;
                Ok(Some((amount, came)))
            }
        }
    }

    fn date(&self, row: &Row, column: &str) -> Result<Option<LocalDate>, ReadError> {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            return Ok(None);
        }
        let mut worst = TimeError::NotAMoment;
        for form in &self.forms {
            match form.read(cell) {
                Ok(date) => return Ok(Some(date)),
                Err(TimeError::Century) => worst = TimeError::Century,
                Err(TimeError::NotAMoment | TimeError::UnknownZone) => {}
            }
        }
        Err(fields::time_error(worst, cell).in_field(column))
    }

    fn detail(&self, row: &Row, credit: bool) -> Result<ReadDetail, ReadError> {
        let mut name = self.text(row, self.map.payer_name.as_ref())?;
        let mut account =
            self.text(row, self.map.payer_account.as_ref())?.map(|found| fields::account(&found));
        if let Some(both) = self.text(row, self.map.payer_together.as_ref())? {
            let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let (left, right) = name_and_account(&both);
            (name, account) = (filled(left), filled(right));
        }
        let mut detail = ReadDetail { credit: Some(credit), ..ReadDetail::default() };
        if credit {
            (detail.debtor, detail.debtor_account) = (name, account);
        } else {
            (detail.creditor, detail.creditor_account) = (name, account);
        }
        detail.end_to_end_id = self.text(row, self.map.end_to_end.as_ref())?;
        for column in &self.map.remark {
            detail.remittance.extend(self.text(row, Some(column))?);
        }
        Ok(detail)
    }

    fn statement(&self, lines: Vec<Line>) -> Result<ReadStatement, ReadError> {
        let Some(first) = lines.first() else {
            return Err(ReadError::new(
                "import.no_entry",
                "表头之后没有任何明细。",
                "There is no entry after the header.",
            )
            .at_line(self.head.line));
        };
        let currency = first.entry.amount.currency();
        let account = first.account.clone();
        for line in &lines {
            one_account(line, currency, &account)?;
        }
        if account.is_empty() && self.map.account != AccountSource::None {
            return Err(fields::missing("account").at_line(first.entry.line));
        }
        let (opening, closing) = self.ends(&lines, currency)?;
        let balance = |kind, code: &str, amount: Money, date, line| ReadBalance {
            kind,
            code: code.to_owned(),
            amount,
            date,
            line,
        };
        let from = lines.iter().filter_map(|line| line.entry.booking_date).min();
        let to = lines.iter().filter_map(|line| line.entry.booking_date).max();
        let line = self.head.line;
        let mut balances = Vec::new();
        balances.extend(opening.map(|m| balance(BalanceKind::OpeningBooked, "OPBD", m, from, line)));
        balances.extend(closing.map(|m| balance(BalanceKind::ClosingBooked, "CLBD", m, to, line)));
        Ok(ReadStatement {
            account,
            currency: Some(currency),
            from,
            to,
            opening,
            closing,
            balances,
            entries: lines.into_iter().map(|line| line.entry).collect(),
            ..ReadStatement::empty(line)
        })
    }

    /// Opening and closing: by the running balance, the opening by its label where there is one.
    fn ends(&self, lines: &[Line], currency: Currency) -> Result<(Option<Money>, Option<Money>), ReadError> {
        let oldest_first = match self.map.order {
            RowOrder::OldestFirst => true,
            RowOrder::NewestFirst => false,
            RowOrder::Auto => looks_oldest_first(lines),
        };
        let (oldest, newest) =
            if oldest_first { (lines.first(), lines.last()) } else { (lines.last(), lines.first()) };
        let mut opening = oldest.and_then(before);
        if let Some(label) = &self.map.opening_label {
            let found = self.head.labelled(label).ok_or_else(|| fields::missing(label).at_line(1))?;
            opening = Some(self.number(&found, label, currency).map_err(|error| error.at_line(1))?);
        }
        Ok((opening, newest.and_then(|line| line.balance)))
    }
}

fn both_sides() -> ReadError {
    ReadError::new(
        "import.both_sides",
        "收入和支出同时有金额。",
        "There is an amount on both sides, in and out.",
    )
}

/// Holds every row to one currency and one account.
fn one_account(line: &Line, currency: Currency, account: &str) -> Result<(), ReadError> {
    let found = line.entry.amount.currency();
    if found != currency {
        return Err(ReadError::new(
            "import.currency_mixed",
            format!("文件含有多种货币（{currency} 与 {found}），请分别导出。"),
            format!(
                "The file holds several currencies ({currency} and {found}); please export each by itself."
            ),
        )
        .at_line(line.entry.line));
    }
    if line.account != account {
        let (a, b) = (shown(account), shown(&line.account));
        return Err(ReadError::new(
            "import.account_mixed",
            format!("文件含有多个账户（{a} 与 {b}），请分别导出。"),
            format!("The file holds several accounts ({a} and {b}); please export each by itself."),
        )
        .at_line(line.entry.line));
    }
    Ok(())
}

/// The balance before a line.
fn before(line: &Line) -> Option<Money> {
    let balance = line.balance?;
    if line.entry.credit {
        balance.minus(line.entry.amount).ok()
    } else {
        balance.plus(line.entry.amount).ok()
    }
}

/// Whether each balance follows from the row above it; where no direction fits, the dates decide.
fn looks_oldest_first(lines: &[Line]) -> bool {
    let pairs = || lines.iter().zip(lines.iter().skip(1));
    let known = lines.iter().all(|line| line.balance.is_some());
    if known && pairs().all(|(above, below)| before(below) == above.balance) {
        return true;
    }
    if known && pairs().all(|(above, below)| before(above) == below.balance) {
        return false;
    }
    let date = |line: Option<&Line>| line.and_then(|line| line.entry.booking_date);
    date(lines.first()) <= date(lines.last())
}
