//! Looking at an engine from outside: what its lanes answered and wrote, for whoever counts, and by which trace a request is found in
//! the log again. Changes nothing; what it costs is a glance a batch.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::command::Outcome;

/// How a command ended, without its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ended {
    /// Done.
    Accepted,
    /// Done before.
    Repeated,
    /// A counted attempt.
    Denied,
    /// Nothing changed.
    Refused,
    /// The world or a bug stood in the way.
    Failed,
}

impl Ended {
    /// Of an outcome.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Accepted { repeated: false, .. } => Self::Accepted,
            Outcome::Accepted { repeated: true, .. } => Self::Repeated,
            Outcome::Denied { .. } => Self::Denied,
            Outcome::Refused { .. } => Self::Refused,
            Outcome::Failed { .. } => Self::Failed,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Repeated => "repeated",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Who counts. Called from the lanes' threads: it must be quick.
pub trait Watch: Send + Sync {
    /// So many commands of a name ended so.
    fn answered(&self, command: &'static str, ended: Ended, count: u64);
    /// A batch of so many answers was written, in so many microseconds.
    fn written(&self, answers: usize, micros: u128);
}

/// Counts how commands of one batch ended, each name once: few names a batch, so that a list is enough.
#[derive(Default)]
pub(crate) struct Tally(Vec<(&'static str, Ended, u64)>);

impl Tally {
    pub(crate) fn add(&mut self, command: &'static str, outcome: &Outcome) {
        let ended = Ended::of(outcome);
        match self.0.iter_mut().find(|(name, known, _)| (*name, *known) == (command, ended)) {
            Some((.., count)) => *count += 1,
            None => self.0.push((command, ended, 1)),
        }
    }

    pub(crate) fn tell(self, watch: &dyn Watch) {
        for (command, ended, count) in self.0 {
            watch.answered(command, ended, count);
        }
    }
}

/// The id under which a request is found in every log that it left lines in (W3C Trace Context): 32 hex digits, never all zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trace(u128);

impl Trace {
    /// Of 128 bits; none of zero, which stands for no trace.
    #[must_use]
    pub fn of(bits: u128) -> Option<Self> {
        (bits != 0).then_some(Self(bits))
    }

    /// Reads 32 hex digits in small letters.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain =
            text.len() == 32 && text.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'));
        u128::from_str_radix(text, 16).ok().filter(|_| plain).and_then(Self::of)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Trace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Trace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| de::Error::custom("32 hex digits are expected"))
    }
}

impl schemars::JsonSchema for Trace {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TraceId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_reads_back_and_nothing_else_does() {
        let text = "4bf92f3577b34da6a3ce929d0e0e4736";
        let trace = Trace::read(text).unwrap();
        assert_eq!(trace.to_string(), text);
        assert_eq!(serde_json::from_str::<Trace>(&serde_json::to_string(&trace).unwrap()).unwrap(), trace);
        for other in
            ["", &text[1..], &text.to_uppercase(), "+bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)]
        {
            assert_eq!(Trace::read(other), None, "{other}");
        }
    }

    #[test]
    fn commands_of_a_batch_are_counted_by_name_and_end() {
        let mut tally = Tally::default();
        let accepted = |repeated| Outcome::Accepted { reply: String::new(), repeated };
        for (name, outcome) in
            [("a", accepted(false)), ("a", accepted(false)), ("a", accepted(true)), ("b", accepted(false))]
        {
            tally.add(name, &outcome);
        }
        assert_eq!(
            tally.0,
            [("a", Ended::Accepted, 2), ("a", Ended::Repeated, 1), ("b", Ended::Accepted, 1)]
        );
    }
}
