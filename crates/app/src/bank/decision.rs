//! A person says what a line is, a second one confirms it (R1-15, R5-03): the commands, and what follows in the records of
//! the bank account and in other partitions.

use serde::{Deserialize, Serialize};
use zaiton_bank::line::{self, Follow, LineDecision};
use zaiton_bank::payment::PaymentDraft;
use zaiton_bank::transfer::{self, OtherHalf};
use zaiton_bank::{BankAccount, BankAccountId, BankPolicy, Line, LineId, PaymentId, bank_account};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Refusal, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::{TopUpId, WithdrawalId};

use super::line::{LineReply, facts};
use super::partition_of;
use super::payment::queue;
use crate::declare::command;
use crate::prepaid::top_up::{CreditTopUp, MATCH_EFFECT, MatchFor, ReturnTopUp};
use crate::prepaid::withdrawal::GiveBackWithdrawal;

/// Asks a bank account, applies and says nothing: its counters have no timeline of their own.
///
/// # Errors
/// Its refusal.
pub(crate) fn ask_account(
    unit: &mut Unit<'_>,
    account: &mut Doc<BankAccount>,
    command: bank_account::Command,
) -> Result<(), Stop> {
    let decision = bank_account::decide(account, command, &BankPolicy::default(), unit.now())?;
    for event in &decision.events {
        account.apply(event);
    }
    Ok(())
}

/// Decides about a line, books, applies, and does what follows. Events name ids and kinds only: what people wrote stays in
/// the record.
///
/// # Errors
/// The line's refusal, the account's, or the ledger's.
pub(crate) fn change(unit: &mut Unit<'_>, id: LineId, command: line::Command) -> Result<LineReply, Stop> {
    change_for(unit, id, command, None)
}

fn change_for(
    unit: &mut Unit<'_>,
    id: LineId,
    command: line::Command,
    payer_bank: Option<&str>,
) -> Result<LineReply, Stop> {
    let mut record = unit.load::<Line>(id)?;
    let decision = line::decide(&record, command)?;
    for event in &decision.events {
        unit.post(line::postings(&record, event))?;
        if let Some(command) = line::account_command(&record, event) {
            let mut account = unit.load::<BankAccount>(record.account)?;
            ask_account(unit, &mut account, command)?;
            unit.save(account);
        }
        let followed = line::follow(&record, event);
        record.apply(event);
        unit.emit(id, &serde_json::json!({ "type": record.state.to_string() }));
        if let Some(followed) = followed {
            follow(unit, &record, followed, payer_bank)?;
        }
        if matches!(event, line::Event::Refused { .. }) && record.state == line::State::Unallocated {
            // While the proposal stood, requests passed it by.
            unit.effect(MATCH_EFFECT, &MatchFor::Line { line: id });
        }
    }
    let reply = LineReply { line: id, state: record.state.clone() };
    unit.save(record);
    Ok(reply)
}

fn follow(unit: &mut Unit<'_>, line: &Line, followed: Follow, payer_bank: Option<&str>) -> Result<(), Stop> {
    let environment = unit.environment();
    match followed {
        Follow::CreditTopUp { top_up, merchant, by_persons } => {
            let evidence =
                line.decided.as_ref().filter(|_| by_persons).map(|decided| decided.evidence.clone());
            unit.send(&CreditTopUp {
                environment,
                merchant: MerchantId::from_raw(merchant),
                top_up: TopUpId::from_raw(top_up),
                line: facts(line),
                bank_account: line.account,
                evidence,
            });
        }
        Follow::WithdrawalReturned { withdrawal, merchant } => {
            let (maker, checker) = line
                .decided
                .as_ref()
                .map(|decided| (decided.maker.clone(), decided.checker.clone()))
                .unwrap_or_default();
            unit.send(&GiveBackWithdrawal {
                environment,
                merchant: MerchantId::from_raw(merchant),
                withdrawal: WithdrawalId::from_raw(withdrawal),
                amount: line.amount,
                line: line.id,
                bank_account: line.account,
                maker,
                checker,
            });
        }
        Follow::PayBack { payment } => {
            let mut draft = PaymentDraft::back_to_payer(line, 1, format!("Return {}", line.id));
            draft.creditor.bank = payer_bank.unwrap_or_default().trim().to_owned();
            queue(unit, line.account, payment, draft)?;
        }
        Follow::OtherHalf(half) => {
            let decision = line.decided.as_ref().map(|decided| decided.decision.clone());
            let Some(decision) = decision else { return Ok(()) };
            unit.send(&TakeOtherHalf { environment, half, from: line.account, decision });
        }
    }
    Ok(())
}

command! {
    /// Rules R1-15, R1-16, R5-03. Propose what a line is: a second person confirms it.
    pub struct ProposeDecision("bank.propose_decision") of bank_account {
        /// The line.
        pub line: LineId,
        /// What it is.
        pub decision: Proposal,
        /// A reference to why, 1 to 500 letters.
        pub evidence: String,
    }

    fn run(&self, unit) -> LineReply {
        let maker = unit.actor().name().to_owned();
        let (decision, evidence) = (self.decision.decision(), self.evidence.clone());
        change(unit, self.line, line::Command::Propose { decision, maker, evidence })
    }
}

