//! Amazon, Orders v0: a list, and for every order its items, and where the settings say so its address and its buyer,
//! joined into one message. Personal data is asked for with a restricted token, on every page of the list too. Never
//! asks where a pending order goes: the channel does not say it yet.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Value, json};
use zaiton_connect::orders::{AmazonV0Calls, Channel, OrderStatus, join_amazon_v0};

use crate::access::AmazonAccess;
use crate::amazon_2026::{PAGE, REACH_DAYS};
use crate::calls::{Calls, Kind, Rate};
use crate::error::Stop;
use crate::http::{Answer, Ask, piece, query};
use crate::message::{Doubt, Message};
use crate::oauth::{Naming, OAuth, Token, is_unauthorised};
use crate::page::{Adapter, By, Look, Page, found, must, read_fetched, read_page};
use crate::paging::Place;

/// Pages of the items of one order.
const ITEM_PAGES: usize = 100;

/// The channel's published rates.
pub(crate) fn rate(kind: Kind) -> Rate {
    match kind {
        Kind::List => (16_700, 20),
        Kind::Token | Kind::RestrictedToken => (1_000_000, 10),
        Kind::Order | Kind::Items | Kind::Address | Kind::Buyer | Kind::ItemsBuyer => (500_000, 30),
    }
}

pub(crate) struct AmazonV0 {
    base: String,
    marketplaces: String,
    oauth: OAuth,
    wants_people: bool,
    restricted: Option<Token>,
}

#[derive(Deserialize)]
struct Restricted {
    #[serde(rename = "restrictedDataToken")]
    token: String,
    #[serde(rename = "expiresIn", default)]
    seconds: Value,
}

impl AmazonV0 {
    pub(crate) fn new(base: &str, access: &AmazonAccess) -> Self {
        Self {
            base: base.to_owned(),
            marketplaces: access.marketplaces.join(","),
            oauth: OAuth::new(&access.refresh, Naming::InForm, None),
            wants_people: access.personal_data,
            restricted: None,
        }
    }

    /// Makes a call that gives nothing about people.
    fn send_plain(&mut self, calls: &mut Calls, kind: Kind, path: &str) -> Result<Answer, Stop> {
        let ask = |token: &str| Ask::get(&self.base, path).with("x-amz-access-token", token);
        self.oauth.send(calls, kind, &ask)
    }

    /// Makes a call that may give something about people, with the restricted token where that is wanted; one that is
    /// not taken is renewed once.
    fn send(&mut self, calls: &mut Calls, kind: Kind, path: &str) -> Result<Answer, Stop> {
        if !self.wants_people {
            return self.send_plain(calls, kind, path);
        }
        let token = self.restricted(calls)?;
        let ask = |token: &str| Ask::get(&self.base, path).with("x-amz-access-token", token);
        let answer = calls.send(kind, &ask(&token))?;
        if !is_unauthorised(&answer) {
            return Ok(answer);
        }
        self.restricted = None;
        let token = self.restricted(calls)?;
        let ask = Ask::get(&self.base, path).with("x-amz-access-token", token);
        calls.send(kind, &ask)
    }

    /// A token for personal data, for all that is asked here.
    fn restricted(&mut self, calls: &mut Calls) -> Result<String, Stop> {
        if let Some(token) = self.restricted.as_ref().filter(|token| token.holds(calls.now())) {
            return Ok(token.text.clone());
        }
        let resource = |path: &str, elements: &[&str]| json!({ "method": "GET", "path": path, "dataElements": elements });
        let (all, buyer) = (["buyerInfo", "shippingAddress", "buyerTaxInformation"], ["buyerInfo"]);
        let plain = |path: &str| json!({ "method": "GET", "path": path });
        let body = json!({ "restrictedResources": [
            resource("/orders/v0/orders", &all),
            resource("/orders/v0/orders/{orderId}", &all),
            resource("/orders/v0/orders/{orderId}/orderItems", &buyer),
            plain("/orders/v0/orders/{orderId}/address"),
            plain("/orders/v0/orders/{orderId}/buyerInfo"),
            plain("/orders/v0/orders/{orderId}/orderItems/buyerInfo"),
        ] });
        let body = body.to_string().into_bytes();
        let ask = |token: &str| {
            let path = "/tokens/2021-03-01/restrictedDataToken";
            Ask::post(&self.base, path, "application/json", body.clone()).with("x-amz-access-token", token)
        };
        // Without it no order would have a buyer: that is no fault of one order.
        let answer =
            self.oauth.send(calls, Kind::RestrictedToken, &ask).and_then(must).map_err(
                |stop| match stop {
                    Stop::Refused { code, .. } => Stop::CredentialsRefused { code },
                    stop => stop,
                },
            )?;
        let bought: Restricted =
            serde_json::from_slice(&answer.body).map_err(|_| Stop::Unreadable { code: "channels.token" })?;
        let token = Token::new(bought.token, &bought.seconds, calls.now())?;
        Ok(self.restricted.insert(token).text.clone())
    }

