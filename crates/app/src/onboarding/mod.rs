//! Registering merchants.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Partition};
use zaiton_onboarding::Supply;
use zaiton_onboarding::merchant::{Command as Ask, Merchant, MerchantId, decide};

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
    /// Rule R1-02. How it sells here.
    #[serde(default)]
    pub supply: Supply,
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
        let ask = Ask::Register {
            code: self.code.clone(),
            name: self.name.clone(),
            company: self.company.clone(),
            supply: self.supply,
        };
        if let Some(merchant) = unit.find::<Merchant>(self.merchant)? {
            decide(&merchant, ask, unit.now())?;
            return Ok(MerchantReply { merchant: self.merchant, new: false });
        }
        let mut merchant = Merchant::unregistered(self.merchant);
        for event in &decide(&merchant, ask, unit.now())?.events {
            merchant.apply(event);
            unit.emit(self.merchant, event);
        }
        unit.insert(merchant);
        Ok(MerchantReply { merchant: self.merchant, new: true })
    }
}
