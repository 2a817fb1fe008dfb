//! What the books must say, worked out a second time from the accepted commands alone, in the order of their commits: plain
//! sums and lists, none of the product's rules called. Never reads a balance from the database.

mod account;
mod bank;
mod compare;
mod facts;
mod hold;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use zaiton_app::bank::account::OpenBankAccount;
use zaiton_app::bank::line::{AllocateLine, ReviewLine, UnallocateLine};
use zaiton_app::bank::statement::RecordStatement;
use zaiton_app::names::{ClaimName, NameReply};
use zaiton_app::onboarding::RegisterMerchant;
use zaiton_app::orders::RecordOrder;
use zaiton_app::platform::{BeginDay, RecordDay, StartDays};
use zaiton_app::prepaid::account::{OpenAccount, SetAlerts};
use zaiton_app::prepaid::charge::ChargeFee;
use zaiton_app::prepaid::holds::{ReduceFee, RefundFee, ReleaseFee, SettleFee};
use zaiton_app::prepaid::month::{CloseMonth, RecordMonth};
use zaiton_app::prepaid::repay::RepayArrears;
use zaiton_app::prepaid::top_up::{CancelTopUp, CreditTopUp, ExpireTopUp, RequestTopUp, ReviewTopUp};
use zaiton_app::prepaid::watch::{Recheck, RepeatAlert, ResumePromotions};
use zaiton_engine::batch::{RequestRow, Write};
use zaiton_engine::command::AnyCommand;
use zaiton_engine::outbox::{FireTimer, Timer};
use zaiton_engine::{Batch, Command, RequestKey};
use zaiton_kernel::{Id, Partition, Timestamp};

pub(crate) use account::{Account, Merchant, TopUpState};
pub(crate) use bank::{Bank, LineState};

use super::{Found, count};

/// All requests that were ever sent, by key and input.
pub(crate) type Sent = BTreeMap<(RequestKey, [u8; 16]), Arc<dyn AnyCommand>>;

/// The second book-keeping.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) merchants: BTreeMap<Partition, Merchant>,
    pub(crate) banks: BTreeMap<Partition, Bank>,
    names: BTreeMap<(Partition, String), i64>,
    timers: BTreeMap<i64, (String, String)>,
    /// Follow-ups that wait for a person.
    pub(crate) parked: usize,
    /// Accepted commands by name, and what came of them.
    pub(crate) counts: BTreeMap<String, u64>,
    /// A mistake made on purpose: see [`super::broken::Broken::Model`].
    mistaken: bool,
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

impl Model {
    pub(crate) fn new(mistaken: bool) -> Self {
        Self { mistaken, ..Self::default() }
    }

    /// Takes a batch that was written.
    pub(crate) fn apply(&mut self, batch: &Batch, sent: &Sent) -> Found {
        let mut beside = Beside::default();
        for record in &batch.records {
            match (record.kind.table, record.write) {
                ("timers", Write::Insert) => {
                    let timer: Timer = read("a timer", &record.body)?;
                    self.timers.insert(record.id, (timer.command, timer.body));
                }
                ("holds", Write::Insert) => beside.holds.push(read("a hold", &record.body)?),
                ("bank_lines", Write::Insert) => beside.lines.push(read("a line", &record.body)?),
                _ => {}
            }
        }
        for event in &batch.events {
            if let Ok(zaiton_prepaid::account::Event::Activated { activated_at }) =
                serde_json::from_str(&event.body)
            {
                beside.activated.insert(event.subject, activated_at);
            }
        }
        let mut seen = BTreeSet::new();
        for row in batch.requests.iter() {
            if !seen.insert(row.key) {
                return Err(format!("one batch answers {:?} twice", row.key));
            }
            let command =
                sent.get(&(row.key, row.input)).ok_or("an answer in the database that nobody asked for")?;
            if row.denied {
                return Err(format!("{} was denied; no command of the app denies", command.name()));
            }
            count(&mut self.counts, command.name());
            self.take(row.partition, command.name(), &command.body(), row, &mut beside)
                .map_err(|what| format!("{}: {what}: {}", command.name(), command.body()))?;
        }
        for record in batch.records.iter().filter(|record| record.kind.table == "holds") {
            if let Some(at) = beside.holds.iter().position(|hold| hold.id.raw() == record.id) {
                self.name_hold(record.partition, &beside.holds.remove(at))?;
            }
        }
        if !beside.lines.is_empty() {
            return Err(format!("{} bank lines that no statement brought", beside.lines.len()));
        }
        Ok(())
    }

