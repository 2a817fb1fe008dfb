//! Shopify by REST, the older of its two APIs: pages by what stands in the `Link` header. Never goes to the address
//! that stands there: of it only the place in the list is taken.

use zaiton_connect::orders::Channel;

use crate::access::{ShopifyAccess, ShopifyPlan};
use crate::calls::{Calls, Kind, Rates};
use crate::error::Stop;
use crate::http::{Ask, encoded, piece, query};
use crate::message::Message;
use crate::page::{Adapter, By, Look, Page, found, must, read_fetched, read_page};
use crate::paging::Place;
use crate::shopify::REACH_DAYS;

/// The most orders that the shop gives at once.
const PAGE: &str = "250";

/// Calls a second by plan, and as many at once as come in twenty seconds.
pub(crate) fn rate(plan: ShopifyPlan) -> Rates {
    let calls = match plan {
        ShopifyPlan::Standard => 2,
        ShopifyPlan::Advanced => 4,
        ShopifyPlan::Plus => 20,
    };
    Box::new(move |_| (calls * 1_000_000, calls * 20))
}

pub(crate) struct ShopifyRest {
    /// `/admin/api/2026-10`.
    path: String,
    ask: Ask,
    reads_all: bool,
}

impl ShopifyRest {
    pub(crate) fn new(base: &str, access: &ShopifyAccess) -> Self {
        let path = format!("/admin/api/{}", encoded(&access.version));
        let ask = Ask::get(base, "").with("x-shopify-access-token", access.access_token.reveal());
        Self { path, ask, reads_all: access.reads_all_orders }
    }

    fn ask(&self, rest: &str) -> Ask {
        Ask { path: format!("{}/{rest}", self.path), ..self.ask.clone() }
    }
}

impl Adapter for ShopifyRest {
    fn reach_days(&self) -> Option<i64> {
        (!self.reads_all).then_some(REACH_DAYS)
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let pairs = match look.place {
            // The place holds the window; the channel takes no other parameter beside it.
            Some(Place::Token(token)) => vec![("limit", PAGE.to_owned()), ("page_info", token.clone())],
            Some(Place::Offset(_)) | None => {
                let (from, to, order) = match look.by {
                    By::Updated => ("updated_at_min", "updated_at_max", "updated_at asc"),
                    By::Created => ("created_at_min", "created_at_max", "created_at asc"),
                };
                vec![
                    ("status", "any".to_owned()),
                    ("limit", PAGE.to_owned()),
                    ("order", order.to_owned()),
                    (from, look.window.from.to_string()),
                    (to, look.window.to.to_string()),
                ]
            }
        };
        // The API counts all calls in one.
        let answer = must(calls.send(Kind::List, &self.ask(&format!("orders.json{}", query(&pairs))))?)?;
        let (page, _) = read_page(Channel::Shopify, &answer, calls.now())?;
        Ok(Page { next: answer.header("link").and_then(next_of).map(Place::Token), ..page })
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        let ask = self.ask(&format!("orders/{}.json", piece(id)?));
        match found(calls.send(Kind::List, &ask)?)? {
            Some(answer) => read_fetched(Channel::Shopify, &answer, calls.now()),
            None => Ok(None),
        }
    }
}

/// The place of the next page in a `Link` header: `<https://..?limit=250&page_info=abc>; rel="next"`.
fn next_of(header: &str) -> Option<String> {
    let link = header.split(',').find(|link| link.contains("rel=\"next\"") || link.contains("rel=next"))?;
    let address = link.trim().strip_prefix('<')?.split('>').next()?;
    let (_, query) = address.split_once('?')?;
    let token = query.split('&').find_map(|pair| pair.strip_prefix("page_info="))?;
    // It comes encoded, and is encoded again when it is sent.
    (!token.is_empty() && token.len() <= 4_096).then(|| decoded(token))
}

/// `%3D` as `=`.
fn decoded(text: &str) -> String {
    let mut all = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let byte = rest.get(1..3).filter(|_| letter == '%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let length = if byte.is_some() { 3 } else { letter.len_utf8() };
        match byte {
            Some(byte) => all.push(byte),
            None => all.extend_from_slice(rest.get(..length).unwrap_or_default().as_bytes()),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_place_is_found_in_the_header() {
        let check =
            |header: &str, want: Option<&str>| assert_eq!(next_of(header).as_deref(), want, "{header}");
        let next = "<https://shop.example/admin/api/2026-10/orders.json?limit=250&page_info=abc%3D%3D>; rel=\"next\"";
        check(next, Some("abc=="));
        check(
            &format!("<https://shop.example/orders.json?page_info=before>; rel=\"previous\", {next}"),
            Some("abc=="),
        );
        check("<https://shop.example/orders.json?page_info=before>; rel=\"previous\"", None);
        check("<https://shop.example/orders.json>; rel=\"next\"", None);
        check("<https://shop.example/orders.json?page_info=>; rel=\"next\"", None);
        check("rel=\"next\"", None);
        check("<?page_info=100%>; rel=\"next\"", Some("100%"));
        check("<?page_info=%>; rel=next", Some("%"));
        check("", None);
    }
}
