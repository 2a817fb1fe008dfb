//! The second book-keeping against the first: ledger accounts of a partition after each commit, every record now and then.

use std::collections::BTreeMap;

use zaiton_app::platform::RecountDay;
use zaiton_app::prepaid::top_up::ExpireTopUp;
use zaiton_bank::HeldStatement;
use zaiton_engine::Command;
use zaiton_kernel::{Id, Partition};
use zaiton_ledger::AccountCode;
use zaiton_prepaid::{AccountId, Hold, PrepaidAccount, TopUp, top_up};
use zaiton_store::Queries;

use super::account::{Account, TopUpState};
use super::order::Order;
use super::{LineState, Model, differs, read};
use crate::world::Found;
use crate::world::names::is_company;

fn sum(accounts: &[zaiton_ledger::Account], code: AccountCode, dimension: Option<i64>) -> i64 {
    let ours = |account: &&zaiton_ledger::Account| {
        account.key.code == code && dimension.is_none_or(|dimension| account.key.dimension == dimension)
    };
    accounts.iter().filter(ours).map(zaiton_ledger::Account::balance).sum()
}

impl Account {
    /// Available, frozen, unfunded, owed.
    fn stand(&self) -> [i64; 4] {
        let add = |part: fn(&super::hold::Fee) -> i64| self.fees.values().map(part).sum();
        [self.available, add(|fee| fee.frozen), add(|fee| fee.unfunded), add(|fee| fee.owed)]
    }

    /// What the statement must close with.
    pub(crate) fn closing(&self) -> i64 {
        self.credited + self.refunded - self.settled
    }
}

impl Model {
    /// The ledger of a partition, after a commit that touched it.
    pub(crate) fn compare(&self, queries: &Queries, partition: Partition) -> Found {
        let accounts = queries.accounts(partition).map_err(|error| error.0)?;
        if let Some(below) =
            accounts.iter().find(|account| account.key.code.row().never_negative && account.balance() < 0)
        {
            return Err(format!("{} of {partition:?} is below zero", below.key.code));
        }
        if let Some(merchant) = self.merchants.get(&partition) {
            for (programme, account) in &merchant.accounts {
                let of = |code| sum(&accounts, code, Some(*programme));
                let found = [
                    of(AccountCode::PREPAID_AVAILABLE),
                    of(AccountCode::PREPAID_FROZEN),
                    of(AccountCode::PREPAID_DUE),
                    of(AccountCode::PREPAID_ARREARS),
                ];
                let what = format!("available, frozen, unfunded, owed of {}", account.id);
                differs(&what, found, account.stand())?;
                let [available, frozen, unfunded, owed] = found;
                let statement = available + frozen + unfunded - owed;
                differs(&format!("statement balance of {}", account.id), statement, account.closing())?;
            }
        }
        if let Some(bank) = self.banks.get(&partition) {
            let found = [
                sum(&accounts, AccountCode::BANK_CLIENT, None),
                sum(&accounts, AccountCode::UNALLOCATED, None),
            ];
            let what = format!("received and unallocated of {partition:?}");
            differs(&what, found, [bank.received, bank.free()])?;
        }
        Ok(())
    }

    /// Every record: no accepted answer is lost, none is there twice, nothing is there that nobody asked for.
    pub(crate) fn compare_records(&self, queries: &Queries) -> Found {
        self.compare_top_ups(queries)?;
        self.compare_holds(queries)?;
        self.compare_orders(queries)?;
        self.compare_lines(queries)?;
        self.compare_statements(queries)?;
        let count = |table| -> Found<usize> {
            let mut count = 0;
            queries
                .each_record(table, |_| {
                    count += 1;
                    Ok(())
                })
                .map_err(|error| error.0)?;
            Ok(count)
        };
        // A day on which clients' money was short is a task too, and no follow-up that was refused.
        let tasks = records(queries, "parked", |body| Ok(body.contains(RecountDay::NAME)))?;
        let follow_ups = tasks.values().filter(|is_day| !**is_day).count();
        differs("parked follow-ups", follow_ups, self.parked.len())?;
        differs("parked follow-ups by merchant", self.parked_of_merchants(), self.parked.len())?;
        let merchants = self.merchants.values().filter(|merchant| merchant.company.is_some());
        differs("merchants", count("merchants")?, merchants.count())?;
        let accounts = self.merchants.values().map(|merchant| merchant.accounts.len()).sum();
        differs("prepaid accounts", count("prepaid_accounts")?, accounts)?;
        let accounts = self.merchants.values().flat_map(|merchant| merchant.accounts.values());
        let promotions = accounts.map(|account| account.promotions.len()).sum();
        differs("promotions", count("promotions")?, promotions)?;
        self.compare_accounts(queries)?;
        no_timer_is_dead(queries)
    }

