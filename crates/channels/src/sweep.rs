//! A sweep: the last 72 hours listed again by when orders were created, and compared with what the caller knows (rule
//! R4-05). Names what is missing or differs, to be fetched one by one. Never hands a message over itself.

use std::collections::HashSet;

use zaiton_connect::orders::ReadOrder;
use zaiton_kernel::{Money, Timestamp};

use crate::calls::Calls;
use crate::error::Stop;
use crate::page::{Adapter, By, Look};
use crate::paging::Place;
use crate::window::{Window, sweep_window};

/// What the caller knows of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its total.
    pub total: Option<Money>,
    /// When the channel changed it last.
    pub updated_at: Option<Timestamp>,
}

/// In what an order differs from what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Nothing is known of it.
    Missing,
    /// Another total.
    Total,
    /// It was changed after what is known.
    Updated,
}

/// What a sweep found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// What was listed.
    pub window: Window,
    /// Orders that were listed, each counted once.
    pub seen: u64,
    /// Entries of the list that are no order: nothing could be compared.
    pub unread: u64,
    /// Orders to be fetched, and why, in the order of the list.
    pub differing: Vec<(String, Difference)>,
}

/// Tells, for each of these ids, what is known of the order; nothing when it cannot be told now.
pub type Asked<'a> = dyn FnMut(&[String]) -> Option<Vec<Option<Known>>> + 'a;

pub(crate) fn sweep(
    adapter: &mut dyn Adapter,
    calls: &mut Calls,
    most_pages: u32,
    known: &mut Asked<'_>,
) -> Result<Swept, Stop> {
    let window = sweep_window(calls.now());
    let mut swept = Swept { window, seen: 0, unread: 0, differing: Vec::new() };
    let (mut ids, mut places) = (HashSet::new(), HashSet::new());
    let mut place: Option<Place> = None;
    for pages in 1..=most_pages {
        let page = adapter.list(calls, Look { by: By::Created, window, place: place.as_ref() })?;
        let mut new = Vec::new();
        for listed in &page.orders {
            match &listed.order {
                Err(_) => swept.unread += 1,
                Ok(order) if ids.insert(order.channel_order_id.clone()) => new.push(order),
                Ok(_) => {}
            }
        }
        let asked: Vec<String> = new.iter().map(|order| order.channel_order_id.clone()).collect();
        let said = known(&asked).filter(|said| said.len() == asked.len()).ok_or(Stop::Hand)?;
        for ((order, id), known) in new.into_iter().zip(asked).zip(said) {
            swept.seen += 1;
            swept.differing.extend(compare(order, known).map(|why| (id, why)));
        }
        let Some(next) = page.next else { return Ok(swept) };
        if matches!(next, Place::Token(_)) && !places.insert(next.clone()) {
            return Err(Stop::Loops { pages });
        }
        place = Some(next);
    }
    Err(Stop::TooManyPages { limit: most_pages })
}

/// A list that says nothing of a total, or of a moment, differs in nothing; one that is behind what is known neither.
fn compare(listed: &ReadOrder, known: Option<Known>) -> Option<Difference> {
    let Some(known) = known else { return Some(Difference::Missing) };
    if listed.money.total.is_some() && listed.money.total != known.total {
        return Some(Difference::Total);
    }
    let updated_at = listed.updated_at.map(|moment| moment.at);
    (updated_at > known.updated_at).then_some(Difference::Updated)
}
