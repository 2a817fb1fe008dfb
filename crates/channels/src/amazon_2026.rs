//! Amazon, Orders 2026-01-01: a search that names what changed, and one call an order with everything that is asked
//! for. Never asks for names and addresses unless the settings say so; no token of its own is needed for them here.

use zaiton_connect::orders::Channel;

use crate::access::AmazonAccess;
use crate::calls::{Calls, Kind, Rate};
use crate::error::Stop;
use crate::http::{Answer, Ask, piece, query};
use crate::message::Message;
use crate::oauth::{Naming, OAuth};
use crate::page::{Adapter, By, Look, Page, completed, found, must, read_fetched, read_page};
use crate::paging::Place;

/// Two years of orders; some marketplaces show more, none shows less.
pub(crate) const REACH_DAYS: i64 = 730;
/// The most orders that the channel gives at once.
pub(crate) const PAGE: &str = "100";
/// What every order is asked for with.
const DATA: &str = "PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT";

/// The channel's published rates.
pub(crate) fn rate(kind: Kind) -> Rate {
    match kind {
        Kind::List => (5_600, 20),
        Kind::Token | Kind::RestrictedToken => (1_000_000, 10),
        Kind::Order | Kind::Items | Kind::Address | Kind::Buyer | Kind::ItemsBuyer => (500_000, 30),
    }
}

pub(crate) struct Amazon2026 {
    base: String,
    marketplaces: String,
    data: String,
    oauth: OAuth,
}

impl Amazon2026 {
    pub(crate) fn new(base: &str, access: &AmazonAccess) -> Self {
        let people = if access.personal_data { ",BUYER,RECIPIENT" } else { "" };
        Self {
            base: base.to_owned(),
            marketplaces: access.marketplaces.join(","),
            data: format!("{DATA}{people}"),
            oauth: OAuth::new(&access.refresh, Naming::InForm, None),
        }
    }

    fn send(&mut self, calls: &mut Calls, kind: Kind, path: &str) -> Result<Answer, Stop> {
        let ask = |token: &str| Ask::get(&self.base, path).with("x-amz-access-token", token);
        self.oauth.send(calls, kind, &ask)
    }
}

impl Adapter for Amazon2026 {
    fn reach_days(&self) -> Option<i64> {
        Some(REACH_DAYS)
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let (after, before) = match look.by {
            By::Updated => ("lastUpdatedAfter", "lastUpdatedBefore"),
            By::Created => ("createdAfter", "createdBefore"),
        };
        let mut pairs = vec![
            ("marketplaceIds", self.marketplaces.clone()),
            (after, look.window.from.to_string()),
            (before, look.window.to.to_string()),
            ("maxResultsPerPage", PAGE.to_owned()),
            // The total, to be compared.
            ("includedData", "PROCEEDS".to_owned()),
        ];
        if let Some(Place::Token(token)) = look.place {
            pairs.push(("paginationToken", token.clone()));
        }
        let path = format!("/orders/2026-01-01/orders{}", query(&pairs));
        let answer = must(self.send(calls, Kind::List, &path)?)?;
        let (page, next) = read_page(Channel::Amazon, &answer, calls.now())?;
        Ok(Page { next: next.map(Place::Token), ..page })
    }

    fn complete(&mut self, calls: &mut Calls, listed: Message) -> Result<Message, Stop> {
        match listed.order_id().map(str::to_owned) {
            Some(id) => completed(listed, self.fetch(calls, &id)),
            None => Ok(listed),
        }
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let pairs = [("includedData", self.data.clone())];
        let path = format!("/orders/2026-01-01/orders/{}{}", piece(id)?, query(&pairs));
        match found(self.send(calls, Kind::Order, &path)?)? {
            Some(answer) => read_fetched(Channel::Amazon, &answer, calls.now()),
            None => Ok(None),
        }
    }
}
