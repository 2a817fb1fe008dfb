//! A reason: why something stands as it does, in words and figures, for a page that explains it. Never a refusal: nothing was
//! asked for.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Figure, Text};

/// Why something stands as it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reason {
    /// Stable code, dotted: `prepaid.match.payer_differs`.
    pub code: Cow<'static, str>,
    /// In words.
    pub text: Text,
    /// Figures in the order a person reads them.
    pub figures: Vec<Figure>,
}

/// What speaks for something and what against it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Weighed {
    /// For it, the strongest first.
    pub speaks_for: Vec<Reason>,
    /// Against it.
    pub speaks_against: Vec<Reason>,
}

impl Weighed {
    /// One of these codes speaks for it.
    #[must_use]
    pub fn is_for(&self, codes: &[&str]) -> bool {
        self.speaks_for.iter().any(|reason| codes.contains(&reason.code.as_ref()))
    }
}

impl Reason {
    /// A reason without figures.
    #[must_use]
    pub fn new(code: &'static str, text: Text) -> Self {
        Self { code: code.into(), text, figures: Vec::new() }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.figures.push(Figure { name: name.into(), value: value.to_string() });
        self
    }

    /// The value of a figure, if the reason carries it.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<&str> {
        self.figures.iter().find(|figure| figure.name == name).map(|figure| figure.value.as_str())
    }
}
