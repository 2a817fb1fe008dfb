//! Statements that are held because one before them is missing (K-43): taken by themselves once it came, taken or dropped
//! by a person.

use serde::{Deserialize, Serialize};
use zaiton_bank::bank_account::{self, BankAccount};
use zaiton_bank::held::{self, HeldRefusal, HeldStatement, HeldStatementId};
use zaiton_bank::statement::{Received, StatementPolicy, accept_anyway, receive};
use zaiton_engine::{Doc, Stop, Unit};

use super::decision::ask_account;
use super::statement::{StatementReply, book, content_of, first};
use crate::declare::command;

/// A held statement as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HeldReply {
    /// Its id.
    pub held: HeldStatementId,
    /// Where it stands.
    pub state: held::State,
    /// What was booked of it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<StatementReply>,
}

fn decide(
    unit: &mut Unit<'_>,
    record: &mut HeldStatement,
    command: held::Command,
) -> Result<bool, HeldRefusal> {
    let decision = held::decide(record, command)?;
    for event in &decision.events {
        record.apply(event);
        // What people wrote stays in the record.
        unit.emit(record.id, &serde_json::json!({ "type": record.state.to_string() }));
    }
    Ok(!decision.is_already())
}

fn let_go(
    unit: &mut Unit<'_>,
    account: &mut Doc<BankAccount>,
    statement: HeldStatementId,
) -> Result<(), Stop> {
    ask_account(unit, account, bank_account::Command::LetGo { statement })
}

command! {
    /// Reading K-43. The statement before it came: it is taken. When it does not follow after all, it goes on waiting.
    pub struct TakeHeldStatement("bank.take_held_statement") of bank_account {
        /// The statement.
        pub held: HeldStatementId,
    }

    fn run(&self, unit) -> HeldReply { self.take_next(unit) }
}

impl TakeHeldStatement {
    fn take_next(&self, unit: &mut Unit<'_>) -> Result<HeldReply, Stop> {
        let mut record = unit.load::<HeldStatement>(self.held)?;
        let mut account = unit.load::<BankAccount>(self.bank_account)?;
        let mut taken = None;
        if record.state == held::State::Held
            && let Ok(Received::Take(accepted)) =
                receive(&record.draft, &account, &StatementPolicy::default())
        {
            decide(unit, &mut record, held::Command::TakeNext { gap: None })?;
            let_go(unit, &mut account, self.held)?;
            taken = Some(book(unit, &mut account, &accepted, content_of(&record.draft))?);
        }
        let reply = HeldReply { held: self.held, state: record.state.clone(), taken };
        unit.save(record);
        unit.save(account);
        Ok(reply)
    }
}

command! {
    /// Reading K-43. A person takes it although one is missing before it.
    pub struct TakeHeldAnyway("bank.take_held_anyway") of bank_account {
        /// The statement.
        pub held: HeldStatementId,
        /// Why.
        pub reason: String,
    }

    fn run(&self, unit) -> HeldReply { self.take_anyway(unit) }
}

impl TakeHeldAnyway {
    fn take_anyway(&self, unit: &mut Unit<'_>) -> Result<HeldReply, Stop> {
        let mut record = unit.load::<HeldStatement>(self.held)?;
        let mut account = unit.load::<BankAccount>(self.bank_account)?;
        let actor = unit.actor().name().to_owned();
        let command = held::Command::TakeAnyway { actor, reason: self.reason.clone() };
        let mut taken = None;
        if decide(unit, &mut record, command)? {
            let accepted =
                accept_anyway(&record.draft, &account, &StatementPolicy::default()).map_err(first)?;
            let_go(unit, &mut account, self.held)?;
            taken = Some(book(unit, &mut account, &accepted, content_of(&record.draft))?);
        }
        let reply = HeldReply { held: self.held, state: record.state.clone(), taken };
        unit.save(record);
        unit.save(account);
        Ok(reply)
    }
}

command! {
    /// A person drops it: nothing of it is booked.
    pub struct DropHeldStatement("bank.drop_held_statement") of bank_account {
        /// The statement.
        pub held: HeldStatementId,
        /// Why.
        pub reason: String,
    }

    fn run(&self, unit) -> HeldReply {
        let mut record = unit.load::<HeldStatement>(self.held)?;
        let mut account = unit.load::<BankAccount>(self.bank_account)?;
        let actor = unit.actor().name().to_owned();
        if decide(unit, &mut record, held::Command::Drop { actor, reason: self.reason.clone() })? {
            let_go(unit, &mut account, self.held)?;
        }
        let reply = HeldReply { held: self.held, state: record.state.clone(), taken: None };
        unit.save(record);
        unit.save(account);
        Ok(reply)
    }
}
