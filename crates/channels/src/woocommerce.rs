//! `WooCommerce`, REST v3: counted pages, a key in every call; of an order with refunds their list too, which alone says what
//! was paid back of which line, and when. Never asks with the shop's local time: it has no offset.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use zaiton_connect::orders::{Channel, join_woocommerce};
use zaiton_kernel::Timestamp;

use crate::access::WooAccess;
use crate::calls::{Calls, Kind, Rate};
use crate::error::Stop;
use crate::http::{Answer, Ask, piece, query};
use crate::message::{Doubt, Message};
use crate::page::{Adapter, By, Look, Page, found, must, read_fetched, read_page};
use crate::paging::{Offset, Place};

/// The most orders that the shop gives at once.
const PAGE: u64 = 100;

/// Refunds of a page, the most that the shop gives at once.
const REFUNDS: usize = 100;
/// Pages of one order's refunds.
const REFUND_PAGES: usize = 10;

/// A shop names no limit: two calls a second are polite.
pub(crate) const RATE: Rate = (2_000_000, 5);

pub(crate) struct WooCommerce {
    base: String,
    authorization: String,
}

impl WooCommerce {
    pub(crate) fn new(base: &str, access: &WooAccess) -> Self {
        let pair = format!("{}:{}", access.consumer_key.reveal(), access.consumer_secret.reveal());
        Self { base: base.to_owned(), authorization: format!("Basic {}", STANDARD.encode(pair)) }
    }

    /// An order of a list with its refunds, when it has any.
    fn with_refunds(&self, calls: &mut Calls, order: Message) -> Result<Message, Stop> {
        let Some(id) = order.order.as_ref().ok().filter(|order| !order.refunds.is_empty()) else {
            return Ok(order);
        };
        let path = format!("/wp-json/wc/v3/orders/{}/refunds", piece(&id.channel_order_id)?);
        let mut pages: Vec<Vec<u8>> = Vec::new();
        loop {
            let pairs = [("per_page", PAGE.to_string()), ("page", (pages.len() + 1).to_string())];
            let answer = must(calls.send(Kind::Order, &self.ask(format!("{path}{}", query(&pairs))))?)?;
            let is_full = serde_json::from_slice::<Vec<IgnoredAny>>(&answer.body)
                .map(|list| list.len() >= REFUNDS)
                .map_err(|_| Stop::Unreadable { code: "channels.refunds" })?;
            pages.push(answer.body);
            if !is_full {
                break;
            }
            if pages.len() == REFUND_PAGES {
                return Err(Stop::TooManyPages { limit: u32::try_from(REFUND_PAGES).unwrap_or(u32::MAX) });
            }
        }
        let pages: Vec<&[u8]> = pages.iter().map(Vec::as_slice).collect();
        let body = join_woocommerce(&order.raw, &pages);
        let answer = Answer { status: 200, headers: order.headers.clone(), body };
        // Too large for one message, or not to be read: then the order alone is more than nothing.
        match read_fetched(Channel::WooCommerce, &answer, calls.now()) {
            Ok(Some(whole)) if whole.order_id() == order.order_id() => Ok(whole),
            Ok(_) | Err(_) => Ok(Message { doubt: Some(Doubt::NoDetails), ..order }),
        }
    }

    fn ask(&self, path: String) -> Ask {
        Ask::get(&self.base, path).with("authorization", self.authorization.as_str())
    }
}

impl Adapter for WooCommerce {
    fn reach_days(&self) -> Option<i64> {
        None
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let place = match look.place {
            Some(Place::Offset(offset)) => *offset,
            Some(Place::Token(_)) | None => Offset::default(),
        };
        let (after, before) = match look.by {
            By::Updated => ("modified_after", "modified_before"),
            By::Created => ("after", "before"),
        };
        let pairs = [
            (after, gmt(look.window.from)),
            (before, gmt(look.window.to)),
            ("dates_are_gmt", "true".to_owned()),
            // By number, so that a change does not move an order within the list.
            ("orderby", "id".to_owned()),
            ("order", "asc".to_owned()),
            ("per_page", PAGE.to_string()),
            ("page", (place.at / PAGE + 1).to_string()),
        ];
        let answer =
            must(calls.send(Kind::List, &self.ask(format!("/wp-json/wc/v3/orders{}", query(&pairs))))?)?;
        let (mut page, _) = read_page(Channel::WooCommerce, &answer, calls.now())?;
        let figure = |name: &str| answer.header(name).and_then(|text| text.trim().parse::<u64>().ok());
        let total =
            figure("x-wp-total").or(figure("x-wp-totalpages").map(|pages| pages.saturating_mul(PAGE)));
        let got = u64::try_from(page.orders.len()).unwrap_or(PAGE);
        let next =
            place.next(PAGE, got, total).map_err(|_| Stop::Unreadable { code: "channels.page_empty" })?;
        page.next = next.map(Place::Offset);
        Ok(page)
    }

    fn complete(&mut self, calls: &mut Calls, listed: Message) -> Result<Message, Stop> {
        match self.with_refunds(calls, listed.clone()) {
            // What is wrong with the refunds of one order must not keep back all the others.
            Err(Stop::Refused { .. } | Stop::BadId | Stop::Unreadable { .. } | Stop::TooManyPages { .. }) => {
                Ok(Message { doubt: Some(Doubt::NoDetails), ..listed })
            }
            whole => whole,
        }
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let ask = self.ask(format!("/wp-json/wc/v3/orders/{}", piece(id)?));
        match found(calls.send(Kind::Order, &ask)?)? {
            Some(answer) => match read_fetched(Channel::WooCommerce, &answer, calls.now())? {
                Some(order) => self.complete(calls, order).map(Some),
                None => Ok(None),
            },
            None => Ok(None),
        }
    }
}

/// UTC as the shop writes it, without a `Z`.
fn gmt(at: Timestamp) -> String {
    at.to_string().trim_end_matches('Z').to_owned()
}