/// What a person may say that a line is, with ids as people write them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// It pays a top-up, whatever its payer's name.
    Match {
        /// The merchant.
        merchant: MerchantId,
        /// The request.
        top_up: TopUpId,
    },
    /// It goes back to its payer.
    ReturnToPayer,
    /// The bank sent a withdrawal back.
    WithdrawalReturned {
        /// The merchant.
        merchant: MerchantId,
        /// The withdrawal.
        withdrawal: WithdrawalId,
    },
    /// The bank took its cost.
    BankCost {
        /// The account of our own money that bears it.
        own_account: BankAccountId,
    },
    /// Our own money left an account of client money.
    SweepOut {
        /// The account of our own money that it goes to.
        own_account: BankAccountId,
    },
    /// The other end of a transfer between our own accounts.
    Arrived,
}

impl Proposal {
    fn decision(&self) -> LineDecision {
        match *self {
            Self::Match { merchant, top_up } => {
                LineDecision::Match { top_up: top_up.raw(), merchant: merchant.raw() }
            }
            Self::ReturnToPayer => LineDecision::ReturnToPayer,
            Self::WithdrawalReturned { merchant, withdrawal } => {
                LineDecision::WithdrawalReturned { withdrawal: withdrawal.raw(), merchant: merchant.raw() }
            }
            Self::BankCost { own_account } => LineDecision::BankCost { own_account },
            Self::SweepOut { own_account } => LineDecision::SweepOut { own_account },
            Self::Arrived => LineDecision::Arrived,
        }
    }
}

/// The request that a wire was meant for which goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeantFor {
    /// The merchant.
    pub merchant: MerchantId,
    /// The request.
    pub top_up: TopUpId,
}

command! {
    /// Rules R1-15, R5-03. A second person confirms what was proposed.
    pub struct ConfirmDecision("bank.confirm_decision") of bank_account {
        /// The line.
        pub line: LineId,
        /// When the money goes back to its payer: the request that waits for a person because of it, which ends so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub meant_for: Option<MeantFor>,
        /// When the money goes back to its payer: the payer's bank, which a bank line does not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payer_bank: Option<String>,
    }

    fn run(&self, unit) -> LineReply { self.confirm(unit) }
}

impl ConfirmDecision {
    fn confirm(&self, unit: &mut Unit<'_>) -> Result<LineReply, Stop> {
        let checker = unit.actor().name().to_owned();
        let payment: PaymentId = unit.new_id();
        let confirm = line::Command::Confirm { checker, payment };
        let reply = change_for(unit, self.line, confirm, self.payer_bank.as_deref())?;
        if let (line::State::Returning { .. }, Some(meant_for)) = (&reply.state, self.meant_for) {
            let line = unit.load::<Line>(self.line)?;
            let evidence = line.decided.as_ref().map(|decided| decided.evidence.clone()).unwrap_or_default();
            unit.send(&ReturnTopUp {
                environment: self.environment,
                merchant: meant_for.merchant,
                top_up: meant_for.top_up,
                line: self.line,
                evidence,
            });
        }
        Ok(reply)
    }
}

command! {
    /// Rules R1-15, R5-03. A second person refuses what was proposed.
    pub struct RefuseDecision("bank.refuse_decision") of bank_account {
        /// The line.
        pub line: LineId,
        /// Why, 1 to 500 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> LineReply {
        let checker = unit.actor().name().to_owned();
        change(unit, self.line, line::Command::Refuse { checker, reason: self.reason.clone() })
    }
}

command! {
    /// The other partition could not take its half of a decision.
    pub struct TakeBackDecision("bank.take_back_decision") of bank_account {
        /// The line.
        pub line: LineId,
        /// What was decided.
        pub decision: LineDecision,
        /// Why it goes back.
        pub reason: Text,
    }

    fn run(&self, unit) -> LineReply {
        let (decision, reason) = (self.decision.clone(), self.reason.clone());
        change(unit, self.line, line::Command::TakeBack { decision, reason })
    }
}

command! {
    /// Postings P21, P22. The own account's half of a transfer. Never refused: what it cannot take goes back to the
    /// line.
    pub struct TakeOtherHalf("bank.take_other_half") {
        /// The half.
        pub half: OtherHalf,
        /// The account of client money that it comes from.
        pub from: BankAccountId,
        /// What was decided there.
        pub decision: LineDecision,
    }

    fn partition(&self) { partition_of(self.environment, self.half.own_account) }

    fn run(&self, unit) -> () { self.take(unit) }
}

impl TakeOtherHalf {
    fn take(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let refused = match unit.find::<BankAccount>(self.half.own_account)? {
            None => Some(unknown_account()),
            Some(mut account) => {
                let command = bank_account::Command::TakeHalf { half: self.half };
                match bank_account::decide(&account, command, &BankPolicy::default(), unit.now()) {
                    Ok(decision) => {
                        for event in &decision.events {
                            account.apply(event);
                        }
                        unit.post([transfer::postings(&self.half)])?;
                        unit.emit(
                            account.id,
                            &serde_json::json!({ "type": "half_taken", "kind": self.half.kind }),
                        );
                        unit.save(account);
                        None
                    }
                    Err(refusal) => Some(Refusal::from(refusal)),
                }
            }
        };
        if let Some(refusal) = refused {
            unit.send(&TakeBackDecision {
                environment: self.environment,
                bank_account: self.from,
                line: self.half.line,
                decision: self.decision.clone(),
                reason: refusal.why,
            });
        }
        Ok(())
    }
}

fn unknown_account() -> Refusal {
    Refusal::new(
        "bank.transfer.unknown_account",
        zaiton_kernel::Rule::new("P21"),
        Text::new("没有这个自有资金账户。", "There is no such account of our own money."),
        Text::new("请核对账户。", "Check the account."),
    )
}
