//! From a stored record to what is seen of it: today's shape, ids as texts, amounts with their currency. Never shows what is
//! sealed.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zaiton_access::Permission;
use zaiton_app::allowed::{self, Allowed};
use zaiton_app::identity::PLATFORM;
use zaiton_app::reports::prepaid_figures;
use zaiton_bank::BankPolicy;
use zaiton_engine::StoreError;
use zaiton_engine::outbox::{Effect, EffectId, Parked, ParkedId, Timer, TimerId};
use zaiton_identity::api_key::State;
use zaiton_identity::{ApiKey, ApiKeyId};
use zaiton_kernel::{Environment, Id, Money, Partition, Refusal, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::unread::UnreadMessage;
use zaiton_prepaid::hold::EarlyFact;
use zaiton_prepaid::promotion::Standing;
use zaiton_prepaid::{AccountId, Hold, HoldId, PrepaidAccount, PrepaidPolicy, Promotion};
use zaiton_store::scan::objects::{Page, StoredRow, Which};

use super::Seen;
use crate::Api;

/// With what eyes a record is looked at.
pub(crate) struct Look<'a> {
    pub(crate) api: &'a Api,
    pub(crate) now: Timestamp,
    pub(crate) policy: &'a PrepaidPolicy,
}

/// Accounts of one merchant, at most: one a programme.
const PROGRAMMES: i64 = 500;
/// Ids that records keep as numbers: under which names, and of what kind they are.
pub(crate) const RAW: &[(&str, &str)] = &[
    ("merchant", "me"),
    ("top_up", "tu"),
    ("withdrawal", "wd"),
    ("line", "bl"),
    ("payment", "py"),
    ("task", "pk"),
    ("timer", "tm"),
];
/// Below this a number is no id: the ids of the first second of 2025 are higher.
const LOWEST: i64 = 1 << 21;

pub(crate) fn told(error: &serde_json::Error) -> StoreError {
    StoreError(format!("a stored record cannot be read: {error}"))
}

