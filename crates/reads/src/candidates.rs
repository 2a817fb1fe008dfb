//! What a bank line that waits for a person may belong to (R1-14 to R1-16, M8): requests, payments and withdrawals, what speaks for
//! and against each, and the command that would say so. Reads by keys only; proposes nothing itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use zaiton_app::bank::line::facts;
use zaiton_app::matching::{against_debit, against_paying, against_return, candidate_for};
use zaiton_bank::payment::{Purpose, named};
use zaiton_bank::{Line, LineId, Payment, line};
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Id, Money, Reason, Refusal, Timestamp, Weighed};
use zaiton_prepaid::likeness::likeness;
use zaiton_prepaid::names::normalise;
use zaiton_prepaid::remark::find_remark_codes;
use zaiton_prepaid::{PrepaidPolicy, TopUp, WithdrawalId};
use zaiton_store::Queries;
use zaiton_store::scan::StoredBody;

use crate::whose::{Known, Whose, read, record};

/// Requests or payments of an equal amount that are looked at.
const OF_AMOUNT: i64 = 20;
/// Candidates shown, at most.
const SHOWN: usize = 50;

/// What a line may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CandidateKind {
    /// It pays a top-up.
    TopUp,
    /// It is the bank's debit of a payment.
    Payment,
    /// It is a withdrawal that the bank sent back.
    Withdrawal,
}

/// The command that would say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Suggested {
    /// Its name.
    pub command: &'static str,
    /// Its body, but for what a person must add.
    pub body: Value,
    /// The fields that a person must add.
    pub to_add: Vec<&'static str>,
}

/// Something that a line may belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LineCandidate {
    /// What it is.
    pub kind: CandidateKind,
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub merchant: Option<Whose>,
    /// Its amount.
    pub amount: Money,
    /// The other side: the company that must pay, or who is paid.
    pub party: String,
    /// What names it: the remark code of a request, the number of a payment.
    pub reference: String,
    /// Where it stands.
    pub state: String,
    /// What speaks for it and what against it.
    pub weighed: Weighed,
    /// The command that says so; none where it would be refused.
    pub suggested: Option<Suggested>,
    /// Why the command would be refused, whatever people propose.
    pub refusal: Option<Refusal>,
}

/// What a line may belong to, and why it was not used by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LineCandidates {
    /// The line.
    pub line: LineId,
    /// It waits for somebody.
    pub waits: bool,
    /// Why it was not used by itself.
    pub reasons: Vec<Reason>,
    /// What it may belong to, the likeliest first.
    pub candidates: Vec<LineCandidate>,
}

/// The candidates of a line; none when there is no such line.
///
/// # Errors
/// The database cannot be read.
pub fn of_line(
    queries: &Queries,
    line: LineId,
    policy_of: &dyn Fn(Environment) -> (std::sync::Arc<PrepaidPolicy>, Timestamp),
) -> Result<Option<LineCandidates>, StoreError> {
    let Some(row) = queries.record("bank_lines", line.raw())? else { return Ok(None) };
    let (environment, line): (_, Line) = (row.partition.environment(), read(&row.body)?);
    let reasons = line::waits(&line);
    let mut asking = Asking { queries, environment, line: &line, known: Known::default(), found: Vec::new() };
    if !reasons.is_empty() {
        if line.credit {
            let (policy, now) = policy_of(environment);
            asking.withdrawal()?;
            asking.top_ups(&policy, now)?;
        } else {
            asking.payments()?;
        }
    }
    let mut candidates = asking.found;
    candidates.sort_by_key(|one| std::cmp::Reverse(one.weighed.speaks_for.len()));
    candidates.truncate(SHOWN);
    Ok(Some(LineCandidates { line: line.id, waits: !reasons.is_empty(), reasons, candidates }))
}

struct Asking<'a> {
    queries: &'a Queries,
    environment: Environment,
    line: &'a Line,
    known: Known,
    found: Vec<LineCandidate>,
}

