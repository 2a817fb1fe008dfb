//! What may be asked of an address of webhooks. Never says whether it is granted.

use std::fmt;

use super::PublicEvent;

/// A command to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Use it.
    Add {
        /// Where it is.
        url: String,
        /// What people call it.
        description: String,
        /// What it wants; empty for everything.
        events: Vec<PublicEvent>,
        /// An address of this machine, without TLS, will do: a setting of the installation, for trials.
        local: bool,
    },
    /// Another place, other words, other events.
    Change {
        /// Where it is.
        url: String,
        /// What people call it.
        description: String,
        /// What it wants; empty for everything.
        events: Vec<PublicEvent>,
        /// As above.
        local: bool,
    },
    /// Send nothing for now.
    Pause {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Send again.
    Resume,
    /// Another secret; the one before signs for a day more.
    Rotate,
    /// It is over.
    Remove,
    /// Try it.
    Ping,
    /// Something was answered well there.
    Works,
    /// Something was not.
    Fails {
        /// A message was given up.
        gave_up: bool,
        /// The address says that it is gone for good.
        gone: bool,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Change`].
    Change,
    /// [`Command::Pause`].
    Pause,
    /// [`Command::Resume`].
    Resume,
    /// [`Command::Rotate`].
    Rotate,
    /// [`Command::Remove`].
    Remove,
    /// [`Command::Ping`].
    Ping,
}

impl CommandKind {
    /// Every command that people give to one that is there.
    pub const ALL: [Self; 6] =
        [Self::Change, Self::Pause, Self::Resume, Self::Rotate, Self::Remove, Self::Ping];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Change => "change",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Rotate => "rotate",
            Self::Remove => "remove",
            Self::Ping => "ping",
        })
    }
}
