//! Shopify by GraphQL: pages by cursor, a budget in points that each answer tells anew, errors in answers that look
//! good. Never takes an answer with errors for an order or a page, also where it holds data beside them.

use serde_json::{Number, Value};
use zaiton_connect::orders::Channel;
use zaiton_kernel::Timestamp;

use crate::access::{ShopifyAccess, ShopifyPlan};
use crate::bucket::{Bucket, micro};
use crate::calls::{Call, Calls, Kind, Rates, error_code};
use crate::error::Stop;
use crate::http::{Answer, Ask};
use crate::message::Message;
use crate::page::{Adapter, By, Look, Page, completed, must, read_fetched, read_page};
use crate::paging::Place;
use crate::shopify_query as query;

/// Orders of a page, to begin with: it is halved when the channel finds it too dear.
const PAGE: u64 = 20;
/// Orders of a sweep's page, whose fields are few.
const SWEEP_PAGE: u64 = 250;
/// What a call is taken to cost before the first answer said it.
const COST: u64 = 100;
/// Days of orders that an app sees unless it may see all.
pub(crate) const REACH_DAYS: i64 = 60;

/// Points a second by plan; the channel says with its first answer how many there can be at once.
pub(crate) fn rate(plan: ShopifyPlan) -> Rates {
    let points = match plan {
        ShopifyPlan::Standard => 100,
        ShopifyPlan::Advanced => 200,
        ShopifyPlan::Plus => 1_000,
    };
    Box::new(move |_| (points * 1_000_000, points * 10))
}

pub(crate) struct Shopify {
    ask: Ask,
    reads_all: bool,
    page: u64,
    /// What a page, a sweep's page and an order cost last, as the channel counts before it looks.
    costs: [u64; 3],
}

/// What is asked for, as a place in the list of costs.
#[derive(Clone, Copy)]
enum What {
    Page,
    SweepPage,
    Order,
}

/// The channel's word for a call that is too dear as it stands.
const TOO_DEAR: &str = "MAX_COST_EXCEEDED";

impl Shopify {
    pub(crate) fn new(base: &str, access: &ShopifyAccess) -> Self {
        let path = format!("/admin/api/{}/graphql.json", crate::http::encoded(&access.version));
        let ask = Ask::post(base, path, "application/json", Vec::new())
            .with("x-shopify-access-token", access.access_token.reveal());
        Self { ask, reads_all: access.reads_all_orders, page: PAGE, costs: [COST; 3] }
    }

    /// Makes a call, again while the channel says that it is too much for now.
    fn call(&mut self, calls: &mut Calls, what: What, body: Vec<u8>) -> Result<Answer, Stop> {
        let ask = Ask { body: Some(("application/json", body)), ..self.ask.clone() };
        let cost = match what {
            What::Page => &mut self.costs[0],
            What::SweepPage => &mut self.costs[1],
            What::Order => &mut self.costs[2],
        };
        let tokens = *cost;
        let mut judge = |answer: &Answer, bucket: &mut Bucket, now| {
            let said = Said::of(answer);
            *cost = said.cost.unwrap_or(*cost).max(1);
            said.teach(bucket, now);
            if said.is_throttled { Err(*cost) } else { Ok(()) }
        };
        let call = Call { kind: Kind::List, tokens, ask: &|_| ask.clone(), judge: &mut judge };
        let answer = must(calls.make(call)?)?;
        match Said::of(&answer).has_errors {
            true => Err(Stop::ChannelError { code: error_code(&answer.body) }),
            false => Ok(answer),
        }
    }
}

/// What an answer says beside its data.
struct Said {
    cost: Option<u64>,
    /// Points that there are, that there can be, and that come in a second.
    budget: Option<(u64, u64, u64)>,
    has_errors: bool,
    is_throttled: bool,
}

impl Said {
    fn of(answer: &Answer) -> Self {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let figure = |place: &str| match body.pointer(place)? {
            Value::Number(number) => micro_of(number),
            _ => None,
        };
        let whole = |place: &str| figure(place).map(|micro| micro / 1_000_000);
        let status = "/extensions/cost/throttleStatus";
        let budget = || {
            let level = whole(&format!("{status}/currentlyAvailable"))?;
            Some((
                level,
                whole(&format!("{status}/maximumAvailable"))?,
                figure(&format!("{status}/restoreRate"))?,
            ))
        };
        let errors = body.get("errors").filter(|errors| !errors.is_null());
        let throttled =
            |error: &Value| error.pointer("/extensions/code").and_then(Value::as_str) == Some("THROTTLED");
        Self {
            cost: whole("/extensions/cost/requestedQueryCost"),
            budget: budget(),
            has_errors: errors.is_some(),
            is_throttled: errors.and_then(Value::as_array).is_some_and(|all| all.iter().any(throttled)),
        }
    }

    fn teach(&self, bucket: &mut Bucket, now: Timestamp) {
        if let Some((level, most, per_second)) = self.budget {
            bucket.learn_level(level, most, now);
            bucket.learn_rate(per_second, now);
        }
    }
}

fn micro_of(number: &Number) -> Option<u64> {
    micro(&number.to_string())
}

impl Adapter for Shopify {
    fn reach_days(&self) -> Option<i64> {
        (!self.reads_all).then_some(REACH_DAYS)
    }

    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop> {
        let after = match look.place {
            Some(Place::Token(token)) => Some(token.as_str()),
            Some(Place::Offset(_)) | None => None,
        };
        let field = if look.by == By::Updated { "updated_at" } else { "created_at" };
        let search = format!("{field}:>='{}' AND {field}:<='{}'", look.window.from, look.window.to);
        let answer = loop {
            let asked = match look.by {
                By::Updated => self.call(calls, What::Page, query::list(&search, self.page, after)),
                By::Created => self.call(calls, What::SweepPage, query::sweep(&search, SWEEP_PAGE, after)),
            };
            match asked {
                // A smaller page is cheaper; the next ones are as small.
                Err(Stop::ChannelError { code: Some(code) }) if code == TOO_DEAR && self.page > 1 => {
                    self.page /= 2
                }
                asked => break asked?,
            }
        };
        let (page, next) = read_page(Channel::Shopify, &answer, calls.now())?;
        Ok(Page { next: next.map(Place::Token), ..page })
    }

    fn complete(&mut self, calls: &mut Calls, listed: Message) -> Result<Message, Stop> {
        let body: Value = serde_json::from_slice(&listed.raw).unwrap_or_default();
        let goes_on = body.pointer("/lineItems/pageInfo/hasNextPage") == Some(&Value::Bool(true));
        match listed.order_id().map(str::to_owned).filter(|_| goes_on) {
            Some(id) => completed(listed, self.fetch(calls, &id)),
            None => Ok(listed),
        }
    }

    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Stop::BadId);
        }
        let answer = self.call(calls, What::Order, query::one(id))?;
        read_fetched(Channel::Shopify, &answer, calls.now())
    }
}
