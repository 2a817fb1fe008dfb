//! Registering merchants.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Partition};
use zaiton_onboarding::merchant::{Merchant, MerchantId, Register, register};

use crate::prepaid::partition_of;

/// Register a merchant under an id that its code was claimed for (see [`crate::names::ClaimName`]). Again with the same
/// data: nothing happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterMerchant {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// Its id.
    pub merchant: MerchantId,
    /// The operator's code for it.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The company's name as registered.
    pub company: String,
}

/// The merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MerchantReply {
    /// Its id.
    pub merchant: MerchantId,
    /// It was registered by this command.
    pub new: bool,
}

impl Command for RegisterMerchant {
    type Reply = MerchantReply;
    const NAME: &'static str = "onboarding.register_merchant";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.merchant)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<MerchantReply, Stop> {
        let existing = unit.find::<Merchant>(self.merchant)?;
        let asked = Register { code: &self.code, name: &self.name, company: &self.company };
        let new = register(existing.as_deref(), self.merchant, &asked, unit.now())?;
        let reply = MerchantReply { merchant: self.merchant, new: new.is_some() };
        if let Some(merchant) = new {
            unit.emit(self.merchant, &serde_json::json!({ "type": "registered", "code": merchant.code }));
            unit.insert(merchant);
        }
        Ok(reply)
    }
}
