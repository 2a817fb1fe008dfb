//! What a page needs at a glance, over HTTP, as JSON: an account, its days, what a bank line may belong to, what waits for
//! people. Read-only; holds no rule.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zaiton_access::Permission;
use zaiton_app::{policy, reports};
use zaiton_bank::LineId;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, LocalDate, Timestamp};
use zaiton_reads::attention::QueueName;
use zaiton_reads::balance_days::{Asked as Wanted, DAYS};

use crate::callers::Viewer;
use crate::lists::{merchant_of, read, read_long};
use crate::resources::asked::{Asked, Place};
use crate::{Api, problem};

/// Days of a chart when none are asked for.
const USUAL: i64 = 90;

/// Which account of a merchant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfAccount {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// The programme's code; `baitiao` by default.
    programme: Option<String>,
}

/// Which days of an account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfDays {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// The programme's code; `baitiao` by default.
    programme: Option<String>,
    /// The first day, `2026-03-02`; 90 days before the last by default.
    from: Option<String>,
    /// The last day; today by default. At most 400 days.
    to: Option<String>,
}

fn programme(named: Option<String>) -> String {
    named.unwrap_or_else(|| reports::DEFAULT_PROGRAMME.to_owned())
}

fn said<T: Serialize>(found: Result<Option<T>, Response>, what: &str) -> Response {
    match found {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem::missing(what),
        Err(response) => response,
    }
}

/// `GET /api/v1/merchants/{code}/standing`. Rules R1-02, R1-06 to R1-17.
pub(crate) async fn standing(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Asked(asked): Asked<OfAccount>,
) -> Response {
    let environment = asked.environment;
    let merchant = match merchant_of(&api, &viewer, code, environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let named = programme(asked.programme);
    let of = zaiton_app::prepaid::programme_id(&named);
    let job = move |api: &Api| {
        let now = api.engine.clock().now(environment);
        let policy = policy::prepaid_at(api.engine.registry(), environment, now);
        zaiton_reads::standing::standing(&api.queries, (environment, merchant.partition), of, &policy)
    };
    said(read(&api, job).await, &named)
}

/// The days that are asked for: the last so many where nothing is said.
fn days(asked: &OfDays, today: LocalDate) -> Result<(LocalDate, LocalDate), Box<Response>> {
    let day = |name: &str, text: Option<&String>, or: LocalDate| match text {
        None => Ok(or),
        Some(text) => {
            LocalDate::parse(text).map_err(|error| Box::new(problem::query(name, format!("{text}: {error}"))))
        }
    };
    let zone = Zone::shanghai();
    let to = day("to", asked.to.as_ref(), today)?;
    let before = |days: i64| to.start_in(&zone).plus_elapsed_days(-days).date_in(&zone);
    let from = day("from", asked.from.as_ref(), before(USUAL - 1))?;
    let longest = before(i64::try_from(DAYS).unwrap_or(1) - 1);
    if from > to || from < longest {
        return Err(Box::new(problem::query("from", format!("{from} to {to}: 1 to {DAYS} days are given"))));
    }
    Ok((from, to))
}

/// `GET /api/v1/merchants/{code}/balance-days`. Rules R1-06 to R1-09.
pub(crate) async fn balance_days(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Asked(asked): Asked<OfDays>,
) -> Response {
    let environment = asked.environment;
    let today = api.engine.clock().now(environment).date_in(&Zone::shanghai());
    let (from, to) = match days(&asked, today) {
        Ok(days) => days,
        Err(response) => return *response,
    };
    let merchant = match merchant_of(&api, &viewer, code, environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let named = programme(asked.programme);
    let programme = zaiton_app::prepaid::programme_id(&named);
    let job = move |api: &Api| {
        let registry = api.engine.registry();
        let policy_at = |at: Timestamp| policy::prepaid_at(registry, environment, at);
        let wanted = Wanted { partition: merchant.partition, programme, from, to };
        zaiton_reads::balance_days::balance_days(&api.queries, wanted, &policy_at)
    };
    said(read_long(&api, job).await, &named)
}

/// `GET /api/v1/bank-lines/{id}/candidates`. Rules R1-14 to R1-16.
pub(crate) async fn candidates(State(api): State<Api>, Path(id): Path<String>) -> Response {
    let Ok(line) = id.parse::<LineId>() else { return problem::missing(&id) };
    let job = move |api: &Api| {
        let policy_of = |environment: Environment| {
            let now = api.engine.clock().now(environment);
            (policy::prepaid_at(api.engine.registry(), environment, now), now)
        };
        zaiton_reads::candidates::of_line(&api.queries, line, &policy_of)
    };
    said(read(&api, job).await, &id)
}

/// What whoever looks at a queue must be permitted, and by what it may do something about it.
fn of_queue(queue: QueueName) -> (Permission, &'static [Permission]) {
    use Permission as P;
    use QueueName as Q;
    match queue {
        Q::ClientMoneyShort => (P::BankRead, &[P::MoneyRecount]),
        Q::BreakersOpen => (P::MoneyRead, &[P::DeskAnswer]),
        Q::BankLines | Q::BankLinesUnallocated | Q::BankDecisions | Q::HeldStatements => {
            (P::BankRead, &[P::BankDecide])
        }
        Q::TopUpsInReview => (P::MoneyRead, &[P::BankDecide]),
        Q::WithdrawalsToApprove => (P::MoneyRead, &[P::WithdrawalOperate, P::WithdrawalFinance]),
        Q::WithdrawalsToSend | Q::WithdrawalsFailed => (P::MoneyRead, &[P::WithdrawalSend]),
        Q::PaymentsToFile => (P::BankRead, &[P::PaymentPropose]),
        Q::PaymentFilesToRelease => (P::BankRead, &[P::PaymentRelease]),
        Q::AccountsToConfirm => (P::MoneyRead, &[P::AccountRestrict, P::CardConfirm]),
        Q::PoliciesProposed => (P::PolicyRead, &[P::PolicyChange]),
        Q::Tickets => (P::MerchantRead, &[P::DeskAnswer]),
        Q::ReviewsEscalated | Q::ReviewsOpen | Q::ReviewsToConfirm => (P::WorkRead, &[P::ReviewWork]),
        Q::Tasks => (P::SystemRead, &[P::TaskHandle]),
        Q::UnreadMessages | Q::ConnectionsInTrouble => (P::OrderRead, &[P::ShopManage]),
        Q::DeadEffects | Q::DeadTimers => (P::SystemRead, &[P::SystemRepair]),
    }
}

/// `GET /api/v1/attention`: what waits for people of the operator, as far as this one may look at it.
pub(crate) async fn attention(
    State(api): State<Api>,
    viewer: Viewer,
    Asked(asked): Asked<Place>,
) -> Response {
    let environment = asked.environment;
    let job = move |api: &Api| {
        let now = api.engine.clock().now(environment);
        let policy = policy::prepaid_at(api.engine.registry(), environment, now);
        let mut found = zaiton_reads::attention::attention(&api.queries, environment, &policy, now)?;
        let may = |permission: Permission| viewer.caller.may_platform(permission).is_ok();
        found.queues.retain(|queue| may(of_queue(queue.queue).0));
        for queue in &mut found.queues {
            queue.yours = of_queue(queue.queue).1.iter().any(|permission| may(*permission));
        }
        Ok(found)
    };
    said(read(&api, job).await.map(Some), "")
}
