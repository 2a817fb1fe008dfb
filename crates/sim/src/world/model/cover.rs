//! What must lie on client accounts, and what does, by the second book-keeping (L-I13). Banks take costs and people sweep as
//! they like here, so cover may be short; then the product must say so, to the fen. Never asks the product.

use zaiton_kernel::{Environment, Partition};
use zaiton_store::Queries;

use super::{Account, Model, differs};
use crate::world::Found;

impl Model {
    /// What is missing on client accounts, or nothing; minor units of CNY, the only currency of these worlds.
    fn short(&self, environment: Environment) -> i64 {
        let here = |place: &&Partition| place.environment() == environment;
        let (mut cover, mut owed, mut on_its_way) = (0, 0, 0);
        for (_, bank) in self.banks.iter().filter(|(place, _)| here(place)) {
            let [at_the_bank, unallocated, between, _] = bank.balances();
            on_its_way += between;
            if bank.client {
                cover += at_the_bank;
                owed += unallocated;
            }
        }
        for (_, merchant) in self.merchants.iter().filter(|(place, _)| here(place)) {
            for account in merchant.accounts.values() {
                let [available, frozen, _, _, leaving] = account.stand();
                owed += available + frozen + leaving;
            }
            on_its_way -= merchant.accounts.values().map(Account::between).sum::<i64>();
        }
        (owed + on_its_way - cover).max(0)
    }

    /// Rule L-I13. The product finds what is missing, and nothing else is; `found` is how many findings its proof has.
    pub(crate) fn cover_is_told(&self, queries: &Queries, found: usize) -> Found {
        let mut short = 0;
        for environment in [Environment::Live, Environment::Sandbox] {
            let counted = zaiton_reads::client_money::count(queries, environment).map_err(|error| error.0)?;
            let told: i64 = counted.iter().map(|row| row.shortfall.minor()).sum();
            differs(&format!("missing on client accounts, {environment:?}"), told, self.short(environment))?;
            short += usize::from(told > 0);
        }
        differs("findings about cover", found, short)
    }
}
