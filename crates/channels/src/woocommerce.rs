//! `WooCommerce`, REST v3: counted pages, a key in every call. Never asks with the shop's local time: it has no offset.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zaiton_connect::orders::Channel;
use zaiton_kernel::Timestamp;

use crate::access::WooAccess;
use crate::calls::{Calls, Kind, Rate};
use crate::error::Stop;
use crate::http::{Ask, piece, query};
use crate::message::Message;
use crate::page::{Adapter, By, Look, Page, found, must, read_fetched, read_page};
use crate::paging::{Offset, Place};

/// The most orders that the shop gives at once.
const PAGE: u64 = 100;

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

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let ask = self.ask(format!("/wp-json/wc/v3/orders/{}", piece(id)?));
        match found(calls.send(Kind::Order, &ask)?)? {
            Some(answer) => read_fetched(Channel::WooCommerce, &answer, calls.now()),
            None => Ok(None),
        }
    }
}

/// UTC as the shop writes it, without a `Z`.
fn gmt(at: Timestamp) -> String {
    at.to_string().trim_end_matches('Z').to_owned()
}
