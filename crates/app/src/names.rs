//! Names that are unique over all partitions (a merchant's code, a bank account's number): each is claimed in the
//! partition of its own hash, for an id that is made there. Claiming again gives the same id.

use serde::{Deserialize, Serialize};
use zaiton_bank::BankAccountId;
use zaiton_engine::command::short_hash;
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Partition, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;

use crate::declare::command;

/// 62 bits of a hash over a kind and a text, never zero: an owner, or the id of something that is named by its text.
#[must_use]
pub fn hashed(kind: &str, text: &str) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = short_hash(&[kind.as_bytes(), text.as_bytes()]);
    let bits = u64::from_be_bytes([a, b, c, d, e, f, g, h]) >> 2;
    i64::try_from(bits).unwrap_or(i64::MAX).max(1)
}

/// What a merchant's code is claimed as.
pub const MERCHANT: &str = "merchant";
/// What the number of a bank account of ours is claimed as.
pub const BANK_ACCOUNT: &str = "bank_account";
/// Longest name.
pub const LONGEST: usize = 128;

command! {
    /// Claims a name for a new owner, or gives the owner that has it.
    pub struct ClaimName("names.claim") {
        /// What is named: `merchant`, `bank_account`.
        pub kind: String,
        /// The name.
        pub name: String,
    }

    fn partition(&self) { Partition::new(self.environment, hashed(&self.kind, &self.name)) }

    fn run(&self, unit) -> NameReply { self.claim(unit) }
}

/// Whose name it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NameReply {
    /// The owner's id as a number, for programs that count in 64 bits.
    pub owner: i64,
    /// The owner's id as a merchant or a bank account has it.
    #[serde(default)]
    pub id: String,
    /// It was claimed by this command.
    pub new: bool,
}

impl ClaimName {
    fn claim(&self, unit: &mut Unit<'_>) -> Result<NameReply, Stop> {
        if self.name.is_empty()
            || self.name.len() > LONGEST
            || self.kind.is_empty()
            || self.kind.len() > LONGEST
        {
            return Err(Refusal::new(
                "names.length",
                Rule::new("R5-40"),
                Text::new("名称为空或过长。", "The name is empty or too long."),
                Text::new("请使用 1 到 128 个字节的名称。", "Use a name of 1 to 128 bytes."),
            )
            .into());
        }
        if let Some(owner) = unit.lookup(&self.kind, &self.name)? {
            return Ok(NameReply { owner, id: self.id_of(owner), new: false });
        }
        let owner: Owner = unit.new_id();
        unit.claim(&self.kind, &self.name, owner)?;
        Ok(NameReply { owner: owner.raw(), id: self.id_of(owner.raw()), new: true })
    }

    fn id_of(&self, owner: i64) -> String {
        match self.kind.as_str() {
            MERCHANT => MerchantId::from_raw(owner).to_string(),
            BANK_ACCOUNT => BankAccountId::from_raw(owner).to_string(),
            _ => Owner::from_raw(owner).to_string(),
        }
    }
}

zaiton_kernel::define_id!(
    /// Whoever owns a name; becomes a merchant's or a bank account's id.
    Owner,
    "ow"
);