    /// Every account and promotion as it is stored.
    fn compare_accounts(&self, queries: &Queries) -> Found {
        for table in ["prepaid_accounts", "promotions"] {
            let mut rows = Vec::new();
            queries
                .each_record(table, |row| {
                    rows.push((row.partition, row.body));
                    Ok(())
                })
                .map_err(|error| error.0)?;
            for (partition, body) in rows {
                self.compare_record(partition, table, &body)?;
            }
        }
        Ok(())
    }

    /// An account or a promotion as a commit wrote it: breaker, alerts, standing, who stopped what.
    pub(super) fn compare_record(&self, partition: Partition, table: &str, body: &str) -> Found {
        let merchant = self.merchants.get(&partition).ok_or("an account of no merchant")?;
        let of = |id: AccountId| {
            let mut accounts = merchant.accounts.values();
            accounts.find(|account| account.id == id).ok_or_else(|| format!("nobody asked for {id}"))
        };
        if table == "promotions" {
            let stored: zaiton_prepaid::Promotion = read("a promotion", body)?;
            return of(stored.account)?.compare_promotion(&stored);
        }
        let stored: PrepaidAccount = read("an account", body)?;
        let account = of(stored.id)?;
        account.compare_watch(&stored)?;
        account.compare_standing(&stored)?;
        differs(&format!("the promotions of {}", stored.id), stored.promotions, account.open_promotions())
    }

    fn compare_top_ups(&self, queries: &Queries) -> Found {
        let mut expected = BTreeMap::new();
        for account in self.merchants.values().flat_map(|merchant| merchant.accounts.values()) {
            expected
                .extend(account.top_ups.iter().map(|(id, top_up)| (id.raw(), (top_up.amount, top_up.state))));
        }
        let found = records(queries, "top_ups", |body| {
            let top_up: TopUp = read("a top-up", body)?;
            let state = match top_up.state {
                top_up::State::AwaitingFunds { .. } => TopUpState::Waiting,
                top_up::State::InReview { line, .. } => TopUpState::InReview(line),
                top_up::State::Credited { line, .. } => TopUpState::Credited(line),
                top_up::State::Cancelled => TopUpState::Cancelled,
                top_up::State::Expired => TopUpState::Expired,
                top_up::State::Draft | top_up::State::Returned { .. } => {
                    return Err(format!("a top-up is {}", top_up.state));
                }
            };
            Ok((top_up.amount.minor(), state))
        })?;
        same("top-up", &found, &expected)
    }

    fn compare_holds(&self, queries: &Queries) -> Found {
        let mut expected = BTreeMap::new();
        for account in self.merchants.values().flat_map(|merchant| merchant.accounts.values()) {
            for (order, fee) in &account.fees {
                let amounts =
                    [fee.fee, fee.frozen, fee.unfunded, fee.owed, fee.released, fee.settled, fee.refunded];
                expected.insert(fee.id.raw(), (order.clone(), amounts, format!("{:?}", fee.early)));
            }
        }
        let found = records(queries, "holds", |body| {
            let hold: Hold = read("a hold", body)?;
            let amounts = [
                hold.charged.unwrap_or(-1),
                hold.frozen,
                hold.unfunded,
                hold.owed,
                hold.released,
                hold.settled,
                hold.refunded,
            ];
            let early = format!("{:?}", hold.early);
            Ok((hold.order, amounts, early))
        })?;
        same("hold", &found, &expected)
    }

    fn compare_orders(&self, queries: &Queries) -> Found {
        let mut expected = BTreeMap::new();
        for merchant in self.merchants.values() {
            for (key, order) in &merchant.orders {
                expected.insert(key.clone(), (order.status().to_owned(), order.refunds.len()));
            }
        }
        let mut found = BTreeMap::new();
        for order in
            records(queries, "orders", |body| read::<zaiton_orders::Order>("an order", body))?.into_values()
        {
            let before = found.insert(order.key(), (order.status.to_string(), order.refunds.len()));
            if before.is_some() {
                return Err(format!("the order {} is there twice", order.key()));
            }
        }
        same("order", &found, &expected)
    }

    fn compare_lines(&self, queries: &Queries) -> Found {
        let mut expected = BTreeMap::new();
        for bank in self.banks.values() {
            expected.extend(bank.lines.iter().map(|(id, line)| (*id, (line.amount, line.state))));
        }
        let found = records(queries, "bank_lines", |body| {
            let line: zaiton_bank::Line = read("a line", body)?;
            let state = match line.state {
                zaiton_bank::line::State::Unallocated => LineState::Free,
                zaiton_bank::line::State::InReview { .. } => LineState::InReview,
                zaiton_bank::line::State::Allocated { top_up, .. } => LineState::Given(top_up),
                zaiton_bank::line::State::AwaitsAPerson { .. } => LineState::NoReceipt,
                other => return Err(format!("a line is {other}")),
            };
            Ok((line.amount.minor(), state))
        })?;
        same("bank line", &found, &expected)
    }

