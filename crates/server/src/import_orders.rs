//! `zaiton import orders`: a file of any channel, order by order, in memory that does not grow. Our own format is judged whole
//! before anything is taken; of a channel's file every order that can be read is taken, and the others are told. The same file
//! again changes nothing, and one that was cut off is given again from its beginning.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use serde_json::json;
use zaiton_app::orders::capture::{CaptureOrder, CaptureReply};
use zaiton_connect::ReadError;
use zaiton_connect::orders::{Channel, ChannelRead, OrderReader, recorded};
use zaiton_effects::orders::message;
use zaiton_engine::core::Reply;
use zaiton_engine::{Outcome, Request};
use zaiton_kernel::{Environment, Refusal, Text};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::State;

use crate::cli::{Failure, actor, explain, told};
use crate::import::{SHOWN, Say, refused};
use crate::out;
use crate::site::Site;

/// Bytes of a recording of calls, at most.
const RECORDING: u64 = 10_000_000;

/// Orders that are on their way at once.
const IN_FLIGHT: u64 = 4_000;

/// What is imported, and for whom where the file does not say.
pub(crate) struct From<'a> {
    pub(crate) file: &'a Path,
    pub(crate) channel: Channel,
    /// The merchant's code.
    pub(crate) merchant: Option<&'a str>,
    /// The shop's code.
    pub(crate) shop: Option<&'a str>,
}

/// Counts while answers come.
#[derive(Default)]
struct Counts {
    taken: AtomicU64,
    new: AtomicU64,
    unchanged: AtomicU64,
    contradictions: AtomicU64,
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
    Ignored(State),
}

/// Imports orders.
pub(crate) fn orders(site: &Site, from: &From<'_>, say: Say) -> Result<(), Failure> {
    let mut merchants = Merchants { site, known: HashMap::new() };
    let own = from.channel == Channel::OwnSite;
    if !own && (from.merchant.is_none() || from.shop.is_none()) {
        return Err(Failure::Refused(
            "a channel's file does not say whose it is: give --merchant and --shop".into(),
        ));
    }
    // Our own format is read to its end first; a channel's file is only counted.
    let mut errors = Vec::new();
    let mut total = 0_u64;
    for read in reader(from)? {
        total += 1;
        let said = match &read.order {
            Err(error) => Some(error.clone()),
            Ok(order) => merchants.unknown(from, order.merchant.as_deref(), read.line)?,
        };
        errors.extend(said);
        if errors.len() > 100 && own {
            break;
        }
    }
    if total == 0 && !own {
        return Err(refused(&[ReadError::new(
            "import.no_orders",
            "其中没有该渠道的订单。",
            "There are no orders of this channel in it.",
        )]));
    }
    if own && !errors.is_empty() {
        return Err(refused(&errors));
    }
    if usize::try_from(total) == Ok(errors.len()) {
        return Err(refused(&errors));
    }
    let mut run = Run::new(site, total, say)?;
    for read in reader(from)? {
        run.take(from, &mut merchants, read)?;
    }
    let unreadable = if own { Vec::new() } else { errors };
    run.end(say, &unreadable)
}

/// The file's orders. A recording of calls, as Amazon publishes them, is taken apart into its answers first.
fn reader(from: &From<'_>) -> Result<OrderReader<Box<dyn Read>>, Failure> {
    let told = |error: std::io::Error| Failure::World(format!("{}: {error}", from.file.display()));
    let file = std::fs::File::open(from.file).map_err(told)?;
    let small = file.metadata().map_err(told)?.len() <= RECORDING;
    let mut source: Box<dyn Read> = Box::new(BufReader::new(file));
    if from.channel == Channel::Amazon && small {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(told)?;
        source = Box::new(Cursor::new(recorded(&bytes).unwrap_or(bytes)));
    }
    Ok(OrderReader::new(source).of(from.channel))
}

/// Merchants by their codes, each looked up once.
struct Merchants<'a> {
    site: &'a Site,
    known: HashMap<String, Option<MerchantId>>,
}

