//! What a connection to a channel needs: where it is, whose shop, with which credentials. Never shows a credential:
//! whoever writes settings down (they are serialised whole) keeps them encrypted.

use std::fmt;

use serde::{Deserialize, Serialize};
use ureq::http::Uri;
use zaiton_connect::orders::Channel;

use crate::access::{Access, AmazonQueue};

/// A connection of one shop to one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Where the channel's API is: `https://shop.example`; a path is kept in front of every call's. Plain `http` is
    /// only taken for this machine itself.
    pub base_url: String,
    /// The channel, and how it is entered.
    pub access: Access,
    /// How much is taken from it.
    #[serde(default)]
    pub limits: Limits,
    /// Whether orders are pulled; a shop that only pushes says no.
    #[serde(default = "yes")]
    pub pulls: bool,
    /// How pushes are known to be the channel's; without it none is taken.
    #[serde(default)]
    pub push: Option<Push>,
    /// Certificates (PEM) of the authorities that may vouch for the host; without, those that Mozilla trusts.
    #[serde(default)]
    pub authorities_pem: Option<String>,
}

const fn yes() -> bool {
    true
}

/// How pushes are known to be the channel's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Shopify: the app's secret. `WooCommerce`: the webhook's. A shop's own site: the key's. eBay: the verification token.
    /// Amazon: the key that its event bus sends as `x-api-key`.
    pub secret: Secret,
    /// Where the channel pushes to, as it was told: eBay signs it. `https://zaiton.example/push/cn_..`
    #[serde(default)]
    pub url: Option<String>,
}

/// How much is taken from a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The largest answer, in bytes.
    pub answer_bytes: u64,
    /// The most pages of one pull or sweep.
    pub pages: u32,
    /// How long one call may take, in milliseconds.
    pub timeout_millis: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { answer_bytes: 32 << 20, pages: 10_000, timeout_millis: 60_000 }
    }
}

/// A text that is shown nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one call or check that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// What is wrong with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// An address that is none, or holds a user, a query or a fragment.
    Address,
    /// Plain `http` to another machine.
    NotEncrypted,
    /// A credential is missing, or holds what no header may hold.
    Credential,
    /// A limit of 0, or a marketplace that is missing.
    Limit,
    /// Authorities that are no certificates.
    Authorities,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "the address must be https://host, with at most a path",
            Self::NotEncrypted => "the address must begin with https, but for this machine itself",
            Self::Credential => "a credential is missing or holds spaces or control characters",
            Self::Limit => "a limit is 0, or there is no marketplace",
            Self::Authorities => "the authorities are no certificates in PEM",
        })
    }
}

impl std::error::Error for SettingsError {}

impl Connection {
    /// The channel.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match &self.access {
            Access::WooCommerce(_) => Channel::WooCommerce,
            Access::Shopify(_) => Channel::Shopify,
            Access::Ebay(_) => Channel::Ebay,
            Access::Amazon(_) => Channel::Amazon,
            Access::OwnSite(_) => Channel::OwnSite,
        }
    }

    /// The channel pushes orders.
    #[must_use]
    pub fn is_pushed(&self) -> bool {
        self.push.is_some()
    }

    /// Looks whether calls could be made with them.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), SettingsError> {
        check_address(&self.base_url)?;
        let refresh = match &self.access {
            Access::Ebay(access) => Some(&access.refresh),
            Access::Amazon(access) => Some(&access.refresh),
            Access::WooCommerce(_) | Access::Shopify(_) | Access::OwnSite(_) => None,
        };
        if let Some(refresh) = refresh {
            check_address(&refresh.token_url)?;
        }
        if let Some(queue) = self.queue() {
            check_address(&queue.url)?;
        }
        let push = self.push.as_ref().map(|push| push.secret.reveal());
        if !self.secrets().into_iter().chain(push).all(is_good_secret) {
            return Err(SettingsError::Credential);
        }
        if matches!(&self.access, Access::OwnSite(access) if !is_plain_path(&access.path)) {
            return Err(SettingsError::Address);
        }
        let limits = &self.limits;
        let sells_nowhere = matches!(&self.access, Access::Amazon(access) if access.marketplaces.is_empty());
        if sells_nowhere || limits.answer_bytes == 0 || limits.pages == 0 || limits.timeout_millis == 0 {
            return Err(SettingsError::Limit);
        }
        Ok(())
    }

    /// The queue that tells which orders changed.
    pub(crate) fn queue(&self) -> Option<&AmazonQueue> {
        match &self.access {
            Access::Amazon(access) => access.queue.as_ref(),
            Access::WooCommerce(_) | Access::Shopify(_) | Access::Ebay(_) | Access::OwnSite(_) => None,
        }
    }

    /// Every text that goes into a header or a form.
    fn secrets(&self) -> Vec<&str> {
        match &self.access {
            Access::WooCommerce(access) => {
                vec![access.consumer_key.reveal(), access.consumer_secret.reveal()]
            }
            Access::Shopify(access) => vec![access.access_token.reveal(), &access.version],
            Access::OwnSite(access) => vec![access.key_id.reveal(), access.secret.reveal()],
            Access::Amazon(access) => {
                let mut all = access.refresh.secrets();
                all.extend(access.marketplaces.iter().map(String::as_str));
                if let Some(queue) = &access.queue {
                    let keys = [&queue.access_key_id, &queue.secret_access_key].map(Secret::reveal);
                    all.extend(keys.into_iter().chain([queue.region.as_str()]));
                    all.extend(queue.seller.as_deref());
                }
                all
            }
            Access::Ebay(access) => {
                let mut all = access.refresh.secrets();
                all.extend(access.marketplace.as_deref());
                all
            }
        }
    }
}

