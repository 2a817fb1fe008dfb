//! Rule numbers: the names that code, tests, refusals and screens use for a sentence of the specification.
//! Never holds a rule's logic.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A rule's number written whole, such as `R1-17`, `K-6` or `R5-40`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rule(Cow<'static, str>);

impl Rule {
    /// Names a rule. The spelling is checked by the rule table's test, not here.
    #[must_use]
    pub const fn new(number: &'static str) -> Self {
        Self(Cow::Borrowed(number))
    }

    /// The number as written in the specification.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
