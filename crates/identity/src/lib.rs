//! Who may come in: people with their passwords and second factors, the sessions that they opened, the organisations that they
//! belong to, and the keys of programs (R5-01, R5-02, R5-04).
//!
//! Pure: never hashes a password, never makes or sees a token or a secret, never reads a store or a clock. A password comes as
//! the text of its hash, a token as its SHA-256, a secret sealed.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

pub mod api_key;
pub mod organisation;
pub mod person;
pub mod session;

pub use api_key::{ApiKey, ApiKeyId};
pub use organisation::{Organisation, OrganisationId};
pub use person::{Person, PersonId};
pub use session::{Session, SessionId};

zaiton_kernel::entity!(Person, PersonId, 70, "people", 1);
zaiton_kernel::entity!(Session, SessionId, 71, "sessions", 1);
zaiton_kernel::entity!(Organisation, OrganisationId, 72, "organisations", 1);
zaiton_kernel::entity!(ApiKey, ApiKeyId, 73, "api_keys", 1);
