//! Resources: records as objects that callers see, with what may be done with each now. A table of kinds, one shape for all.
//!
//! `kinds.rs` the table; `views.rs` from a stored record to what is seen; `reading.rs` the two handlers; `asked.rs` what a list
//! may be asked; `inside.rs` what lies in an object; `operation.rs` long work. Never decides, never shows what is sealed.

pub(crate) mod asked;
pub(crate) mod inside;
pub(crate) mod kinds;
pub(crate) mod operation;
pub(crate) mod reading;
mod views;

use schemars::{Schema, SchemaGenerator};
use serde_json::Value;
use zaiton_access::Permission;
use zaiton_app::allowed::Allowed;
use zaiton_engine::StoreError;
use zaiton_store::scan::objects::StoredRow;

use crate::callers::Need;

pub(crate) use kinds::{RESOURCES, by_table};
pub(crate) use views::{Look, RAW, identified, identified_text, told};

/// An id with its prefix.
pub(crate) fn letters(prefix: &str, raw: i64) -> String {
    format!("{prefix}_{}", zaiton_kernel::id::letters(raw))
}

/// In whose partition a kind of record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A merchant's, and its table has them by partition.
    Merchant,
    /// A merchant's, and its table is hot: found by the merchant's timeline.
    Traced,
    /// That of a bank account of ours.
    BankAccount,
    /// Any.
    Nobody,
}

/// What is seen of a record.
pub(crate) struct Seen {
    pub(crate) record: Value,
    pub(crate) allowed: Vec<Allowed>,
}

/// A kind of object.
pub(crate) struct Resource {
    /// In the address: `top-ups`.
    pub(crate) path: &'static str,
    /// In the object: `top_up`.
    pub(crate) kind: &'static str,
    /// Its table.
    pub(crate) table: &'static str,
    /// Of its ids.
    pub(crate) prefix: &'static str,
    /// Of the document.
    pub(crate) tag: &'static str,
    /// Chinese, English.
    pub(crate) about: (&'static str, &'static str),
    pub(crate) owner: Owner,
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) view: fn(&Look<'_>, &StoredRow) -> Result<Seen, StoreError>,
}

impl Resource {
    /// Rule R5-02. What whoever looks at it must be permitted, and whether of its own merchant is enough.
    pub(crate) fn need(&self) -> Need {
        let permission = match self.kind {
            "merchant" | "contact_point" | "notice" | "notice_preference" | "ticket" => {
                Permission::MerchantRead
            }
            "webhook_endpoint" | "webhook_delivery" => Permission::WebhookManage,
            "prepaid_account" | "top_up" | "hold" | "withdrawal" | "month" => Permission::MoneyRead,
            "promotion" | "order" | "channel_order" | "connection" | "unread_message" | "payment_group" => {
                Permission::OrderRead
            }
            "task" | "timer" | "effect" => Permission::SystemRead,
            "operation" => Permission::Export,
            "document" | "upload" => Permission::DocumentRead,
            "review_task" => Permission::WorkRead,
            "policy" | "template" => Permission::PolicyRead,
            "api_key" => Permission::PeopleRead,
            // The bank's, and whatever nobody has thought of.
            _ => Permission::BankRead,
        };
        match self.owner {
            // What reviewers say among themselves is not the party's.
            _ if self.kind == "review_task" => Need::Platform(permission),
            Owner::Merchant | Owner::Traced => Need::Scoped(permission),
            Owner::Nobody if self.kind == "merchant" => Need::Scoped(permission),
            Owner::BankAccount | Owner::Nobody => Need::Platform(permission),
        }
    }

    /// What its schema is called: `TopUp` of `top_up`.
    pub(crate) fn name(&self) -> String {
        let large = |word: &str| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        };
        self.kind.split('_').map(large).collect()
    }
}
