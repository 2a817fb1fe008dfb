//! The second book-keeping against the first: ledger accounts of a partition after each commit, every record now and then.

use std::collections::BTreeMap;

use zaiton_app::orders::capture::CheckOrder;
use zaiton_app::platform::RecountDay;
use zaiton_app::prepaid::top_up::ExpireTopUp;
use zaiton_engine::Command;
use zaiton_kernel::{Id, Partition};
use zaiton_ledger::AccountCode;
use zaiton_orders::order::Contradiction;
use zaiton_prepaid::{AccountId, Hold, PrepaidAccount, TopUp, top_up};
use zaiton_store::Queries;

use super::account::{Account, TopUpState};
use super::channel::Captured;
use super::order::Order;
use super::{Merchant, Model, Withdrawal, differs, read};
use crate::world::Found;

fn sum(accounts: &[zaiton_ledger::Account], code: AccountCode, dimension: Option<i64>) -> i64 {
    let ours = |account: &&zaiton_ledger::Account| {
        account.key.code == code && dimension.is_none_or(|dimension| account.key.dimension == dimension)
    };
    accounts.iter().filter(ours).map(zaiton_ledger::Account::balance).sum()
}

impl Account {
    /// Available, frozen, unfunded, owed, on its way out.
    pub(super) fn stand(&self) -> [i64; 5] {
        let add = |part: fn(&super::hold::Fee) -> i64| self.fees.values().map(part).sum();
        let owed = add(|fee| fee.owed);
        [self.available, add(|fee| fee.frozen), add(|fee| fee.unfunded), owed, self.pending()]
    }

    /// Ours, tax, the programme funder's.
    fn earned(&self) -> [i64; 3] {
        let fees = self.fees.values().map(super::hold::Fee::earned);
        fees.fold([0; 3], |sum, of| [sum[0] + of[0], sum[1] + of[1], sum[2] + of[2]])
    }

    /// What came over 2195 less what went.
    pub(super) fn between(&self) -> i64 {
        let paid = |one: &&Withdrawal| one.is_away() && !one.is_pending();
        let paid: i64 = self.withdrawals.values().filter(paid).map(|one| one.amount).sum();
        self.credited - paid - self.withdrawals.values().map(Withdrawal::twice).sum::<i64>()
    }

    /// What the statement must close with.
    pub(crate) fn closing(&self) -> i64 {
        let away: i64 = self.withdrawals.values().filter(|one| one.is_away()).map(|one| one.amount).sum();
        self.credited + self.refunded + self.written_off - self.settled - away
    }
}

