//! The ISO 20022 account messages: camt.052 (report within the day), camt.053 (statement), camt.054 (notice of debit
//! and credit), versions 001.01 to 001.13. Never sums, never compares balances: it says what the message says.

use zaiton_kernel::Money;

use super::camt_entry::{self, amount, day, is_credit};
use super::xml::{Node, Step, Walk, check_version};
use super::{BalanceKind, BankFile, FileKind, Options, ReadBalance, ReadStatement, too_many};
use crate::error::Errors;
use crate::{ReadError, fields};

/// The newest version that is read.
const NEWEST: u32 = 13;

/// Which of the three messages is read, in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// camt.052.
    Report,
    /// camt.053.
    Statement,
    /// camt.054; it has no balances.
    Notice,
}

impl Message {
    const fn kind(self) -> FileKind {
        match self {
            Self::Report => FileKind::Camt052,
            Self::Statement => FileKind::Camt053,
            Self::Notice => FileKind::Camt054,
        }
    }

    /// The element of the whole message.
    const fn root(self) -> &'static str {
        match self {
            Self::Report => "BkToCstmrAcctRpt",
            Self::Statement => "BkToCstmrStmt",
            Self::Notice => "BkToCstmrDbtCdtNtfctn",
        }
    }

    /// The element of one account and period.
    const fn part(self) -> &'static str {
        match self {
            Self::Report => "Rpt",
            Self::Statement => "Stmt",
            Self::Notice => "Ntfctn",
        }
    }
}

pub(crate) fn read(text: &str, message: Message, options: &Options) -> Result<BankFile, Vec<ReadError>> {
    let mut errors = Errors::new(options.limits.errors);
    let mut file = BankFile { kind: message.kind(), message_id: None, statements: Vec::new() };
    let mut walk = Walk::new(text, &options.limits);
    let mut found = false;
    loop {
        let node = match walk.step() {
            Ok(Step::Open(node)) => node,
            Ok(Step::Close) => continue,
            Ok(Step::End) => break,
            Err(error) => return Err(errors.with(error)),
        };
        if let Err(error) = check_version(&node, message.kind().name(), 1..=NEWEST) {
            return Err(errors.with(error));
        }
        let line = node.line;
        let done = match node.name.as_str() {
            name if name == message.root() => {
                found = true;
                Ok(())
            }
            "GrpHdr" if found => header(&mut walk, node, &mut file),
            name if found && name == message.part() => statement(&mut walk, &node, options, &mut errors)
                .and_then(|statement| {
                    file.statements.extend(statement);
                    let most = options.limits.statements;
                    if file.statements.len() > most {
                        Err(too_many("对账单", "statements", most).at_line(line))
                    } else {
                        Ok(())
                    }
                }),
            _ if found => walk.skip(),
            // The document itself, or an envelope that a bank or a gateway put around it.
            _ => Ok(()),
        };
        if let Err(error) = done {
            return Err(errors.with(error));
        }
    }
    if file.statements.is_empty() && errors.is_empty() {
        return Err(errors.with(no_statement(message)));
    }
    errors.unless(file)
}

fn no_statement(message: Message) -> ReadError {
    let part = message.part();
    ReadError::new(
        "import.no_statement",
        format!("文件中没有对账单（{part}）。"),
        format!("The file holds no statement ({part})."),
    )
}

fn header(walk: &mut Walk<'_>, node: Node, file: &mut BankFile) -> Result<(), ReadError> {
    let header = walk.subtree(node)?;
    file.message_id = header.text_at(&["MsgId"])?;
    Ok(())
}

/// Reads one statement. Entries with errors are left out and told; `None` when the statement itself is wrong.
fn statement(
    walk: &mut Walk<'_>,
    start: &Node,
    options: &Options,
    errors: &mut Errors,
) -> Result<Option<ReadStatement>, ReadError> {
    let mut statement = ReadStatement::empty(start.line);
    let mut head = Vec::new();
    let mut entries = 0;
    loop {
        let node = match walk.step()? {
            Step::Open(node) => node,
            Step::Close => break,
            Step::End => return Err(fields::missing(&format!("/{}", start.name)).at_line(walk.line())),
        };
        match node.name.as_str() {
            "Ntry" => {
                let node = walk.subtree(node)?;
                if entries == options.limits.entries {
                    return Err(
                        too_many("每份对账单的明细", "entries in a statement", entries).at_line(node.line)
                    );
                }
                match camt_entry::read(&node, entries, options) {
                    Ok(entry) => statement.entries.push(entry),
                    Err(error) => errors.keep(error.at_line(node.line))?,
                }
                entries += 1;
            }
            "Bal" => {
                let node = walk.subtree(node)?;
                match balance(&node, options) {
                    Ok(balance) if statement.balances.len() < 1_000 => statement.balances.push(balance),
                    Ok(_) => {
                        return Err(too_many("余额", "balances in a statement", 1_000).at_line(node.line));
                    }
                    Err(error) => errors.keep(error.at_line(node.line))?,
                }
            }
            "Id" | "ElctrncSeqNb" | "LglSeqNb" | "CreDtTm" | "FrToDt" | "Acct" => {
                head.push(walk.subtree(node)?);
                if head.len() > 100 {
                    return Err(too_many("对账单抬头元素", "elements in the head of a statement", 100));
                }
            }
            _ => walk.skip()?,
        }
    }
    let stmt = Node {
        name: start.name.clone(),
        line: start.line,
        attributes: vec![],
        text: String::new(),
        children: head,
    };
    let done = fill_head(&mut statement, &stmt, options).and_then(|()| fill_balances(&mut statement));
    match done {
        Ok(()) => Ok(Some(statement)),
        Err(error) => errors.keep(error.at_line(start.line)).map(|()| None),
    }
}