/// Writes ids as texts that a record keeps as numbers.
pub(crate) fn identified(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                let prefix = RAW.iter().find(|(known, _)| known == name).map(|(_, prefix)| *prefix);
                match (prefix, inner.as_i64()) {
                    (Some(prefix), Some(raw)) if raw >= LOWEST => {
                        *inner = Value::String(format!("{prefix}_{}", zaiton_kernel::id::letters(raw)));
                    }
                    _ => identified(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(identified),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The same with the text of a command's reply; one that names no such id is left as it is.
pub(crate) fn identified_text(reply: &str) -> Cow<'_, str> {
    if !RAW.iter().any(|(name, _)| reply.contains(&format!("\"{name}\":"))) {
        return Cow::Borrowed(reply);
    }
    let Ok(mut value) = serde_json::from_str::<Value>(reply) else { return Cow::Borrowed(reply) };
    identified(&mut value);
    Cow::Owned(value.to_string())
}

fn read<R: DeserializeOwned>(row: &StoredRow) -> Result<R, StoreError> {
    serde_json::from_str(&row.body).map_err(|error| told(&error))
}

fn shown(record: &impl Serialize, allowed: Vec<Allowed>) -> Result<Seen, StoreError> {
    let mut record = serde_json::to_value(record).map_err(|error| told(&error))?;
    identified(&mut record);
    Ok(Seen { record, allowed })
}

/// A record as it is, with what its context allows.
pub(super) fn plain<R: DeserializeOwned + Serialize>(
    row: &StoredRow,
    allowed: impl FnOnce(&R) -> Vec<Allowed>,
) -> Result<Seen, StoreError> {
    let record: R = read(row)?;
    let allowed = allowed(&record);
    shown(&record, allowed)
}

pub(super) fn bank_policy() -> BankPolicy {
    BankPolicy::default()
}

pub(super) fn promotion(look: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let promotion: Promotion = read(row)?;
    let queries = &look.api.queries;
    let page = Page { after: None, limit: PROGRAMMES, newest: false };
    let mut allowed = Vec::new();
    for account in queries.objects("prepaid_accounts", Which::Of(row.partition), page)? {
        let account: PrepaidAccount = read(&account)?;
        if account.id == promotion.account {
            let accounts = queries.accounts(row.partition)?;
            let figures = prepaid_figures(&accounts, account.programme, account.currency);
            let standing = Standing {
                state: account.state,
                restricted: account.is_restricted(),
                owed_minor: figures.owed.minor(),
                breaker: account.breaker,
            };
            allowed = allowed::of_promotion(&promotion, standing, account.currency, look.now);
        }
    }
    shown(&promotion, allowed)
}

/// The fee of an order. Amounts are what stands of it now.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HoldSeen {
    id: HoldId,
    /// The account that bears the fee.
    account: AccountId,
    /// The order, by its key.
    order: String,
    /// `requested`, `frozen`, `unfunded`, `partly_funded`, `partly_released`, `released`, `settled` and so on.
    state: String,
    /// The fee when the order was placed; none until it is charged.
    charged: Option<Money>,
    /// Given up before the order completed.
    released: Money,
    /// Earned when the order completed.
    settled: Money,
    /// Given back after that.
    refunded: Money,
    /// Frozen now (2120).
    frozen: Money,
    /// Not covered now (2125).
    unfunded: Money,
    /// Owed now (1120).
    owed: Money,
    /// Tax booked for what was settled.
    tax: Money,
    /// The hold after this one among those that owe.
    next_in_arrears: Option<HoldId>,
    /// Who asks to write off what it owes.
    write_off_by: Option<String>,
    /// What was told of the order before it was placed; amounts in minor units.
    early: Vec<EarlyFact>,
}

pub(super) fn hold(look: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let hold: Hold = read(row)?;
    let allowed = allowed::of_hold(&hold, look.policy);
    let money = |minor| Money::new(minor, hold.currency);
    let seen = HoldSeen {
        id: hold.id,
        account: hold.account,
        order: hold.order.clone(),
        state: hold.state().to_string(),
        charged: hold.charged.map(money),
        released: money(hold.released),
        settled: money(hold.settled),
        refunded: money(hold.refunded),
        frozen: money(hold.frozen),
        unfunded: money(hold.unfunded),
        owed: money(hold.owed),
        tax: money(hold.tax),
        next_in_arrears: hold.next_in_arrears,
        write_off_by: hold.write_off.as_ref().map(|asked| asked.0.clone()),
        early: hold.early.clone(),
    };
    shown(&seen, allowed)
}

/// A message that could not be read, without what came.
pub(super) fn unread(look: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let message: UnreadMessage = read(row)?;
    let allowed = allowed::of_unread(&message, look.now);
    shown(&UnreadMessage { sealed: None, ..message }, allowed)
}

/// What waits for a person: something that could not follow.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TaskSeen {
    id: ParkedId,
    /// What would have followed.
    command: String,
    /// With what.
    input: Value,
    /// Why it could not.
    refusal: Refusal,
    /// Since when it waits.
    at: Timestamp,
    /// Where it lies: the commands about it want this number.
    partition: String,
}

pub(super) fn task(_: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let parked: Parked = read(row)?;
    let seen = TaskSeen {
        id: parked.id,
        command: parked.command,
        input: input(&parked.body),
        refusal: parked.refusal,
        at: parked.at,
        partition: digits(row.partition),
    };
    shown(&seen, allowed::always(&["engine.retry_parked", "engine.drop_parked"]))
}

/// A command that is due at a moment.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TimerSeen {
    id: TimerId,
    /// When; none once it is dead.
    due_at: Option<Timestamp>,
    /// What is given then.
    command: String,
    /// With what.
    input: Value,
    /// Why it is dead.
    refusal: Option<Refusal>,
    /// Where it lies: the commands about it want this number.
    partition: String,
}

pub(super) fn timer(_: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let timer: Timer = read(row)?;
    let is_dead = timer.due_at.is_none();
    let seen = TimerSeen {
        id: timer.id,
        due_at: timer.due_at.map(Timestamp::from_micros),
        command: timer.command,
        input: input(&timer.body),
        refusal: timer.refusal,
        partition: digits(row.partition),
    };
    shown(&seen, allowed::always(if is_dead { &["engine.retry_timer"] } else { &[] }))
}

