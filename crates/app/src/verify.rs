//! Proving the books: takes every row that somebody reads for it and says what does not hold, with the record and the rule.
//! Pure: reads nothing by itself, changes nothing.

mod client_money;
mod months;

use std::collections::{BTreeMap, HashMap};

use zaiton_bank::BankAccount;
use zaiton_engine::batch::{EventRow, Head};
use zaiton_engine::chain::ChainKey;
use zaiton_kernel::{Currency, Id, Partition};
use zaiton_ledger::{Account, AccountCode, Kind, Transfer};
use zaiton_prepaid::{Hold, HoldId, PrepaidAccount, StatementMonth};

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The invariant of the ledger page (`L-I1` to `L-I15`) or the rule (`R5-30` for the event chain).
    pub rule: &'static str,
    /// Which record, account, event or transfer.
    pub record: String,
    /// What is wrong, in words.
    pub what: String,
}

/// Findings are listed up to this many; more are only counted.
pub const MOST_FINDINGS: usize = 1_000;

/// How far an earlier anchor saw a partition's chain.
pub type Anchors = HashMap<Partition, Head>;

#[derive(Default)]
struct Totals {
    debits: i64,
    credits: i64,
    last: i64,
}

#[derive(Default)]
struct Flow {
    /// What the fourth invariant expects of 2110 + 2120 + 2125 + 2130 - 1120.
    expected: i128,
}

/// A verification in progress. Feed it events, transfers, accounts, partitions and records, each in the order of ids,
/// then ask for the findings.
pub struct Verifier {
    chain: ChainKey,
    anchors: Anchors,
    heads: HashMap<Partition, Head>,
    anchored: usize,
    totals: HashMap<i64, (Partition, Totals)>,
    links: HashMap<i64, i128>,
    accounts: HashMap<i64, (Partition, Account)>,
    flows: HashMap<(Partition, i64, Currency), Flow>,
    frozen: HashMap<(Partition, i64), [i128; 3]>,
    prepaid: HashMap<i64, (Partition, i64)>,
    /// What transfers say of each hold: frozen, unfunded, owed, settled, refunded.
    booked: HashMap<i64, [i64; 5]>,
    unallocated: HashMap<Partition, i128>,
    months: months::Months,
    cover: client_money::Cover,
    findings: Vec<Finding>,
    /// How many findings there are in all.
    pub count: usize,
    /// Rows seen: events, transfers, accounts, records.
    pub seen: [u64; 4],
}

impl Verifier {
    /// Starts, against an earlier anchor's heads when there is one. Accounts are fed first, then the rest.
    #[must_use]
    pub fn new(chain: ChainKey, anchors: Anchors) -> Self {
        Self {
            chain,
            anchors,
            heads: HashMap::new(),
            anchored: 0,
            totals: HashMap::new(),
            links: HashMap::new(),
            accounts: HashMap::new(),
            flows: HashMap::new(),
            frozen: HashMap::new(),
            prepaid: HashMap::new(),
            booked: HashMap::new(),
            unallocated: HashMap::new(),
            months: months::Months::default(),
            cover: client_money::Cover::default(),
            findings: Vec::new(),
            count: 0,
            seen: [0; 4],
        }
    }

