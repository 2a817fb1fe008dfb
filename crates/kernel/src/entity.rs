//! What makes a context's type a stored record: its id and the number, table and shape it is kept under. Says nothing
//! of how it is stored.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Id;

/// A type of a context that is kept as a record; its body is its serde form.
pub trait Entity:
    Clone + fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Its id.
    type Id: Id;
    /// A stable number, unlike any other's, never reused.
    const NUMBER: u16;
    /// The table it is kept in: small letters and underscores.
    const TABLE: &'static str;
    /// The shape of the body that this program writes; older ones it reads, newer ones it refuses.
    const SHAPE: u16;
    /// It is soon read again: what is large and only kept is not held in memory.
    const REMEMBERED: bool = true;
    /// This one's id.
    fn id(&self) -> Self::Id;
}

/// Declares an entity whose field `id` is its id: `entity!(TopUp, TopUpId, 11, "top_ups", 1);`, and with a last word
/// `kept_only` one that is not held in memory.
#[macro_export]
macro_rules! entity {
    ($type:ty, $id:ty, $number:literal, $table:literal, $shape:literal, kept_only) => {
        impl $crate::entity::Entity for $type {
            type Id = $id;
            const NUMBER: u16 = $number;
            const TABLE: &'static str = $table;
            const SHAPE: u16 = $shape;
            const REMEMBERED: bool = false;
            fn id(&self) -> $id {
                self.id
            }
        }
    };
    ($type:ty, $id:ty, $number:literal, $table:literal, $shape:literal) => {
        impl $crate::entity::Entity for $type {
            type Id = $id;
            const NUMBER: u16 = $number;
            const TABLE: &'static str = $table;
            const SHAPE: u16 = $shape;
            fn id(&self) -> $id {
                self.id
            }
        }
    };
}
