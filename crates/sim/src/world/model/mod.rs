//! What the books must say, worked out a second time from the accepted commands alone, in the order of their commits: plain
//! sums and lists, none of the product's rules called. Never reads a balance from the database.

mod account;
mod bank;
mod card;
mod channel;
mod compare;
mod compare_bank;
mod compare_channel;
mod compare_group;
mod contact;
mod cover;
mod facts;
mod fees;
mod group;
mod hold;
mod line;
mod order;
mod parked;
mod parts;
mod payers;
mod payment;
mod policies;
mod promotion;
mod standing;
mod statement;
mod take;
mod watch;
mod withdrawal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use zaiton_app::names::{ClaimName, NameReply};
use zaiton_app::orders::capture::CheckOrder;
use zaiton_app::orders::group::CheckGroup;
use zaiton_app::platform::RecountDay;
use zaiton_app::prepaid::contact::ConfirmContact;
use zaiton_engine::batch::{EventRow, Write};
use zaiton_engine::command::AnyCommand;
use zaiton_engine::outbox::{Parked, Timer};
use zaiton_engine::{Actor, Batch, Command, RequestKey};
use zaiton_kernel::{Id, Partition, Timestamp};
use zaiton_prepaid::PrepaidPolicy;
use zaiton_prepaid::account::Event;

pub(crate) use account::{Account, Merchant, TopUpState};
pub(crate) use bank::Bank;
use channel::Named;
pub(crate) use channel::{Captured, waits};
use group::Group;
pub(crate) use line::{Line, LineState};
pub(crate) use payment::{Payment, PaymentState, Purpose, name_of};
pub(crate) use policies::AHEAD;
use policies::Policies;
use watch::Told;
pub(crate) use withdrawal::{State as WithdrawalState, Withdrawal};

use super::lanes::Moments;
use super::{Found, count};

/// All requests that were ever sent, by key and input, with who asked.
pub(crate) type Sent = BTreeMap<(RequestKey, [u8; 16]), (Arc<dyn AnyCommand>, Actor)>;

/// The second book-keeping.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) merchants: BTreeMap<Partition, Merchant>,
    pub(crate) banks: BTreeMap<Partition, Bank>,
    pub(crate) policies: Policies,
    /// Buyers' payments for orders of several merchants.
    pub(crate) groups: BTreeMap<Partition, Group>,
    /// Parts in payments whose names are too long: somebody has them.
    unfit: usize,
    /// What orders and payments tell each other and is on its way, and how often.
    letters: BTreeMap<String, usize>,
    names: BTreeMap<(Partition, String), i64>,
    timers: BTreeMap<i64, (String, String)>,
    /// Follow-ups that wait for a person: where, what command.
    pub(crate) parked: BTreeMap<i64, (Partition, String, String)>,
    /// Messages that came, by their effects.
    delivered: BTreeSet<i64>,
    /// Accepted commands by name, and what came of them.
    pub(crate) counts: BTreeMap<String, u64>,
    /// A mistake made on purpose: see [`super::broken::Broken::Model`].
    mistaken: bool,
}

/// When a command was decided, for whom, and whether the mistake is made.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) now: Timestamp,
    pub(crate) actor: &'a str,
    /// The payment under which it sent a withdrawal, if it did.
    pub(crate) sent: Option<i64>,
    /// Under which ids it kept a message of a channel, and a task about its order, if it did.
    pub(crate) named: Named,
    /// What the operator's figures were then.
    pub(crate) figures: &'a PrepaidPolicy,
    pub(crate) mistaken: bool,
}

fn read<T: DeserializeOwned>(what: &str, text: &str) -> Found<T> {
    serde_json::from_str(text).map_err(|error| format!("{what} cannot be read: {error}: {text}"))
}

pub(crate) fn differs<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Found {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, the model says {expected:?}"))
    }
}

/// What a batch says besides its requests: when accounts were activated, which lines it brought.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) activated: BTreeMap<i64, Timestamp>,
    pub(crate) lines: Vec<zaiton_bank::Line>,
    holds: Vec<zaiton_prepaid::Hold>,
}

impl Beside {
    /// Reads it; timers and parked follow-ups go to the model.
    fn of(batch: &Batch, model: &mut Model) -> Found<Self> {
        let mut beside = Self::default();
        for record in &batch.records {
            match (record.kind.table, record.write) {
                ("timers", Write::Insert) => {
                    let timer: Timer = read("a timer", &record.body)?;
                    model.timers.insert(record.id, (timer.command, timer.body));
                }
                ("parked", Write::Insert) => {
                    let parked: Parked = read("a parked follow-up", &record.body)?;
                    // A day on which clients' money was short is a task, and no follow-up that was refused.
                    if parked.command == RecountDay::NAME {
                        count(&mut model.counts, "days short of money");
                        continue;
                    }
                    // Nor is an order that waits for somebody, or a payment.
                    if [CheckOrder::NAME, CheckGroup::NAME].contains(&parked.command.as_str()) {
                        continue;
                    }
                    count(&mut model.counts, "follow-ups parked");
                    model.parked.insert(record.id, (record.partition, parked.command, parked.body));
                }
                ("holds", Write::Insert) => beside.holds.push(read("a hold", &record.body)?),
                ("bank_lines", Write::Insert) => beside.lines.push(read("a line", &record.body)?),
                _ => {}
            }
        }
        for event in &batch.events {
            if let Ok(Event::Activated { activated_at }) = serde_json::from_str(&event.body) {
                beside.activated.insert(event.subject, activated_at);
            }
        }
        Ok(beside)
    }
}

