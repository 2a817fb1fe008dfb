//! How a command is declared: its data, its name, whose partition it is of, and what it does, in one piece that reads as
//! Rust does. Declares, and nothing else: what a command does with a record is a function beside that record.
//!
//! ```text
//! command! {
//!     /// Rule R1-26. The merchant takes it back, also to repay what it owes.
//!     pub struct CancelWithdrawal("prepaid.cancel_withdrawal") of merchant {
//!         /// The withdrawal.
//!         pub withdrawal: WithdrawalId,
//!     }
//!
//!     fn run(&self, unit) -> WithdrawalReply {
//!         as_person(unit, self.withdrawal, |actor| withdrawal::Command::Cancel { actor })
//!     }
//! }
//! ```
//!
//! is the struct with `environment` and `merchant` before its own fields, its JSON form, which takes no field that it does
//! not know, and its [`zaiton_engine::Command`]. The order of the fields is that of the JSON, by which a repeated request
//! is known: it is never changed. Instead of `of merchant` it says `of bank_account`, or nothing: then a
//! `fn partition(&self) { .. }` before `fn run` says where it belongs.
//!
//! `rustfmt` does not look inside: a `run` of more than ten lines is a method below, and the declaration calls it.

/// Declares a command; see above.
macro_rules! command {
    ($(#[$about:meta])* pub struct $name:ident($text:literal) of merchant { $($fields:tt)* } $($run:tt)*) => {
        $crate::declare::command! {
            $(#[$about])*
            pub struct $name($text) {
                /// The merchant.
                pub merchant: ::zaiton_onboarding::MerchantId,
                $($fields)*
            }

            fn partition(&self) { $crate::prepaid::partition_of(self.environment, self.merchant) }

            $($run)*
        }
    };
    ($(#[$about:meta])* pub struct $name:ident($text:literal) of bank_account { $($fields:tt)* } $($run:tt)*) => {
        $crate::declare::command! {
            $(#[$about])*
            pub struct $name($text) {
                /// The bank account.
                pub bank_account: ::zaiton_bank::BankAccountId,
                $($fields)*
            }

            fn partition(&self) { $crate::bank::partition_of(self.environment, self.bank_account) }

            $($run)*
        }
    };
    (
        $(#[$about:meta])*
        pub struct $name:ident($text:literal) {
            $($(#[$field_about:meta])* pub $field:ident: $kind:ty),* $(,)?
        }

        fn partition(&$owner:ident) $partition:block

        fn run(&$this:ident, $unit:ident) -> $reply:ty $run:block
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, ::serde::Serialize, ::serde::Deserialize, ::schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Live or sandbox.
            #[serde(default)]
            pub environment: ::zaiton_kernel::Environment,
            $($(#[$field_about])* pub $field: $kind,)*
        }

        impl ::zaiton_engine::Command for $name {
            type Reply = $reply;
            const NAME: &'static str = $text;

            fn partition(&$owner) -> ::zaiton_kernel::Partition $partition

            fn run(&$this, $unit: &mut ::zaiton_engine::Unit<'_>) -> Result<$reply, ::zaiton_engine::Stop> $run
        }
    };
}

pub(crate) use command;
