//! The statement of a month, made by itself (R1-31, L-I10): a timer when the month is over, an effect that reads the ledger,
//! a command that records what it says. Holds no rule: the month decides. Never reads the ledger's history by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Environment, Id, Money, Month, Timestamp};
use zaiton_ledger::Kind;
use zaiton_ledger::statement::Statement;
use zaiton_notices::Topic;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::State;
use zaiton_prepaid::month::{self, Event, Figures, KindTotal, MonthId, MonthRefusal, Months};
use zaiton_prepaid::{AccountId, PrepaidAccount, ProgrammeId, StatementMonth};

use crate::declare::command;
use crate::notices::tell;

/// The effect that reads the statement of a month that is over.
pub const MONTH_EFFECT: &str = "close_month";

/// Kind of the natural key: one record an account and month.
const MONTH_KEY: &str = "prepaid_month";

/// A month that is over: what is to be read for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MonthOver {
    /// Whose.
    pub merchant: MerchantId,
    /// The account.
    pub account: AccountId,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Its currency.
    pub currency: Currency,
    /// The month.
    pub month: Month,
}

impl MonthOver {
    /// The first moment of the month, and the first after it.
    #[must_use]
    pub fn period(&self) -> (Timestamp, Timestamp) {
        let zone = Zone::shanghai();
        (self.month.start_in(&zone), self.month.end_in(&zone))
    }

    /// Rule R1-31. The command that records what the statement of that period says.
    #[must_use]
    pub fn record(&self, environment: Environment, statement: &Statement) -> RecordMonth {
        let money = |minor| Money::new(minor, self.currency);
        let mut kinds: BTreeMap<Kind, (u32, i64)> = BTreeMap::new();
        for line in &statement.lines {
            let (lines, sum) = kinds.entry(line.kind).or_default();
            *lines = lines.saturating_add(1);
            *sum = sum.saturating_add(line.amount);
        }
        let total = |(kind, (lines, sum))| KindTotal { kind, lines, amount: money(sum) };
        RecordMonth {
            environment,
            merchant: self.merchant,
            account: self.account,
            month: self.month,
            opening: money(statement.opening),
            closing: money(statement.closing),
            lines: u32::try_from(statement.lines.len()).unwrap_or(u32::MAX),
            totals: kinds.into_iter().map(total).collect(),
        }
    }
}

/// Sets the timer for the end of the month that is next. An account that was closed before that month has no more.
pub(crate) fn await_end(unit: &mut Unit<'_>, account: &PrepaidAccount) {
    let Some(Months { next, .. }) = account.months else { return };
    let zone = Zone::shanghai();
    if let State::Closed { at } = account.state
        && at < next.start_in(&zone)
    {
        return;
    }
    let close = CloseMonth {
        environment: unit.environment(),
        merchant: MerchantId::from_raw(account.merchant),
        account: account.id,
        month: next,
    };
    unit.timer(next.end_in(&zone), &close);
}

command! {
    /// Rule R1-31. A month is over: its statement is to be read. A timer's command.
    pub struct CloseMonth("prepaid.close_month") of merchant {
        /// The account.
        pub account: AccountId,
        /// The month.
        pub month: Month,
    }

    fn run(&self, unit) -> () { self.close(unit) }
}

impl CloseMonth {
    fn close(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let account = unit.load::<PrepaidAccount>(self.account)?;
        let month = self.month;
        let months = account.months.ok_or(MonthRefusal::NotActivated { month })?;
        if month < months.next {
            return Ok(());
        }
        if month > months.next {
            return Err(MonthRefusal::NotTheNext { month, next: months.next }.into());
        }
        if unit.now() < month.end_in(&Zone::shanghai()) {
            return Err(MonthRefusal::NotOver { month }.into());
        }
        let over = MonthOver {
            merchant: self.merchant,
            account: self.account,
            programme: account.programme,
            currency: account.currency,
            month,
        };
        unit.effect(MONTH_EFFECT, &over);
        Ok(())
    }
}

command! {
    /// Rules R1-31, L-I10. Record what the ledger says of a month that is over.
    pub struct RecordMonth("prepaid.record_month") of merchant {
        /// The account.
        pub account: AccountId,
        /// The month.
        pub month: Month,
        /// The balance (2110 + 2120 + 2125 - 1120) as it began.
        pub opening: Money,
        /// The balance as it ended.
        pub closing: Money,
        /// How many lines.
        pub lines: u32,
        /// Their sums, each kind once.
        pub totals: Vec<KindTotal>,
    }

    fn run(&self, unit) -> MonthReply { self.record(unit) }
}

/// The record of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MonthReply {
    /// Its id.
    pub record: MonthId,
    /// The month.
    pub month: Month,
}

impl RecordMonth {
    fn record(&self, unit: &mut Unit<'_>) -> Result<MonthReply, Stop> {
        let mut account = unit.load::<PrepaidAccount>(self.account)?;
        let months = account.months.ok_or(MonthRefusal::NotActivated { month: self.month })?;
        let command = month::Command::Record { figures: self.figures(), months };
        let key = format!("{}/{}", self.account.raw(), self.month);
        if let Some(id) = unit.lookup(MONTH_KEY, &key)? {
            let known = unit.load::<StatementMonth>(MonthId::from_raw(id))?;
            month::decide(&known, command, unit.now())?;
            return Ok(MonthReply { record: known.id, month: self.month });
        }
        let id: MonthId = unit.new_id();
        let mut record = StatementMonth::unrecorded(id, self.account, account.currency);
        for event in month::decide(&record, command, unit.now())?.events {
            let Event::Recorded { figures, .. } = &event;
            account.months = Some(Months::after(figures));
            record.apply(&event);
            unit.emit(id, &event);
        }
        unit.claim(MONTH_KEY, &key, id)?;
        unit.insert(record);
        let told: &[(&str, &dyn std::fmt::Display)] = &[
            ("month", &self.month),
            ("opening", &self.opening),
            ("closing", &self.closing),
            ("lines", &self.lines),
        ];
        tell(unit, &account, Topic::StatementReady, id, told)?;
        await_end(unit, &account);
        unit.save(account);
        Ok(MonthReply { record: id, month: self.month })
    }

    fn figures(&self) -> Figures {
        Figures {
            month: self.month,
            opening: self.opening,
            closing: self.closing,
            lines: self.lines,
            totals: self.totals.clone(),
        }
    }
}
