//! The prepaid account's use cases. Each loads, asks `decide`, applies, books, saves, emits.

pub mod account;
pub mod charge;
pub mod contact;
pub mod holds;
pub mod month;
pub mod promotion;
pub mod repay;
pub mod top_up;
pub mod watch;
pub mod withdrawal;

use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Environment, Id, Partition, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::ProgrammeId;
use zaiton_prepaid::{AccountId, PrepaidAccount};

use crate::names::hashed;

/// A merchant's partition.
#[must_use]
pub fn partition_of(environment: Environment, merchant: MerchantId) -> Partition {
    Partition::new(environment, merchant.raw())
}

/// The id of a programme by its code. One code, one id, on every installation.
#[must_use]
pub fn programme_id(code: &str) -> ProgrammeId {
    ProgrammeId::from_raw(hashed("programme", code))
}

/// Kind of the natural key: one account a programme.
pub(crate) const ACCOUNT_KEY: &str = "prepaid_account";
/// Kind of the natural key: one hold an order and programme.
pub(crate) const HOLD_KEY: &str = "hold";

/// The merchant's account in a programme, if it has one.
///
/// # Errors
/// Not in memory yet.
pub(crate) fn find_account(
    unit: &mut Unit<'_>,
    programme: ProgrammeId,
) -> Result<Option<Doc<PrepaidAccount>>, Stop> {
    match unit.lookup(ACCOUNT_KEY, &programme.raw().to_string())? {
        Some(id) => unit.find::<PrepaidAccount>(AccountId::from_raw(id)),
        None => Ok(None),
    }
}

/// Rule R1-13 asks for an account first.
pub(crate) fn no_account() -> Refusal {
    Refusal::new(
        "prepaid.account.none",
        Rule::new("R1-02"),
        Text::new("该商家尚未开通预存账户。", "This merchant has no prepaid account in this programme."),
        Text::new("请先开户。", "Open the account first."),
    )
}
