//! The bank's use cases: our accounts, their statements, what each line is used for.

pub mod account;
pub mod decision;
pub mod held;
pub mod line;
pub mod payment;
pub mod payment_file;
pub mod statement;

use zaiton_bank::BankAccountId;
use zaiton_kernel::{Environment, Id, Partition};

/// A bank account's partition.
#[must_use]
pub fn partition_of(environment: Environment, account: BankAccountId) -> Partition {
    Partition::new(environment, account.raw())
}
