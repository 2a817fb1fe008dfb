//! Orders on their way to be captured, from a file or from a channel: sealed, sent, counted, and told of. Reads nothing itself.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use serde_json::json;
use zaiton_app::orders::capture::CaptureReply;
use zaiton_app::prepaid::partition_of;
use zaiton_connect::ReadError;
use zaiton_connect::orders::ReadOrder;
use zaiton_effects::channels::{Arrival, capture};
use zaiton_effects::orders::channel_of;
use zaiton_engine::core::Reply;
use zaiton_engine::{Outcome, Request};
use zaiton_kernel::{Environment, Refusal};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{Ignored, State};

use crate::cli::{Failure, actor, explain, told};
use crate::import::{SHOWN, Say};
use crate::out;
use crate::site::Site;

/// Orders that are on their way at once.
const IN_FLIGHT: u64 = 4_000;

/// Counts while answers come.
#[derive(Default)]
struct Counts {
    taken: AtomicU64,
    new: AtomicU64,
    unchanged: AtomicU64,
    contradictions: AtomicU64,
    /// Not taken; remarks may be too many to be kept, this is counted always.
    failed: AtomicU64,
}

/// What a person should see of one order.
enum Remark {
    /// Not taken.
    Not(Outcome),
    /// Taken, and it waits for a person.
    Waits(State, Vec<String>),
    /// Taken, and something that should follow waits for a person.
    Parked(Refusal),
    /// Taken, and no more.
    Ignored(Ignored),
}

/// A remark with its line and the channel's id of the order.
type Seen = (u64, String, Remark);

/// An import under way.
pub(crate) struct Run<'a> {
    site: &'a Site,
    /// Unlike any other import's: what guards against taking an order twice is the order's own key.
    name: String,
    counts: Arc<Counts>,
    remarks: (Sender<Seen>, Receiver<Seen>),
    ticks: (Sender<()>, Receiver<()>),
    begun: HashSet<i64>,
    sent: u64,
    /// Sent and not known to be answered.
    waiting: u64,
    bar: indicatif::ProgressBar,
}

impl<'a> Run<'a> {
    /// Begins; `total` orders are known to come, 0 when nobody knows.
    pub(crate) fn new(site: &'a Site, total: u64, say: Say) -> Result<Self, Failure> {
        let mut name = [0_u8; 8];
        zaiton_effects::sealing::system_random(&mut name)
            .map_err(|error| Failure::World(error.to_string()))?;
        let bar = if say != Say::Text || total < 1_000 {
            indicatif::ProgressBar::hidden()
        } else {
            indicatif::ProgressBar::new(total)
        };
        Ok(Self {
            site,
            name: name.iter().map(|byte| format!("{byte:02x}")).collect(),
            counts: Arc::default(),
            remarks: bounded(1_000),
            ticks: unbounded(),
            begun: HashSet::new(),
            sent: 0,
            waiting: 0,
            bar,
        })
    }