    fn compare_statements(&self, queries: &Queries) -> Found {
        let mut stored = 0;
        for held in records(queries, "held_statements", |body| read::<HeldStatement>("a statement", body))?
            .into_values()
        {
            let mut banks =
                self.banks.iter().filter(|(partition, _)| partition.owner() == held.account.raw());
            banks.next().ok_or("a held statement of no account")?.1.compare_held(&held)?;
            stored += 1;
        }
        differs("held statements", stored, self.banks.values().map(|bank| bank.held.len()).sum())
    }

    /// The outbox is empty: what left the bank accounts has arrived, and every request in review has its line waiting.
    pub(crate) fn settled_between(&self) -> Found {
        let waits = self.banks.values().map(super::Bank::held_in_vain).sum::<usize>();
        differs("statements that are held, and nothing is missing before them", waits, 0)?;
        let mut given: BTreeMap<i64, i64> = BTreeMap::new();
        let mut lines: BTreeMap<i64, LineState> = BTreeMap::new();
        for bank in self.banks.values() {
            for (id, line) in &bank.lines {
                lines.insert(*id, line.state);
                if let LineState::Given(to) = line.state {
                    given.insert(to, *id);
                }
            }
        }
        let mut credited: BTreeMap<i64, i64> = BTreeMap::new();
        for account in self.merchants.values().flat_map(|merchant| merchant.accounts.values()) {
            for (id, top_up) in &account.top_ups {
                match top_up.state {
                    TopUpState::Credited(line) => drop(credited.insert(id.raw(), line)),
                    TopUpState::InReview(line) if lines.get(&line) == Some(&LineState::Free) => {
                        return Err(format!(
                            "{id} waits for a person about line {line}, which waits for none"
                        ));
                    }
                    TopUpState::Waiting
                    | TopUpState::InReview(_)
                    | TopUpState::Cancelled
                    | TopUpState::Expired => {}
                }
            }
        }
        same("given line", &given, &credited)
    }

    /// The outbox is empty: nobody waits for money that came, fits, and names the request.
    pub(crate) fn nobody_waits_in_vain(&self) -> Found {
        for (partition, merchant) in &self.merchants {
            let company = merchant.company.as_deref().unwrap_or_default();
            let banks = self.banks.iter().filter(|(of, _)| of.environment() == partition.environment());
            let lines: Vec<_> = banks.flat_map(|(_, bank)| bank.lines.values()).collect();
            for (id, top_up) in merchant.accounts.values().flat_map(|account| &account.top_ups) {
                let pays = |line: &&&super::bank::Line| {
                    line.state == LineState::Free
                        && line.amount == top_up.amount
                        && line.remark.contains(&top_up.remark_code)
                        && is_company(company, &line.payer)
                };
                if top_up.state == TopUpState::Waiting && lines.iter().any(|line| pays(&line)) {
                    return Err(format!("{id} waits, and its money is here"));
                }
            }
        }
        Ok(())
    }

    /// Takes the ids of holds from the batch that made them.
    pub(super) fn name_hold(&mut self, partition: Partition, hold: &Hold) -> Found {
        let merchant = self.merchants.get_mut(&partition).ok_or("a hold of no merchant")?;
        let account = merchant.accounts.values_mut().find(|account| account.id == hold.account);
        let fee = account.and_then(|account| account.fees.get_mut(&hold.order));
        let fee = fee.ok_or_else(|| format!("a hold for {} that nobody asked for", hold.order))?;
        if fee.id.raw() == 0 {
            fee.id = hold.id;
        }
        differs("the hold of an order", hold.id, fee.id)
    }

    pub(crate) fn order_key(snapshot: &zaiton_orders::Snapshot) -> String {
        Order::key(snapshot)
    }
}

/// A timer's command may be refused only where a person is asked anyway: a top-up in review does not expire.
fn no_timer_is_dead(queries: &Queries) -> Found {
    let timers = records(queries, "timers", |body| read::<zaiton_engine::outbox::Timer>("a timer", body))?;
    let mut dead = timers.values().filter(|timer| timer.due_at.is_none());
    match dead.find(|timer| timer.command != ExpireTopUp::NAME) {
        Some(timer) => Err(format!("a timer is dead: {} {:?}", timer.body, timer.refusal)),
        None => Ok(()),
    }
}

fn records<T>(queries: &Queries, table: &str, read: impl Fn(&str) -> Found<T>) -> Found<BTreeMap<i64, T>> {
    let mut bodies = Vec::new();
    queries
        .each_record(table, |row| {
            bodies.push((row.id, row.body));
            Ok(())
        })
        .map_err(|error| error.0)?;
    bodies.into_iter().map(|(id, body)| Ok((id, read(&body)?))).collect()
}

fn same<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &BTreeMap<K, V>,
    expected: &BTreeMap<K, V>,
) -> Found {
    for (key, value) in expected {
        if found.get(key) != Some(value) {
            return Err(format!("{what} {key:?}: found {:?}, the model says {value:?}", found.get(key)));
        }
    }
    match found.iter().find(|(key, _)| !expected.contains_key(*key)) {
        Some((key, value)) => Err(format!("{what} {key:?} is there and nobody asked for it: {value:?}")),
        None => Ok(()),
    }
}
