//! Keys of programs (R5-04). A key's secret comes as its SHA-256: it was made and is shown by whoever took the request. Never
//! sees it.

use std::collections::BTreeSet;

use serde_json::json;
use zaiton_access::{Permission, Side};
use zaiton_engine::{Stop, Unit};
use zaiton_identity::api_key::{self, ApiKey, ApiKeyId, Command, State};
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_onboarding::{Merchant, MerchantId};

use super::{PLATFORM, organisation_partition};
use crate::declare::command;

/// Where an owner's keys lie, for either environment: beside its people.
#[must_use]
pub fn key_partition(merchant: Option<MerchantId>) -> Partition {
    organisation_partition(merchant)
}

command! {
    /// Rule R5-04. A key is made.
    pub struct MakeKey("identity.make_key") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// What people call it.
        pub name: String,
        /// SHA-256 of its secret part, hex.
        pub secret: String,
        /// What it may do.
        pub scopes: BTreeSet<Permission>,
        /// Where it may come from.
        pub networks: Vec<String>,
        /// Every request must be signed.
        pub signed: bool,
        /// Until when it is good.
        pub expires_at: Option<Timestamp>,
        /// What whoever makes it may do itself.
        pub maker: BTreeSet<Permission>,
        /// The first of its networks that is none.
        pub bad_network: Option<String>,
        /// Keys that are good already.
        pub others: usize,
    }

    fn partition(&self) { key_partition(self.merchant) }

    fn run(&self, unit) -> ApiKeyId { self.make(unit) }
}

impl MakeKey {
    fn make(&self, unit: &mut Unit<'_>) -> Result<ApiKeyId, Stop> {
        let side = match self.merchant {
            Some(merchant) => {
                unit.load::<Merchant>(merchant)?;
                Side::Merchant
            }
            None => Side::Platform,
        };
        let key = ApiKey {
            id: unit.new_id(),
            owner: self.merchant.map_or(PLATFORM, Id::raw),
            environment: self.environment,
            name: self.name.trim().to_owned(),
            secret: self.secret.clone(),
            scopes: self.scopes.clone(),
            networks: self.networks.clone(),
            signed: self.signed,
            expires_at: self.expires_at,
            state: State::Active,
            made_at: unit.now(),
            made_by: unit.actor().name().to_owned(),
        };
        let (maker, bad_network) = (self.maker.clone(), self.bad_network.clone());
        let command = Command::Make { side, maker, bad_network, others: self.others };
        api_key::decide(&key, command, unit.now())?;
        let id = key.id;
        unit.emit(id, &json!({ "type": "made", "scopes": key.scopes, "signed": key.signed }));
        unit.insert(key);
        Ok(id)
    }
}

command! {
    /// Rule R5-04. A key lets in no more, from now on.
    pub struct RevokeKey("keys.revoke") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// Which.
        pub key: ApiKeyId,
    }

    fn partition(&self) { key_partition(self.merchant) }

    fn run(&self, unit) -> ApiKeyId {
        let mut record = unit.load::<ApiKey>(self.key)?;
        let by = unit.actor().name().to_owned();
        for event in &api_key::decide(&record, Command::Revoke { by }, unit.now())?.events {
            record.apply(event);
            unit.emit(self.key, &json!({ "type": "revoked" }));
        }
        unit.save(record);
        Ok(self.key)
    }
}

command! {
    /// Rule R5-04. A signed request's nonce is used up: the same again is told as a repetition, by its idempotency key.
    pub struct UseNonce("identity.use_nonce") {
        /// The owner of the key.
        pub owner: i64,
        /// The key.
        pub key: ApiKeyId,
        /// What must not come again.
        pub nonce: String,
    }

    fn partition(&self) { Partition::new(Environment::Live, self.owner) }

    fn run(&self, _unit) -> () { Ok(()) }
}
