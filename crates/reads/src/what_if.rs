//! What other lines would have done to the accounts that there are (R5-31, K-3): each account's history read in pages, and
//! looked at twice: with the figures in force, and with those asked. Never changes anything.

use std::sync::Arc;

use serde::Serialize;
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Id, Money, Partition, Timestamp};
use zaiton_ledger::Kind;
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_prepaid::account::State;
use zaiton_prepaid::what_if::{Asked, Life, Movement, Tally, what_if};
use zaiton_prepaid::{AccountId, PrepaidAccount, PrepaidPolicy};
use zaiton_store::Queries;
use zaiton_store::report::{History, Step};
use zaiton_store::scan::StoredBody;

/// Accounts read at a time.
const PAGE: i64 = 500;

/// The figures in force at a moment.
pub type InForce<'a> = &'a dyn Fn(Timestamp) -> Arc<PrepaidPolicy>;

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WhatIfRow")]
pub struct Row {
    /// Its merchant's code.
    pub merchant: String,
    /// The account.
    pub account: AccountId,
    /// With the figures in force.
    pub in_force: Tally,
    /// With the figures asked.
    pub asked: Tally,
}

/// All accounts that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WhatIfAnswer")]
pub struct Answer {
    /// From this moment on.
    pub from: Timestamp,
    /// To this moment, exclusive.
    pub to: Timestamp,
    /// The figures asked.
    pub figures: Asked,
    /// An account a row.
    pub rows: Vec<Row>,
    /// All with the figures in force.
    pub in_force: Tally,
    /// All with the figures asked.
    pub asked: Tally,
}

/// Which accounts, and when.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Live or sandbox.
    pub environment: Environment,
    /// One merchant's partition, or all.
    pub merchant: Option<Partition>,
    /// From this moment on.
    pub from: Timestamp,
    /// To this moment, exclusive.
    pub to: Timestamp,
    /// The figures asked.
    pub figures: Asked,
}

fn read<T: serde::de::DeserializeOwned>(row: &StoredBody) -> Result<T, StoreError> {
    serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))
}

/// Rules R5-31, K-3. What the accounts would have seen.
///
/// # Errors
/// The database cannot be read, or one account has more than a million movements in the period.
pub fn ask(queries: &Queries, question: &Question, in_force: InForce<'_>) -> Result<Answer, StoreError> {
    let Question { from, to, figures, .. } = *question;
    let (rows, none) = (Vec::new(), Tally::default());
    let mut answer = Answer { from, to, figures, rows, in_force: none, asked: none };
    let mut after = 0;
    loop {
        let page = match question.merchant {
            Some(merchant) => queries.records_of("prepaid_accounts", merchant, after, PAGE)?,
            None => queries.records("prepaid_accounts", after, PAGE)?,
        };
        let Some(last) = page.last() else { return Ok(answer) };
        after = last.id;
        for row in page.iter().filter(|row| row.partition.environment() == question.environment) {
            if let Some(row) = of_account(queries, question, row.partition, &read(row)?, in_force)? {
                answer.in_force = answer.in_force.plus(row.in_force);
                answer.asked = answer.asked.plus(row.asked);
                answer.rows.push(row);
            }
        }
    }
}

/// One account; none when it never was in prepaid mode in that period.
fn of_account(
    queries: &Queries,
    question: &Question,
    partition: Partition,
    account: &PrepaidAccount,
    in_force: InForce<'_>,
) -> Result<Option<Row>, StoreError> {
    let (from, to) = match account.state {
        State::Unopened | State::Opened | State::AlertSet => return Ok(None),
        State::Active { activated_at } => (question.from.max(activated_at), question.to),
        State::Closing { since } => (question.from, question.to.min(since)),
        // Nobody looks at its lines while it closes.
        State::Closed { at } => (question.from, question.to.min(account.closing_since.unwrap_or(at))),
    };
    if from >= to {
        return Ok(None);
    }
    let currency = account.currency;
    let history = queries.prepaid_history(partition, account.programme.raw(), currency, from, to)?;
    let (before, movements) = movements(&history, account, from);
    // An account that is closed does not say any more when it became active: its first money does.
    let began_before = match account.state {
        State::Closing { .. } | State::Closed { .. } => history.available > 0 || history.owed > 0,
        State::Unopened | State::Opened | State::AlertSet | State::Active { .. } => from == question.from,
    };
    let life = Life { from, to, before: began_before.then_some(before), movements: &movements };
    let asked = |at| Arc::new(question.figures.policy(&in_force(at)));
    let merchant = MerchantId::from_raw(account.merchant);
    let code = match queries.record("merchants", merchant.raw())? {
        Some(row) => read::<Merchant>(&row)?.code,
        None => merchant.to_string(),
    };
    Ok(Some(Row {
        merchant: code,
        account: account.id,
        in_force: what_if(account, life, &Asked::default(), in_force),
        asked: what_if(account, life, &question.figures, &asked),
    }))
}

/// What moved, as the account looked at it: once after each command. Repayments go with the credit before them.
fn movements(history: &History, account: &PrepaidAccount, from: Timestamp) -> (Movement, Vec<Movement>) {
    let money = |minor| Money::new(minor, account.currency);
    let movement = |step: &Step| {
        let kind = Kind::from_number(step.kind);
        Movement {
            at: step.booked_at,
            available: money(step.available),
            owed: money(step.owed),
            may_close: matches!(kind, Some(Kind::TopUp | Kind::ArrearsRepaid)),
        }
    };
    let before = Movement {
        at: from,
        available: money(history.available),
        owed: money(history.owed),
        may_close: false,
    };
    let mut movements: Vec<Movement> = Vec::with_capacity(history.steps.len());
    for step in &history.steps {
        let next = movement(step);
        let repaid = Kind::from_number(step.kind) == Some(Kind::ArrearsRepaid);
        match movements.last_mut().filter(|last| repaid && last.at == next.at) {
            Some(last) => *last = Movement { may_close: last.may_close, ..next },
            None => movements.push(next),
        }
    }
    (before, movements)
}