    /// Sends an order to be captured; `line` is where it stands, for the report.
    pub(crate) fn send(
        &mut self,
        (merchant, shop): (MerchantId, &str),
        order: ReadOrder,
        raw: &[u8],
        line: u64,
    ) -> Result<(), Failure> {
        let now = self.site.engine.clock().now(Environment::Live);
        let arrival = Arrival {
            environment: Environment::Live,
            merchant,
            channel: channel_of(order.channel),
            shop: shop.to_owned(),
            raw: raw.to_vec(),
            headers: Vec::new(),
            received_at: now,
            ours: true,
            asked: false,
        };
        let command = capture(&self.site.sealer, &arrival, &order)
            .map_err(|error| Failure::World(error.to_string()))?;
        let fields: Vec<String> = command
            .message
            .unmapped
            .iter()
            .map(|one| format!("{} \"{}\" ({})", one.field, one.value, one.code))
            .collect();
        let request =
            Request::new(Arc::new(command), &format!("capture/{}/{}", self.name, self.sent), actor());
        let (counts, remarks, tick) =
            (Arc::clone(&self.counts), self.remarks.0.clone(), self.ticks.0.clone());
        let id = order.channel_order_id;
        let reply: Reply = Box::new(move |outcome: Outcome| {
            if let Some(remark) = count(&counts, outcome, fields) {
                drop(remarks.try_send((line, id, remark)));
            }
            let _ = tick.send(());
        });
        // So many unanswered at once keep a lane busy; more would only lie in memory.
        if self.waiting == IN_FLIGHT {
            let _ = self.ticks.1.recv();
            self.waiting -= 1;
        }
        self.waiting += 1;
        // A lane may still be leased to a process that died: the first order of each merchant waits for that.
        let owned = self.site.engine.owns(partition_of(Environment::Live, merchant));
        if !owned && self.begun.insert(zaiton_kernel::Id::raw(merchant)) {
            reply(self.site.engine.call(request));
        } else {
            self.site.engine.submit_patiently(request, reply);
        }
        self.sent += 1;
        self.bar.set_position(self.counts.taken.load(Ordering::Relaxed));
        Ok(())
    }

    /// Waits until everything that was sent is answered; how many were not taken.
    pub(crate) fn settle(&mut self) -> u64 {
        while self.waiting > 0 && self.ticks.1.recv().is_ok() {
            self.waiting -= 1;
        }
        self.counts.failed.load(Ordering::Relaxed)
    }

    /// Waits for every answer, and says what came of it all.
    pub(crate) fn end(mut self, say: Say, unreadable: &[ReadError]) -> Result<(), Failure> {
        let not_taken = self.settle();
        self.bar.finish_and_clear();
        let mut remarks: Vec<Seen> = self.remarks.1.try_iter().collect();
        remarks.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        self.report(say, &remarks, unreadable);
        self.site.engine.settle(1_200)?;
        let failed: Vec<_> = remarks
            .iter()
            .filter_map(|(line, id, remark)| match remark {
                Remark::Not(outcome) => Some((*line, id, outcome)),
                Remark::Waits(..) | Remark::Parked(_) | Remark::Ignored(_) => None,
            })
            .collect();
        if not_taken == 0 && unreadable.is_empty() {
            return Ok(());
        }
        if not_taken == 0 {
            return Err(Failure::Refused(format!("{} orders cannot be read", unreadable.len())));
        }
        let mut text = format!("{not_taken} orders were not taken");
        for (line, id, outcome) in failed.iter().take(SHOWN) {
            if let Err(Failure::Refused(why) | Failure::World(why)) = told(outcome) {
                text.push_str(&format!("\n  line {line}, {id}: {why}"));
            }
        }
        // What the world stood in the way of may be tried again as it is; a refusal may not.
        let world = failed.iter().any(|(.., outcome)| matches!(outcome, Outcome::Failed { .. }));
        Err(if world { Failure::World(text) } else { Failure::Refused(text) })
    }

    fn report(&self, say: Say, remarks: &[Seen], unreadable: &[ReadError]) {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (taken, new, unchanged, odd) = (
            load(&self.counts.taken),
            load(&self.counts.new),
            load(&self.counts.unchanged),
            load(&self.counts.contradictions),
        );
        match say {
            Say::Nothing => {}
            Say::Json => {
                let refused = remarks.iter().filter_map(|(line, id, remark)| match remark {
                    Remark::Not(outcome) => Some(json!({ "line": line, "order": id, "outcome": outcome })),
                    Remark::Waits(..) | Remark::Parked(_) | Remark::Ignored(_) => None,
                });
                let waiting = remarks.iter().filter_map(|(line, id, remark)| match remark {
                    Remark::Waits(state, fields) => {
                        Some(json!({ "line": line, "order": id, "state": state, "fields": fields }))
                    }
                    Remark::Parked(why) => Some(json!({ "line": line, "order": id, "parked": why })),
                    Remark::Not(_) | Remark::Ignored(_) => None,
                });
                let body = json!({ "orders": self.sent, "taken": taken, "new": new, "unchanged": unchanged,
                    "contradictions": odd, "refused": refused.collect::<Vec<_>>(), "waiting": waiting.collect::<Vec<_>>(),
                    "unreadable": unreadable.iter().map(ToString::to_string).collect::<Vec<_>>() });
                out::line(&body.to_string());
            }
            Say::Text => {
                out::line(&format!(
                    "{} order messages: {new} new orders, {} changed, {unchanged} told nothing new, {odd} contradictions",
                    self.sent,
                    taken.saturating_sub(new + unchanged)
                ));
                said(remarks, unreadable);
            }
        }
    }
}

