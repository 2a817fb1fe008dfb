//! Ids as plain numbers in JSON, for records that are written very often. Never for the API, whose ids are
//! texts.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zaiton_kernel::Id;

pub(crate) fn serialize<T: Id, S: Serializer>(id: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(id.raw())
}

pub(crate) fn deserialize<'de, T: Id, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    known(i64::deserialize(deserializer)?)
}

fn known<T: Id, E: serde::de::Error>(raw: i64) -> Result<T, E> {
    if raw > 0 { Ok(T::from_raw(raw)) } else { Err(E::custom("an id is above zero")) }
}

/// The same for an id that may be missing.
pub(crate) mod option {
    use super::{Deserialize, Deserializer, Id, Serialize, Serializer, known};

    pub(crate) fn serialize<T: Id, S: Serializer>(id: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        id.map(Id::raw).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Id, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        Option::<i64>::deserialize(deserializer)?.map(known).transpose()
    }
}
