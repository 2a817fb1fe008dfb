//! What happened to a bank account. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::{Chain, Held};
use crate::held::HeldStatementId;
use crate::payment::PaymentId;
use crate::transfer::Way;

/// An event of a bank account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Statements are taken from now on.
    Opened {
        /// The number in the form that is compared.
        number: String,
        /// The holder's name.
        holder: String,
        /// The bank's name.
        bank: String,
        /// Client money, else our own.
        client_money: bool,
        /// When.
        opened_at: Timestamp,
    },
    /// The statements taken go further than before.
    StatementTaken {
        /// Where they end now.
        chain: Chain,
    },
    /// A transfer between our accounts is booked, the bank's line of it is still to come.
    TransferExpected {
        /// Which way it will go.
        way: Way,
        /// How much, minor units.
        minor: i64,
    },
    /// An expected transfer is not to come after all.
    TransferForgone {
        /// Which way it would have gone.
        way: Way,
        /// How much, minor units.
        minor: i64,
    },
    /// An expected transfer came.
    TransferMet {
        /// Which way it went.
        way: Way,
        /// How much, minor units.
        minor: i64,
    },
    /// A payment waits for a file.
    PaymentQueued {
        /// The payment.
        payment: PaymentId,
    },
    /// A payment waits for a file no more.
    PaymentLeft {
        /// The payment.
        payment: PaymentId,
    },
    /// A statement is held.
    StatementHeld {
        /// Which, and where it begins and ends.
        held: Held,
    },
    /// A statement is held no more.
    HeldLeft {
        /// Which.
        statement: HeldStatementId,
    },
}
