//! Filling in a template: every name must be known, loops and lengths are bounded, what comes out is plain text whose first line
//! stays one line. Never reads a file, never runs anything of the template's but expressions.

use std::collections::BTreeMap;
use std::io::{self, Write};

use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::{BODY_LETTERS, SUBJECT_LETTERS, Words};
use crate::Topic;

/// Steps that a template may take.
const FUEL: u64 = 10_000;
/// How deep a template may lie in itself.
const DEPTH: usize = 20;
/// Bytes that may come out.
const BYTES: usize = 4 * BODY_LETTERS;

/// What goes into a template, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

/// Names that every topic has, beside its figures, with a sample each.
const COMMON: &[(&str, &str)] = &[
    ("merchant", "青禾旗舰店"),
    ("subject", "wd_0000000000000"),
    ("at", "2026-11-01 09:00:00"),
    ("zone", "Asia/Shanghai"),
    ("url", "https://zaiton.example/"),
];

impl Values {
    /// Those of a topic, with its samples.
    #[must_use]
    pub fn sample(topic: Topic) -> Self {
        let all = COMMON.iter().chain(topic.figures());
        Self(all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Adds one.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "TemplateSaid")]
pub struct Said {
    /// One line; empty for a mobile.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Why nothing came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which line; 0 when it is not known.
    pub line: usize,
    /// What the engine says.
    pub what: String,
}

/// A text as one line without control characters: what stands in a header cannot begin another.
#[must_use]
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes so many bytes and no more.
struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(more.len()) > BYTES {
            return Err(io::Error::other("too much comes out"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Rule R5-20. Fills in the words.
///
/// # Errors
/// A name that is not known, a text that is no template, too much work, too much that comes out.
pub fn render(words: &Words, values: &Values) -> Result<Said, Fault> {
    // Without the engine's own functions: what a notice needs is names, `if` and `for`.
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    // What comes out is plain text, and stays that: no client reads it as HTML.
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    engine.set_recursion_limit(DEPTH);
    engine.set_fuel(Some(FUEL));
    let fill = |source: &str| -> Result<String, Fault> {
        let told = |error: &minijinja::Error| Fault {
            line: error.line().unwrap_or(0),
            what: error.detail().map_or_else(|| error.kind().to_string(), one_line),
        };
        let mut out = Bounded { bytes: Vec::new() };
        let template = engine.template_from_str(source).map_err(|error| told(&error))?;
        let names = minijinja::Value::from_pairs(values.iter());
        template.render_captured_to(names, &mut out).map_err(|error| told(&error))?;
        String::from_utf8(out.bytes).map_err(|_| Fault { line: 0, what: "this is no text".into() })
    };
    let subject: String = one_line(&fill(&words.subject)?).chars().take(SUBJECT_LETTERS).collect();
    let body = fill(&words.body)?;
    let kept = body.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    Ok(Said { subject, body: kept })
}
