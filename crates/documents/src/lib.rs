//! Documents of merchants (R5-12): what a file must be to be taken, how it is taken in parts, how long it is valid, and what
//! follows when it no longer is.
//!
//! Pure: never holds content for longer than it looks at it, never reads a store or a clock, never encrypts.
//! `sniff.rs` what a file is by its own bytes; `upload/` a file on its way; `document/` one that is there; `policy.rs` figures.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

pub mod document;
pub mod policy;
pub mod sniff;
pub mod upload;

pub use document::{Document, DocumentId};
pub use policy::DocumentPolicy;
pub use upload::{Upload, UploadId};

zaiton_kernel::entity!(Document, DocumentId, 90, "documents", 1);
zaiton_kernel::entity!(Upload, UploadId, 91, "uploads", 1);