    fn take(
        &mut self,
        partition: Partition,
        name: &str,
        body: &str,
        row: &RequestRow,
        beside: &mut Beside,
    ) -> Found {
        macro_rules! ours {
            ($merchant:ident, $command:ident: $type:ty, $then:expr) => {{
                let $command: $type = read(name, body)?;
                let $merchant = self.merchants.entry(partition).or_default();
                let parked = $merchant.parked;
                $then?;
                self.parked += $merchant.parked - parked;
                Ok(())
            }};
        }
        let reply = row.reply.as_str();
        match name {
            ClaimName::NAME => self.claim(partition, &read(name, body)?, &read("a reply", reply)?),
            RegisterMerchant::NAME => ours!(m, c: RegisterMerchant, m.register(&c, &read("a reply", reply)?)),
            OpenAccount::NAME => ours!(m, c: OpenAccount, m.open(&c, &read("a reply", reply)?)),
            SetAlerts::NAME => ours!(m, c: SetAlerts, m.set_alerts(&c)),
            RequestTopUp::NAME => ours!(m, c: RequestTopUp, m.request(&c, &read("a reply", reply)?)),
            CreditTopUp::NAME => {
                ours!(m, c: CreditTopUp, m.credit(&c, &read("a reply", reply)?, &beside.activated))
            }
            ReviewTopUp::NAME => ours!(m, c: ReviewTopUp, m.review(&c)),
            CancelTopUp::NAME => ours!(m, c: CancelTopUp, m.cancel(c.top_up)),
            ExpireTopUp::NAME => ours!(m, c: ExpireTopUp, m.expire(c.top_up)),
            RepayArrears::NAME => ours!(m, c: RepayArrears, m.repay(c.account)),
            ChargeFee::NAME => ours!(m, c: ChargeFee, m.charge(&c, Some(&read("a reply", reply)?))),
            ReleaseFee::NAME => ours!(m, c: ReleaseFee, m.release(&c, &read("a reply", reply)?)),
            ReduceFee::NAME => ours!(m, c: ReduceFee, m.reduce(&c, Some(&read("a reply", reply)?))),
            SettleFee::NAME => {
                let mistaken = self.mistaken;
                ours!(m, c: SettleFee, m.settle(&c, Some(&read("a reply", reply)?), mistaken))
            }
            RefundFee::NAME => ours!(m, c: RefundFee, m.refund(&c, &read("a reply", reply)?)),
            RecordOrder::NAME => {
                let mistaken = self.mistaken;
                ours!(m, c: RecordOrder, m.record_order(&c, &read("a reply", reply)?, mistaken))
            }
            OpenBankAccount::NAME => self.bank(partition).open(&read(name, body)?),
            RecordStatement::NAME => {
                let reply = read("a reply", reply)?;
                self.bank(partition).take(&read::<RecordStatement>(name, body)?, &reply, &mut beside.lines)
            }
            AllocateLine::NAME => self.bank(partition).allocate(&read(name, body)?),
            ReviewLine::NAME => self.bank(partition).review(&read(name, body)?),
            UnallocateLine::NAME => self.bank(partition).unallocate(&read(name, body)?),
            FireTimer::NAME => self.fire(partition, &read(name, body)?, row, beside),
            // What they move is promotions and notices, never money.
            Recheck::NAME | RepeatAlert::NAME | ResumePromotions::NAME => Ok(()),
            // What they write is what the proof compares with the ledger.
            RecordMonth::NAME | CloseMonth::NAME => Ok(()),
            StartDays::NAME | BeginDay::NAME | RecordDay::NAME => Ok(()),
            "engine.lease_effect" | "engine.finish_effect" | "engine.retry_effect" => Ok(()),
            other => Err(format!("{other} is unknown to the model")),
        }
    }

    fn bank(&mut self, partition: Partition) -> &mut Bank {
        self.banks.entry(partition).or_default()
    }

    fn claim(&mut self, partition: Partition, command: &ClaimName, reply: &NameReply) -> Found {
        let place = (partition, format!("{}/{}", command.kind, command.name));
        let known = self.names.get(&place).copied();
        differs("a new name", reply.new, known.is_none())?;
        differs("the owner of a name", reply.owner, known.unwrap_or(reply.owner))?;
        self.names.insert(place, reply.owner);
        Ok(())
    }

    /// A timer fires its command once; what it could not do then stays undone.
    fn fire(
        &mut self,
        partition: Partition,
        fire: &FireTimer,
        row: &RequestRow,
        beside: &mut Beside,
    ) -> Found {
        let Some((name, body)) = self.timers.remove(&fire.timer.raw()) else { return Ok(()) };
        count(&mut self.counts, "timers fired");
        self.take(partition, &name, &body, row, beside)
    }
}
