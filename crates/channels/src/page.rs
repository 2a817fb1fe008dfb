//! What every channel's adapter does: list a page, complete an order, fetch one. Never knows how pulls and sweeps go
//! about it.

use zaiton_connect::orders::{Channel, ChannelRead, ReadOrder, read_channel};
use zaiton_kernel::Timestamp;

use crate::calls::Calls;
use crate::error::Stop;
use crate::http::Answer;
use crate::message::{Doubt, Message};
use crate::paging::Place;
use crate::window::Window;

/// By which of an order's moments a window selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// When it was placed: for sweeps, which look at ids, totals and moments only.
    Created,
    /// When it was changed last: for pulls.
    Updated,
}

/// A page that is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    pub(crate) by: By,
    pub(crate) window: Window,
    /// `None` for the first.
    pub(crate) place: Option<&'a Place>,
}

/// A page.
pub(crate) struct Page {
    pub(crate) orders: Vec<Message>,
    pub(crate) next: Option<Place>,
    /// Up to when the channel looked for orders, where it says so.
    pub(crate) until: Option<Timestamp>,
}

/// A channel.
pub(crate) trait Adapter: Send {
    /// How many days back the channel shows orders.
    fn reach_days(&self) -> Option<i64>;

    /// A page of orders.
    fn list(&mut self, calls: &mut Calls, look: Look<'_>) -> Result<Page, Stop>;

    /// An order of a list with all that the list leaves out.
    fn complete(&mut self, _calls: &mut Calls, listed: Message) -> Result<Message, Stop> {
        Ok(listed)
    }

    /// One order, whole, by the channel's id; `None` when the channel does not know it.
    fn fetch(&mut self, calls: &mut Calls, id: &str) -> Result<Option<Message>, Stop>;
}

/// An answer that may say "no such order"; `None` for that.
pub(crate) fn found(answer: Answer) -> Result<Option<Answer>, Stop> {
    match answer.status {
        404 => Ok(None),
        401 | 403 => Err(Stop::Unauthorised { status: answer.status }),
        _ => Ok(Some(answer)),
    }
}

/// An answer that must be there.
pub(crate) fn must(answer: Answer) -> Result<Answer, Stop> {
    found(answer)?.ok_or(Stop::Refused { status: 404, code: None })
}

/// Reads a page as the channel answers it, without where to go on.
pub(crate) fn read_page(
    channel: Channel,
    answer: &Answer,
    now: Timestamp,
) -> Result<(Page, Option<String>), Stop> {
    let page = read_channel(channel, &answer.body).map_err(|error| match error.code {
        "import.channel_error" => Stop::ChannelError { code: crate::calls::error_code(&answer.body) },
        code => Stop::Unreadable { code },
    })?;
    let (until, next) = (page.until.map(|until| until.at), page.next);
    let message = |read: ChannelRead<'_>| {
        Message::new(channel, read.raw.into_owned(), read.order, answer.headers.clone(), now)
    };
    Ok((Page { orders: page.orders.into_iter().map(message).collect(), next: None, until }, next))
}

/// The one order of an answer. What is more than one, or another than was asked for, is none.
pub(crate) fn read_fetched(
    channel: Channel,
    answer: &Answer,
    now: Timestamp,
) -> Result<Option<Message>, Stop> {
    let (mut page, _) = read_page(channel, answer, now)?;
    Ok(page.orders.pop().filter(|_| page.orders.is_empty()))
}

/// An order of a list, completed by its own call: which of both is taken, and what does not fit together.
pub(crate) fn completed(listed: Message, fetched: Result<Option<Message>, Stop>) -> Result<Message, Stop> {
    let whole = match fetched {
        Ok(Some(whole)) => whole,
        // One order that the channel will not show again must not keep back all the others.
        Ok(None) | Err(Stop::Refused { .. } | Stop::BadId) => {
            return Ok(Message { doubt: Some(Doubt::NoDetails), ..listed });
        }
        Err(stop) => return Err(stop),
    };
    if whole.order_id().is_some_and(|id| listed.order_id() != Some(id)) {
        return Ok(Message { doubt: Some(Doubt::AnotherOrder), ..listed });
    }
    let total = |order: &ReadOrder| order.money.total;
    let totals = (listed.order.as_ref().ok().and_then(total), whole.order.as_ref().ok().and_then(total));
    let differs = matches!(totals, (Some(in_list), Some(own)) if in_list != own);
    Ok(Message { doubt: differs.then_some(Doubt::TotalDiffers), ..whole })
}