    fn find(&mut self, rule: &'static str, record: impl Into<String>, what: impl Into<String>) {
        self.count += 1;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { rule, record: record.into(), what: what.into() });
        }
    }

    /// Rule R5-30. The next event in the order of ids.
    pub fn event(&mut self, event: &EventRow) {
        self.seen[0] += 1;
        let head = self.heads.get(&event.partition).copied().unwrap_or_default();
        let name = format!("event {} of {}", event.id, event.partition);
        if event.previous != head.last_event || event.number != head.events + 1 {
            self.find("R5-30", name.clone(), "an event is missing before it, or it was inserted");
        }
        if self.chain.mac(&head.mac, event) != event.mac {
            self.find("R5-30", name.clone(), "its code does not fit: it, or the one before it, was changed");
        }
        // Go on from what is stored, so that one change is one finding and not one for every later event.
        let next = Head { last_event: event.id, events: event.number, mac: event.mac };
        self.heads.insert(event.partition, next);
        if let Some(anchor) = self.anchors.get(&event.partition).copied()
            && anchor.events == event.number
        {
            self.anchored += 1;
            if anchor != next {
                self.find("R5-30", name, "it is not the event that the anchor saw");
            }
        }
    }

    /// A partition's stored head, after all events.
    pub fn partition(&mut self, partition: Partition, head: &Head) {
        let seen = self.heads.remove(&partition).unwrap_or_default();
        if seen != *head {
            let what = format!("its head speaks of {} events, {} were found", head.events, seen.events);
            self.find("R5-30", format!("partition {partition}"), what);
        }
        if let Some(anchor) = self.anchors.remove(&partition)
            && anchor.events > head.events
        {
            let what = format!(
                "the anchor saw {} events, {} are left: the tail was cut",
                anchor.events, head.events
            );
            self.find("R5-30", format!("partition {partition}"), what);
        }
    }

    /// A ledger account, before the transfers.
    pub fn account(&mut self, partition: Partition, account: Account) {
        self.seen[2] += 1;
        if account.key.code.row().never_negative && account.balance() < 0 {
            let what = format!("stands at {} minor units", account.balance());
            self.find("L-I2", format!("account {} ({})", account.id, account.key.code), what);
        }
        self.cover.account(partition, &account);
        self.accounts.insert(account.id, (partition, account));
    }

    /// The next transfer in the order of ids.
    pub fn transfer(&mut self, partition: Partition, transfer: &Transfer) {
        self.seen[1] += 1;
        let name = format!("transfer {}", transfer.id);
        let sides = [
            (transfer.debit_account, transfer.previous_of_debit, true),
            (transfer.credit_account, transfer.previous_of_credit, false),
        ];
        let mut currencies = Vec::new();
        for (id, previous, is_debit) in sides {
            let Some((of, account)) = self.accounts.get(&id).copied() else {
                self.find("L-I1", name.clone(), format!("names account {id}, which is not there"));
                continue;
            };
            if of != partition {
                self.find("L-I1", name.clone(), format!("moves account {id} of another partition"));
            }
            currencies.push(account.key.currency);
            let (_, totals) = self.totals.entry(id).or_insert_with(|| (partition, Totals::default()));
            let before = totals.last;
            totals.last = transfer.id;
            let sum = if is_debit { &mut totals.debits } else { &mut totals.credits };
            *sum = sum.saturating_add(transfer.amount);
            if before != previous {
                self.find(
                    "L-I11",
                    name.clone(),
                    format!("the transfer before it on account {id} is not the one it names"),
                );
            }
            self.flow(partition, &account, transfer, is_debit);
            self.of_hold(&account, transfer, is_debit);
            self.months.side(partition, &account, transfer, is_debit);
            if account.key.code == AccountCode::BETWEEN_PARTITIONS {
                let signed = i128::from(transfer.amount);
                *self.links.entry(transfer.link).or_default() += if is_debit { signed } else { -signed };
            }
        }
        if currencies.windows(2).any(|pair| pair.first() != pair.last()) {
            self.find("L-I1", name.clone(), "moves between two currencies");
        }
        if transfer.amount <= 0 {
            self.find("L-I1", name, "moves nothing or less");
        }
    }

    /// What a transfer means for the fourth invariant: money that came in or went out, by the posting's name.
    fn flow(&mut self, partition: Partition, account: &Account, transfer: &Transfer, is_debit: bool) {
        let code = account.key.code;
        let ours = matches!(code.number(), 2110 | 2120 | 2125 | 2130 | 1120);
        let Some(kind) = Kind::from_number(transfer.kind).filter(|_| ours) else { return };
        let amount = i128::from(transfer.amount);
        let outward = matches!(kind, Kind::Settle | Kind::ArrearsSettled | Kind::WithdrawalPaid);
        let inward = matches!(
            kind,
            Kind::TopUp | Kind::SettledRefund | Kind::ArrearsWrittenOff | Kind::WithdrawalReturned
        );
        let flow = self.flows.entry((partition, account.key.dimension, account.key.currency)).or_default();
        if inward {
            flow.expected += amount;
        } else if outward {
            flow.expected -= amount;
        } else if matches!(kind, Kind::Correction | Kind::Opening) {
            flow.expected += if is_debit { -amount } else { amount };
        }
    }

    /// What a transfer means for the hold that it names.
    fn of_hold(&mut self, account: &Account, transfer: &Transfer, is_debit: bool) {
        let Some(
            kind @ (Kind::Freeze
            | Kind::Release
            | Kind::Settle
            | Kind::SettledRefund
            | Kind::Arrears
            | Kind::ArrearsDropped
            | Kind::ArrearsSettled
            | Kind::ArrearsRepaid
            | Kind::ArrearsWrittenOff),
        ) = Kind::from_number(transfer.kind)
        else {
            return;
        };
        let amount = transfer.amount;
        let [frozen, unfunded, owed, settled, refunded] = self.booked.entry(transfer.subject).or_default();
        let signed = if is_debit { -amount } else { amount };
        match account.key.code.number() {
            2120 => *frozen = frozen.saturating_add(signed),
            2125 => *unfunded = unfunded.saturating_add(signed),
            1120 => *owed = owed.saturating_sub(signed),
            _ => {}
        }
        if is_debit {
            match kind {
                Kind::Settle | Kind::ArrearsSettled => *settled = settled.saturating_add(amount),
                Kind::SettledRefund => *refunded = refunded.saturating_add(amount),
                _ => {}
            }
        }
    }

    /// A prepaid account's record: names the programme of its holds.
    pub fn prepaid_account(&mut self, partition: Partition, account: &PrepaidAccount) {
        self.seen[3] += 1;
        self.prepaid.insert(account.id.raw(), (partition, account.programme.raw()));
    }

    /// A hold's record, after the prepaid accounts.
    pub fn hold(&mut self, partition: Partition, hold: &Hold) {
        self.seen[3] += 1;
        if let Err(broken) = hold.check() {
            self.find("L-I3", hold.id.to_string(), broken);
        }
        let booked = self.booked.remove(&hold.id.raw()).unwrap_or_default();
        let stands = [hold.frozen, hold.unfunded, hold.owed, hold.settled, hold.refunded];
        if stands != booked {
            let what = format!(
                "its frozen, unfunded, owed, settled, refunded are {stands:?}, its transfers give {booked:?}"
            );
            self.find("L-I3", hold.id.to_string(), what);
        }
        let Some((of, programme)) = self.prepaid.get(&hold.account.raw()).copied() else {
            self.find("L-I3", hold.id.to_string(), "its account is not there");
            return;
        };
        if of != partition {
            self.find("L-I3", hold.id.to_string(), "its account is another merchant's");
        }
        let sums = self.frozen.entry((partition, programme)).or_default();
        for (sum, part) in sums.iter_mut().zip([hold.frozen, hold.unfunded, hold.owed]) {
            *sum += i128::from(part);
        }
    }

    /// What a bank line has of its amount that nobody was given yet (minor units).
    pub fn unallocated(&mut self, partition: Partition, minor: i64) {
        self.seen[3] += 1;
        *self.unallocated.entry(partition).or_default() += i128::from(minor);
    }

    /// A bank account of ours: whose money lies on it.
    pub fn bank_account(&mut self, account: &BankAccount) {
        self.seen[3] += 1;
        self.cover.bank_account(account);
    }

    /// The recorded statement of a month, after the prepaid accounts.
    pub fn month(&mut self, partition: Partition, month: StatementMonth) {
        self.seen[3] += 1;
        self.months.recorded(partition, month);
    }

    /// A record that cannot be read.
    pub fn unreadable(&mut self, table: &str, id: i64, error: &str) {
        self.find("R5-30", format!("{table} {id}"), format!("cannot be read: {error}"));
    }

    /// All that does not hold. `drained` says that nothing waits in the outbox: then no link may be half open.
    #[must_use]
    pub fn finish(mut self, drained: bool) -> (Vec<Finding>, usize) {
        self.balances();
        self.records();
        for (record, what) in self.cover.findings() {
            self.find("L-I13", record, what);
        }
        for (record, what) in std::mem::take(&mut self.months).findings(&self.prepaid) {
            self.find("L-I10", record, what);
        }
        if drained {
            let open: Vec<(i64, i128)> =
                self.links.iter().filter(|(_, sum)| **sum != 0).map(|(link, sum)| (*link, *sum)).collect();
            for (link, sum) in open {
                self.find("L-I14", format!("link {link}"), format!("2195 stands open by {sum} minor units"));
            }
        }
        for hold in std::mem::take(&mut self.booked).into_keys() {
            let name = HoldId::from_raw(hold).to_string();
            self.find("L-I3", name, "transfers name it, and it is not there");
        }
        let lost: Vec<Partition> = self.heads.keys().copied().collect();
        for partition in lost {
            self.find("R5-30", format!("partition {partition}"), "has events and no row of its own");
        }
        let cut: Vec<(Partition, i64)> = self.anchors.iter().map(|(p, head)| (*p, head.events)).collect();
        for (partition, events) in cut {
            let what = format!("the anchor saw {events} events, the partition is gone");
            self.find("R5-30", format!("partition {partition}"), what);
        }
        self.findings.sort_by(|a, b| (a.rule, &a.record).cmp(&(b.rule, &b.record)));
        (self.findings, self.count)
    }

    fn balances(&mut self) {
        let mut sums: BTreeMap<(Partition, Currency), i128> = BTreeMap::new();
        let accounts: Vec<(Partition, Account)> = self.accounts.values().copied().collect();
        for (partition, account) in accounts {
            let name = format!("account {} ({})", account.id, account.key.code);
            let totals = self.totals.remove(&account.id).map(|(_, totals)| totals).unwrap_or_default();
            if (totals.debits, totals.credits) != (account.debits, account.credits) {
                let what = format!(
                    "stored {} / {}, its transfers give {} / {}",
                    account.debits, account.credits, totals.debits, totals.credits
                );
                self.find("L-I11", name.clone(), what);
            }
            if totals.last != account.last_transfer {
                self.find("L-I11", name, "its last transfer is not the one it names");
            }
            *sums.entry((partition, account.key.currency)).or_default() +=
                i128::from(account.debits) - i128::from(account.credits);
        }
        for ((partition, currency), sum) in sums {
            if sum != 0 {
                self.find(
                    "L-I1",
                    format!("partition {partition}"),
                    format!("debits less credits are {sum} in {currency}"),
                );
            }
        }
    }

    fn records(&mut self) {
        let mut stands: HashMap<(Partition, i64), [i128; 3]> = HashMap::new();
        let mut statement: HashMap<(Partition, i64, Currency), i128> = HashMap::new();
        let mut received: HashMap<Partition, i128> = HashMap::new();
        for (partition, account) in self.accounts.values() {
            let (code, balance) = (account.key.code.number(), i128::from(account.balance()));
            let place = (*partition, account.key.dimension);
            let sums = stands.entry(place).or_default();
            match code {
                2120 => sums[0] += balance,
                2125 => sums[1] += balance,
                1120 => sums[2] += balance,
                2190 => *received.entry(*partition).or_default() += balance,
                _ => {}
            }
            if matches!(code, 2110 | 2120 | 2125 | 2130 | 1120) {
                let sign = if code == 1120 { -1 } else { 1 };
                *statement.entry((*partition, account.key.dimension, account.key.currency)).or_default() +=
                    sign * balance;
            }
        }
        let frozen = std::mem::take(&mut self.frozen);
        let empty = [0; 3];
        let places: std::collections::HashSet<_> = stands.keys().chain(frozen.keys()).copied().collect();
        for place in places {
            let (ledger, holds) =
                (stands.get(&place).unwrap_or(&empty), frozen.get(&place).unwrap_or(&empty));
            for (at, code) in [2120, 2125, 1120].into_iter().enumerate() {
                if ledger[at] != holds[at] {
                    let what = format!("{code} holds {}, its holds add up to {}", ledger[at], holds[at]);
                    self.find("L-I3", format!("partition {}", place.0), what);
                }
            }
        }
        let flows = std::mem::take(&mut self.flows);
        for (place, balance) in statement {
            let expected = flows.get(&place).map_or(0, |flow| flow.expected);
            if balance != expected {
                let what = format!(
                    "the prepaid accounts add up to {balance}, what came in less what went out is {expected}"
                );
                self.find("L-I4", format!("partition {}", place.0), what);
            }
        }
        let lines = std::mem::take(&mut self.unallocated);
        let places: std::collections::HashSet<_> = received.keys().chain(lines.keys()).copied().collect();
        for partition in places {
            let (ledger, of_lines) =
                (received.get(&partition).copied().unwrap_or(0), lines.get(&partition).copied().unwrap_or(0));
            if ledger != of_lines {
                let what =
                    format!("2190 holds {ledger}, the lines that nobody was given add up to {of_lines}");
                self.find("L-I9", format!("partition {partition}"), what);
            }
        }
    }
}
