//! A prepaid account at a glance (R1-02, R1-06 to R1-17): its money, its breaker and what would close it, its promotions, the
//! requests that wait and the bank lines that may be theirs. A bounded number of reads by their keys; decides nothing.

use serde::Serialize;
use zaiton_app::bank::line::facts;
use zaiton_app::matching::candidate_for;
use zaiton_app::reports::prepaid_figures;
use zaiton_bank::{Line, LineId};
use zaiton_engine::StoreError;
use zaiton_kernel::{Currency, Environment, Id, Money, Partition, Reason, Text, Timestamp, Weighed};
use zaiton_ledger::{Account, AccountCode, AccountKey};
use zaiton_notices::{Notice, Topic};
use zaiton_prepaid::account::{Alarm, Figures, Restriction, State};
use zaiton_prepaid::breaker::Lines;
use zaiton_prepaid::cure::{Cure, cure};
use zaiton_prepaid::likeness::{is_likely, likeness};
use zaiton_prepaid::{
    AccountId, Breaker, PrepaidAccount, PrepaidPolicy, ProgrammeId, Promotion, PromotionId, TopUp, TopUpId,
    WithdrawalId, promotion, top_up,
};
use zaiton_store::Queries;
use zaiton_store::scan::objects::{Page, Which};

use crate::whose::{Known, Whose, account_of, read, record};

/// Lines that wait for a person and are compared with the requests, of each state: the newest.
const LINES: i64 = 200;
/// Lines shown beside one request.
const SHOWN: usize = 5;

/// A prepaid account at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AccountStanding {
    /// The account.
    pub account: AccountId,
    /// Whose it is.
    pub merchant: Whose,
    /// The programme that it pays for.
    pub programme: ProgrammeId,
    /// The currency of all its money.
    pub currency: Currency,
    /// Where it stands.
    pub state: State,
    /// To spend (2110).
    pub available: Money,
    /// Kept for orders that are not complete (2120).
    pub frozen: Money,
    /// Fees that are owed (1120).
    pub owed: Money,
    /// Asked back and not gone yet (2130).
    pub in_withdrawal: Money,
    /// Fees of orders that no money is kept for (2125): part of what is owed.
    pub unfunded: Money,
    /// Whether its promotions may run.
    pub breaker: BreakerStanding,
    /// The lines in force; none before alerts are set.
    pub lines: Option<LinesInForce>,
    /// What would close the breaker; none while it is closed.
    pub cure: Option<Cure>,
    /// While available is below the warning line.
    pub alarm: Option<Alarm>,
    /// What keeps it from promoting and withdrawing.
    pub restriction: Option<Restriction>,
    /// Promotions that have not ended.
    pub promotions: Vec<PromotionStanding>,
    /// Requests that wait for money or for a person, the oldest first.
    pub open_top_ups: Vec<OpenTopUp>,
    /// Withdrawals whose money is neither gone nor given back.
    pub open_withdrawals: Vec<WithdrawalId>,
}

/// Where a breaker stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BreakerStanding {
    /// Whether promotions may run.
    pub state: Breaker,
    /// Since when it stands so; none before it first moved.
    pub since: Option<Timestamp>,
    /// When promotions were suspended, which is before `since` where it fell below the floor later.
    pub opened_at: Option<Timestamp>,
    /// Why they were.
    pub cause: Option<Reason>,
    /// When it is looked at next by itself.
    pub recheck_at: Option<Timestamp>,
}

/// The lines of an account, the merchant's and the operator's taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LinesInForce {
    /// Below it alerts are sent.
    pub warning: Money,
    /// Below it promotions are suspended.
    pub suspend: Money,
    /// Strictly above it they go on.
    pub resume_above: Money,
    /// Below it no offer is made.
    pub floor: Money,
}

impl LinesInForce {
    /// The lines of an account by the figures of a moment; none before alerts are set.
    #[must_use]
    pub fn of(account: &PrepaidAccount, policy: &PrepaidPolicy) -> Option<Self> {
        let alert = account.alert.as_ref()?;
        let Lines { suspend, resume_above, floor } = Lines::of(alert, policy);
        Some(Self { warning: alert.warning, suspend, resume_above, floor })
    }
}

