//! A shop's own site, in our own format: pages by cursor, every call signed as pushes are (rule R5-04). Never sends the
//! key's secret: it only signs with it.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use serde::Deserialize;
use serde_json::value::RawValue;
use ureq::http::Uri;
use zaiton_connect::orders::signature::OwnRequest;
use zaiton_connect::orders::{Channel, read_order};

use crate::access::OwnAccess;
use crate::calls::{Call, Calls, Kind, Rate};
use crate::error::Stop;
use crate::http::{Answer, Ask, piece, query};
use crate::message::Message;
use crate::page::{Adapter, By, Look, Page, found, must};
use crate::paging::Place;
use crate::world::World;

/// Orders of a page.
const PAGE: &str = "100";
/// A shop names no limit.
pub(crate) const RATE: Rate = (5_000_000, 10);

pub(crate) struct OwnSite {
    base: String,
    /// The path of the base, which is signed with the rest.
    base_path: String,
    path: String,
    key_id: String,
    key: hmac::Key,
}

/// A page as the shop answers it.
#[derive(Deserialize)]
struct OwnPage<'a> {
    #[serde(borrow)]
    orders: Vec<&'a RawValue>,
    #[serde(default)]
    next: Option<String>,
}

impl OwnSite {
    pub(crate) fn new(base: &str, access: &OwnAccess) -> Self {
        let uri: Option<Uri> = base.parse().ok();
        let base_path = uri.map_or(String::new(), |uri| uri.path().trim_end_matches('/').to_owned());
        let key = hmac::Key::new(hmac::HMAC_SHA256, access.secret.reveal().as_bytes());
        let key_id = access.key_id.reveal().to_owned();
        Self { base: base.to_owned(), base_path, path: access.path.clone(), key_id, key }
    }

    fn send(&self, calls: &mut Calls, kind: Kind, rest: &str) -> Result<Answer, Stop> {
        let path = format!("{}{rest}", self.path);
        // Signed anew each time, since its time must be near and its nonce new.
        let ask = |world: &dyn World| self.signed(&path, world);
        calls.make(Call { kind, tokens: 1, ask: &ask, judge: &mut |_, _, _| Ok(()) })
    }

    fn signed(&self, path: &str, world: &dyn World) -> Ask {
        let nonce = format!("{:016x}{:016x}", world.random(), world.random());
        let timestamp = world.now().micros().div_euclid(1_000_000).to_string();
        let whole = format!("{}{path}", self.base_path);
        let request =
            OwnRequest { method: "GET", path: &whole, timestamp: &timestamp, nonce: &nonce, body: b"" };
        let tag = hmac::sign(&self.key, request.signed_text().as_bytes());
        let mut signature = String::with_capacity(64);
        for byte in tag.as_ref() {
            write!(signature, "{byte:02x}").expect("a text takes all that is written into it");
        }
        Ask::get(&self.base, path)
            .with("x-zaiton-key", self.key_id.as_str())
            .with("x-zaiton-timestamp", timestamp)
            .with("x-zaiton-nonce", nonce)
            .with("x-zaiton-signature", signature)
    }
}

impl Adapter for OwnSite {
    fn reach_days(&self) -> Option<i64> {
        None
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let (from, to) = match look.by {
            By::Updated => ("updated_from", "updated_to"),
            By::Created => ("placed_from", "placed_to"),
        };
        let mut pairs = vec![
            (from, look.window.from.to_string()),
            (to, look.window.to.to_string()),
            ("limit", PAGE.to_owned()),
        ];
        if let Some(Place::Token(token)) = look.place {
            pairs.push(("cursor", token.clone()));
        }
        let answer = must(self.send(calls, Kind::List, &query(&pairs))?)?;
        let page: OwnPage<'_> =
            serde_json::from_slice(&answer.body).map_err(|_| Stop::Unreadable { code: "channels.page" })?;
        let now = calls.now();
        let message = |raw: &&RawValue| {
            let raw = raw.get().as_bytes();
            Message::new(Channel::OwnSite, raw.to_vec(), read_order(raw), answer.headers.clone(), now)
        };
        let next = page.next.filter(|next| !next.is_empty()).map(Place::Token);
        Ok(Page { orders: page.orders.iter().map(message).collect(), next, until: None })
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let rest = format!("/{}", piece(id)?);
        let Some(answer) = found(self.send(calls, Kind::Order, &rest)?)? else { return Ok(None) };
        let order = read_order(&answer.body);
        Ok(Some(Message::new(Channel::OwnSite, answer.body, order, answer.headers, calls.now())))
    }
}
