//! eBay, Fulfillment v1: counted pages, and an order's own call where the list leaves things out: requests to cancel
//! are empty in it, tax numbers absent. Never asks for more than two years back, and never uses the last of the day's calls.

use serde::Deserialize;
use serde_json::Value;
use zaiton_connect::orders::Channel;
use zaiton_kernel::Timestamp;

use crate::access::EbayAccess;
use crate::calls::{Calls, Kind, Rate};
use crate::ebay_quota::Quota;
use crate::error::Stop;
use crate::http::{Ask, piece, query};
use crate::message::Message;
use crate::oauth::{Naming, OAuth};
use crate::page::{Adapter, By, Look, Page, completed, found, must, read_fetched, read_page};
use crate::paging::{Offset, Place};

/// The most orders that the channel gives at once.
const PAGE: u64 = 200;
/// Two years of orders.
const REACH_DAYS: i64 = 730;
/// The channel counts by the day and says no rate: five calls a second are polite.
pub(crate) const RATE: Rate = (5_000_000, 10);
/// Countries whose buyers have a tax number, which only an order's own call gives.
const TAX_COUNTRIES: [&str; 3] = ["IT", "ES", "GT"];

pub(crate) struct Ebay {
    base: String,
    marketplace: Option<String>,
    oauth: OAuth,
    quota: Quota,
}

#[derive(Deserialize)]
struct Total {
    total: Option<u64>,
}

impl Ebay {
    pub(crate) fn new(base: &str, access: &EbayAccess) -> Self {
        let oauth = OAuth::new(&access.refresh, Naming::InHeader, Some(&access.scope));
        Self {
            base: base.to_owned(),
            marketplace: access.marketplace.clone(),
            oauth,
            quota: Quota::default(),
        }
    }

    /// Asks how many calls are left of the day, now and then. Not every token may ask: without an answer nothing is known.
    fn ask_quota(&mut self, calls: &mut Calls) -> Result<(), Stop> {
        if self.quota.is_due(calls.now()) {
            let path = "/developer/analytics/v1_beta/user_rate_limit/?api_context=sell&api_name=fulfillment";
            let token = self.oauth.token(calls)?;
            let ask = Ask::get(&self.base, path).with("authorization", format!("Bearer {token}"));
            let answer = calls.try_once(&ask);
            self.quota.learn(answer.as_ref().map(|answer| answer.body.as_slice()), calls.now());
        }
        Ok(())
    }

    fn send(&mut self, calls: &mut Calls, kind: Kind, path: &str) -> Result<crate::http::Answer, Stop> {
        self.ask_quota(calls)?;
        if let Some(at) = self.quota.stops_until(calls.now()) {
            return Err(Stop::Later { at });
        }
        self.quota.count();
        let ask = |token: &str| {
            let ask = Ask::get(&self.base, path).with("authorization", format!("Bearer {token}"));
            match &self.marketplace {
                Some(marketplace) => ask.with("x-ebay-c-marketplace-id", marketplace.as_str()),
                None => ask,
            }
        };
        self.oauth.send(calls, kind, &ask)
    }
}

impl Adapter for Ebay {
    fn reach_days(&self) -> Option<i64> {
        Some(REACH_DAYS)
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let place = match look.place {
            Some(Place::Offset(offset)) => *offset,
            Some(Place::Token(_)) | None => Offset::default(),
        };
        let field = if look.by == By::Updated { "lastmodifieddate" } else { "creationdate" };
        let filter = format!("{field}:[{}..{}]", millis(look.window.from), millis(look.window.to));
        let pairs = [
            ("filter", filter),
            ("fieldGroups", "TAX_BREAKDOWN".to_owned()),
            ("limit", PAGE.to_string()),
            ("offset", place.at.to_string()),
        ];
        let path = format!("/sell/fulfillment/v1/order{}", query(&pairs));
        let answer = must(self.send(calls, Kind::List, &path)?)?;
        let (mut page, _) = read_page(Channel::Ebay, &answer, calls.now())?;
        let said: Total =
            serde_json::from_slice(&answer.body).map_err(|_| Stop::Unreadable { code: "channels.page" })?;
        let got = u64::try_from(page.orders.len()).unwrap_or(PAGE);
        let next = place
            .next(PAGE, got, said.total)
            .map_err(|_| Stop::Unreadable { code: "channels.page_empty" })?;
        page.next = next.map(Place::Offset);
        Ok(page)
    }

    fn complete(&mut self, calls: &mut Calls, listed: Message) -> Result<Message, Stop> {
        match listed.order_id().map(str::to_owned).filter(|_| leaves_out(&listed)) {
            Some(id) => completed(listed, self.fetch(calls, &id)),
            None => Ok(listed),
        }
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let path = format!("/sell/fulfillment/v1/order/{}?fieldGroups=TAX_BREAKDOWN", piece(id)?);
        match found(self.send(calls, Kind::Order, &path)?)? {
            Some(answer) => read_fetched(Channel::Ebay, &answer, calls.now()),
            None => Ok(None),
        }
    }
}

/// Whether the list leaves something of the order out.
fn leaves_out(listed: &Message) -> bool {
    let Ok(order) = &listed.order else { return false };
    let body: Value = serde_json::from_slice(&listed.raw).unwrap_or_default();
    let state = body.pointer("/cancelStatus/cancelState").and_then(Value::as_str);
    let is_cancelling = state.is_some_and(|state| state != "NONE_REQUESTED");
    let is_taxed = |country: &str| TAX_COUNTRIES.contains(&country);
    let market = order.marketplace.as_deref().and_then(|name| name.strip_prefix("EBAY_"));
    is_cancelling || order.ship_country.as_deref().is_some_and(is_taxed) || market.is_some_and(is_taxed)
}

/// UTC with milliseconds, as the channel writes it.
fn millis(at: Timestamp) -> String {
    // Windows are in whole seconds.
    format!("{}.000Z", at.to_string().trim_end_matches('Z'))
}
