//! Asking for money back, and what people say to it before it is sent (R1-26 to R1-28). Never sends.

use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Money;
use zaiton_prepaid::withdrawal::{self, Ask, Role};
use zaiton_prepaid::{Withdrawal, WithdrawalId};

use super::{WithdrawalReply, as_person, card, change, standing, with_account};
use crate::declare::command;
use crate::prepaid::{find_account, no_account, programme_id};

command! {
    /// Rules R1-26 to R1-28. Ask for money back, to the bound bank card.
    pub struct RequestWithdrawal("prepaid.request_withdrawal") of merchant {
        /// The programme's code.
        pub programme: String,
        /// How much.
        pub amount: Money,
    }

    fn run(&self, unit) -> WithdrawalReply { self.request(unit) }
}

impl RequestWithdrawal {
    fn request(&self, unit: &mut Unit<'_>) -> Result<WithdrawalReply, Stop> {
        let mut account = find_account(unit, programme_id(&self.programme))?.ok_or_else(no_account)?;
        let id: WithdrawalId = unit.new_id();
        let mut record = Withdrawal::unrequested(id, account.id, account.programme, account.currency);
        let ask = Ask {
            amount: self.amount,
            card: card(&account),
            standing: standing(unit, &account, id)?,
            first_use: !account.card_used,
            maker: unit.actor().name().to_owned(),
        };
        change(unit, &mut record, &mut account, withdrawal::Command::Request { ask })?;
        let reply = WithdrawalReply::of(&record);
        unit.insert(record);
        unit.save(account);
        Ok(reply)
    }
}

command! {
    /// Rule R1-27. A checker agrees.
    pub struct ApproveWithdrawal("prepaid.approve_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// For whom: operations first, then finance where it is needed.
        pub role: Role,
    }

    fn run(&self, unit) -> WithdrawalReply {
        with_account(unit, self.withdrawal, |unit, record, account| {
            let standing = standing(unit, account, record.id)?;
            let actor = unit.actor().name().to_owned();
            let approve = withdrawal::Command::Approve { actor, role: self.role, standing };
            change(unit, record, account, approve).map(drop)
        })
    }
}

command! {
    /// Rule R1-27. The operator does not agree: the amount is available again.
    pub struct RejectWithdrawal("prepaid.reject_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// Why, as a code.
        pub reason: String,
    }

    fn run(&self, unit) -> WithdrawalReply {
        let reason = self.reason.clone();
        as_person(unit, self.withdrawal, |actor| withdrawal::Command::Reject { actor, reason })
    }
}

command! {
    /// Rule R1-26. The merchant takes it back, also to repay what it owes.
    pub struct CancelWithdrawal("prepaid.cancel_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
    }

    fn run(&self, unit) -> WithdrawalReply {
        as_person(unit, self.withdrawal, |actor| withdrawal::Command::Cancel { actor })
    }
}
