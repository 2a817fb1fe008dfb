//! The post: mail by SMTP, messages to mobiles by HTTP, webhooks. Each call is one attempt that is told as taken or not, with a code;
//! whoever calls keeps what is due and when.
//!
//! Never stores, never tries again, never follows a redirect, never writes an address, a text or a secret into an error.
#![warn(missing_docs)]

mod http;
mod letter;
mod mail;
mod settings;
pub mod sms;
pub mod webhook;

use std::fmt;

pub use letter::Letter;
pub use mail::{Mail, Mailer};
pub use settings::SettingsError;
pub use sms::{Message, Sms};

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// A code: `smtp.450`, `sms.timeout`. Nothing that a server wrote.
    pub code: String,
    /// Trying again cannot help.
    pub hopeless: bool,
}

impl Trouble {
    pub(crate) fn later(code: impl Into<String>) -> Self {
        Self { code: code.into(), hopeless: false }
    }

    pub(crate) fn hopeless(code: impl Into<String>) -> Self {
        Self { code: code.into(), hopeless: true }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

impl std::error::Error for Trouble {}
