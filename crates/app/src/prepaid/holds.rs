//! What happens to a charged fee: release, settle, settled refund, or simply "the fee is now so much".

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Money, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::{Hold, HoldId, PrepaidAccount, hold};

use super::charge::HoldReply;
use super::partition_of;
use super::repay::{apply, repay_arrears};

/// Changes a hold, then repays arrears with whatever became available.
fn change(unit: &mut Unit<'_>, id: HoldId, command: hold::Command, credits: bool) -> Result<HoldReply, Stop> {
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
            pub hold: HoldId,
            $($(#[$field_doc])* pub $field: Money,)*
        }

        impl Command for $name {
            type Reply = HoldReply;
            const NAME: &'static str = $text;

            fn partition(&self) -> Partition {
                partition_of(self.environment, self.merchant)
            }

            fn run(&self, unit: &mut Unit<'_>) -> Result<HoldReply, Stop> {
                change(unit, self.hold, ($command)(self), $credits)
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
