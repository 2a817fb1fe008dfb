//! What a bank line is used for: allocated to a top-up, set aside for a person, taken back when the merchant's side could
//! not use it.

use serde::{Deserialize, Serialize};
use zaiton_bank::{BankAccountId, Line, LineId, line};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Id, Partition, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::TopUpId;
use zaiton_prepaid::matching::LineFacts;

use super::decision::change;
use super::partition_of;

/// A line as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Rule R1-18, P5. A line pays a top-up: its money leaves the bank account's partition for the merchant's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllocateLine {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The bank account.
    pub bank_account: BankAccountId,
    /// The line.
    pub line: LineId,
    /// The top-up.
    pub top_up: TopUpId,
    /// Its merchant.
    pub merchant: MerchantId,
}

impl Command for AllocateLine {
    type Reply = LineReply;
    const NAME: &'static str = "bank.allocate_line";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<LineReply, Stop> {
        let command = line::Command::Allocate { top_up: self.top_up.raw(), merchant: self.merchant.raw() };
        change(unit, self.line, command)
    }
}

/// Rules R1-15, R1-16. A line fits no request by itself: a person decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewLine {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The bank account.
    pub bank_account: BankAccountId,
    /// The line.
    pub line: LineId,
    /// Why, in both languages.
    pub reasons: Vec<Text>,
}

impl Command for ReviewLine {
    type Reply = LineReply;
    const NAME: &'static str = "bank.review_line";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<LineReply, Stop> {
        change(unit, self.line, line::Command::MarkForReview { reasons: self.reasons.clone() })
    }
}

/// P5 undone: the merchant's side could not credit the top-up, so the money is unallocated again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnallocateLine {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The bank account.
    pub bank_account: BankAccountId,
    /// The line.
    pub line: LineId,
    /// The top-up that could not take it.
    pub top_up: TopUpId,
    /// Why.
    pub reason: Text,
}

impl Command for UnallocateLine {
    type Reply = LineReply;
    const NAME: &'static str = "bank.unallocate_line";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.bank_account)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<LineReply, Stop> {
        let command = line::Command::Unallocate { top_up: self.top_up.raw(), reason: self.reason.clone() };
        change(unit, self.line, command)
    }
}