fn fill_head(statement: &mut ReadStatement, stmt: &Node, options: &Options) -> Result<(), ReadError> {
    statement.statement_id =
        Some(stmt.must("Id")?.own_text().ok_or_else(|| fields::missing(&format!("{}/Id", stmt.name)))?);
    statement.electronic_sequence = stmt.text_at(&["ElctrncSeqNb"])?;
    statement.legal_sequence = stmt.text_at(&["LglSeqNb"])?;
    let acct = stmt.must("Acct")?;
    statement.account =
        camt_entry::account(acct)?.ok_or_else(|| fields::missing("Acct/Id").at_line(acct.line))?;
    if let Some(node) = acct.only("Ccy")? {
        let code = node.text.trim();
        statement.currency =
            Some(fields::currency(code).map_err(|error| error.at_line(node.line).in_field("Acct/Ccy"))?);
    }
    statement.owner = match acct.only("Ownr")? {
        Some(owner) => camt_entry::party(owner)?,
        None => None,
    };
    if statement.owner.is_none() {
        statement.owner = acct.text_at(&["Nm"])?;
    }
    if let Some(node) = stmt.only("CreDtTm")? {
        let moment = fields::moment(node.text.trim(), &options.zone);
        let field = format!("{}/CreDtTm", stmt.name);
        statement.created = Some(moment.map_err(|error| error.at_line(node.line).in_field(&field))?);
    }
    if let Some(period) = stmt.only("FrToDt")? {
        statement.from = boundary(period, "FrDtTm", "FrDt", options)?;
        statement.to = boundary(period, "ToDtTm", "ToDt", options)?;
    }
    Ok(())
}

fn boundary(
    period: &Node,
    with_time: &str,
    without: &str,
    options: &Options,
) -> Result<Option<zaiton_kernel::LocalDate>, ReadError> {
    let (node, read) = match (period.only(with_time)?, period.only(without)?) {
        (Some(node), _) => (node, fields::date_of_moment(node.text.trim(), &options.zone)),
        (None, Some(node)) => (node, fields::date(node.text.trim())),
        (None, None) => return Ok(None),
    };
    read.map(Some).map_err(|error| error.at_line(node.line).in_field(&format!("FrToDt/{}", node.name)))
}

fn balance(node: &Node, options: &Options) -> Result<ReadBalance, ReadError> {
    let kind = node.must("Tp")?;
    let kind = kind.only("CdOrPrtry")?.unwrap_or(kind);
    let code = match kind.text_at(&["Cd"])? {
        Some(code) => Some(code),
        None => kind.text_at(&["Prtry"])?,
    };
    let code = code.ok_or_else(|| fields::missing("Bal/Tp/CdOrPrtry"))?;
    let figure = amount(node.must("Amt")?, "Bal/Amt")?;
    let signed = if is_credit(node)? { figure } else { negated(figure) };
    Ok(ReadBalance {
        kind: balance_kind(&code),
        code,
        amount: signed,
        date: day(node, "Dt", options)?,
        line: node.line,
    })
}

fn negated(amount: Money) -> Money {
    Money::zero(amount.currency()).minus(amount).expect("an amount that is not negative can be negated")
}

fn balance_kind(code: &str) -> BalanceKind {
    match code {
        "OPBD" => BalanceKind::OpeningBooked,
        "PRCD" => BalanceKind::PreviouslyClosedBooked,
        "CLBD" => BalanceKind::ClosingBooked,
        "ITBD" => BalanceKind::InterimBooked,
        "OPAV" => BalanceKind::OpeningAvailable,
        "CLAV" => BalanceKind::ClosingAvailable,
        "ITAV" => BalanceKind::InterimAvailable,
        "FWAV" => BalanceKind::ForwardAvailable,
        "XPCD" => BalanceKind::Expected,
        "INFO" => BalanceKind::Information,
        _ => BalanceKind::Other,
    }
}

fn fill_balances(statement: &mut ReadStatement) -> Result<(), ReadError> {
    let only = |kind: BalanceKind| -> Result<Option<Money>, ReadError> {
        let mut named = statement.balances.iter().filter(|balance| balance.kind == kind);
        let Some(first) = named.next() else { return Ok(None) };
        match named.find(|other| other.amount != first.amount) {
            None => Ok(Some(first.amount)),
            Some(other) => {
                let (code, a, b) = (&other.code, first.amount, other.amount);
                Err(ReadError::new(
                    "import.balance_twice",
                    format!("余额 {code} 出现两次且不相同：{a} 与 {b}。"),
                    format!("The balance {code} stands twice with different amounts: {a} and {b}."),
                )
                .at_line(other.line)
                .in_field("Bal"))
            }
        }
    };
    let opening = match only(BalanceKind::OpeningBooked)? {
        Some(opening) => Some(opening),
        None => only(BalanceKind::PreviouslyClosedBooked)?,
    };
    let closing = only(BalanceKind::ClosingBooked)?;
    statement.opening = opening;
    statement.closing = closing;
    Ok(())
}
