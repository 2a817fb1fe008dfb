//! What happened to a person's record. Stored without hashes, secrets and tokens; never changes its meaning once stored.

use zaiton_kernel::Timestamp;

use super::{Links, Meter, PasswordHash, SealedSecret};

/// An event of a person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody came in.
    CameIn {
        /// From a device that was known.
        known: bool,
        /// The step of its code.
        step: Option<i64>,
        /// The recovery code that was used up, as its SHA-256.
        recovery: Option<String>,
    },
    /// A wrong password or code.
    Guessed {
        /// From a device that was known.
        known: bool,
        /// How many in a row, and how long to wait.
        meter: Meter,
    },
    /// Another password.
    PasswordChanged {
        /// Its hash.
        password: PasswordHash,
    },
    /// A secret was shown.
    SecondOffered {
        /// Which.
        secret: SealedSecret,
    },
    /// Its first code was told: it is needed from now on.
    SecondConfirmed {
        /// When.
        since: Timestamp,
        /// The step of that code.
        step: i64,
        /// SHA-256 of its recovery codes.
        recovery: Vec<String>,
    },
    /// It is needed no more; all sessions are over.
    SecondDropped {},
    /// A link is to be sent.
    LinkAsked {
        /// As they stand then.
        links: Links,
    },
    /// A wrong link was tried.
    LinkWrong {
        /// As they stand then.
        links: Links,
    },
    /// A link was used.
    LinkUsed {
        /// As they stand then.
        links: Links,
    },
    /// The address is the person's.
    Confirmed {},
    /// It is kept out; all sessions are over.
    Blocked {},
    /// It may come in again.
    Unblocked {},
    /// It is a member now.
    Joined {
        /// Of whose organisation.
        owner: i64,
    },
    /// It is no member any more.
    Left {
        /// Of whose organisation.
        owner: i64,
    },
}