impl Asking<'_> {
    /// Requests by the remark, by the payer, and by the amount.
    fn top_ups(&mut self, policy: &PrepaidPolicy, now: Timestamp) -> Result<(), StoreError> {
        if !self.line.client_money {
            return Ok(());
        }
        let mut rows: BTreeMap<i64, StoredBody> = BTreeMap::new();
        let mut take = |found: Vec<StoredBody>| rows.extend(found.into_iter().map(|row| (row.id, row)));
        for code in find_remark_codes(&self.line.remark) {
            take(self.queries.top_ups_by_remark(self.environment, &code)?);
        }
        take(self.queries.open_top_ups(self.environment, &normalise(&self.line.payer_name).text)?);
        for state in ["awaiting_funds", "in_review"] {
            let amount = self.line.amount.decimal();
            take(self.queries.of_amount("top_ups", state, &amount, self.environment, OF_AMOUNT)?);
        }
        for row in rows.into_values() {
            let request: TopUp = read(&row.body)?;
            let merchant = row.partition.owner();
            let like = likeness(&facts(self.line), &candidate_for(self.line, &request, merchant));
            let whose = self.known.whose(self.queries, merchant)?;
            let refusal = against_paying(&request, self.line, policy, now);
            let decision =
                json!({ "name": "match", "merchant": whose.as_ref().map(|of| of.id), "top_up": request.id });
            let suggested = refusal.is_none().then(|| self.propose(decision));
            self.found.push(LineCandidate {
                kind: CandidateKind::TopUp,
                id: request.id.to_string(),
                merchant: whose,
                amount: request.amount,
                party: request.payer,
                reference: request.remark_code,
                state: request.state.to_string(),
                weighed: like,
                suggested,
                refusal,
            });
        }
        Ok(())
    }

    /// The withdrawal whose payment the bank sent back.
    fn withdrawal(&mut self) -> Result<(), StoreError> {
        let Some(payment) = named(&self.line.return_of) else { return Ok(()) };
        let Some(payment) = record::<Payment>(self.queries, "payments", payment.raw())? else {
            return Ok(());
        };
        let Purpose::Withdrawal { withdrawal, merchant } = payment.purpose else { return Ok(()) };
        let whose = self.known.whose(self.queries, merchant)?;
        let id = WithdrawalId::from_raw(withdrawal);
        let decision = json!({
            "name": "withdrawal_returned", "merchant": whose.as_ref().map(|of| of.id), "withdrawal": id,
        });
        let like = line::likeness_of_return(self.line, &payment);
        let refusal = against_return(self.line, withdrawal, merchant);
        self.found.push(LineCandidate {
            kind: CandidateKind::Withdrawal,
            id: id.to_string(),
            merchant: whose,
            amount: payment.amount,
            party: payment.creditor.name.clone(),
            reference: payment.end_to_end(),
            state: payment.state.to_string(),
            weighed: like,
            suggested: refusal.is_none().then(|| self.propose(decision)),
            refusal,
        });
        Ok(())
    }

    fn propose(&self, decision: Value) -> Suggested {
        let body = json!({
            "environment": self.environment, "bank_account": self.line.account, "line": self.line.id,
            "decision": decision,
        });
        Suggested { command: "bank.propose_decision", body, to_add: vec!["evidence"] }
    }

    /// Payments that the bank has, by the number that the line names and by the amount.
    fn payments(&mut self) -> Result<(), StoreError> {
        let mut rows: BTreeMap<i64, StoredBody> = BTreeMap::new();
        if let Some(payment) = named(&self.line.end_to_end) {
            rows.extend(self.queries.record("payments", payment.raw())?.map(|row| (row.id, row)));
        }
        for state in ["in_file", "accepted", "failed"] {
            let amount = self.line.amount.decimal();
            let found = self.queries.of_amount("payments", state, &amount, self.environment, OF_AMOUNT)?;
            rows.extend(found.into_iter().map(|row| (row.id, row)));
        }
        for row in rows.into_values() {
            let payment: Payment = read(&row.body)?;
            let whose = match payment.purpose {
                Purpose::Withdrawal { merchant, .. } => self.known.whose(self.queries, merchant)?,
                Purpose::Return { .. } => None,
            };
            let refusal = against_debit(self.line, &payment);
            let body = json!({
                "environment": self.environment, "bank_account": self.line.account, "line": self.line.id,
                "payment": payment.id,
            });
            let pay = Suggested { command: "bank.pay_out", body, to_add: Vec::new() };
            self.found.push(LineCandidate {
                kind: CandidateKind::Payment,
                id: payment.id.to_string(),
                merchant: whose,
                amount: payment.amount,
                party: payment.creditor.name.clone(),
                reference: payment.end_to_end(),
                state: payment.state.to_string(),
                weighed: line::likeness(self.line, &payment),
                suggested: refusal.is_none().then_some(pay),
                refusal,
            });
        }
        Ok(())
    }
}
