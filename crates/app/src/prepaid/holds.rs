//! What happens to a charged fee: release, settle, settled refund, or simply "the fee is now so much".

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Doc, Stop, Unit};
use zaiton_kernel::{Environment, Id, Money, Partition, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::hold::{EarlyFact, HoldRefusal};
use zaiton_prepaid::{Hold, HoldId, PrepaidAccount, hold};

use super::charge::HoldReply;
use super::repay::{apply, repay_arrears};
use super::watch::watch;
use super::{HOLD_KEY, find_account, partition_of, programme_id};
use crate::policy;

/// A hold by its id, or by the order it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Machine M9. The order was not placed in time: a person is asked about what was told of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyOverdue {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// Whose.
    pub merchant: MerchantId,
    /// The hold.
    pub hold: HoldId,
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

impl Command for EarlyOverdue {
    type Reply = ();
    const NAME: &'static str = "prepaid.early_overdue";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.merchant)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
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

macro_rules! hold_command {
    ($(#[$doc:meta])* $name:ident, $text:literal, $credits:literal, { $($(#[$field_doc:meta])* $field:ident),* }, $command:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Live or sandbox.
            #[serde(default)]
            pub environment: Environment,
            /// Whose.
            pub merchant: MerchantId,
            /// The hold.
            pub hold: HoldRef,
            $($(#[$field_doc])* pub $field: Money,)*
        }

        impl Command for $name {
            type Reply = HoldReply;
            const NAME: &'static str = $text;

            fn partition(&self) -> Partition {
                partition_of(self.environment, self.merchant)
            }

            fn run(&self, unit: &mut Unit<'_>) -> Result<HoldReply, Stop> {
                change(unit, &self.hold, ($command)(self), $credits)
            }
        }
    };
}

hold_command!(
    /// Rule R1-22. The order is complete: what remains of its fee is earned.
    SettleFee,
    "prepaid.settle",
    false,
    {},
    |_: &SettleFee| hold::Command::Settle
);
hold_command!(
    /// Rule R1-21. Goods came back before receipt: give up so much of the fee.
    ReleaseFee,
    "prepaid.release",
    true,
    {
        /// How much.
        amount
    },
    |command: &ReleaseFee| hold::Command::Release { amount: command.amount }
);
hold_command!(
    /// Rule R1-23. Goods came back after settlement: give back so much of it.
    RefundFee,
    "prepaid.refund",
    true,
    {
        /// How much.
        amount
    },
    |command: &RefundFee| hold::Command::SettledRefund { amount: command.amount }
);
hold_command!(
    /// Rules R1-21, R1-23, R1-39. The order is smaller now: bring the fee down to that of what remains. The hold's
    /// state decides whether that is a release or a settled refund.
    ReduceFee,
    "prepaid.reduce",
    true,
    {
        /// The fee of what remains.
        remaining_fee
    },
    |command: &ReduceFee| hold::Command::Reduce { remaining_fee: command.remaining_fee }
);

macro_rules! write_off_command {
    ($(#[$doc:meta])* $name:ident, $text:literal, { $($(#[$field_doc:meta])* $field:ident),* }, |$this:ident, $person:ident| $command:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Live or sandbox.
            #[serde(default)]
            pub environment: Environment,
            /// Whose.
            pub merchant: MerchantId,
            /// The hold.
            pub hold: HoldId,
            $($(#[$field_doc])* pub $field: String,)*
        }

        impl Command for $name {
            type Reply = HoldReply;
            const NAME: &'static str = $text;

            fn partition(&self) -> Partition {
                partition_of(self.environment, self.merchant)
            }

            fn run(&self, unit: &mut Unit<'_>) -> Result<HoldReply, Stop> {
                let mut hold = unit.load::<Hold>(self.hold)?;
                let mut account = unit.load::<PrepaidAccount>(hold.account)?;
                let ($this, $person) = (self, unit.actor().name().to_owned());
                apply(unit, &mut hold, $command, &account)?;
                let reply = HoldReply::of(&hold);
                unit.save(hold);
                // The queue goes on past a hold that owes nothing any more; an account that owes nothing may promote again.
                repay_arrears(unit, &mut account)?;
                watch(unit, &mut account, true)?;
                unit.save(account);
                Ok(reply)
            }
        }
    };
}

write_off_command!(
    /// P10e. Ask to write off what a hold still owes; a second person confirms.
    ProposeWriteOff,
    "prepaid.propose_write_off",
    {
        /// Why: a reference to the evidence, 1 to 500 letters.
        evidence
    },
    |this, maker| hold::Command::ProposeWriteOff { maker, evidence: this.evidence.clone() }
);
write_off_command!(
    /// P10e. Write it off: a second person.
    ConfirmWriteOff,
    "prepaid.confirm_write_off",
    {},
    |_this, checker| hold::Command::ConfirmWriteOff { checker }
);
