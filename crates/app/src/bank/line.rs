//! What a bank line is used for: allocated to a top-up, set aside for a person, taken back when the merchant's side could
//! not use it.

use serde::{Deserialize, Serialize};
use zaiton_bank::{Line, LineId, line};
use zaiton_kernel::{Id, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::TopUpId;
use zaiton_prepaid::matching::LineFacts;

use super::decision::change;
use crate::declare::command;

/// A line as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LineReply {
    /// Its id.
    pub line: LineId,
    /// Where it stands.
    pub state: line::State,
}

/// What the bank wrote, for the matching.
#[must_use]
pub fn facts(line: &Line) -> LineFacts {
    LineFacts {
        line: line.id.raw(),
        amount: line.amount,
        payer: line.payer_name.clone(),
        remark: line.remark.clone(),
    }
}

command! {
    /// Rule R1-18, P5. A line pays a top-up: its money leaves the bank account's partition for the merchant's.
    pub struct AllocateLine("bank.allocate_line") of bank_account {
        /// The line.
        pub line: LineId,
        /// The top-up.
        pub top_up: TopUpId,
        /// Its merchant.
        pub merchant: MerchantId,
    }

    fn run(&self, unit) -> LineReply {
        let command = line::Command::Allocate { top_up: self.top_up.raw(), merchant: self.merchant.raw() };
        change(unit, self.line, command)
    }
}

command! {
    /// Rules R1-15, R1-16. A line fits no request by itself: a person decides.
    pub struct ReviewLine("bank.review_line") of bank_account {
        /// The line.
        pub line: LineId,
        /// Why, in both languages.
        pub reasons: Vec<Text>,
    }

    fn run(&self, unit) -> LineReply {
        change(unit, self.line, line::Command::MarkForReview { reasons: self.reasons.clone() })
    }
}

command! {
    /// P5 undone: the merchant's side could not credit the top-up, so the money is unallocated again.
    pub struct UnallocateLine("bank.unallocate_line") of bank_account {
        /// The line.
        pub line: LineId,
        /// The top-up that could not take it.
        pub top_up: TopUpId,
        /// Why.
        pub reason: Text,
    }

    fn run(&self, unit) -> LineReply {
        let command = line::Command::Unallocate { top_up: self.top_up.raw(), reason: self.reason.clone() };
        change(unit, self.line, command)
    }
}
