//! What may be asked of a channel order. Never says whether it is granted.

use std::fmt;

use super::{Message, MessageId, OrderPayment};

/// A command to a channel order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rules R4-03, R4-04, R4-07. Take a message in.
    Take {
        /// What the channel said.
        message: Box<Message>,
        /// The id it is kept under, if it is new.
        id: MessageId,
        /// It was taken before, and is read anew: what could not be mapped then may be known now.
        again: bool,
        /// The channel was asked for this one order, and this is its answer: of one moment it stands whatever its hash.
        asked: bool,
    },
    /// A person takes it as it is, whatever could not be mapped or does not add up.
    Accept {
        /// Who.
        by: String,
        /// Why, 1 to 500 letters.
        reason: String,
    },
    /// Rule R4-10. What is about people is forgotten.
    Forget,
    /// Reading K-89. The buyer's payment that covers it stands otherwise.
    NotePayment {
        /// How.
        payment: OrderPayment,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Take`].
    Take,
    /// [`Command::Accept`].
    Accept,
    /// [`Command::Forget`].
    Forget,
    /// [`Command::NotePayment`].
    NotePayment,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 4] = [Self::Take, Self::Accept, Self::Forget, Self::NotePayment];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Take => "take",
            Self::Accept => "accept",
            Self::Forget => "forget",
            Self::NotePayment => "note_payment",
        })
    }
}
