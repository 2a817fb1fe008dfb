//! A bank account of the second book-keeping: which lines came, and who was given each.

use std::collections::{BTreeMap, BTreeSet};

use zaiton_app::bank::account::OpenBankAccount;
use zaiton_app::bank::line::{AllocateLine, ReviewLine, UnallocateLine};
use zaiton_app::bank::statement::{RecordStatement, StatementReply};
use zaiton_bank::statement::{LineDraft, StatementDraft};
use zaiton_kernel::Id;

use super::{Found, differs};

/// A bank account. Minor units.
#[derive(Default)]
pub(crate) struct Bank {
    number: Option<String>,
    statements: BTreeSet<String>,
    known: BTreeSet<String>,
    pub(crate) lines: BTreeMap<i64, Line>,
    pub(crate) received: i64,
}

/// A line.
pub(crate) struct Line {
    pub(crate) amount: i64,
    pub(crate) state: LineState,
    pub(crate) payer: String,
    pub(crate) remark: String,
}

/// Where its money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineState {
    /// Not looked at by a person.
    Free,
    /// Waits for a person, still free.
    InReview,
    /// Given to a top-up.
    Given(i64),
    /// No receipt.
    NoReceipt,
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

impl Bank {
    pub(crate) fn open(&mut self, command: &OpenBankAccount) -> Found {
        let number = self.number.get_or_insert(command.number.clone());
        differs("the number", number.as_str(), command.number.as_str())
    }

    pub(crate) fn take(
        &mut self,
        command: &RecordStatement,
        reply: &StatementReply,
        inserted: &mut Vec<zaiton_bank::Line>,
    ) -> Found {
        let statement = &command.statement;
        let again = self.statements.contains(&statement.statement_id);
        differs("taken again", reply.again, again)?;
        if again {
            return Ok(());
        }
        if !foots(statement) || self.number.as_ref() != Some(&statement.account_number) {
            return Err("a statement that does not foot, or of another account, was taken".into());
        }
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
            let receipt = line.credit && !line.reversal;
            let state = if receipt { LineState::Free } else { LineState::NoReceipt };
            self.received += if receipt { line.amount.minor() } else { 0 };
            let (amount, payer, remark) = (line.amount.minor(), line.payer_name.clone(), line.remark.clone());
            self.lines.insert(new.id.raw(), Line { amount, state, payer, remark });
        }
        differs("recorded and known", (reply.recorded, reply.known), (recorded, known))
    }

    fn line(&mut self, id: i64) -> Found<&mut Line> {
        self.lines.get_mut(&id).ok_or("there is no such line".into())
    }

    pub(crate) fn allocate(&mut self, command: &AllocateLine) -> Found {
        let line = self.line(command.line.raw())?;
        match line.state {
            LineState::Free | LineState::InReview => {
                line.state = LineState::Given(command.top_up.raw());
                Ok(())
            }
            LineState::Given(to) if to == command.top_up.raw() => Ok(()),
            LineState::Given(_) | LineState::NoReceipt => Err("a line was given away twice".into()),
        }
    }

    pub(crate) fn review(&mut self, command: &ReviewLine) -> Found {
        let line = self.line(command.line.raw())?;
        match line.state {
            LineState::Free | LineState::InReview => {
                line.state = LineState::InReview;
                Ok(())
            }
            LineState::Given(_) | LineState::NoReceipt => {
                Err("a line that nobody can use was sent to review".into())
            }
        }
    }

    pub(crate) fn unallocate(&mut self, command: &UnallocateLine) -> Found {
        let line = self.line(command.line.raw())?;
        match line.state {
            LineState::Given(to) if to == command.top_up.raw() => {
                line.state = LineState::InReview;
                Ok(())
            }
            // Taken back before, and perhaps given to another since.
            LineState::InReview | LineState::Given(_) => Ok(()),
            LineState::Free | LineState::NoReceipt => {
                Err("a line was taken back that nobody was given".into())
            }
        }
    }

    /// Money that nobody was given.
    pub(crate) fn free(&self) -> i64 {
        let free = |line: &&Line| matches!(line.state, LineState::Free | LineState::InReview);
        self.lines.values().filter(free).map(|line| line.amount).sum()
    }
}