/// The payment of a withdrawal that was given to the bank.
fn sent_as(event: &EventRow) -> Option<i64> {
    if !event.body.contains("\"type\":\"sent\"") {
        return None;
    }
    match serde_json::from_str(&event.body).ok()? {
        zaiton_prepaid::withdrawal::Event::Sent { payment, .. } => Some(payment),
        _ => None,
    }
}

/// What accounts were told, as events say it.
fn told_by(events: &[&EventRow]) -> BTreeMap<i64, Vec<Told>> {
    let mut told: BTreeMap<i64, Vec<Told>> = BTreeMap::new();
    for event in events {
        let read: Option<Event> = serde_json::from_str(&event.body).ok();
        if let Some(one) = read.as_ref().and_then(watch::told) {
            told.entry(event.subject).or_default().push(one);
        }
    }
    told
}

impl Model {
    pub(crate) fn new(mistaken: bool) -> Self {
        Self { mistaken, ..Self::default() }
    }

    /// Takes a batch that was written.
    pub(crate) fn apply(&mut self, batch: &Batch, sent: &Sent, moments: &Moments) -> Found {
        let mut beside = Beside::of(batch, self)?;
        let mut seen = BTreeSet::new();
        let mut rows: Vec<_> = batch.requests.iter().collect();
        rows.sort_by_key(|row| row.id);
        let mut events = batch.events.iter().peekable();
        for row in rows {
            if !seen.insert(row.key) {
                return Err(format!("one batch answers {:?} twice", row.key));
            }
            let asked = sent.get(&(row.key, row.input));
            let (command, actor) = asked.ok_or("an answer in the database that nobody asked for")?;
            count(&mut self.counts, command.name());
            // Ids rise in a lane: what a command emitted lies before its answer and after the answer before.
            let mut emitted = Vec::new();
            while let Some(event) = events.next_if(|event| event.id < row.id) {
                emitted.push(event);
            }
            // What is asked twice in a batch is decided at two moments: its events say at which it was taken.
            let now = emitted.first().map(|event| event.at).or(moments.get(&row.key).copied());
            let now = now.ok_or("an answer that nobody decided")?;
            let sent = emitted.iter().find_map(|event| sent_as(event));
            let figures = self.policies.at(row.partition.environment(), now);
            let named = Named::by(&emitted);
            let (actor, mistaken) = (actor.name(), self.mistaken);
            let turn = Turn { now, actor, sent, named, figures: &figures, mistaken };
            let body = command.body();
            if row.denied {
                self.denied(row.partition, command.name(), &body, turn)?;
                continue;
            }
            let taken = self
                .take(row.partition, command.name(), &body, &row.reply, &mut beside, turn)
                .and_then(|()| self.compare_told(row.partition, told_by(&emitted)));
            taken.map_err(|what| format!("{}: {what}: {body}", command.name()))?;
        }
        for record in batch.records.iter().filter(|record| record.kind.table == "holds") {
            if let Some(at) = beside.holds.iter().position(|hold| hold.id.raw() == record.id) {
                self.name_hold(record.partition, &beside.holds.remove(at))?;
            }
        }
        for row in &batch.partitions {
            self.tell_stories(row.partition);
        }
        if !beside.lines.is_empty() {
            return Err(format!("{} bank lines that no statement brought", beside.lines.len()));
        }
        for record in &batch.records {
            match record.write {
                Write::Insert | Write::Update => {
                    self.compare_record(record.partition, record.kind.table, &record.body)?;
                }
                Write::Delete => self.compare_removed(record.partition, record.kind.table, record.id)?,
            }
        }
        differs("parked follow-ups", self.parked.len(), self.parked_of_merchants())
    }

    /// What a command told of its merchant's accounts, in order: how a breaker moved, which alert was sent.
    fn compare_told(&mut self, partition: Partition, found: BTreeMap<i64, Vec<Told>>) -> Found {
        let mut expected: BTreeMap<i64, Vec<Told>> = BTreeMap::new();
        if let Some(merchant) = self.merchants.get_mut(&partition) {
            for account in merchant.accounts.values_mut().filter(|account| !account.watch.told.is_empty()) {
                expected.insert(account.id.raw(), std::mem::take(&mut account.watch.told));
            }
        }
        for one in expected.values().flatten() {
            count(&mut self.counts, one.name());
        }
        differs("what was told", &found, &expected)
    }

    fn bank(&mut self, partition: Partition) -> &mut Bank {
        self.banks.entry(partition).or_default()
    }

    /// A counted attempt: only a wrong code is one.
    fn denied(&mut self, partition: Partition, name: &str, body: &str, turn: Turn<'_>) -> Found {
        if name != ConfirmContact::NAME {
            return Err(format!("{name} was denied: it counts no attempts"));
        }
        count(&mut self.counts, "wrong codes");
        self.merchants.entry(partition).or_default().wrong_code(&read(name, body)?, turn)
    }

    fn claim(&mut self, partition: Partition, command: &ClaimName, reply: &NameReply) -> Found {
        let place = (partition, format!("{}/{}", command.kind, command.name));
        let known = self.names.get(&place).copied();
        differs("a new name", reply.new, known.is_none())?;
        differs("the owner of a name", reply.owner, known.unwrap_or(reply.owner))?;
        self.names.insert(place, reply.owner);
        Ok(())
    }
}
