//! Charging an order's fee: frozen when the balance reaches, owed when not (R1-20, R1-24). The hot path.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money, Refusal, Rule, Text, Timestamp};
use zaiton_ledger::AccountCode;
use zaiton_prepaid::{AccountId, Hold, HoldId, PrepaidAccount, account, hold};

use super::HOLD_KEY;
use super::holds::catch_up;
use super::watch::{available, watch};
use crate::declare::command;
use crate::policy;

command! {
    /// Rules R1-20, R1-24, R1-39. Charge an order's fee to an account. The same order again changes nothing.
    pub struct ChargeFee("prepaid.charge") of merchant {
        /// The account that bears it.
        pub account: AccountId,
        /// The order by its key, at most 64 letters.
        pub order: String,
        /// The fee.
        pub fee: Money,
        /// When the order was placed; now when it is not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub placed_at: Option<Timestamp>,
    }

    fn run(&self, unit) -> HoldReply { self.charge(unit) }
}

/// A hold as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HoldReply {
    /// Its id.
    pub hold: HoldId,
    /// Frozen now.
    pub frozen: Money,
    /// Owed now.
    pub owed: Money,
    /// Earned so far.
    pub settled: Money,
    /// Machine M9. What was told waits for the order's placing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waits: bool,
}

impl HoldReply {
    pub(crate) fn of(hold: &Hold) -> Self {
        Self {
            hold: hold.id,
            frozen: hold.money(hold.frozen),
            owed: hold.owes(),
            settled: hold.money(hold.settled),
            waits: !hold.early.is_empty(),
        }
    }
}

/// The order's reference was charged with another fee or on another account.
fn charged_otherwise(order: &str) -> Refusal {
    Refusal::new(
        "prepaid.hold.charged_otherwise",
        Rule::new("R1-20"),
        Text::new(
            "该订单已按其他金额冻结。",
            "This order was charged before, with another fee or on another account.",
        ),
        Text::new("请核对订单号与金额。", "Check the order's reference and the fee."),
    )
    .with("order", order)
}

impl ChargeFee {
    fn charge(&self, unit: &mut Unit<'_>) -> Result<HoldReply, Stop> {
        let mut account = unit.load::<PrepaidAccount>(self.account)?;
        let key = format!("{}/{}", account.programme.raw(), self.order);
        if let Some(id) = unit.lookup(HOLD_KEY, &key)? {
            let hold = unit.load::<Hold>(HoldId::from_raw(id))?;
            if hold.state() == hold::State::Requested && hold.account == self.account {
                return self.charge_waiting(unit, account, hold);
            }
            let same =
                hold.account == self.account && hold.charged.map(|fee| hold.money(fee)) == Some(self.fee);
            return if same { Ok(HoldReply::of(&hold)) } else { Err(charged_otherwise(&self.order).into()) };
        }
        account.bears_order_placed_at(self.placed_at.unwrap_or(unit.now()))?;
        let id: HoldId = unit.new_id();
        let mut hold = Hold::requested(id, self.account, self.order.clone(), account.currency);
        let available =
            unit.balance(AccountCode::PREPAID_AVAILABLE, account.programme.raw(), account.currency)?;
        let command = hold::Command::Charge { fee: self.fee, available };
        let decision = hold::decide(&hold, command, &policy::prepaid(unit))?;
        for event in &decision.events {
            unit.post(hold::postings(&hold, event, account.programme))?;
            hold.apply(event);
            unit.emit(id, event);
        }
        unit.claim(HOLD_KEY, &key, id)?;
        let reply = HoldReply::of(&hold);
        let queued = hold.queued;
        unit.insert(hold);
        if queued {
            queue(unit, &mut account, id)?;
        }
        watch(unit, &mut account, false)?;
        unit.save(account);
        Ok(reply)
    }

    /// Machine M9. The placing comes after what followed it: the hold is charged, and catches up.
    fn charge_waiting(
        &self,
        unit: &mut Unit<'_>,
        mut account: Doc<PrepaidAccount>,
        mut hold: Doc<Hold>,
    ) -> Result<HoldReply, Stop> {
        account.bears_order_placed_at(self.placed_at.unwrap_or(unit.now()))?;
        let available = available(unit, &account)?;
        super::repay::apply(unit, &mut hold, hold::Command::Charge { fee: self.fee, available }, &account)?;
        catch_up(unit, &mut hold, &account)?;
        // It is placed: nothing waits any more.
        let (reply, queued, id) = (HoldReply::of(&hold), hold.queued, hold.id);
        unit.save(hold);
        if queued {
            queue(unit, &mut account, id)?;
        }
        watch(unit, &mut account, false)?;
        unit.save(account);
        Ok(reply)
    }
}

/// The hold owes: it joins the account's queue behind the newest.
fn queue(unit: &mut Unit<'_>, account: &mut Doc<PrepaidAccount>, id: HoldId) -> Result<(), Stop> {
    let command = account::Command::QueueArrears { hold: id };
    let decision = account::decide(account, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        account.apply(event);
        if let account::Event::ArrearsQueued { after: Some(before), .. } = event {
            let mut last = unit.load::<Hold>(*before)?;
            super::repay::apply(unit, &mut last, hold::Command::LinkNext { next: id }, account)?;
            unit.save(last);
        }
    }
    Ok(())
}
