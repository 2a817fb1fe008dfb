//! A refusal: why a command was not carried out, in words a person can act on. Never an error of the world
//! (disk, network) and never a bug: those have their own types.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Rule;

/// One sentence in the two languages of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Text {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// Both languages at once.
    pub fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// A figure that the person needs to understand the refusal: `needed 80.00 CNY`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Figure {
    /// Stable name, snake case, used by programs.
    pub name: Cow<'static, str>,
    /// The value as text: an amount with its currency, an id, a count, a moment.
    pub value: String,
}

/// Why a command was refused, by which rule, with which figures, and what to do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refusal {
    /// Stable code, dotted: `prepaid.top_up.below_minimum`.
    pub code: Cow<'static, str>,
    /// The rule that refuses.
    pub rule: Rule,
    /// Figures in the order a person reads them.
    pub figures: Vec<Figure>,
    /// What happened.
    pub why: Text,
    /// What to do now.
    pub cure: Text,
}

impl Refusal {
    /// A refusal without figures.
    #[must_use]
    pub fn new(code: &'static str, rule: Rule, why: Text, cure: Text) -> Self {
        Self { code: code.into(), rule, figures: Vec::new(), why, cure }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.figures.push(Figure { name: name.into(), value: value.to_string() });
        self
    }

    /// The value of a figure, if the refusal carries it.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&str> {
        self.figures.iter().find(|figure| figure.name == name).map(|figure| figure.value.as_str())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {} {}", self.code, self.rule, self.why.en, self.cure.en)?;
        for figure in &self.figures {
            write!(f, " {}={}", figure.name, figure.value)?;
        }
        Ok(())
    }
}
