//! What happens to a charged fee: release, settle, settled refund, or simply "the fee is now so much".

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::hold::{EarlyFact, HoldRefusal};
use zaiton_prepaid::{Hold, HoldId, PrepaidAccount, hold};

use super::charge::HoldReply;
use super::repay::{apply, repay_arrears};
use super::watch::watch;
use super::{HOLD_KEY, find_account, programme_id};
use crate::declare::command;
use crate::policy;

/// A hold by its id, or by the order it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum HoldRef {
    /// By its id.
    Id(HoldId),
    /// By programme and order.
    Order {
        /// The programme's code.
        programme: String,
        /// The order by its key.
        order: String,
    },
}

fn no_hold(order: &str) -> Refusal {
    Refusal::new(
        "prepaid.hold.none",
        Rule::new("R1-21"),
        Text::new("该订单没有冻结记录。", "There is no hold for this order."),
        Text::new("请核对订单号。", "Check the order's reference."),
    )
    .with("order", order)
}

fn find(unit: &mut Unit<'_>, hold: &HoldRef) -> Result<Option<HoldId>, Stop> {
    match hold {
        HoldRef::Id(id) => Ok(Some(*id)),
        HoldRef::Order { programme, order } => {
            let key = format!("{}/{order}", programme_id(programme).raw());
            Ok(unit.lookup(HOLD_KEY, &key)?.map(HoldId::from_raw))
        }
    }
}

/// Changes a hold, then repays arrears with whatever became available. What is told of an order before its placing is
/// kept (M9).
fn change(
    unit: &mut Unit<'_>,
    hold_ref: &HoldRef,
    command: hold::Command,
    credits: bool,
) -> Result<HoldReply, Stop> {
    let Some(id) = find(unit, hold_ref)? else { return keep_for_new(unit, hold_ref, &command) };
    let mut hold = unit.load::<Hold>(id)?;
    let mut account = unit.load::<PrepaidAccount>(hold.account)?;
    if hold.state() == hold::State::Requested {
        keep(unit, &mut hold, &command, &account)?;
        let reply = HoldReply::of(&hold);
        unit.save(hold);
        return Ok(reply);
    }
    let changed = apply(unit, &mut hold, command, &account)?;
    let mut reply = HoldReply::of(&hold);
    unit.save(hold);
    if changed && credits && account.arrears_head.is_some() {
        repay_arrears(unit, &mut account)?;
        reply = HoldReply::of(&*unit.load::<Hold>(id)?);
    }
    watch(unit, &mut account, false)?;
    unit.save(account);
    Ok(reply)
}

/// What a command says of an order that is not placed yet.
fn early(command: &hold::Command, hold: &Hold) -> Result<EarlyFact, Stop> {
    let minor = |amount: &Money| {
        if amount.currency() == hold.currency {
            Ok(amount.minor())
        } else {
            Err(Stop::from(HoldRefusal::Currency { amount: *amount, expected: hold.currency }))
        }
    };
    match command {
        hold::Command::Settle => Ok(EarlyFact::Settle),
        hold::Command::Reduce { remaining_fee } => minor(remaining_fee).map(EarlyFact::Reduce),
        hold::Command::Release { amount } => minor(amount).map(EarlyFact::Release),
        hold::Command::SettledRefund { amount } => minor(amount).map(EarlyFact::Refund),
        other => Err(HoldRefusal::NotCharged { command: other.kind() }.into()),
    }
}

/// Machine M9. Keeps what is told; the first of it sets the time after which a person is asked.
fn keep(
    unit: &mut Unit<'_>,
    hold: &mut Doc<Hold>,
    command: &hold::Command,
    account: &PrepaidAccount,
) -> Result<(), Stop> {
    let fact = early(command, hold)?;
    if hold.early.is_empty() {
        let overdue = EarlyOverdue {
            environment: unit.environment(),
            merchant: MerchantId::from_raw(account.merchant),
            hold: hold.id,
        };
        let hours = i64::from(policy::prepaid(unit).early_hours);
        unit.timer(unit.now().plus_seconds(hours * 3_600), &overdue);
    }
    apply(unit, hold, hold::Command::KeepEarly { fact }, account)?;
    Ok(())
}