/// A promotion of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PromotionStanding {
    /// Its id.
    pub id: PromotionId,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub state: promotion::State,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when, exclusive.
    pub ends_at: Timestamp,
}

/// A request that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OpenTopUp {
    /// Its id.
    pub id: TopUpId,
    /// What must come in, exactly.
    pub amount: Money,
    /// The company that must pay.
    pub payer: String,
    /// What the payer writes into the remark.
    pub remark_code: String,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// When it ends without money; none while a person looks at it.
    pub expires_at: Option<Timestamp>,
    /// `awaiting_funds` or `in_review`.
    pub state: String,
    /// Lines that wait for a person and are probably for it, at most five.
    pub lines: Vec<LikelyLine>,
}

/// A bank line that is probably for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LikelyLine {
    /// Its id.
    pub line: LineId,
    /// What came in.
    pub amount: Money,
    /// Where it stands.
    pub state: String,
    /// What speaks for it and what against it.
    pub weighed: Weighed,
}

/// How a merchant's account in a programme stands; none without an account.
///
/// # Errors
/// The database cannot be read.
pub fn standing(
    queries: &Queries,
    (environment, partition): (Environment, Partition),
    programme: ProgrammeId,
    policy: &PrepaidPolicy,
) -> Result<Option<AccountStanding>, StoreError> {
    let Some(account) = account_of(queries, partition, programme)? else { return Ok(None) };
    let Some(merchant) = Known::default().whose(queries, account.merchant)? else { return Ok(None) };
    let books = queries.accounts(partition)?;
    let figures = prepaid_figures(&books, programme, account.currency);
    let open_top_ups = open_top_ups(queries, environment, &account)?;
    let cure = cure_of(&account, figures, &open_top_ups, policy)?;
    Ok(Some(AccountStanding {
        account: account.id,
        merchant,
        programme,
        currency: account.currency,
        state: account.state,
        available: figures.available,
        frozen: figures.frozen,
        owed: figures.owed,
        in_withdrawal: figures.pending,
        unfunded: unfunded(&books, &account),
        breaker: breaker(queries, partition, &account)?,
        lines: LinesInForce::of(&account, policy),
        cure,
        alarm: account.alarm,
        promotions: promotions(queries, &account)?,
        open_top_ups,
        open_withdrawals: account.open_withdrawals,
        restriction: account.restriction,
    }))
}

fn cure_of(
    account: &PrepaidAccount,
    figures: Figures,
    open: &[OpenTopUp],
    policy: &PrepaidPolicy,
) -> Result<Option<Cure>, StoreError> {
    let waiting = open.iter().filter(|one| one.expires_at.is_some());
    let waiting: Vec<(TopUpId, Money)> = waiting.map(|one| (one.id, one.amount)).collect();
    cure(account, figures, &waiting, policy).map_err(|error| StoreError(error.to_string()))
}

fn unfunded(books: &[Account], account: &PrepaidAccount) -> Money {
    let (dimension, currency) = (account.programme.raw(), account.currency);
    let key = AccountKey { code: AccountCode::PREPAID_DUE, dimension, currency };
    let found = books.iter().find(|account| account.key == key);
    Money::new(found.map_or(0, Account::balance), currency)
}

/// The last notice that promotions were suspended says when the breaker opened, and why.
fn breaker(
    queries: &Queries,
    partition: Partition,
    account: &PrepaidAccount,
) -> Result<BreakerStanding, StoreError> {
    let mut standing = BreakerStanding {
        state: account.breaker,
        since: account.breaker_since,
        opened_at: None,
        cause: None,
        recheck_at: account.recheck_at,
    };
    if account.breaker == Breaker::Closed {
        return Ok(standing);
    }
    let about = account.id.to_string();
    for row in queries.notices_of(partition, SUSPENDED, i64::MAX, crate::whose::PROGRAMMES)? {
        let notice: Notice = read(&row.body)?;
        if notice.subject == about && notice.topic == Topic::PromotionsSuspended {
            standing.opened_at = Some(notice.at);
            standing.cause = Some(fell_below(&notice));
            break;
        }
    }
    Ok(standing)
}