impl Merchant {
    fn stored(&self, id: AccountId) -> Found<&Account> {
        let account = self.accounts.values().find(|account| account.id == id);
        account.ok_or_else(|| format!("nobody asked for {id}"))
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
                    of(AccountCode::PREPAID_WITHDRAWAL),
                ];
                let what = format!("available, frozen, unfunded, owed, on its way out of {}", account.id);
                differs(&what, found, account.stand())?;
                let [_, _, funder] = account.earned();
                let what = format!("the funder's of {}", account.id);
                differs(&what, of(AccountCode::FUNDER_PAYABLE), funder)?;
                let [available, frozen, unfunded, owed, _] = found;
                let statement = available + frozen + unfunded - owed;
                differs(&format!("statement balance of {}", account.id), statement, account.closing())?;
            }
            let between = merchant.accounts.values().map(Account::between).sum::<i64>();
            let lost = merchant.accounts.values().map(|account| account.written_off).sum::<i64>();
            let twice = |account: &Account| account.withdrawals.values().map(Withdrawal::twice).sum::<i64>();
            let twice = merchant.accounts.values().map(twice).sum::<i64>();
            differs("what was paid twice", sum(&accounts, AccountCode::NEGATIVE_BALANCE, None), twice)?;
            differs("what was written off", sum(&accounts, AccountCode::BAD_DEBT, None), lost)?;
            let earned: Vec<_> = merchant.accounts.values().map(Account::earned).collect();
            let [ours, tax] = [0, 1].map(|at| earned.iter().filter_map(|of| of.get(at)).sum::<i64>());
            let found =
                [AccountCode::MARKETING, AccountCode::OUTPUT_VAT].map(|code| sum(&accounts, code, None));
            differs(&format!("earned and its tax of {partition:?}"), found, [ours, tax])?;
            let found = -sum(&accounts, AccountCode::BETWEEN_PARTITIONS, None);
            differs(&format!("what came to {partition:?} and did not go"), found, between)?;
        }
        if let Some(bank) = self.banks.get(&partition) {
            let account = if bank.client { AccountCode::BANK_CLIENT } else { AccountCode::BANK_OWN };
            let found = [
                sum(&accounts, account, None),
                sum(&accounts, AccountCode::UNALLOCATED, None),
                sum(&accounts, AccountCode::BETWEEN_PARTITIONS, None),
                sum(&accounts, AccountCode::BANK_COST, None),
            ];
            let what = format!("at the bank, unallocated, between, cost of {partition:?}");
            differs(&what, found, bank.balances())?;
        }
        Ok(())
    }

    /// Every record: no accepted answer is lost, none is there twice, nothing is there that nobody asked for.
    pub(crate) fn compare_records(&self, queries: &Queries) -> Found {
        self.compare_top_ups(queries)?;
        self.compare_holds(queries)?;
        self.compare_orders(queries)?;
        self.compare_banks(queries)?;
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
        // A day on which clients' money was short, an order or a payment that waits are tasks too, and no follow-ups that were refused.
        let is_task =
            |body: &str| [RecountDay::NAME, CheckOrder::NAME].iter().any(|name| body.contains(name));
        let tasks = records(queries, "parked", |body| Ok(is_task(body)))?;
        let follow_ups = tasks.values().filter(|is_task| !**is_task).count();
        differs("parked follow-ups", follow_ups, self.parked.len())?;
        differs("parked follow-ups by merchant", self.parked_of_merchants(), self.parked.len())?;
        let merchants = self.merchants.values().filter(|merchant| merchant.company.is_some());
        differs("merchants", count("merchants")?, merchants.count())?;
        self.compare_stored(queries)?;
        self.compare_channels(queries)?;
        self.compare_groups(queries)?;
        no_timer_is_dead(queries)
    }

    /// Every account, promotion, withdrawal, payment and file as it is stored.
    fn compare_stored(&self, queries: &Queries) -> Found {
        for (table, expected) in self.expected() {
            let mut rows = Vec::new();
            queries
                .each_record(table, |row| {
                    rows.push((row.partition, row.body));
                    Ok(())
                })
                .map_err(|error| error.0)?;
            differs(table, rows.len(), expected)?;
            for (partition, body) in rows {
                self.compare_record(partition, table, &body)?;
            }
        }
        Ok(())
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.merchants.values().flat_map(|merchant| merchant.accounts.values())
    }

    /// How many records of each kind there are.
    fn expected(&self) -> [(&'static str, usize); 12] {
        let captured = || self.merchants.values().flat_map(|merchant| merchant.captured.values());
        let opened = self.banks.values().filter(|bank| bank.is_open()).count();
        [
            ("policies", self.policies.len()),
            ("prepaid_accounts", self.accounts().count()),
            ("promotions", self.accounts().map(|account| account.promotions.len()).sum()),
            ("contact_points", self.merchants.values().map(|merchant| merchant.contacts.len()).sum()),
            ("withdrawals", self.accounts().map(|account| account.withdrawals.len()).sum()),
            ("channel_orders", captured().count()),
            ("channel_messages", captured().map(|order| order.messages.len()).sum()),
            ("sealed_messages", captured().map(Captured::sealed).sum()),
            ("payment_groups", self.groups.len()),
            ("bank_accounts", opened),
            ("payments", self.banks.values().map(|bank| bank.payments.len()).sum()),
            ("payment_files", self.banks.values().map(|bank| bank.files.len()).sum()),
        ]
    }

    /// A record as a commit wrote it, where it is one of a kind that is kept here as well.
    pub(super) fn compare_record(&self, partition: Partition, table: &str, body: &str) -> Found {
        let merchant = || self.merchants.get(&partition).ok_or("a record of no merchant");
        let bank = || self.banks.get(&partition).ok_or("a record of no bank account");
        match table {
            "policies" => self.policies.compare(partition.environment(), &read("a version", body)?),
            "promotions" => {
                let stored: zaiton_prepaid::Promotion = read("a promotion", body)?;
                merchant()?.stored(stored.account)?.compare_promotion(&stored)
            }
            "prepaid_accounts" => {
                let stored: PrepaidAccount = read("an account", body)?;
                let account = merchant()?.stored(stored.id)?;
                account.compare_watch(&stored)?;
                account.compare_standing(&stored)?;
                account.compare_card(&stored)?;
                let open = account.open_promotions();
                differs(&format!("the promotions of {}", stored.id), stored.promotions, open)
            }
            "withdrawals" => merchant()?.compare_withdrawal(&read("a withdrawal", body)?),
            "contact_points" => merchant()?.compare_contact(&read("a contact point", body)?),
            "channel_orders" => merchant()?.compare_captured(&read("a channel order", body)?),
            "channel_messages" => merchant()?.compare_message(&read("a message", body)?),
            "sealed_messages" => merchant()?.compare_sealed(&read("what is sealed", body)?),
            "payment_groups" => self.compare_group(partition, &read("a payment group", body)?),
            "bank_accounts" => bank()?.compare_account(&read("a bank account", body)?),
            "payments" => bank()?.compare_payment(&read("a payment", body)?),
            "payment_files" => bank()?.compare_file(&read("a payment file", body)?),
            _ => Ok(()),
        }
    }

    fn compare_top_ups(&self, queries: &Queries) -> Found {
        let mut expected = BTreeMap::new();
        for account in self.accounts() {
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
                top_up::State::Returned { line, .. } => TopUpState::Returned(line),
                top_up::State::Draft => return Err("a top-up is a draft".into()),
            };
            Ok((top_up.amount.minor(), state))
        })?;
        same("top-up", &found, &expected)
    }

    fn compare_holds(&self, queries: &Queries) -> Found {
        let mut expected = BTreeMap::new();
        for account in self.accounts() {
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
                let borne = (order.borne, order.in_place_of, order.twice);
                expected.insert(key.clone(), (order.status().to_owned(), order.refunds.len(), borne));
            }
        }
        let mut found = BTreeMap::new();
        for order in
            records(queries, "orders", |body| read::<zaiton_orders::Order>("an order", body))?.into_values()
        {
            let twice = order.noted.contains(&Contradiction::BorneTwice);
            let borne = (order.borne, order.original_placed_at, twice);
            let before = found.insert(order.key(), (order.status.to_string(), order.refunds.len(), borne));
            if before.is_some() {
                return Err(format!("the order {} is there twice", order.key()));
            }
        }
        same("order", &found, &expected)
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

pub(super) fn records<T>(
    queries: &Queries,
    table: &str,
    read: impl Fn(&str) -> Found<T>,
) -> Found<BTreeMap<i64, T>> {
    let mut bodies = Vec::new();
    queries
        .each_record(table, |row| {
            bodies.push((row.id, row.body));
            Ok(())
        })
        .map_err(|error| error.0)?;
    bodies.into_iter().map(|(id, body)| Ok((id, read(&body)?))).collect()
}

pub(super) fn same<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
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