/// The first that is heard of an order: its hold waits, uncharged, for the placing.
fn keep_for_new(unit: &mut Unit<'_>, hold_ref: &HoldRef, command: &hold::Command) -> Result<HoldReply, Stop> {
    let HoldRef::Order { programme, order } = hold_ref else { return Err(no_hold("").into()) };
    let programme = programme_id(programme);
    let Some(account) = find_account(unit, programme)? else { return Err(no_hold(order).into()) };
    if account.may_be_charged().is_err() {
        return Err(no_hold(order).into());
    }
    let id: HoldId = unit.new_id();
    unit.insert(Hold::requested(id, account.id, order.clone(), account.currency));
    unit.claim(HOLD_KEY, &format!("{}/{order}", programme.raw()), id)?;
    let mut hold = unit.load::<Hold>(id)?;
    keep(unit, &mut hold, command, &account)?;
    let reply = HoldReply::of(&hold);
    unit.save(hold);
    Ok(reply)
}

/// Machine M9. The order is placed: what was told before is done now, in the order it was told. What cannot be done goes
/// to a person.
///
/// # Errors
/// Not in memory yet.
pub(crate) fn catch_up(
    unit: &mut Unit<'_>,
    hold: &mut Doc<Hold>,
    account: &PrepaidAccount,
) -> Result<(), Stop> {
    let facts = hold.early.clone();
    apply(unit, hold, hold::Command::TakeEarly, account)?;
    let (environment, merchant) = (unit.environment(), MerchantId::from_raw(account.merchant));
    let (id, money) = (HoldRef::Id(hold.id), |minor| Money::new(minor, account.currency));
    for fact in facts {
        let hold = id.clone();
        match fact {
            EarlyFact::Settle => unit.then(SettleFee { environment, merchant, hold }),
            EarlyFact::Reduce(minor) => {
                unit.then(ReduceFee { environment, merchant, hold, remaining_fee: money(minor) });
            }
            EarlyFact::Release(minor) => {
                unit.then(ReleaseFee { environment, merchant, hold, amount: money(minor) });
            }
            EarlyFact::Refund(minor) => {
                unit.then(RefundFee { environment, merchant, hold, amount: money(minor) });
            }
        }
    }
    Ok(())
}

command! {
    /// Machine M9. The order was not placed in time: a person is asked about what was told of it.
    pub struct EarlyOverdue("prepaid.early_overdue") of merchant {
        /// The hold.
        pub hold: HoldId,
    }

    fn run(&self, unit) -> () { self.ask_person(unit) }
}

fn not_placed(order: &str) -> Refusal {
    Refusal::new(
        "prepaid.hold.not_placed",
        Rule::new("M9"),
        Text::new(
            "后续事件已到，但订单一直没有下单事件。",
            "What came after is here, but the order was never placed.",
        ),
        Text::new(
            "请向渠道核对订单；补收下单事件后重试。",
            "Ask the channel; once the placing is here, try again.",
        ),
    )
    .with("order", order)
}

impl EarlyOverdue {
    fn ask_person(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut hold = unit.load::<Hold>(self.hold)?;
        if hold.state() != hold::State::Requested || hold.early.is_empty() {
            return Ok(());
        }
        let account = unit.load::<PrepaidAccount>(hold.account)?;
        let (environment, merchant) = (self.environment, self.merchant);
        let (id, money) = (HoldRef::Id(hold.id), |minor| Money::new(minor, account.currency));
        for fact in hold.early.clone() {
            let (hold, refusal) = (id.clone(), not_placed(&hold.order));
            match fact {
                EarlyFact::Settle => {
                    unit.park(&SettleFee { environment, merchant, hold }, refusal);
                }
                EarlyFact::Reduce(minor) => {
                    let remaining_fee = money(minor);
                    unit.park(&ReduceFee { environment, merchant, hold, remaining_fee }, refusal);
                }
                EarlyFact::Release(minor) => {
                    unit.park(&ReleaseFee { environment, merchant, hold, amount: money(minor) }, refusal);
                }
                EarlyFact::Refund(minor) => {
                    unit.park(&RefundFee { environment, merchant, hold, amount: money(minor) }, refusal);
                }
            }
        }
        apply(unit, &mut hold, hold::Command::TakeEarly, &account)?;
        unit.save(hold);
        Ok(())
    }
}

