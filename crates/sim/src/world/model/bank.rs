//! A bank account of the second book-keeping: who was given each of its lines. Statements are next door.

use std::collections::{BTreeMap, BTreeSet};

use zaiton_app::bank::account::OpenBankAccount;
use zaiton_app::bank::line::{AllocateLine, ReviewLine, UnallocateLine};
use zaiton_kernel::Id;

use super::statement::{End, Held};
use super::{Found, differs};

/// A bank account. Minor units.
#[derive(Default)]
pub(crate) struct Bank {
    pub(super) number: Option<String>,
    pub(super) statements: BTreeSet<String>,
    pub(super) known: BTreeSet<String>,
    /// The end of what was taken.
    pub(crate) end: Option<End>,
    /// Statements that were held, the first of them first.
    pub(crate) held: BTreeMap<i64, Held>,
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

impl Bank {
    pub(crate) fn open(&mut self, command: &OpenBankAccount) -> Found {
        let number = self.number.get_or_insert(command.number.clone());
        differs("the number", number.as_str(), command.number.as_str())
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
