//! Rule L-I13. What lies on client accounts against what is owed to clients. Pure.

use std::collections::{BTreeMap, HashSet};

use zaiton_bank::BankAccount;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_ledger::{Account, AccountKey};

use crate::platform;

/// All accounts' totals by environment, and whose money lies on which bank account.
#[derive(Default)]
pub(super) struct Cover {
    own: HashSet<i64>,
    totals: [BTreeMap<AccountKey, (i64, i64)>; 2],
}

impl Cover {
    pub(super) fn bank_account(&mut self, account: &BankAccount) {
        if !account.client_money {
            self.own.insert(account.id.raw());
        }
    }

    pub(super) fn account(&mut self, partition: Partition, account: &Account) {
        let [live, sandbox] = &mut self.totals;
        let totals = match partition.environment() {
            Environment::Live => live,
            Environment::Sandbox => sandbox,
        };
        let (debits, credits) = totals.entry(account.key).or_default();
        *debits = debits.saturating_add(account.debits);
        *credits = credits.saturating_add(account.credits);
    }

    /// What does not hold: of which environment and currency, and what is wrong.
    pub(super) fn findings(&self) -> Vec<(String, String)> {
        let mut findings = Vec::new();
        for (environment, totals) in [Environment::Live, Environment::Sandbox].into_iter().zip(&self.totals) {
            let totals = totals.iter().map(|(key, (debits, credits))| (*key, *debits, *credits));
            match platform::standing(totals, &self.own) {
                Err(error) => findings.push((format!("client money, {environment:?}"), error.to_string())),
                Ok(rows) => {
                    for money in rows.iter().filter(|money| !money.is_covered()) {
                        let what = format!(
                            "{} lie on client accounts, {} are owed and {} on their way: {} are missing",
                            money.cover, money.owed, money.on_its_way, money.shortfall
                        );
                        findings.push((format!("client money, {environment:?}"), what));
                    }
                }
            }
        }
        findings
    }
}