/// The topic of the notice that promotions were suspended, as it is stored.
pub(crate) const SUSPENDED: &str = "promotions_suspended";
/// And of the one that they go on.
pub(crate) const RESUMED: &str = "promotions_resumed";

fn fell_below(notice: &Notice) -> Reason {
    let figure = |name: &str| {
        let found = notice.figures.iter().find(|figure| figure.name == name);
        found.map(|figure| figure.value.clone()).unwrap_or_default()
    };
    let (available, line) = (figure("available"), figure("line"));
    let text = Text::new(
        format!("可用余额 {available} 低于线 {line}"),
        format!("available {available} fell below the line {line}"),
    );
    Reason::new("prepaid.breaker.fell_below", text).with("available", available).with("line", line)
}

fn promotions(queries: &Queries, account: &PrepaidAccount) -> Result<Vec<PromotionStanding>, StoreError> {
    let mut found = Vec::with_capacity(account.promotions.len());
    for id in &account.promotions {
        if let Some(promotion) = record::<Promotion>(queries, "promotions", id.raw())? {
            let Promotion { id, name, state, starts_at, ends_at, .. } = promotion;
            found.push(PromotionStanding { id, name, state, starts_at, ends_at });
        }
    }
    Ok(found)
}

fn open_top_ups(
    queries: &Queries,
    environment: Environment,
    account: &PrepaidAccount,
) -> Result<Vec<OpenTopUp>, StoreError> {
    if account.open_topups.is_empty() {
        return Ok(Vec::new());
    }
    let lines = waiting_lines(queries, environment)?;
    let mut found = Vec::with_capacity(account.open_topups.len());
    for id in &account.open_topups {
        let Some(request) = record::<TopUp>(queries, "top_ups", id.raw())? else { continue };
        let (expires_at, its_line) = match &request.state {
            top_up::State::AwaitingFunds { expires_at } => (Some(*expires_at), None),
            top_up::State::InReview { line, .. } => (None, Some(*line)),
            top_up::State::Draft
            | top_up::State::Credited { .. }
            | top_up::State::Returned { .. }
            | top_up::State::Cancelled
            | top_up::State::Expired => continue,
        };
        let mut likely = Vec::new();
        // The line that it is in review for may be further back than those that were read.
        let own = match its_line.filter(|raw| lines.iter().all(|line| line.id.raw() != *raw)) {
            Some(raw) => record::<Line>(queries, "bank_lines", raw)?,
            None => None,
        };
        for line in own.iter().chain(&lines) {
            let weighed = likeness(&facts(line), &candidate_for(line, &request, account.merchant));
            let is_its = its_line == Some(line.id.raw());
            if (is_its || is_likely(&weighed)) && likely.len() < SHOWN {
                let (line, amount, state) = (line.id, line.amount, line.state.to_string());
                likely.push(LikelyLine { line, amount, state, weighed });
            }
        }
        found.push(OpenTopUp {
            id: request.id,
            amount: request.amount,
            payer: request.payer,
            remark_code: request.remark_code,
            requested_at: request.requested_at,
            expires_at,
            state: request.state.to_string(),
            lines: likely,
        });
    }
    Ok(found)
}

/// Money that came in and that a person must say something about.
fn waiting_lines(queries: &Queries, environment: Environment) -> Result<Vec<Line>, StoreError> {
    let mut lines = Vec::new();
    for state in ["in_review", "unallocated", "proposed"] {
        let page = Page { after: None, limit: LINES, newest: true };
        for row in queries.objects("bank_lines", Which::In(state, environment), page)? {
            let line: Line = read(&row.body)?;
            if line.credit && line.client_money {
                lines.push(line);
            }
        }
    }
    Ok(lines)
}