command! {
    /// Rule R1-22. The order is complete: what remains of its fee is earned.
    pub struct SettleFee("prepaid.settle") of merchant {
        /// The hold.
        pub hold: HoldRef,
    }

    fn run(&self, unit) -> HoldReply {
        change(unit, &self.hold, hold::Command::Settle, false)
    }
}

command! {
    /// Rule R1-21. Goods came back before receipt: give up so much of the fee.
    pub struct ReleaseFee("prepaid.release") of merchant {
        /// The hold.
        pub hold: HoldRef,
        /// How much.
        pub amount: Money,
    }

    fn run(&self, unit) -> HoldReply {
        change(unit, &self.hold, hold::Command::Release { amount: self.amount }, true)
    }
}

command! {
    /// Rule R1-23. Goods came back after settlement: give back so much of it.
    pub struct RefundFee("prepaid.refund") of merchant {
        /// The hold.
        pub hold: HoldRef,
        /// How much.
        pub amount: Money,
    }

    fn run(&self, unit) -> HoldReply {
        change(unit, &self.hold, hold::Command::SettledRefund { amount: self.amount }, true)
    }
}

command! {
    /// Rules R1-21, R1-23, R1-39. The order is smaller now: bring the fee down to that of what remains. The hold's
    /// state decides whether that is a release or a settled refund.
    pub struct ReduceFee("prepaid.reduce") of merchant {
        /// The hold.
        pub hold: HoldRef,
        /// The fee of what remains.
        pub remaining_fee: Money,
    }

    fn run(&self, unit) -> HoldReply {
        change(unit, &self.hold, hold::Command::Reduce { remaining_fee: self.remaining_fee }, true)
    }
}

/// P10e. Decides about writing off what a hold owes; then the queue goes on past a hold that owes nothing any more, and an
/// account that owes nothing may promote again.
fn write_off(unit: &mut Unit<'_>, id: HoldId, command: hold::Command) -> Result<HoldReply, Stop> {
    let mut hold = unit.load::<Hold>(id)?;
    let mut account = unit.load::<PrepaidAccount>(hold.account)?;
    apply(unit, &mut hold, command, &account)?;
    let reply = HoldReply::of(&hold);
    unit.save(hold);
    repay_arrears(unit, &mut account)?;
    watch(unit, &mut account, true)?;
    unit.save(account);
    Ok(reply)
}

command! {
    /// P10e. Ask to write off what a hold still owes; a second person confirms.
    pub struct ProposeWriteOff("prepaid.propose_write_off") of merchant {
        /// The hold.
        pub hold: HoldId,
        /// Why: a reference to the evidence, 1 to 500 letters.
        pub evidence: String,
    }

    fn run(&self, unit) -> HoldReply {
        let (maker, evidence) = (unit.actor().name().to_owned(), self.evidence.clone());
        write_off(unit, self.hold, hold::Command::ProposeWriteOff { maker, evidence })
    }
}

command! {
    /// P10e. Write it off: a second person.
    pub struct ConfirmWriteOff("prepaid.confirm_write_off") of merchant {
        /// The hold.
        pub hold: HoldId,
    }

    fn run(&self, unit) -> HoldReply {
        let checker = unit.actor().name().to_owned();
        write_off(unit, self.hold, hold::Command::ConfirmWriteOff { checker })
    }
}
