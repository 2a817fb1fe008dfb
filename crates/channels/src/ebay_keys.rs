//! The keys that eBay signs its pushes with, by the id that a push names (`getPublicKey`). Kept for an hour, as eBay asks, and
//! a hundred of them at most: the id comes from whoever sent the push. Never takes a key from anywhere but the settings' host.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use zaiton_kernel::Timestamp;

use crate::access::Access;
use crate::calls::{Calls, Kind};
use crate::error::Stop;
use crate::http::{Ask, Http, piece};
use crate::oauth::{Naming, OAuth};
use crate::page::found;
use crate::settings::{Connection, SettingsError};
use crate::world::World;

/// How long a key is kept.
const KEPT_SECONDS: i64 = 3_600;
/// How long it is remembered that there is no such key.
const UNKNOWN_SECONDS: i64 = 300;
/// How many ids are kept.
const KEPT: usize = 100;
/// What the app's own tokens are for.
const SCOPE: &str = "https://api.ebay.com/oauth/api_scope";
/// One call a second: there is one key for months.
const RATE: (u64, u64) = (1_000_000, 10);

/// The keys of eBay's pushes.
pub struct EbayKeys {
    base: String,
    oauth: OAuth,
    calls: Calls,
    kept: HashMap<String, Kept>,
}

struct Kept {
    /// `None`: there is none of this id.
    key: Option<String>,
    until: Timestamp,
}

#[derive(Deserialize)]
struct PublicKey {
    key: String,
}

impl EbayKeys {
    /// Makes ready; no call is made yet. Of the settings host, app and limits are used, and not the seller's token: the
    /// app asks for itself.
    ///
    /// # Errors
    /// What is wrong with the settings; [`SettingsError::Address`] when they are those of another channel.
    pub fn new(settings: &Connection, world: Arc<dyn World>) -> Result<Self, SettingsError> {
        settings.check()?;
        let Access::Ebay(access) = &settings.access else { return Err(SettingsError::Address) };
        let oauth = OAuth::of_app(&access.refresh, Naming::InHeader, SCOPE);
        let calls = Calls::new(Http::new(settings)?, world, Box::new(|_| RATE));
        Ok(Self { base: settings.base_url.clone(), oauth, calls, kept: HashMap::new() })
    }

    /// The key of an id, as `verify_ebay` wants it; `None` when eBay knows none, and the push is not to be believed.
    ///
    /// # Errors
    /// Why it could not be asked: the push is to be refused for now, and eBay sends it again.
    pub fn key(&mut self, kid: &str) -> Result<Option<String>, Stop> {
        let now = self.calls.now();
        if let Some(kept) = self.kept.get(kid).filter(|kept| now < kept.until) {
            return Ok(kept.key.clone());
        }
        let path = format!("/commerce/notification/v1/public_key/{}", piece(kid)?);
        let base = &self.base;
        let ask =
            |token: &str| Ask::get(base, path.as_str()).with("authorization", format!("Bearer {token}"));
        let answer = match self.oauth.send(&mut self.calls, Kind::Order, &ask) {
            // An id that is none is answered with 400.
            Err(Stop::Refused { .. }) => None,
            answer => found(answer?)?,
        };
        let read = |body: &[u8]| serde_json::from_slice::<PublicKey>(body).map(|read| read.key);
        let key = answer.map(|answer| read(&answer.body)).transpose();
        let key = key.map_err(|_| Stop::Unreadable { code: "channels.public_key" })?;
        self.keep(kid, key.clone());
        Ok(key)
    }

    /// Keeps an answer; when there are too many, what ends first goes.
    fn keep(&mut self, kid: &str, key: Option<String>) {
        let now = self.calls.now();
        self.kept.retain(|_, kept| now < kept.until);
        if self.kept.len() >= KEPT {
            let first = self.kept.iter().min_by_key(|(_, kept)| kept.until).map(|(kid, _)| kid.clone());
            if let Some(kid) = first {
                self.kept.remove(&kid);
            }
        }
        let seconds = if key.is_some() { KEPT_SECONDS } else { UNKNOWN_SECONDS };
        self.kept.insert(kid.to_owned(), Kept { key, until: now.plus_seconds(seconds) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{EbayAccess, RefreshAccess};
    use crate::settings::{Limits, Secret};

    struct Still;

    impl World for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(1_000_000)
        }

        fn random(&self) -> u64 {
            0
        }

        fn wait_until(&self, _at: Timestamp) -> bool {
            false
        }
    }

    /// However many ids are named, so many are kept, and those of eBay stay before those that it does not know.
    #[test]
    fn no_more_keys_are_kept_than_may_be() {
        let secret = || Secret::new("x");
        let refresh = RefreshAccess {
            token_url: "https://api.ebay.com/token".to_owned(),
            client_id: secret(),
            client_secret: secret(),
            refresh_token: secret(),
        };
        let access = Access::Ebay(EbayAccess { refresh, scope: "x".to_owned(), marketplace: None });
        let base_url = "https://api.ebay.com".to_owned();
        let settings = Connection {
            base_url,
            access,
            limits: Limits::default(),
            pulls: true,
            push: None,
            authorities_pem: None,
        };
        let mut keys = EbayKeys::new(&settings, Arc::new(Still)).unwrap();
        keys.keep("good", Some("key".to_owned()));
        for number in 0..1_000 {
            keys.keep(&number.to_string(), None);
        }
        assert_eq!((keys.kept.len(), keys.key("good")), (KEPT, Ok(Some("key".to_owned()))));
    }
}
