//! Access tokens that are bought with a refresh token (OAuth 2), as Amazon and eBay want them. Kept until shortly before
//! they end, and renewed once when the channel does not take one. Never sent anywhere but to the hosts of the settings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use zaiton_kernel::Timestamp;

use crate::access::RefreshAccess;
use crate::calls::{Calls, Kind, error_code};
use crate::error::Stop;
use crate::http::{Answer, Ask, form};
use crate::settings::is_good_secret;

/// So long before its end a token is no longer used.
const MARGIN_SECONDS: i64 = 120;
/// How long a token holds when its answer does not say so.
const UNSAID_SECONDS: i64 = 900;

/// A token and until when it is used.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    until: Timestamp,
}

impl Token {
    /// A token of an answer, which may give its seconds as a number or a text.
    pub(crate) fn new(text: String, seconds: &Value, now: Timestamp) -> Result<Self, Stop> {
        if !is_good_secret(&text) {
            return Err(Stop::Unreadable { code: "channels.token" });
        }
        let said = seconds.as_i64().or_else(|| seconds.as_str()?.parse().ok());
        let seconds = said.unwrap_or(UNSAID_SECONDS).clamp(0, 86_400);
        Ok(Self { text, until: now.plus_seconds(seconds - MARGIN_SECONDS) })
    }

    pub(crate) fn holds(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

/// How the client names itself when it asks for a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// In the form (Amazon).
    InForm,
    /// In a header (eBay).
    InHeader,
}

pub(crate) struct OAuth {
    ask: Ask,
    token: Option<Token>,
}

#[derive(Deserialize)]
struct Bought {
    access_token: String,
    #[serde(default)]
    expires_in: Value,
}

impl OAuth {
    /// Tokens for the seller, bought with the refresh token.
    pub(crate) fn new(access: &RefreshAccess, naming: Naming, scope: Option<&str>) -> Self {
        let grant = vec![("grant_type", "refresh_token"), ("refresh_token", access.refresh_token.reveal())];
        Self::bought_with(grant, access, naming, scope)
    }

    /// Tokens for the app itself, which need no seller.
    pub(crate) fn of_app(access: &RefreshAccess, naming: Naming, scope: &str) -> Self {
        Self::bought_with(vec![("grant_type", "client_credentials")], access, naming, Some(scope))
    }

    fn bought_with<'a>(
        mut pairs: Vec<(&'a str, &'a str)>,
        access: &'a RefreshAccess,
        naming: Naming,
        scope: Option<&'a str>,
    ) -> Self {
        let (id, secret) = (access.client_id.reveal(), access.client_secret.reveal());
        pairs.extend(scope.map(|scope| ("scope", scope)));
        if naming == Naming::InForm {
            pairs.extend([("client_id", id), ("client_secret", secret)]);
        }
        let body = form(&pairs).into_bytes();
        let mut ask = Ask::post(&access.token_url, "", "application/x-www-form-urlencoded", body);
        if naming == Naming::InHeader {
            ask = ask.with("authorization", format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))));
        }
        Self { ask, token: None }
    }

    /// A token that holds.
    pub(crate) fn token(&mut self, calls: &mut Calls) -> Result<String, Stop> {
        if let Some(token) = self.token.as_ref().filter(|token| token.holds(calls.now())) {
            return Ok(token.text.clone());
        }
        let answer = calls.send(Kind::Token, &self.ask).map_err(|stop| match stop {
            Stop::Refused { code, .. } => Stop::CredentialsRefused { code },
            stop => stop,
        })?;
        if answer.status >= 400 {
            return Err(Stop::CredentialsRefused { code: error_code(&answer.body) });
        }
        let bought: Bought =
            serde_json::from_slice(&answer.body).map_err(|_| Stop::Unreadable { code: "channels.token" })?;
        let token = Token::new(bought.access_token, &bought.expires_in, calls.now())?;
        Ok(self.token.insert(token).text.clone())
    }

    /// Makes a call with a token. One that the channel does not take may have ended before its time: it is renewed
    /// once, and what is answered then stands.
    pub(crate) fn send(
        &mut self,
        calls: &mut Calls,
        kind: Kind,
        ask: &dyn Fn(&str) -> Ask,
    ) -> Result<Answer, Stop> {
        let token = self.token(calls)?;
        let answer = calls.send(kind, &ask(&token))?;
        if !is_unauthorised(&answer) {
            return Ok(answer);
        }
        self.forget();
        let token = self.token(calls)?;
        calls.send(kind, &ask(&token))
    }

    pub(crate) fn forget(&mut self) {
        self.token = None;
    }
}

/// Whether the channel did not take the token. Some say so with 403.
pub(crate) fn is_unauthorised(answer: &Answer) -> bool {
    [401, 403].contains(&answer.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let now = Timestamp::from_micros(0);
        let token = |seconds: Value| Token::new("t".to_owned(), &seconds, now).map_err(|_| ()).unwrap();
        for said in [json!(3_600), json!("3600")] {
            assert!(token(said.clone()).holds(now.plus_seconds(3_479)));
            assert!(!token(said).holds(now.plus_seconds(3_480)));
        }
        assert!(!token(json!(60)).holds(now));
        assert!(!token(json!(-5)).holds(now));
        assert!(token(Value::Null).holds(now.plus_seconds(779)));
        assert!(!token(json!(i64::MAX)).holds(now.plus_seconds(86_280)));
        for text in ["", "a b", "a\r\nb"] {
            assert!(Token::new(text.to_owned(), &Value::Null, now).is_err(), "{text}");
        }
    }
}
