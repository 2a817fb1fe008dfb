//! Webhooks after the Standard Webhooks convention: `address.rs` where one may go, `sign.rs` how it is signed, `send.rs` one attempt.

mod address;
mod send;
mod sign;

pub use address::{Lookup, SystemLookup, is_public};
pub use send::{Answer, Sender, Signed};
pub use sign::{SECRET_BYTES, SECRET_PREFIX, secret, signature};
