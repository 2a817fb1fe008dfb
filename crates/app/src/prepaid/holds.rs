//! What happens to a charged fee: release, settle, settled refund, or simply "the fee is now so much".

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Id, Money, Partition, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::{Hold, HoldId, PrepaidAccount, hold};

use super::charge::HoldReply;
use super::repay::{apply, repay_arrears};
use super::{HOLD_KEY, partition_of, programme_id};

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

fn find(unit: &mut Unit<'_>, hold: &HoldRef) -> Result<HoldId, Stop> {
    match hold {
        HoldRef::Id(id) => Ok(*id),
        HoldRef::Order { programme, order } => {
            let key = format!("{}/{order}", programme_id(programme).raw());
            let id = unit.lookup(HOLD_KEY, &key)?.ok_or_else(|| no_hold(order))?;
            Ok(HoldId::from_raw(id))
        }
    }
}

/// Changes a hold, then repays arrears with whatever became available.
fn change(
    unit: &mut Unit<'_>,
    hold: &HoldRef,
    command: hold::Command,
    credits: bool,
) -> Result<HoldReply, Stop> {
    let id = find(unit, hold)?;
    let mut hold = unit.load::<Hold>(id)?;
    let mut account = unit.load::<PrepaidAccount>(hold.account)?;
    let changed = apply(unit, &mut hold, command, &account)?;
    let mut reply = HoldReply::of(&hold);
    unit.save(hold);
    if changed && credits && account.arrears_head.is_some() {
        repay_arrears(unit, &mut account)?;
        reply = HoldReply::of(&*unit.load::<Hold>(id)?);
    }
    unit.save(account);
    Ok(reply)
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
