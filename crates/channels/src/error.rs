//! Why a call did not give what was asked. Never holds a credential, an address with its query, a body, or a word about
//! a person: what a channel says of an error is kept as a short code, or not at all.

use std::fmt;

use zaiton_kernel::Timestamp;

/// What went wrong in a way that may pass: the call is made again (rule R4-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke before the answer was whole.
    Connection,
    /// 429, or the channel's own word for it.
    Throttled,
    /// 500 to 599.
    Server(u16),
    /// An answer that says "good" and whose body is no whole JSON.
    Broken,
}

/// Why a pull, a sweep or a fetch ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Not before then, says a budget, the back-off or the channel; the caller did not want to wait.
    Later {
        /// From when on.
        at: Timestamp,
    },
    /// Ten failures in a row (rule R4-06): nothing is asked until then.
    CircuitOpen {
        /// When one call is tried.
        until: Timestamp,
        /// What happened last; nothing when it was open already.
        last: Option<Failure>,
    },
    /// The credentials were not taken, also not after they were renewed once.
    Unauthorised {
        /// 401 or 403.
        status: u16,
    },
    /// No access token was given for the refresh token: somebody must connect the shop anew.
    CredentialsRefused {
        /// The code: `invalid_grant`.
        code: Option<String>,
    },
    /// The channel refused the call: asking again would not help.
    Refused {
        /// Its status.
        status: u16,
        /// Its own code, where it has one.
        code: Option<String>,
    },
    /// The channel answered with an error where an order or a page should be.
    ChannelError {
        /// Its own code, where it has one.
        code: Option<String>,
    },
    /// The channel sent the call elsewhere, which is never followed: credentials stay with the host of the settings.
    Redirected {
        /// 300 to 399.
        status: u16,
    },
    /// The host is not who it should be, or speaks no TLS that is good enough.
    Untrusted,
    /// The answer is larger than the settings allow.
    TooLarge {
        /// What they allow, in bytes.
        limit_bytes: u64,
    },
    /// The answer is no page of this channel, by the reader's code.
    Unreadable {
        /// The code: `import.too_many`, `channels.page_empty`.
        code: &'static str,
    },
    /// The channel gave the same place to go on from twice.
    Loops {
        /// After how many pages.
        pages: u32,
    },
    /// More pages than the settings allow.
    TooManyPages {
        /// What they allow.
        limit: u32,
    },
    /// The id is none that could be asked for.
    BadId,
    /// The caller took no more.
    Hand,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = |code: &Option<String>| code.as_ref().map_or(String::new(), |code| format!(" ({code})"));
        match self {
            Self::Later { at } => write!(f, "the channel may be asked again at {at}"),
            Self::CircuitOpen { until, last: Some(last) } => {
                write!(f, "ten calls failed in a row, the last by {last:?}; the next is tried at {until}")
            }
            Self::CircuitOpen { until, last: None } => write!(f, "the channel is not asked before {until}"),
            Self::Unauthorised { status } => write!(f, "the credentials were not taken ({status})"),
            Self::CredentialsRefused { code: said } => {
                write!(f, "no access token was given{}", code(said))
            }
            Self::Refused { status, code: said } => {
                write!(f, "the channel refused with {status}{}", code(said))
            }
            Self::ChannelError { code: said } => {
                write!(f, "the channel answered with an error{}", code(said))
            }
            Self::Redirected { status } => write!(f, "the channel sent the call elsewhere ({status})"),
            Self::Untrusted => f.write_str("the host's certificate is not to be trusted"),
            Self::TooLarge { limit_bytes } => write!(f, "the answer is larger than {limit_bytes} bytes"),
            Self::Unreadable { code } => write!(f, "the answer is no page of this channel ({code})"),
            Self::Loops { pages } => write!(f, "after {pages} pages the channel gave a page again"),
            Self::TooManyPages { limit } => write!(f, "there are more than {limit} pages"),
            Self::BadId => f.write_str("the id is none that could be asked for"),
            Self::Hand => f.write_str("the caller took no more"),
        }
    }
}

impl std::error::Error for Stop {}

/// A channel's own code when it looks like one; a sentence could name a person.
pub(crate) fn plain_code(text: &str) -> Option<String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    (!text.is_empty() && text.len() <= 60 && text.chars().all(is_plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_repeated() {
        assert_eq!(
            plain_code("woocommerce_rest_cannot_view").as_deref(),
            Some("woocommerce_rest_cannot_view")
        );
        assert_eq!(plain_code("a".repeat(60).as_str()).map(|code| code.len()), Some(60));
        for text in ["", "no order for buyer@example.com", "two words", "姓名", &"a".repeat(61)] {
            assert_eq!(plain_code(text), None, "{text}");
        }
    }
}
