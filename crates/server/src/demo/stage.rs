//! Where the demo plays: an installation whose clock is moved by hand, from one timer to the next, so that what was due on
//! the way happened at its time. Commands go in as `zaiton run` gives them. Knows no shortcut into the books.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use zaiton_app::prepaid::{partition_of, programme_id};
use zaiton_app::reports::DEFAULT_PROGRAMME;
use zaiton_engine::outbox::Timer;
use zaiton_engine::record::Record;
use zaiton_engine::{Actor, Request};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, Id, LocalDate, Money, Timestamp};
use zaiton_ledger::AccountCode;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::breaker::Breaker;
use zaiton_prepaid::{PrepaidAccount, PromotionId};

use super::cast::Dice;
use crate::cli::{Failure, told};
use crate::clock::SetClock;
use crate::site::Site;

pub(super) const LIVE: Environment = Environment::Live;
/// The second programme; the first is the default one.
pub(super) const SECOND: &str = "huabei";
/// Looks at what is due before the demo gives up.
const PATIENCE: usize = 1_200;

/// The stage.
pub(super) struct Stage<'a> {
    pub(super) site: &'a Site,
    pub(super) clock: Arc<SetClock>,
    pub(super) folder: PathBuf,
    pub(super) dice: Dice,
    /// Midnight in Shanghai of the first day.
    pub(super) start: Timestamp,
    /// In the order of the cast.
    pub(super) merchants: Vec<MerchantId>,
    given: u64,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        site: &'a Site,
        clock: Arc<SetClock>,
        folder: PathBuf,
        start: Timestamp,
        seed: u64,
    ) -> Self {
        Self { site, clock, folder, dice: Dice::new(seed), start, merchants: Vec::new(), given: 0 }
    }

    /// A moment: day, hour and minute in Shanghai.
    pub(super) fn at(&self, day: i64, hour: i64, minute: i64) -> Timestamp {
        self.start.plus_elapsed_days(day).plus_seconds(hour * 3_600 + minute * 60)
    }

    /// A day's date.
    pub(super) fn date(&self, day: i64) -> LocalDate {
        self.at(day, 12, 0).date_in(&Zone::shanghai())
    }

    /// Now.
    pub(super) fn now(&self) -> Timestamp {
        zaiton_engine::Clock::now(self.clock.as_ref(), LIVE)
    }

    /// Moves the clock to a moment, and stops at every timer on the way until it has fired and what follows is done.
    pub(super) fn go_to(&self, to: Timestamp) -> Result<(), Failure> {
        let mut reader = self.site.engine.database().reader()?;
        let lanes = self.site.engine.database().lanes();
        self.settle()?;
        loop {
            let mut next: Option<i64> = None;
            for lane in 0..lanes {
                for (_, id) in reader.due(Timer::KIND, lane, LIVE, to, 1)? {
                    let due = self.site.queries.record(Timer::KIND.table, id)?.and_then(|row| {
                        serde_json::from_str::<Timer>(&row.body).ok().and_then(|timer| timer.due_at)
                    });
                    next = next.into_iter().chain(due).min();
                }
            }
            let Some(due) = next else { break };
            if due > self.now().micros() {
                self.clock.set(Timestamp::from_micros(due));
            }
            self.settle()?;
        }
        self.clock.set(to);
        self.settle()
    }

    /// Waits until nothing is due at this moment.
    pub(super) fn settle(&self) -> Result<(), Failure> {
        if self.site.engine.settle(PATIENCE)? {
            return Ok(());
        }
        Err(Failure::World(format!("what is due at {} does not end", self.now())))
    }

    /// Gives a command as `zaiton run --by` does; its reply.
    pub(super) fn give(&mut self, by: &str, name: &str, body: &Value) -> Result<Value, Failure> {
        self.given += 1;
        let key = format!("demo/{}", self.given);
        let command = self.site.engine.registry().decode(name, &body.to_string());
        let command = command
            .ok_or_else(|| Failure::World(format!("there is no command {name}")))?
            .map_err(|error| Failure::World(format!("{name}: {error}")))?;
        let outcome = self.site.engine.call(Request::new(command, &key, Actor::new(by)));
        let reply = told(&outcome).map_err(|failure| match failure {
            Failure::Refused(why) => {
                Failure::Refused(format!("{name} {body} by {by} at {}: {why}", self.now()))
            }
            Failure::World(why) => Failure::World(why),
        })?;
        serde_json::from_str(&reply).map_err(|error| Failure::World(error.to_string()))
    }

    /// As [`Self::give`], about a merchant; `more` are the command's other fields.
    pub(super) fn of(&mut self, at: usize, by: &str, name: &str, more: Value) -> Result<Value, Failure> {
        let mut body = json!({ "merchant": self.merchants[at] });
        merge(&mut body, more);
        self.give(by, name, &body)
    }

    /// As [`Self::of`], about its account of the first programme.
    pub(super) fn account(&mut self, at: usize, by: &str, name: &str, more: Value) -> Result<Value, Failure> {
        let mut body = json!({ "programme": DEFAULT_PROGRAMME });
        merge(&mut body, more);
        self.of(at, by, name, body)
    }

    /// What a merchant's accounts are.
    fn accounts(&self, at: usize) -> Result<Vec<PrepaidAccount>, Failure> {
        let rows = self.site.queries.records_of(
            "prepaid_accounts",
            partition_of(LIVE, self.merchants[at]),
            0,
            10,
        )?;
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string())))
            .collect()
    }

    /// What a merchant has available in a programme, minor units.
    pub(super) fn available(&self, at: usize, programme: &str) -> Result<i64, Failure> {
        let accounts = self.site.queries.accounts(partition_of(LIVE, self.merchants[at]))?;
        let of = programme_id(programme).raw();
        let found = accounts.iter().find(|account| {
            account.key.code == AccountCode::PREPAID_AVAILABLE && account.key.dimension == of
        });
        Ok(found.map_or(0, zaiton_ledger::Account::balance))
    }

    /// Whether a merchant's promotions of a programme may run now.
    pub(super) fn offers(&self, at: usize, programme: &str) -> Result<bool, Failure> {
        let of = programme_id(programme);
        Ok(self.accounts(at)?.iter().any(|account| {
            account.programme == of && account.breaker == Breaker::Closed && !account.is_restricted()
        }))
    }

    /// The promotions of a merchant's accounts that have not ended.
    pub(super) fn promotions(&self, at: usize) -> Result<Vec<PromotionId>, Failure> {
        Ok(self.accounts(at)?.into_iter().flat_map(|account| account.promotions).collect())
    }

    /// Whether it waits for money that it asked to top up in a programme.
    pub(super) fn waits_for_money(&self, at: usize, programme: &str) -> Result<bool, Failure> {
        let of = programme_id(programme);
        Ok(self
            .accounts(at)?
            .iter()
            .any(|account| account.programme == of && !account.open_topups.is_empty()))
    }

    /// Writes a file into the demo's folder.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        let told = |error: std::io::Error| Failure::World(format!("{}: {error}", path.display()));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(told)?;
        }
        std::fs::write(&path, text).map_err(told)?;
        Ok(path)
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

/// An amount in whole yuan, as commands write it.
pub(super) fn yuan(whole: i64) -> Value {
    fen(whole * 100)
}

/// An amount in minor units, as commands write it.
pub(super) fn fen(minor: i64) -> Value {
    json!({ "amount": decimal(minor), "currency": "CNY" })
}

/// Minor units of yuan as a decimal text.
pub(super) fn decimal(minor: i64) -> String {
    Money::new(minor, zaiton_kernel::Currency::CNY).decimal()
}

/// A text field of a reply.
pub(super) fn text(reply: &Value, field: &str) -> Result<String, Failure> {
    let found = reply[field].as_str().map(str::to_owned);
    found.ok_or_else(|| Failure::World(format!("{field} is missing in {reply}")))
}
