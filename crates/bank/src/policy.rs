//! The bounds of this context that an operator may set. Facts only; who decides reads them.

/// The bounds of payments and of statements that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankPolicy {
    /// Payments of one bank account that wait for a file, at most.
    pub max_waiting: usize,
    /// Payments in one file, at most.
    pub max_in_file: usize,
    /// Statements of one bank account that are held for a person, at most.
    pub max_held: usize,
}

impl Default for BankPolicy {
    fn default() -> Self {
        Self { max_waiting: 2_000, max_in_file: 500, max_held: 100 }
    }
}