    /// The answers to a call about an order's items, page after page.
    fn item_pages(&mut self, calls: &mut Calls, kind: Kind, path: &str) -> Result<Vec<Vec<u8>>, Stop> {
        let (mut pages, mut seen, mut next) = (Vec::new(), HashSet::new(), None::<String>);
        while pages.len() < ITEM_PAGES {
            let rest = next.as_ref().map_or(String::new(), |token| query(&[("NextToken", token.clone())]));
            let answer = must(self.send(calls, kind, &format!("{path}{rest}"))?)?;
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let token =
                body.pointer("/payload/NextToken").and_then(Value::as_str).filter(|text| !text.is_empty());
            pages.push(answer.body);
            let Some(token) = token else { return Ok(pages) };
            if !seen.insert(token.to_owned()) {
                return Err(Stop::Loops { pages: u32::try_from(pages.len()).unwrap_or(u32::MAX) });
            }
            next = Some(token.to_owned());
        }
        Err(Stop::TooManyPages { limit: u32::try_from(ITEM_PAGES).unwrap_or(u32::MAX) })
    }

    /// An order with what its other calls answer.
    fn joined(&mut self, calls: &mut Calls, order: &Message, raw: &[u8]) -> Result<Message, Stop> {
        let Ok(read) = &order.order else { return Ok(order.clone()) };
        let path = format!("/orders/v0/orders/{}", piece(&read.channel_order_id)?);
        let items = self.item_pages(calls, Kind::Items, &format!("{path}/orderItems"))?;
        let (mut address, mut buyer, mut of_items) = (Vec::new(), Vec::new(), Vec::new());
        if self.wants_people {
            if read.status != OrderStatus::Pending {
                address = must(self.send(calls, Kind::Address, &format!("{path}/address"))?)?.body;
            }
            buyer = must(self.send(calls, Kind::Buyer, &format!("{path}/buyerInfo"))?)?.body;
            let pages = self.item_pages(calls, Kind::ItemsBuyer, &format!("{path}/orderItems/buyerInfo"))?;
            of_items = [b"[".as_slice(), &pages.join(b",".as_slice()), b"]"].concat();
        }
        let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
        let more = AmazonV0Calls { address: &address, buyer: &buyer, items_buyer: &of_items };
        let body = join_amazon_v0(raw, &items, more);
        let answer = Answer { status: 200, headers: order.headers.clone(), body };
        // Too large for one message, or not to be read: then the order alone is more than nothing.
        match read_fetched(Channel::Amazon, &answer, calls.now()) {
            Ok(Some(whole)) if whole.order_id() == order.order_id() => Ok(whole),
            Ok(_) | Err(_) => Ok(Message { doubt: Some(Doubt::NoDetails), ..order.clone() }),
        }
    }
}

impl Adapter for AmazonV0 {
    fn reach_days(&self) -> Option<i64> {
        Some(REACH_DAYS)
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let (after, before) = match look.by {
            By::Updated => ("LastUpdatedAfter", "LastUpdatedBefore"),
            By::Created => ("CreatedAfter", "CreatedBefore"),
        };
        let mut pairs = vec![("MarketplaceIds", self.marketplaces.clone())];
        match look.place {
            // The place holds all the rest.
            Some(Place::Token(token)) => pairs.push(("NextToken", token.clone())),
            Some(Place::Offset(_)) | None => pairs.extend([
                (after, look.window.from.to_string()),
                (before, look.window.to.to_string()),
                ("MaxResultsPerPage", PAGE.to_owned()),
            ]),
        }
        let path = format!("/orders/v0/orders{}", query(&pairs));
        let answer = must(match look.by {
            By::Updated => self.send(calls, Kind::List, &path)?,
            // A sweep compares figures: it wants nothing about people.
            By::Created => self.send_plain(calls, Kind::List, &path)?,
        })?;
        let (page, next) = read_page(Channel::Amazon, &answer, calls.now())?;
        Ok(Page { next: next.map(Place::Token), ..page })
    }

    fn complete(&mut self, calls: &mut Calls, listed: Message) -> Result<Message, Stop> {
        match self.joined(calls, &listed, &listed.raw) {
            // What is wrong with one order's calls must not keep back all the others.
            Err(Stop::Refused { .. } | Stop::BadId | Stop::Loops { .. } | Stop::TooManyPages { .. }) => {
                Ok(Message { doubt: Some(Doubt::NoDetails), ..listed })
            }
            joined => joined,
        }
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let path = format!("/orders/v0/orders/{}", piece(id)?);
        let Some(answer) = found(self.send(calls, Kind::Order, &path)?)? else { return Ok(None) };
        match read_fetched(Channel::Amazon, &answer, calls.now())? {
            Some(order) => self.joined(calls, &order, &answer.body).map(Some),
            None => Ok(None),
        }
    }
}
