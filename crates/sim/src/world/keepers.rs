//! Who looks after the bank statements of a simulated world: those that are held because one before them is missing are taken
//! anyway, or dropped (K-43).

use std::sync::Arc;

use zaiton_app::bank::held::{DropHeldStatement, TakeHeldAnyway};
use zaiton_bank::{BankAccountId, HeldStatementId};
use zaiton_engine::command::AnyCommand;
use zaiton_kernel::{Id, Partition};

use super::market::Follow;
use super::{Found, World, count};

/// Rounds in which the last held statements are decided about.
const ROUNDS: u32 = 200;

impl World {
    /// Somebody does something about a held statement.
    pub(crate) fn after_held(&mut self) {
        let banks = self.model.banks.iter();
        let all: Vec<(Partition, HeldStatementId)> = banks
            .flat_map(|(place, bank)| bank.held.keys().map(|id| (*place, HeldStatementId::from_raw(*id))))
            .collect();
        let first: Vec<_> = self.first_held();
        let list = if self.dice.chance(850) { &first } else { &all };
        let Some(at) = self.dice.pick(list).copied() else { return };
        let kind = self.dice.index(8);
        self.decide_held(at, kind);
    }

    /// The first held statement of each account.
    fn first_held(&self) -> Vec<(Partition, HeldStatementId)> {
        let banks = self.model.banks.iter();
        banks.filter_map(|(place, bank)| Some((*place, *bank.waiting_statements().first()?))).collect()
    }

    fn decide_held(&mut self, (partition, held): (Partition, HeldStatementId), kind: usize) {
        let (environment, bank_account) =
            (partition.environment(), BankAccountId::from_raw(partition.owner()));
        let reason = if kind == 7 { String::from(" ") } else { "the bank has none for that day".to_owned() };
        let command: Arc<dyn AnyCommand> = match kind {
            0 | 1 => Arc::new(DropHeldStatement { environment, bank_account, held, reason }),
            _ => Arc::new(TakeHeldAnyway { environment, bank_account, held, reason }),
        };
        let (key, person) = (format!("held/{}", self.number()), self.somebody());
        self.ask_as(person, command, &key, None, Follow::Nothing);
    }

    /// The end: every statement that is still held is taken, one after the other, or dropped.
    pub(crate) fn clear_held(&mut self) -> Found {
        for _ in 0..ROUNDS {
            let first = self.first_held();
            if first.is_empty() {
                return Ok(());
            }
            for at in first {
                let kind = self.dice.index(7);
                self.decide_held(at, kind);
            }
            count(&mut self.counts, "held until the end");
            self.drain()?;
        }
        Err("held statements are never done with".into())
    }
}