/// What waits, what was set aside, what cannot be read: a line each, the first of them.
fn said(remarks: &[Seen], unreadable: &[ReadError]) {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut lines = Vec::new();
    for (line, id, remark) in remarks {
        let (kind, text) = match remark {
            Remark::Not(_) => continue,
            Remark::Waits(State::MathMismatch { difference_minor }, _) => (
                "do not add up",
                format!(
                    "line {line}, {id}: its parts differ from its total by {difference_minor} minor units"
                ),
            ),
            Remark::Waits(_, fields) => {
                let shown: Vec<&str> = fields.iter().take(4).map(String::as_str).collect();
                let more = fields.len().saturating_sub(shown.len());
                let more = if more == 0 { String::new() } else { format!(", and {more} more") };
                ("hold something unknown", format!("line {line}, {id}: {}{more}", shown.join(", ")))
            }
            Remark::Parked(why) => ("wait for a person", format!("line {line}, {id}: {}", explain(why))),
            Remark::Ignored(why) => {
                ("are captured and no more", format!("line {line}, {id}: {}", why_ignored(*why)))
            }
        };
        *kinds.entry(kind).or_default() += 1;
        if lines.len() < SHOWN {
            lines.push(text);
        }
    }
    if !unreadable.is_empty() {
        kinds.insert("cannot be read", u64::try_from(unreadable.len()).unwrap_or(u64::MAX));
        lines.extend(unreadable.iter().take(SHOWN).map(ToString::to_string));
    }
    if !kinds.is_empty() {
        let counts: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        out::line(&counts.join(", "));
        lines.iter().for_each(|line| out::line(&format!("  {line}")));
    }
}

fn why_ignored(why: Ignored) -> &'static str {
    match why {
        Ignored::Test => "a test order (R4-08)",
        Ignored::ChannelFulfilled => "the channel sends it (R4-09)",
    }
}

/// Counts an answer; what a person should see of it.
fn count(counts: &Counts, outcome: Outcome, fields: Vec<String>) -> Option<Remark> {
    let one = |count: &AtomicU64| count.fetch_add(1, Ordering::Relaxed);
    let Ok(reply) = outcome.reply::<CaptureReply>() else {
        one(&counts.failed);
        return Some(Remark::Not(outcome));
    };
    one(&counts.taken);
    if reply.new {
        one(&counts.new);
    } else if reply.known || reply.older {
        one(&counts.unchanged);
    }
    if let Some(order) = &reply.order {
        counts.contradictions.fetch_add(u64::try_from(order.contradictions).unwrap_or(0), Ordering::Relaxed);
    }
    if let Some(why) = reply.parked {
        return Some(Remark::Parked(why));
    }
    // Said when it was told first; an older message says nothing of where the order stands.
    if reply.known || reply.older {
        return None;
    }
    match reply.state {
        State::Unmapped { .. } | State::MathMismatch { .. } => Some(Remark::Waits(reply.state, fields)),
        State::Ignored { why } => Some(Remark::Ignored(why)),
        State::Unseen | State::Mapped | State::CancelRequested | State::CancelledAtChannel => None,
    }
}