impl Merchants<'_> {
    fn find(&mut self, code: &str) -> Result<Option<MerchantId>, Failure> {
        if let Some(known) = self.known.get(code) {
            return Ok(*known);
        }
        let row = self.site.queries.merchant(Environment::Live, code)?;
        let id = row.map(|row| zaiton_kernel::Id::from_raw(row.id));
        self.known.insert(code.to_owned(), id);
        Ok(id)
    }

    /// The error of an order whose merchant nobody knows.
    fn unknown(
        &mut self,
        from: &From<'_>,
        said: Option<&str>,
        line: u64,
    ) -> Result<Option<ReadError>, Failure> {
        let code = from.merchant.or(said).unwrap_or_default().to_owned();
        if self.find(&code)?.is_some() {
            return Ok(None);
        }
        let error = ReadError::new(
            "import.order_merchant_unknown",
            format!("没有商家「{code}」"),
            format!("there is no merchant {code}"),
        );
        Ok(Some(error.at_line(line).in_field("merchant")))
    }
}

/// A remark with its line and the channel's id of the order.
type Seen = (u64, String, Remark);

/// An import under way.
struct Run<'a> {
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
    fn new(site: &'a Site, total: u64, say: Say) -> Result<Self, Failure> {
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

    fn take(
        &mut self,
        from: &From<'_>,
        merchants: &mut Merchants<'_>,
        read: ChannelRead<'_>,
    ) -> Result<(), Failure> {
        let order = match read.order {
            Ok(order) => order,
            Err(error) if from.channel == Channel::OwnSite => return Err(refused(&[error])),
            Err(_) => return Ok(()),
        };
        let code = from.merchant.or(order.merchant.as_deref()).unwrap_or_default().to_owned();
        let Some(merchant) = merchants.find(&code)? else { return Ok(()) };
        let shop = from.shop.or(order.shop.as_deref()).unwrap_or_default();
        let now = self.site.engine.clock().now(Environment::Live);
        let message = message(&order, shop, &read.raw, now);
        let key = zaiton_orders::order::order_key(message.channel, shop, &message.channel_order_id);
        let sealed = self
            .site
            .sealer
            .seal(&key, &message.hash, &read.raw, &order.personal)
            .map_err(|error| Failure::World(error.to_string()))?;
        let fields: Vec<String> = message
            .unmapped
            .iter()
            .map(|one| format!("{} \"{}\" ({})", one.field, one.value, one.code))
            .collect();
        let environment = Environment::Live;
        let command = CaptureOrder { environment, merchant, message, sealed: Some(sealed), again: false };
        let line = read.line;
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
        if self.begun.insert(zaiton_kernel::Id::raw(merchant)) {
            reply(self.site.engine.call(request));
        } else {
            self.site.engine.submit_patiently(request, reply);
        }
        self.sent += 1;
        self.bar.set_position(self.counts.taken.load(Ordering::Relaxed));
        Ok(())
    }

    fn end(self, say: Say, unreadable: &[ReadError]) -> Result<(), Failure> {
        for _ in 0..self.waiting {
            if self.ticks.1.recv().is_err() {
                break;
            }
        }
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
        if failed.is_empty() && unreadable.is_empty() {
            return Ok(());
        }
        if failed.is_empty() {
            return Err(Failure::Refused(format!("{} orders cannot be read", unreadable.len())));
        }
        let mut text = format!("{} orders were not taken", failed.len());
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
            Remark::Ignored(state) => {
                ("are captured and no more", format!("line {line}, {id}: {}", why_ignored(*state)))
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

fn why_ignored(state: State) -> String {
    let Text { en, .. } = match state {
        State::Ignored { why: zaiton_orders::channel::Ignored::Test } => {
            Text::new("测试订单。", "a test order (R4-08)")
        }
        State::Ignored { why: zaiton_orders::channel::Ignored::ChannelFulfilled } => {
            Text::new("由渠道发货。", "the channel sends it (R4-09)")
        }
        State::Unseen
        | State::Mapped
        | State::Unmapped { .. }
        | State::MathMismatch { .. }
        | State::CancelRequested
        | State::CancelledAtChannel => Text::new("", ""),
    };
    en.into_owned()
}

/// Counts an answer; what a person should see of it.
fn count(counts: &Counts, outcome: Outcome, fields: Vec<String>) -> Option<Remark> {
    let Ok(reply) = outcome.reply::<CaptureReply>() else { return Some(Remark::Not(outcome)) };
    let one = |count: &AtomicU64| count.fetch_add(1, Ordering::Relaxed);
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
        State::Ignored { .. } => Some(Remark::Ignored(reply.state)),
        State::Unseen | State::Mapped | State::CancelRequested | State::CancelledAtChannel => None,
    }
}
