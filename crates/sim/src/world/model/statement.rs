//! The statements of a bank account in the second book-keeping: whole or refused, one after the other, or held until the one
//! before it comes or a person decides (R1-18, K-43).

use std::collections::BTreeMap;

use zaiton_app::bank::held::HeldReply;
use zaiton_app::bank::statement::{RecordStatement, StatementReply};
use zaiton_bank::statement::{LineDraft, StatementDraft};
use zaiton_bank::{HeldStatement, HeldStatementId, held};
use zaiton_kernel::{Id, LocalDate};

use super::bank::Bank;
use super::line::Line;
use super::{Found, differs};

/// Statements of an account that may be held.
const MOST_HELD: usize = 100;

/// The end of the statements that were taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    id: String,
    place: (LocalDate, Option<i64>),
    closing: i64,
}

/// A statement that was held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    draft: StatementDraft,
    pub(crate) state: HeldState,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeldState {
    Waiting,
    Taken,
    Dropped,
}

/// What a person does with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand<'a> {
    /// Nobody: the one before it came.
    Nobody,
    Take(&'a str),
    Drop(&'a str),
}

fn likeness(line: &LineDraft) -> String {
    let own = if line.bank_reference.is_empty() {
        format!("{}|{}|{}", line.payer_account, line.payer_name, line.remark)
    } else {
        line.bank_reference.clone()
    };
    format!("{}|{}|{}|{own}", line.booking_date, line.credit, line.amount)
}

fn foots(statement: &StatementDraft) -> bool {
    let sum: i64 = statement
        .lines
        .iter()
        .filter(|line| line.booked)
        .map(|line| if line.credit { line.amount.minor() } else { -line.amount.minor() })
        .sum();
    match (statement.opening, statement.closing) {
        (Some(opening), Some(closing)) => opening.minor() + sum == closing.minor(),
        (None | Some(_), None | Some(_)) => false,
    }
}

fn place(statement: &StatementDraft) -> (LocalDate, Option<i64>) {
    (statement.to, statement.sequence)
}

impl Bank {
    pub(crate) fn take(
        &mut self,
        command: &RecordStatement,
        reply: &StatementReply,
        inserted: &mut Vec<zaiton_bank::Line>,
    ) -> Found {
        let statement = &command.statement;
        if self.statements.contains(&statement.statement_id) {
            return differs("taken again", (reply.again, reply.held), (true, None));
        }
        let mut waiting = self.held.iter().filter(|(_, held)| held.state == HeldState::Waiting);
        let known = waiting.find(|(_, held)| held.draft.statement_id == statement.statement_id);
        if let Some((id, held)) = known {
            differs("held again", (reply.again, reply.held.map(Id::raw)), (true, Some(*id)))?;
            return differs("what is held", statement, &held.draft);
        }
        differs("taken or held again", reply.again, false)?;
        if !foots(statement) || self.number.as_ref() != Some(&statement.account_number) {
            return Err("a statement that does not foot, or of another account, was taken".into());
        }
        if self.follows(statement) {
            differs("held", reply.held, None)?;
            return self.book(statement, reply, inserted);
        }
        differs("taken, though one is missing before it", reply.statement, None)?;
        differs("lines of a statement that is held", (reply.recorded, reply.known), (0, 0))?;
        let id = reply.held.ok_or("it was neither taken nor held")?;
        if self.waiting_statements().len() >= MOST_HELD {
            return Err("more statements are held than may be".into());
        }
        self.held.insert(id.raw(), Held { draft: statement.clone(), state: HeldState::Waiting });
        Ok(())
    }

    /// It begins where the last one ended; or it is no newer than that, and only late.
    fn follows(&self, statement: &StatementDraft) -> bool {
        let Some(end) = &self.end else { return true };
        let opening = statement.opening.map(zaiton_kernel::Money::minor);
        opening == Some(end.closing) || statement.statement_id == end.id || place(statement) < end.place
    }

    /// The statements that wait, the first of them first: by their days, then by the bank's numbers.
    pub(crate) fn waiting_statements(&self) -> Vec<HeldStatementId> {
        let waiting = self.held.iter().filter(|(_, held)| held.state == HeldState::Waiting);
        let mut waiting: Vec<_> = waiting.map(|(id, held)| (place(&held.draft), *id)).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, id)| HeldStatementId::from_raw(id)).collect()
    }

    /// Those of them that nothing is missing before any more.
    pub(crate) fn held_in_vain(&self) -> usize {
        let held = self.held.values();
        held.filter(|held| held.state == HeldState::Waiting && self.follows(&held.draft)).count()
    }

    fn book(
        &mut self,
        statement: &StatementDraft,
        reply: &StatementReply,
        inserted: &mut Vec<zaiton_bank::Line>,
    ) -> Found {
        self.statements.insert(statement.statement_id.clone());
        let (mut recorded, mut known) = (0, 0);
        let mut alike: BTreeMap<String, u32> = BTreeMap::new();
        for line in statement.lines.iter().filter(|line| line.booked) {
            let nth = alike.entry(likeness(line)).or_default();
            *nth += 1;
            if !self.known.insert(format!("{}|{nth}", likeness(line))) {
                known += 1;
                continue;
            }
            recorded += 1;
            let at = inserted.iter().position(|new| Some(new.statement) == reply.statement);
            let new = at.map(|at| inserted.remove(at)).ok_or("a line is missing")?;
            differs("the remark of a line", &new.remark, &line.remark)?;
            differs("the amount of a line", new.amount, line.amount)?;
            self.lines.insert(new.id.raw(), Line::new(line));
            self.pay(new.id.raw());
        }
        differs("recorded and known", (reply.recorded, reply.known), (recorded, known))?;
        let further = self.end.as_ref().is_none_or(|end| place(statement) > end.place);
        if let Some(closing) = statement.closing.filter(|_| further) {
            let (id, place) = (statement.statement_id.clone(), place(statement));
            self.end = Some(End { id, place, closing: closing.minor() });
        }
        Ok(())
    }

    /// The one before it came, or a person takes or drops it.
    pub(super) fn let_go(
        &mut self,
        id: HeldStatementId,
        hand: Hand<'_>,
        reply: &HeldReply,
        inserted: &mut Vec<zaiton_bank::Line>,
    ) -> Found {
        let held = self.held.get(&id.raw()).cloned().ok_or("there is no such held statement")?;
        let to = match (held.state, hand) {
            (HeldState::Waiting, Hand::Nobody) if self.follows(&held.draft) => HeldState::Taken,
            (HeldState::Waiting, Hand::Take(reason) | Hand::Drop(reason)) if reason.trim().is_empty() => {
                return Err("a held statement was taken or dropped without a reason".into());
            }
            (HeldState::Waiting, Hand::Take(_)) => HeldState::Taken,
            (HeldState::Waiting, Hand::Drop(_)) => HeldState::Dropped,
            (HeldState::Waiting, Hand::Nobody)
            | (HeldState::Taken, Hand::Nobody | Hand::Take(_))
            | (HeldState::Dropped, Hand::Nobody | Hand::Drop(_)) => held.state,
            (HeldState::Taken, Hand::Drop(_)) | (HeldState::Dropped, Hand::Take(_)) => {
                return Err(format!("{hand:?} was done to a held statement that is {:?}", held.state));
            }
        };
        let taken = to == HeldState::Taken && held.state == HeldState::Waiting;
        differs("whether a held statement was booked", reply.taken.is_some(), taken)?;
        if let Some(booked) = reply.taken.as_ref().filter(|_| taken) {
            self.book(&held.draft, booked, inserted)?;
        }
        if let Some(held) = self.held.get_mut(&id.raw()) {
            held.state = to;
        }
        Ok(())
    }

    /// A held statement as it is stored.
    pub(super) fn compare_held(&self, stored: &HeldStatement) -> Found {
        let state = match stored.state {
            held::State::Held => HeldState::Waiting,
            held::State::Taken { .. } => HeldState::Taken,
            held::State::Dropped { .. } => HeldState::Dropped,
        };
        let known = self.held.get(&stored.id.raw()).map(|held| held.state);
        differs(&format!("the state of {}", stored.id), Some(state), known)
    }
}
