//! Taking a bank statement: accepted whole or refused, each line recorded once whatever file it comes in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use zaiton_bank::bank_account::{self, BankAccount, Held};
use zaiton_bank::payment::{self, PayingLine, Purpose};
use zaiton_bank::statement::{
    Accepted, AcceptedLine, Received, Statement, StatementDraft, StatementPolicy, StatementRefusal, receive,
};
use zaiton_bank::{HeldStatement, HeldStatementId, Line, LineId, Payment, PaymentId, StatementId, line};
use zaiton_engine::command::short_hash;
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money, Refusal, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::WithdrawalId;

use super::decision::{ask_account, change};
use super::held::TakeHeldStatement;
use super::payment::PayOut;
use crate::declare::command;
use crate::prepaid::top_up::{MATCH_EFFECT, MatchFor};
use crate::prepaid::withdrawal::ReturnWithdrawal;

const STATEMENT_KEY: &str = "statement";
const LINE_KEY: &str = "bank_line";

command! {
    /// Rule R1-18. Take a statement of a bank account of ours.
    pub struct RecordStatement("bank.record_statement") of bank_account {
        /// What the file says.
        pub statement: StatementDraft,
    }

    fn run(&self, unit) -> StatementReply { self.record(unit) }
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StatementReply {
    /// Its id, once it is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<StatementId>,
    /// Reading K-43. It does not open where the one before closed: it is held, and nothing of it is booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldStatementId>,
    /// It was taken, or held, before; nothing changed.
    pub again: bool,
    /// Lines recorded now.
    pub recorded: usize,
    /// Lines that another file had brought before.
    pub known: usize,
    /// Lines only announced; not taken.
    pub pending: usize,
    /// Lines that await a person because they are no plain receipts.
    pub for_a_person: usize,
    /// Closing balance.
    pub closing: Money,
}

impl StatementReply {
    fn known(known: &Statement) -> Self {
        Self {
            statement: Some(known.id),
            held: None,
            again: true,
            recorded: 0,
            known: known.booked,
            pending: known.pending,
            for_a_person: known.for_a_person,
            closing: known.closing,
        }
    }

    fn held(id: HeldStatementId, draft: &StatementDraft, again: bool) -> Self {
        Self {
            statement: None,
            held: Some(id),
            again,
            recorded: 0,
            known: 0,
            pending: 0,
            for_a_person: 0,
            closing: draft.closing.unwrap_or(Money::zero(draft.currency)),
        }
    }
}

impl RecordStatement {
    fn record(&self, unit: &mut Unit<'_>) -> Result<StatementReply, Stop> {
        let mut account = unit.load::<BankAccount>(self.bank_account)?;
        let content = content_of(&self.statement);
        if let Some(id) = unit.lookup(STATEMENT_KEY, &self.statement.statement_id)? {
            let known = unit.load::<Statement>(StatementId::from_raw(id))?;
            known.again(&content)?;
            return Ok(StatementReply::known(&known));
        }
        if let Some(id) = account.held_as(&self.statement.statement_id) {
            let held = unit.load::<HeldStatement>(id)?;
            held.again(&self.statement)?;
            return Ok(StatementReply::held(id, &self.statement, true));
        }
        match receive(&self.statement, &account, &StatementPolicy::default()) {
            Err(faults) => Err(first(faults).into()),
            Ok(Received::Take(accepted)) => {
                let reply = book(unit, &mut account, &accepted, content)?;
                unit.save(account);
                Ok(reply)
            }
            Ok(Received::Hold { gap, chain }) => {
                let id: HeldStatementId = unit.new_id();
                let held = HeldStatement::hold(id, &account, self.statement.clone(), gap, unit.now());
                let command = bank_account::Command::HoldStatement { held: Held { statement: id, chain } };
                ask_account(unit, &mut account, command)?;
                unit.emit(
                    id,
                    &serde_json::json!({ "type": "held", "expected_opening": gap.expected_opening, "opening": gap.opening }),
                );
                unit.insert(held);
                unit.save(account);
                Ok(StatementReply::held(id, &self.statement, false))
            }
        }
    }
}

/// The first of what is wrong.
pub(crate) fn first(faults: Vec<StatementRefusal>) -> Refusal {
    faults.into_iter().next().map_or_else(nothing, Refusal::from)
}

/// What a line's references say that it is.
enum Ours {
    /// The bank's debit of a payment of ours.
    Debit(PaymentId),
    /// A payment of ours that came back.
    Return(Box<Payment>),
}

/// Which of our payments the lines speak of: all are asked for before any is used, which is one read and not one a line.
fn our_payments(unit: &mut Unit<'_>, lines: &[AcceptedLine]) -> Result<Vec<Option<Ours>>, Stop> {
    let (mut found, mut missing) = (Vec::with_capacity(lines.len()), None);
    for AcceptedLine { draft, .. } in lines {
        let name = if draft.credit { &draft.return_of } else { &draft.end_to_end };
        let of = match payment::named(name).filter(|_| !draft.reversal) {
            None => None,
            Some(id) => match unit.find::<Payment>(id) {
                Err(stop) => {
                    missing = Some(stop);
                    None
                }
                Ok(None) => None,
                Ok(Some(_)) if !draft.credit => Some(Ours::Debit(id)),
                Ok(Some(payment)) => Some(Ours::Return(Box::new((*payment).clone()))),
            },
        };
        found.push(of);
    }
    missing.map_or(Ok(found), Err)
}

/// Rule R1-18. Books a statement: each line once, whatever file it comes in.
///
/// # Errors
/// Not in memory yet, or the ledger's refusal.
pub(crate) fn book(
    unit: &mut Unit<'_>,
    account: &mut Doc<BankAccount>,
    accepted: &Accepted,
    content: String,
) -> Result<StatementReply, Stop> {
    // Every key is asked for before the first is used: one read, not one a line.
    let mut places = Vec::with_capacity(accepted.lines.len());
    let mut missing = None;
    for line in &accepted.lines {
        match unit.lookup(LINE_KEY, &line.key) {
            Ok(place) => places.push(place),
            Err(stop) => missing = Some(stop),
        }
    }
    if let Some(stop) = missing {
        return Err(stop);
    }
    let ours = our_payments(unit, &accepted.lines)?;
    let id: StatementId = unit.new_id();
    unit.claim(STATEMENT_KEY, &accepted.statement_id, id)?;
    let mut recorded = 0;
    let mut paid = BTreeSet::new();
    for ((line, place), ours) in accepted.lines.iter().zip(&places).zip(ours) {
        if place.is_none() {
            recorded += 1;
            let line_id = record(unit, account, id, line)?;
            // A payment is paid by one line: a second debit that names it is a person's, in whichever statement it comes.
            let ours = ours.filter(|ours| !matches!(ours, Ours::Debit(payment) if paid.contains(payment)));
            paid.extend(relate(unit, account, line_id, ours)?);
        }
    }
    ask_account(unit, account, bank_account::Command::TakeStatement { chain: accepted.chain() })?;
    if let Some(held) = account.next_held() {
        // Statements are large: what follows now is taken by a command of its own.
        let (environment, bank_account) = (unit.environment(), account.id);
        unit.send(&TakeHeldStatement { environment, bank_account, held });
    }
    unit.emit(id, &serde_json::json!({ "type": "taken", "lines": recorded, "closing": accepted.closing }));
    unit.insert(Statement::record(id, account.id, accepted, content, unit.now()));
    Ok(StatementReply {
        statement: Some(id),
        held: None,
        again: false,
        recorded,
        known: accepted.lines.len() - recorded,
        pending: accepted.pending,
        for_a_person: accepted.for_a_person,
        closing: accepted.closing,
    })
}

fn record(
    unit: &mut Unit<'_>,
    account: &BankAccount,
    statement: StatementId,
    line: &AcceptedLine,
) -> Result<LineId, Stop> {
    let id: LineId = unit.new_id();
    let mut record = Line::unrecorded(id, account, statement, line.draft.clone());
    let decision = line::decide(&record, line::Command::Record)?;
    for event in &decision.events {
        unit.post(line::postings(&record, event))?;
        record.apply(event);
    }
    if record.state == line::State::Unallocated && record.return_of.is_empty() {
        unit.effect(MATCH_EFFECT, &MatchFor::Line { line: id });
    }
    unit.claim(LINE_KEY, &line.key, id)?;
    unit.insert(record);
    Ok(id)
}

/// Rule M8. A line that names a payment of ours pays it, or is its return; what does not fit stays with a person. Gives the
/// payment that it pays.
fn relate(
    unit: &mut Unit<'_>,
    account: &BankAccount,
    line: LineId,
    ours: Option<Ours>,
) -> Result<Option<PaymentId>, Stop> {
    let (environment, bank_account) = (unit.environment(), account.id);
    match ours {
        Some(Ours::Debit(payment)) => {
            let known = unit.load::<Payment>(payment)?;
            let paying = PayingLine::of(&*unit.load::<Line>(line)?);
            // A return that the bank refused first: its receipt may lie somewhere else by now, and a person looks.
            let still_meant = match known.purpose {
                Purpose::Return { line } => {
                    unit.load::<Line>(line)?.state == line::State::Returning { payment }
                }
                Purpose::Withdrawal { .. } => true,
            };
            if still_meant && payment::decide(&known, payment::Command::Pay { line: paying }).is_ok() {
                unit.then(PayOut { environment, bank_account, line, payment });
                return Ok(Some(payment));
            }
        }
        Some(Ours::Return(known)) => {
            let reason = Text::new(
                format!("银行退回付款 {}。", known.id),
                format!("The bank returned the payment {}.", known.id),
            );
            change(unit, line, line::Command::MarkForReview { reasons: vec![reason] })?;
            let amount = unit.load::<Line>(line)?.amount;
            if let Purpose::Withdrawal { withdrawal, merchant } = known.purpose
                && known.amount == amount
            {
                unit.send(&ReturnWithdrawal {
                    environment,
                    merchant: MerchantId::from_raw(merchant),
                    withdrawal: WithdrawalId::from_raw(withdrawal),
                    line,
                });
            }
        }
        // A return of something that we do not know: a person finds out what it is.
        None => {
            let record = unit.load::<Line>(line)?;
            if record.state == line::State::Unallocated && !record.return_of.is_empty() {
                let reason = Text::new(
                    "银行退回一笔未知付款。",
                    "The bank returned a payment that is not known here.",
                );
                change(unit, line, line::Command::MarkForReview { reasons: vec![reason] })?;
            }
        }
    }
    Ok(None)
}

fn nothing() -> Refusal {
    zaiton_bank::statement::StatementRefusal::TooManyLines { lines: 0, at_most: 0 }.into()
}

/// A hash over what the statement says, by which the same one is known again. Without the references of payments:
/// they were not read at first, and a statement that was taken then must still be the same one.
#[must_use]
pub fn content_of(statement: &StatementDraft) -> String {
    let mut said = statement.clone();
    for line in &mut said.lines {
        (line.end_to_end, line.return_of) = (String::new(), String::new());
    }
    let text = serde_json::to_string(&said).expect("a statement's serde form is JSON");
    short_hash(&[text.as_bytes()]).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use zaiton_bank::statement::LineDraft;
    use zaiton_kernel::{Currency, LocalDate};

    use super::*;

    /// A statement that was taken before references of payments were read is the same one when it comes again.
    #[test]
    fn references_of_payments_are_no_part_of_the_content() {
        let day = LocalDate::new(2026, 3, 2).unwrap();
        let mut line = LineDraft {
            ordinal: 1,
            booked: true,
            amount: Money::new(100, Currency::CNY),
            credit: false,
            reversal: false,
            booking_date: day,
            value_date: day,
            payer_name: String::new(),
            payer_account: String::new(),
            remark: String::new(),
            bank_reference: String::new(),
            end_to_end: String::new(),
            return_of: String::new(),
        };
        let hash = |line: &LineDraft| {
            content_of(&StatementDraft {
                account_number: "1".to_owned(),
                currency: Currency::CNY,
                statement_id: "S".to_owned(),
                sequence: None,
                from: day,
                to: day,
                opening: None,
                closing: None,
                lines: vec![line.clone()],
            })
        };
        let before = hash(&line);
        (line.end_to_end, line.return_of) = ("P-1".to_owned(), "P-1".to_owned());
        assert_eq!(hash(&line), before);
        line.remark = "x".to_owned();
        assert_ne!(hash(&line), before);
    }
}
