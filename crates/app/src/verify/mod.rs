//! Proving the books: takes every row that somebody reads for it and says what does not hold, with the record and the rule.
//! Pure: reads nothing by itself, changes nothing.

pub mod audit;
mod chain;
mod client_money;
mod groups;
mod ledger;
mod lines;
mod months;
mod records;

use std::collections::HashMap;

use zaiton_engine::batch::Head;
use zaiton_engine::chain::ChainKey;
use zaiton_kernel::{Currency, LocalDate, Partition};
use zaiton_ledger::Account;

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// The invariant of the ledger page (`L-I1` to `L-I15`), the rule (`R5-30` for the event chain) or the reading.
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
    groups: groups::Groups,
    /// Of each prepaid account the last day that had an alert, and how many it had.
    alerts: HashMap<(Partition, i64), (LocalDate, u32)>,
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
            groups: groups::Groups::default(),
            alerts: HashMap::new(),
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

    /// A record that cannot be read.
    pub fn unreadable(&mut self, table: &str, id: i64, error: &str) {
        self.find("R5-30", format!("{table} {id}"), format!("cannot be read: {error}"));
    }

    /// All that does not hold. `drained` says that nothing waits in the outbox: then no link may be half open, and every order
    /// has its place in its payment group.
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
            self.groups();
        }
        self.partitions();
        self.findings.sort_by(|a, b| (a.rule, &a.record).cmp(&(b.rule, &b.record)));
        (self.findings, self.count)
    }
}
