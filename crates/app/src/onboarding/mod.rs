//! Registering merchants.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_onboarding::Supply;
use zaiton_onboarding::merchant::{Command as Ask, Merchant, MerchantId, decide};

use crate::declare::command;

command! {
    /// Register a merchant under an id that its code was claimed for (see [`crate::names::ClaimName`]). Again with
    /// the same data: nothing happens.
    pub struct RegisterMerchant("onboarding.register_merchant") of merchant {
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

    fn run(&self, unit) -> MerchantReply { self.register(unit) }
}

/// The merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MerchantReply {
    /// Its id.
    pub merchant: MerchantId,
    /// It was registered by this command.
    pub new: bool,
}

impl RegisterMerchant {
    fn register(&self, unit: &mut Unit<'_>) -> Result<MerchantReply, Stop> {
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
