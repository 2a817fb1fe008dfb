//! What reads say that are no objects: the shapes of their rows. Holds no rule.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use zaiton_kernel::figure::Ranged;
use zaiton_kernel::{Currency, LocalDate, Money, Timestamp};
use zaiton_ledger::{Account, AccountCode, Kind, Transfer};
use zaiton_prepaid::PrepaidPolicy;
use zaiton_reviews::ReviewPolicy;

use crate::resources::{Resource, letters};

/// Something that happened.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub(crate) struct EventSaid {
    /// Its id.
    pub(crate) id: String,
    /// Its place among those of its partition.
    pub(crate) number: i64,
    /// When.
    pub(crate) at: Timestamp,
    /// Who.
    pub(crate) actor: String,
    /// By which command.
    pub(crate) command: String,
    /// The letters of the id of what changed, without prefix.
    pub(crate) subject: String,
    /// What changed: `type` says what kind it is.
    #[schemars(with = "serde_json::Map<String, Value>")]
    pub(crate) event: Value,
}

/// An account of the ledger.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LedgerAccount")]
pub(crate) struct AccountSaid {
    /// Its id.
    id: String,
    /// Of the chart of accounts.
    code: AccountCode,
    /// What people call it.
    en: &'static str,
    /// What people call it.
    #[serde(rename = "zh-CN")]
    zh: &'static str,
    /// The letters of what it is kept for.
    dimension: String,
    /// Its currency.
    currency: Currency,
    /// On its normal side.
    balance: Money,
}

impl AccountSaid {
    pub(crate) fn of(account: &Account, balance: Money) -> Self {
        let row = account.key.code.row();
        Self {
            id: letters("la", account.id),
            code: account.key.code,
            en: row.en,
            zh: row.zh,
            dimension: zaiton_kernel::id::letters(account.key.dimension),
            currency: account.key.currency,
            balance,
        }
    }
}

/// Which side of an account.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TransferSide")]
pub(crate) enum Side {
    /// The left.
    Debit,
    /// The right.
    Credit,
}

/// What was booked on an account.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Transfer")]
pub(crate) struct TransferSaid {
    /// Its id.
    id: String,
    /// Transfers of one transaction were booked together.
    transaction: String,
    /// Which side of the account.
    side: Side,
    /// How much.
    amount: Money,
    /// What kind of posting; none that a newer program made.
    kind: Option<Kind>,
    /// The letters of the id of what it is for.
    subject: String,
    /// When.
    booked_at: Timestamp,
    /// From when it counts.
    value_date: LocalDate,
}

impl TransferSaid {
    pub(crate) fn of(account: &Account, transfer: &Transfer) -> Self {
        let side = if transfer.debit_account == account.id { Side::Debit } else { Side::Credit };
        Self {
            id: letters("lt", transfer.id),
            transaction: letters("tx", transfer.transaction),
            side,
            amount: Money::new(transfer.amount, account.key.currency),
            kind: Kind::from_number(transfer.kind),
            subject: zaiton_kernel::id::letters(transfer.subject),
            booked_at: transfer.booked_at,
            value_date: transfer.value_date,
        }
    }
}

/// A page of an account's transfers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TransferPage")]
pub(crate) struct TransfersSaid {
    /// The account.
    pub(crate) account: AccountSaid,
    /// The newest first.
    pub(crate) rows: Vec<TransferSaid>,
    /// What the next page goes on after; null at the end.
    pub(crate) next_after: Option<String>,
}

/// An account of a merchant's at a moment.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AccountBalance")]
pub(crate) struct BalanceSaid {
    /// Of the chart of accounts.
    pub(crate) code: AccountCode,
    /// What people call it.
    pub(crate) en: &'static str,
    /// What people call it.
    #[serde(rename = "zh-CN")]
    pub(crate) zh: &'static str,
    /// The letters of what it is kept for: of a prepaid account those of its programme.
    pub(crate) dimension: String,
    /// On its normal side.
    pub(crate) balance: Money,
}

/// Every account of a merchant at a moment.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AccountBalances")]
pub(crate) struct BalancesSaid {
    /// The moment.
    pub(crate) at: Timestamp,
    /// An account each.
    pub(crate) rows: Vec<BalanceSaid>,
}

/// Figures in force.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PoliciesInForce")]
pub(crate) struct InForceSaid {
    /// The moment.
    pub(crate) at: Timestamp,
    /// The figures of prepaid accounts.
    pub(crate) prepaid: PrepaidPolicy,
    /// The figures of reviews.
    pub(crate) reviews: ReviewPolicy,
    /// Every figure that is a number, with its default, its range and its unit (R5-31).
    pub(crate) ranges: Vec<Ranged>,
}

/// A kind of object.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ObjectKind")]
pub(crate) struct KindSaid {
    /// In the address: `top-ups`.
    path: &'static str,
    /// In the object: `top_up`.
    kind: &'static str,
    /// Of its ids.
    prefix: &'static str,
    /// What people call it.
    en: &'static str,
    /// What people call it.
    #[serde(rename = "zh-CN")]
    zh: &'static str,
}

impl KindSaid {
    pub(crate) const fn of(kind: &Resource) -> Self {
        let Resource { path, kind, prefix, about: (zh, en), .. } = kind;
        Self { path, kind, prefix, en, zh }
    }
}
