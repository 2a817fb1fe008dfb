//! Taking a bank statement: accepted whole or refused, each line recorded once whatever file it comes in.

use serde::{Deserialize, Serialize};
use zaiton_bank::bank_account::{self, BankAccount, BankAccountId};
use zaiton_bank::statement::{Statement, StatementDraft, StatementPolicy, accept};
use zaiton_bank::{Line, LineId, StatementId, line};
use zaiton_engine::command::short_hash;
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Id, Money, Partition, Refusal};

use super::partition_of;
use crate::prepaid::top_up::{MATCH_EFFECT, MatchFor};

const STATEMENT_KEY: &str = "statement";
const LINE_KEY: &str = "bank_line";

/// Rule R1-18. Take a statement of a bank account of ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordStatement {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The account.
    pub bank_account: BankAccountId,
    /// What the file says.
    pub statement: StatementDraft,
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementReply {
    /// Its id.
    pub statement: StatementId,
    /// It was taken before; nothing changed.
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
    /// It does not open where the one before closed.
    pub gap: bool,
}

impl Command for RecordStatement {
    type Reply = StatementReply;
    const NAME: &'static str = "bank.record_statement";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<StatementReply, Stop> {
        let mut account = unit.load::<BankAccount>(self.bank_account)?;
        let content = content_of(&self.statement);
        if let Some(id) = unit.lookup(STATEMENT_KEY, &self.statement.statement_id)? {
            let known = unit.load::<Statement>(StatementId::from_raw(id))?;
            known.again(&content)?;
            return Ok(StatementReply {
                statement: known.id,
                again: true,
                recorded: 0,
                known: known.booked,
                pending: known.pending,
                for_a_person: known.for_a_person,
                closing: known.closing,
                gap: false,
            });
        }
        let accepted = accept(&self.statement, &account, &StatementPolicy::default())
            .map_err(|faults| faults.into_iter().next().map_or_else(nothing, Refusal::from))?;
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
        let id: StatementId = unit.new_id();
        unit.claim(STATEMENT_KEY, &self.statement.statement_id, id)?;
        let mut recorded = 0;
        for (line, place) in accepted.lines.iter().zip(&places) {
            if place.is_some() {
                continue;
            }
            recorded += 1;
            let line_id: LineId = unit.new_id();
            let mut record = Line::unrecorded(line_id, &account, id, line.draft.clone());
            let decision = line::decide(&record, line::Command::Record)?;
            for event in &decision.events {
                unit.post(line::postings(&record, event))?;
                record.apply(event);
            }
            if record.state == line::State::Unallocated {
                unit.effect(MATCH_EFFECT, &MatchFor::Line { line: line_id });
            }
            unit.claim(LINE_KEY, &line.key, line_id)?;
            unit.insert(record);
        }
        let taken = bank_account::Command::TakeStatement { chain: accepted.chain() };
        let decision = bank_account::decide(&account, taken, unit.now())?;
        for event in &decision.events {
            account.apply(event);
        }
        unit.save(account);
        let reply = StatementReply {
            statement: id,
            again: false,
            recorded,
            known: accepted.lines.len() - recorded,
            pending: accepted.pending,
            for_a_person: accepted.for_a_person,
            closing: accepted.closing,
            gap: accepted.gap.is_some(),
        };
        unit.emit(
            id,
            &serde_json::json!({ "type": "taken", "lines": recorded, "closing": accepted.closing }),
        );
        unit.insert(Statement::record(id, self.bank_account, &accepted, content, unit.now()));
        Ok(reply)
    }
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
