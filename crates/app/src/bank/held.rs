//! Statements that are held because one before them is missing (K-43): taken by themselves once it came, taken or dropped
//! by a person.

use serde::{Deserialize, Serialize};
use zaiton_bank::bank_account::{self, BankAccount, BankAccountId};
use zaiton_bank::held::{self, HeldRefusal, HeldStatement, HeldStatementId};
use zaiton_bank::statement::{Received, StatementPolicy, accept_anyway, receive};
use zaiton_engine::{Command, Doc, Stop, Unit};
use zaiton_kernel::{Environment, Partition};

use super::decision::ask_account;
use super::partition_of;
use super::statement::{StatementReply, book, content_of, first};

/// A held statement as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Reading K-43. The statement before it came: it is taken. When it does not follow after all, it goes on waiting.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeHeldStatement {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The account.
    pub bank_account: BankAccountId,
    /// The statement.
    pub held: HeldStatementId,
}

impl Command for TakeHeldStatement {
    type Reply = HeldReply;
    const NAME: &'static str = "bank.take_held_statement";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<HeldReply, Stop> {
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

/// Reading K-43. A person takes it although one is missing before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeHeldAnyway {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The account.
    pub bank_account: BankAccountId,
    /// The statement.
    pub held: HeldStatementId,
    /// Why.
    pub reason: String,
}

impl Command for TakeHeldAnyway {
    type Reply = HeldReply;
    const NAME: &'static str = "bank.take_held_anyway";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<HeldReply, Stop> {
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

/// A person drops it: nothing of it is booked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropHeldStatement {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The account.
    pub bank_account: BankAccountId,
    /// The statement.
    pub held: HeldStatementId,
    /// Why.
    pub reason: String,
}

impl Command for DropHeldStatement {
    type Reply = HeldReply;
    const NAME: &'static str = "bank.drop_held_statement";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<HeldReply, Stop> {
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
