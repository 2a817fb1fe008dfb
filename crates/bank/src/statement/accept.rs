//! Whether a statement may be booked: the right account, whole, and it foots. All that is wrong is said at
//! once. Never takes a part of a statement.

use std::collections::{BTreeMap, BTreeSet};

use zaiton_kernel::{Id, LocalDate, Money, MoneyError};

use super::{LineDraft, StatementDraft, StatementRefusal};
use crate::bank_account::{BankAccount, BankAccountId, Chain, State, normalise_number};

/// The bounds of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementPolicy {
    /// Lines taken at once, at most.
    pub max_lines: usize,
}

impl Default for StatementPolicy {
    fn default() -> Self {
        Self { max_lines: 10_000 }
    }
}

/// A statement that may be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The bank's name of it.
    pub statement_id: String,
    /// Its number, where the bank numbers them.
    pub sequence: Option<i64>,
    /// Its first day.
    pub from: LocalDate,
    /// Its last day.
    pub to: LocalDate,
    /// Before its first line.
    pub opening: Money,
    /// After its last line.
    pub closing: Money,
    /// What it books in.
    pub credits: Money,
    /// What it books out.
    pub debits: Money,
    /// Its booked lines, each with its natural key.
    pub lines: Vec<AcceptedLine>,
    /// How many lines it only announces; they are not taken.
    pub pending: usize,
    /// How many booked lines are debits or reversals: they are recorded, await a person, and post nothing.
    pub for_a_person: usize,
    /// It does not open with what the statement before closed with.
    pub gap: Option<Gap>,
}

/// A booked line that may be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedLine {
    /// Its natural key: the same line in another file has the same.
    pub key: String,
    /// The line.
    pub draft: LineDraft,
}

/// A hole between two statements: one is missing, or they overlap. No refusal: statements come late, so the newer one
/// is held until the missing one is there, or a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What the last one closed with.
    pub expected_opening: Money,
    /// What this one opens with.
    pub opening: Money,
}

/// What is to be done with a statement that is right in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Book it.
    Take(Accepted),
    /// Reading K-43. Hold it: [`crate::held`] says how.
    Hold {
        /// The hole before it.
        gap: Gap,
        /// Where it begins and ends.
        chain: Chain,
    },
}

/// Rule R1-18, reading K-43. Whether a statement may be booked now: it is right, and it follows the last one taken or
/// is older than that.
///
/// # Errors
/// Everything that is wrong with it, as [`accept`] says.
pub fn receive(
    draft: &StatementDraft,
    account: &BankAccount,
    policy: &StatementPolicy,
) -> Result<Received, Vec<StatementRefusal>> {
    let accepted = accept(draft, account, policy)?;
    Ok(match accepted.gap {
        Some(gap) => Received::Hold { gap, chain: accepted.chain() },
        None => Received::Take(accepted),
    })
}

/// Reading K-43. For a statement that a person takes although one is missing before it: all checks but that one.
///
/// # Errors
/// Everything that is wrong with it, as [`accept`] says.
pub fn accept_anyway(
    draft: &StatementDraft,
    account: &BankAccount,
    policy: &StatementPolicy,
) -> Result<Accepted, Vec<StatementRefusal>> {
    accept(draft, account, policy).map(|accepted| Accepted { gap: None, ..accepted })
}

/// Rule R1-18. Whether a statement is right in itself; a hole before it is told and refuses nothing.
///
/// # Errors
/// Everything that is wrong with it, at most one fault of a kind a line.
pub fn accept(
    draft: &StatementDraft,
    account: &BankAccount,
    policy: &StatementPolicy,
) -> Result<Accepted, Vec<StatementRefusal>> {
    let mut faults = account_faults(draft, account);
    let lines = draft.lines.len();
    if lines > policy.max_lines {
        faults.push(StatementRefusal::TooManyLines { lines, at_most: policy.max_lines });
        return Err(faults);
    }
    faults.extend(date_faults(draft));
    faults.extend(line_faults(draft, account));
    let (Some(opening), Some(closing)) = (draft.opening, draft.closing) else { return Err(faults) };
    if !faults.is_empty() {
        return Err(faults);
    }
    let (credits, debits) = foot(draft, opening, closing).map_err(|fault| vec![fault])?;
    let booked = || draft.lines.iter().filter(|line| line.booked);
    let accepted = Accepted {
        statement_id: draft.statement_id.clone(),
        sequence: draft.sequence,
        from: draft.from,
        to: draft.to,
        opening,
        closing,
        credits,
        debits,
        lines: with_keys(account.id, booked()),
        pending: lines - booked().count(),
        for_a_person: booked().filter(|line| !line.credit || line.reversal).count(),
        gap: None,
    };
    let gap = account.last_statement.as_ref().and_then(|last| last.gap_before(&accepted.chain()));
    Ok(Accepted { gap, ..accepted })
}

