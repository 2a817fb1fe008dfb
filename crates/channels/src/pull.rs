//! A pull: every page of a window is handed over, order by order, and only then does the cursor move (rule R4-02). A
//! crash, or a stop, repeats and never skips. Never hands the same message over twice in one pull.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use crate::calls::Calls;
use crate::drain::Drained;
use crate::error::Stop;
use crate::message::Message;
use crate::page::{Adapter, By, Look, Page};
use crate::paging::Place;
use crate::window::{Lag, Window, lag, pull_window, told_until};

/// From where a pull goes on. Kept by the caller; its first one names the moment from which orders are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Every order that changed until then was handed over.
    pub until: Timestamp,
    /// A window whose pages were handed over in part. Dropping it repeats them.
    #[serde(default)]
    pub unfinished: Option<Unfinished>,
}

/// How far a window was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfinished {
    /// The window.
    pub window: Window,
    /// The page to go on with; `None` for the first.
    pub place: Option<Place>,
    /// Pages before it.
    pub pages: u32,
    /// Orders of that page that were handed over, by the start of their hash.
    pub done: Vec<String>,
}

/// A pull that came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// From where the next one goes on. To be stored after what was handed over is stored.
    pub cursor: Cursor,
    /// Messages handed over.
    pub handed: u64,
    /// Messages that came again in this pull and were not handed over again.
    pub repeated: u64,
    /// Whether the window reached to the present; if not, pull on.
    pub is_caught_up: bool,
    /// What was asked for and is no longer shown by the channel.
    pub out_of_reach: Option<Window>,
    /// How far capture is behind now.
    pub lag: Lag,
    /// What a queue of notifications gave, where the connection has one.
    pub queue: Option<Drained>,
}

/// A pull that did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub why: Stop,
    /// From where the next one goes on: no later than this one did.
    pub cursor: Cursor,
    /// Messages handed over.
    pub handed: u64,
    /// How far capture is behind now.
    pub lag: Lag,
    /// What a queue of notifications gave, where the connection has one.
    pub queue: Option<Drained>,
}

/// A pull under way.
struct Run<'a> {
    adapter: &'a mut dyn Adapter,
    calls: &'a mut Calls,
    most_pages: u32,
    hand: &'a mut dyn FnMut(Message) -> ControlFlow<()>,
    at: Unfinished,
    listed: HashSet<[u8; 32]>,
    sent: HashSet<[u8; 32]>,
    places: HashSet<Place>,
    handed: u64,
    repeated: u64,
    until: Timestamp,
}

/// Pulls one window.
pub(crate) fn pull(
    adapter: &mut dyn Adapter,
    calls: &mut Calls,
    most_pages: u32,
    cursor: &Cursor,
    hand: &mut dyn FnMut(Message) -> ControlFlow<()>,
) -> Result<Pulled, Box<Stopped>> {
    let plan = pull_window(cursor.until, calls.now(), adapter.reach_days());
    let fresh = |window| Unfinished { window, place: None, pages: 0, done: Vec::new() };
    let Some(at) = cursor.unfinished.clone().or(plan.window.map(fresh)) else {
        return Ok(Pulled {
            cursor: cursor.clone(),
            handed: 0,
            repeated: 0,
            is_caught_up: plan.catches_up,
            out_of_reach: plan.out_of_reach,
            lag: lag(cursor.until, calls.now()),
            queue: None,
        });
    };
    let until = at.window.to;
    let (listed, sent, places) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut run =
        Run { adapter, calls, most_pages, hand, at, listed, sent, places, handed: 0, repeated: 0, until };
    let mut ended = run.pages();
    if matches!(ended, Err(Stop::Refused { .. })) && cursor.unfinished.as_ref() == Some(&run.at) {
        // A place to go on from does not hold for ever: then the window is read from its start.
        run.at = fresh(run.at.window);
        ended = run.pages();
    }
    let now = run.calls.now();
    if let Err(why) = ended {
        let gives_up = matches!(why, Stop::Loops { .. } | Stop::TooManyPages { .. } | Stop::Refused { .. });
        let cursor = Cursor { until: cursor.until, unfinished: (!gives_up).then_some(run.at) };
        let lag = lag(cursor.until, now);
        return Err(Box::new(Stopped { why, cursor, handed: run.handed, lag, queue: None }));
    }
    // A channel whose clock is behind ours has not told all until the window's end.
    let told = run.calls.said_now().map_or(run.until, |said| run.until.min(told_until(said)));
    let until = told.max(cursor.until);
    Ok(Pulled {
        cursor: Cursor { until, unfinished: None },
        handed: run.handed,
        repeated: run.repeated,
        is_caught_up: plan.catches_up && cursor.unfinished.is_none(),
        out_of_reach: plan.out_of_reach,
        lag: lag(until, now),
        queue: None,
    })
}

impl Run<'_> {
    fn pages(&mut self) -> Result<(), Stop> {
        loop {
            if self.at.pages == self.most_pages {
                return Err(Stop::TooManyPages { limit: self.most_pages });
            }
            let look = Look { by: By::Updated, window: self.at.window, place: self.at.place.as_ref() };
            let page = self.adapter.list(self.calls, look)?;
            let next = page.next.clone();
            self.until = page.until.map_or(self.until, |until| self.until.min(until));
            self.hand_over(page)?;
            self.at.pages += 1;
            let Some(next) = next else { return Ok(()) };
            // A counted page may be read again on purpose; a token that comes again would go round for ever.
            if matches!(next, Place::Token(_)) && !self.places.insert(next.clone()) {
                return Err(Stop::Loops { pages: self.at.pages });
            }
            self.at.place = Some(next);
            self.at.done.clear();
        }
    }

    fn hand_over(&mut self, page: Page) -> Result<(), Stop> {
        for listed in page.orders {
            let (hash, name) = (listed.hash, short(&listed.hash));
            if self.at.done.contains(&name) || !self.listed.insert(hash) {
                self.repeated += 1;
                continue;
            }
            let message = self.adapter.complete(self.calls, listed)?;
            if self.sent.insert(message.hash) {
                if (self.hand)(message).is_break() {
                    return Err(Stop::Hand);
                }
                self.handed += 1;
            } else {
                self.repeated += 1;
            }
            self.at.done.push(name);
        }
        Ok(())
    }
}

/// The start of a hash, as a name within one page.
fn short(hash: &[u8; 32]) -> String {
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
