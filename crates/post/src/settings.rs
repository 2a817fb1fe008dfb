//! Why settings cannot be used. Never repeats what stands in them: that may be a password.

use std::fmt;

/// What is wrong with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// Not `smtp://` or `smtps://` with a host.
    SmtpUrl,
    /// Not `tls=required` or `tls=none`.
    SmtpTls,
    /// A password would go over a line that anybody reads.
    PasswordInClear,
    /// Not an address, or a name and an address: `Zaiton <no-reply@example.com>`.
    From,
    /// No certificates.
    Authorities,
    /// Settings of a gateway for mobiles that cannot be read.
    Sms,
    /// Its address is no https address.
    SmsUrl,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SmtpUrl => {
                "the mail server's address is smtp://user:password@host:587 or smtps://user:password@host:465"
            }
            Self::SmtpTls => {
                "after smtp://host comes ?tls=required, which is what holds without it, or ?tls=none"
            }
            Self::PasswordInClear => {
                "with ?tls=none there can be no user and no password: anybody on the way could read them"
            }
            Self::From => "the sender is an address, or a name with one: Zaiton <no-reply@example.com>",
            Self::Authorities => "the file of authorities holds no certificate (PEM)",
            Self::Sms => {
                "the settings of the gateway for mobiles cannot be read; docs/operating.md shows them"
            }
            Self::SmsUrl => "the gateway's address begins with https:// (http:// on this machine only)",
        })
    }
}

impl std::error::Error for SettingsError {}
