//! What may be asked of a merchant. Never says whether it is granted.

use super::Supply;

/// A command to a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take it over.
    Register {
        /// Its code.
        code: String,
        /// What people call it.
        name: String,
        /// The company's name, as on its licence.
        company: String,
        /// How it sells here.
        supply: Supply,
    },
}
