//! After a batch that was not written: who is told what, who is decided again, and which command it was that the database
//! refuses. Never says that something was done, unless it was written after all.

use super::Worker;
use super::writer::Written;
use crate::command::{Failure, Outcome};
use crate::core::Ticket;
use crate::port::CommitError;

impl Worker {
    pub(super) fn recover(&mut self, error: CommitError) -> bool {
        let (failed, follower) = self.core.failed();
        match error {
            CommitError::Lost => {
                tracing::warn!(lane = self.core.row().lane, "lane lost");
                for ticket in failed.into_iter().chain(follower) {
                    (ticket.reply)(Outcome::failed(Failure::Moved, "another process owns the lane"));
                }
                return false;
            }
            CommitError::Unavailable(detail) => {
                tracing::error!(%detail, "commit failed");
                for ticket in failed {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, detail.clone()));
                }
            }
            CommitError::Unknown(detail) => {
                // Neither yes nor no can be said; the lane is given up so that the next owner reads the truth.
                tracing::error!(%detail, "commit outcome unknown, lane given up");
                for ticket in failed.into_iter().chain(follower) {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, detail.clone()));
                }
                return false;
            }
            CommitError::Refused(detail) => {
                tracing::error!(%detail, commands = failed.len(), "the database refused a batch");
                let mut rest = std::mem::take(&mut self.waiting);
                let alive = self.isolate(failed);
                // What came due meanwhile waits behind those who waited before.
                let mut due = std::mem::replace(&mut self.waiting, follower);
                self.waiting.append(&mut rest);
                self.waiting.append(&mut due);
                return alive;
            }
        }
        let mut rest = std::mem::take(&mut self.waiting);
        self.waiting = follower;
        self.waiting.append(&mut rest);
        true
    }

    /// Commits halves, and halves of halves, until the command that the database refuses stands alone.
    fn isolate(&mut self, tickets: Vec<Ticket>) -> bool {
        let mut groups = vec![tickets];
        let alive = self.isolate_groups(&mut groups);
        // A lane that is lost on the way still owes answers.
        self.waiting.extend(groups.into_iter().rev().flatten());
        alive
    }

    fn isolate_groups(&mut self, groups: &mut Vec<Vec<Ticket>>) -> bool {
        while let Some(group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            let alone = group.len() == 1;
            let (left, error) = self.core.decide(group, self.reader.as_mut());
            if let Some(error) = error {
                for ticket in left {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, error.0.clone()));
                }
            } else if !left.is_empty() {
                groups.push(left);
            }
            let Some(batch) = self.core.seal() else {
                if !self.answer_unwritten() {
                    return false;
                }
                continue;
            };
            if self.to_writer.send(batch).is_err() {
                return false;
            }
            match self.results.recv() {
                Ok(Written::Failed(CommitError::Refused(detail), retaken)) => {
                    if let Some(row) = retaken {
                        self.core.retaken(&row);
                    }
                    let (mut failed, _) = self.core.failed();
                    if alone || failed.len() == 1 {
                        for ticket in failed {
                            let name = ticket.request.command.name();
                            tracing::error!(command = name, input = ?ticket.request.input, %detail, "refused by the database");
                            (ticket.reply)(Outcome::failed(
                                Failure::Bug,
                                format!("{name}: refused by the database"),
                            ));
                        }
                    } else {
                        let second = failed.split_off(failed.len() / 2);
                        groups.push(second);
                        groups.push(failed);
                    }
                }
                Ok(written) => {
                    if !self.settle(written) {
                        return false;
                    }
                }
                Err(_) => return false,
            }
        }
        true
    }
}
