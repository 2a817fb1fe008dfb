//! What may be asked of a template. Never says whether it is granted.

use zaiton_kernel::Timestamp;

use super::Words;

/// A command to a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R5-20. Other words from a moment on, or those that are built in.
    Save {
        /// The words; none for those that are built in.
        words: Option<Words>,
        /// From when; now if not said.
        valid_from: Option<Timestamp>,
        /// Who.
        by: String,
    },
}
