//! What a decision gives: the events to apply, or none when it is already so. Never carries an effect.

/// The events that a command leads to, in the order they are applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<E> {
    /// Empty when the command finds that it is already so.
    pub events: Vec<E>,
}

impl<E> Decision<E> {
    /// It is already so: nothing to record.
    #[must_use]
    pub const fn already() -> Self {
        Self { events: Vec::new() }
    }

    /// One event.
    #[must_use]
    pub fn one(event: E) -> Self {
        Self { events: vec![event] }
    }

    /// Nothing to record.
    #[must_use]
    pub fn is_already(&self) -> bool {
        self.events.is_empty()
    }
}

/// Whether a command makes sense now, for a page that shows its buttons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed<K, R> {
    /// The command.
    pub command: K,
    /// Why not, or `None` when it is allowed.
    pub refusal: Option<R>,
}