/// The natural key of a line: what stays the same when the bank sends it again in another file. The bank's
/// own reference where it gives one, else parties and remark; always date, amount and direction, because
/// banks use one reference for several lines. `nth` counts from 1 among the lines of a statement that are
/// alike in this.
#[must_use]
pub fn line_key(account: BankAccountId, line: &LineDraft, nth: u32) -> String {
    let own = if line.bank_reference.trim().is_empty() {
        [line.payer_account.trim(), line.payer_name.trim(), line.remark.trim()].join("\u{1f}")
    } else {
        line.bank_reference.trim().to_owned()
    };
    let sign = if line.credit { '+' } else { '-' };
    [
        account.raw().to_string(),
        line.booking_date.to_string(),
        format!("{sign}{}", line.amount),
        own,
        nth.to_string(),
    ]
    .join("\u{1e}")
}

fn account_faults(draft: &StatementDraft, account: &BankAccount) -> Vec<StatementRefusal> {
    let mut faults = Vec::new();
    let found = normalise_number(&draft.account_number);
    match account.state {
        State::Unopened => faults.push(StatementRefusal::AccountNotOpen { number: found }),
        State::Open { .. } if found != account.number => {
            faults.push(StatementRefusal::AccountDiffers { expected: account.number.clone(), found });
        }
        State::Open { .. } => {}
    }
    if draft.statement_id.trim().is_empty() {
        faults.push(StatementRefusal::IdMissing { from: draft.from, to: draft.to });
    }
    let expected = account.currency;
    let mut in_currency = |found, place: &str| {
        if found != expected {
            faults.push(StatementRefusal::Currency { expected, found, place: place.to_owned() });
        }
    };
    in_currency(draft.currency, "statement");
    if let Some(opening) = draft.opening {
        in_currency(opening.currency(), "opening");
    }
    if let Some(closing) = draft.closing {
        in_currency(closing.currency(), "closing");
    }
    let statement_id = &draft.statement_id;
    if draft.opening.is_none() {
        faults.push(StatementRefusal::OpeningMissing { statement_id: statement_id.clone() });
    }
    if draft.closing.is_none() {
        faults.push(StatementRefusal::ClosingMissing { statement_id: statement_id.clone() });
    }
    faults
}

fn date_faults(draft: &StatementDraft) -> Option<StatementRefusal> {
    let (from, to) = (draft.from, draft.to);
    let past =
        draft.lines.iter().filter(|line| line.booked).map(|line| line.booking_date).find(|day| *day > to);
    let found = if from > to { Some(from) } else { past };
    found.map(|found| StatementRefusal::Dates { from, to, found })
}

fn line_faults(draft: &StatementDraft, account: &BankAccount) -> Vec<StatementRefusal> {
    let mut faults = Vec::new();
    let mut places = BTreeSet::new();
    let expected = account.currency;
    for line in draft.lines.iter().filter(|line| line.booked) {
        if line.amount.currency() != expected {
            let (found, place) = (line.amount.currency(), line.ordinal.to_string());
            faults.push(StatementRefusal::Currency { expected, found, place });
        }
        if !line.amount.is_positive() {
            faults.push(StatementRefusal::LineNotPositive { line: line.ordinal, amount: line.amount });
        }
        if !places.insert(line.ordinal) {
            faults.push(StatementRefusal::OrdinalTwice { line: line.ordinal });
        }
    }
    faults
}

/// Opening + booked in - booked out = closing, or the statement is refused whole.
fn foot(draft: &StatementDraft, opening: Money, closing: Money) -> Result<(Money, Money), StatementRefusal> {
    let overflow = |_: MoneyError| StatementRefusal::Overflow { statement_id: draft.statement_id.clone() };
    let sum = |credit| {
        let lines = draft.lines.iter().filter(|line| line.booked && line.credit == credit);
        lines.map(|line| line.amount).try_fold(Money::zero(draft.currency), Money::plus)
    };
    let credits = sum(true).map_err(overflow)?;
    let debits = sum(false).map_err(overflow)?;
    let expected_closing = opening.plus(credits).and_then(|total| total.minus(debits)).map_err(overflow)?;
    let difference = closing.minus(expected_closing).map_err(overflow)?;
    if difference.is_zero() {
        Ok((credits, debits))
    } else {
        Err(StatementRefusal::DoesNotFoot { opening, credits, debits, expected_closing, closing, difference })
    }
}

fn with_keys<'a>(account: BankAccountId, lines: impl Iterator<Item = &'a LineDraft>) -> Vec<AcceptedLine> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    lines
        .map(|line| {
            let nth = seen.entry(line_key(account, line, 0)).or_insert(0);
            *nth += 1;
            AcceptedLine { key: line_key(account, line, *nth), draft: line.clone() }
        })
        .collect()
}