/// Something to do in the world, or a message to another partition.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EffectSeen {
    id: EffectId,
    /// When it may next be tried; none once it is dead, or while nobody is there to do it.
    due_at: Option<Timestamp>,
    /// What is done: `command` is a message to another partition.
    kind: String,
    /// With what.
    input: Value,
    /// How often it was tried.
    attempts: u32,
    /// What the last attempt said.
    error: Option<String>,
    /// Where it lies: the commands about it want this number.
    partition: String,
}

pub(super) fn effect(_: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let effect: Effect = read(row)?;
    let is_still = effect.due_at.is_none();
    let seen = EffectSeen {
        id: effect.id,
        due_at: effect.due_at.map(Timestamp::from_micros),
        kind: effect.kind,
        input: input(&effect.body),
        attempts: effect.attempts,
        error: effect.error,
        partition: digits(row.partition),
    };
    shown(&seen, allowed::always(if is_still { &["engine.retry_effect"] } else { &[] }))
}

/// Stored JSON as JSON, or as its text. What is sealed in it stays out.
fn input(body: &str) -> Value {
    let mut value = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    without_seals(&mut value);
    value
}

fn without_seals(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !["sealed", "credentials", "secret"].contains(&name.as_str()));
            fields.values_mut().for_each(without_seals);
        }
        Value::Array(items) => items.iter_mut().for_each(without_seals),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn digits(partition: Partition) -> String {
    partition.raw().to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_that_are_ids_are_written_as_ids_and_others_stay() {
        let raw = zaiton_kernel::schema::EXAMPLE_ID;
        let mut value = json!({
            "merchant": raw, "state": { "name": "allocated", "top_up": raw, "line": 7 },
            "tasks": [{ "task": raw }], "total_minor": raw, "timer": null, "payment": "py_x",
        });
        identified(&mut value);
        let letters = zaiton_kernel::id::letters(raw);
        assert_eq!(value["merchant"], format!("me_{letters}"));
        assert_eq!(value["state"]["top_up"], format!("tu_{letters}"));
        assert_eq!(value["state"]["line"], 7);
        assert_eq!(value["tasks"][0]["task"], format!("pk_{letters}"));
        assert_eq!(value["total_minor"], raw);
        assert_eq!(value["payment"], "py_x");
    }

    #[test]
    fn what_is_sealed_is_no_input_that_is_shown() {
        let body =
            json!({ "message": { "sealed": { "raw": "x" }, "hash": "h" }, "credentials": { "text": "x" } });
        assert_eq!(input(&body.to_string()), json!({ "message": { "hash": "h" } }));
        assert_eq!(input("no JSON"), json!("no JSON"));
    }
}

/// A key of a program, without what lets in.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ApiKeySeen {
    id: ApiKeyId,
    /// Of a merchant; of the platform where none is named.
    #[schemars(with = "Option<String>")]
    merchant: Option<MerchantId>,
    /// Live or sandbox: it lets into no other.
    environment: Environment,
    /// What people call it.
    name: String,
    /// What it may do.
    scopes: BTreeSet<Permission>,
    /// The networks that it may come from; none: from everywhere.
    networks: Vec<String>,
    /// Every request must be signed.
    signed: bool,
    /// Until when it is good.
    expires_at: Option<Timestamp>,
    /// Where it stands.
    state: State,
    /// When it was made.
    made_at: Timestamp,
    /// By whom.
    made_by: String,
}

/// A key.
pub(super) fn api_key(_look: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let key: ApiKey = serde_json::from_str(&row.body).map_err(|error| told(&error))?;
    let allowed = allowed::of_api_key(&key);
    let merchant = (key.owner != PLATFORM).then(|| MerchantId::from_raw(key.owner));
    let ApiKey {
        id, environment, name, scopes, networks, signed, expires_at, state, made_at, made_by, ..
    } = key;
    let seen = ApiKeySeen {
        id,
        merchant,
        environment,
        name,
        scopes,
        networks,
        signed,
        expires_at,
        state,
        made_at,
        made_by,
    };
    Ok(Seen { record: serde_json::to_value(seen).map_err(|error| told(&error))?, allowed })
}
