//! Arrears are repaid at each credit, oldest hold first (P10d). Walks the account's queue of holds that owe, which has
//! no bound, a bounded number of holds at a time.

use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::Id;
use zaiton_ledger::AccountCode;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::{AccountId, Hold, PrepaidAccount, account, hold};

use crate::declare::command;
use crate::policy;

/// Holds repaid by one command.
const AT_A_TIME: usize = 200;

/// Rule R1-24, P10d. Repays what is owed as far as the available balance reaches; goes on by a timer when the queue is
/// longer than one command should walk.
///
/// # Errors
/// Not in memory yet.
pub(crate) fn repay_arrears(unit: &mut Unit<'_>, account: &mut Doc<PrepaidAccount>) -> Result<(), Stop> {
    let policy = policy::prepaid(unit);
    for _ in 0..AT_A_TIME {
        let Some(head) = account.arrears_head else { return Ok(()) };
        let available =
            unit.balance(AccountCode::PREPAID_AVAILABLE, account.programme.raw(), account.currency)?;
        let mut hold = unit.load::<Hold>(head)?;
        let amount = hold::repayment(available, hold.owes());
        if amount.is_zero() && !hold.owes().is_zero() {
            return Ok(());
        }
        if amount.is_positive() {
            apply(unit, &mut hold, hold::Command::Repay { amount }, account)?;
        }
        if !hold.owes().is_zero() {
            unit.save(hold);
            return Ok(());
        }
        let next = hold.next_in_arrears;
        apply(unit, &mut hold, hold::Command::LeaveQueue, account)?;
        unit.save(hold);
        let advance = account::Command::AdvanceArrears { left: head, next };
        let decision = account::decide(account, advance, &policy, unit.now())?;
        for event in &decision.events {
            account.apply(event);
        }
    }
    let go_on = RepayArrears {
        environment: unit.environment(),
        merchant: MerchantId::from_raw(account.merchant),
        account: account.id,
    };
    unit.timer(unit.now(), &go_on);
    Ok(())
}

/// Decides about a hold, applies, books and emits.
///
/// # Errors
/// The hold's refusal, or the ledger's.
pub(crate) fn apply(
    unit: &mut Unit<'_>,
    hold: &mut Doc<Hold>,
    command: hold::Command,
    account: &PrepaidAccount,
) -> Result<bool, Stop> {
    let decision = hold::decide(hold, command, &policy::prepaid(unit))?;
    for event in &decision.events {
        unit.post(hold::postings(hold, event, account.programme))?;
        hold.apply(event);
        unit.emit(hold.id, event);
    }
    Ok(!decision.is_already())
}

command! {
    /// Goes on repaying a long queue.
    pub struct RepayArrears("prepaid.repay_arrears") of merchant {
        /// The account.
        pub account: AccountId,
    }

    fn run(&self, unit) -> () {
        let mut account = unit.load::<PrepaidAccount>(self.account)?;
        repay_arrears(unit, &mut account)?;
        super::watch::watch(unit, &mut account, true)?;
        unit.save(account);
        Ok(())
    }
}