/// A path that is sent as it stands.
fn is_plain_path(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    path.starts_with('/') && !path.ends_with('/') && !path.contains("//") && path.bytes().all(is_plain)
}

/// Whether a text can stand in a header.
pub(crate) fn is_good_secret(text: &str) -> bool {
    (1..=4_096).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_address(text: &str) -> Result<(), SettingsError> {
    let uri: Uri = text.parse().map_err(|_| SettingsError::Address)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(SettingsError::Address);
    };
    if authority.as_str().contains('@')
        || authority.host().is_empty()
        || uri.query().is_some()
        || text.contains('#')
    {
        return Err(SettingsError::Address);
    }
    let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&authority.host());
    match scheme {
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        "http" => Err(SettingsError::NotEncrypted),
        _ => Err(SettingsError::Address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_addresses_are_taken() {
        let check =
            |text: &str, want: Result<(), SettingsError>| assert_eq!(check_address(text), want, "{text}");
        check("https://shop.example", Ok(()));
        check("https://shop.example:8443/sub/", Ok(()));
        check("http://127.0.0.1:8080", Ok(()));
        check("http://localhost", Ok(()));
        check("http://[::1]:80", Ok(()));
        check("http://shop.example", Err(SettingsError::NotEncrypted));
        check("http://127.0.0.1.shop.example", Err(SettingsError::NotEncrypted));
        check("http://10.0.0.1", Err(SettingsError::NotEncrypted));
        for text in [
            "",
            "shop.example",
            "/path",
            "ftp://shop.example",
            "https://key:secret@shop.example",
            "https://shop.example/?a=b",
            "https://shop.example/#a",
            "https://shop example",
        ] {
            check(text, Err(SettingsError::Address));
        }
    }

    #[test]
    fn secrets_are_not_shown_and_must_fit_a_header() {
        let secret = Secret::new("cs_very_secret");
        assert!(!format!("{secret:?}").contains("very"));
        assert!(is_good_secret("cs_1+/="));
        for text in ["", "a b", "a\nb", "a\r\nX-Other: 1", "é", &"a".repeat(4_097)] {
            assert!(!is_good_secret(text), "{text}");
        }
    }

    #[test]
    fn paths_are_plain() {
        assert!(is_plain_path("/zaiton/orders"));
        for path in ["", "/", "orders", "/a//b", "/a/", "/a?b=c", "/a b", "//elsewhere.example", "/%2e"] {
            assert!(!is_plain_path(path), "{path}");
        }
    }

    #[test]
    fn settings_are_read_from_json() {
        let text = r#"{"base_url":"https://shop.example",
            "access":{"channel":"woocommerce","consumer_key":"ck_1","consumer_secret":"cs_1"}}"#;
        let read: Connection = serde_json::from_str(text).unwrap();
        assert_eq!((read.channel(), read.check()), (Channel::WooCommerce, Ok(())));
        assert_eq!(read.limits, Limits::default());
        let again: Connection = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
        let shown = format!("{read:?}");
        assert!(!shown.contains("ck_1") && !shown.contains("cs_1"), "{shown}");
        let bare = Connection { limits: Limits { pages: 0, ..Limits::default() }, ..read };
        assert_eq!(bare.check(), Err(SettingsError::Limit));
    }
}
