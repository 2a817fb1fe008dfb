//! What a ticket answers to each command. Never says who is of which side: the caller does.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    ABOUT_LETTERS, Command, CommandKind, Event, LETTERS, MESSAGES, Message, Side, State, Ticket,
    TicketRefusal,
};

/// Rule R1-14. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(ticket: &Ticket, command: Command, now: Timestamp) -> Result<Decision<Event>, TicketRefusal> {
    match (ticket.state, command) {
        (State::New, Command::Open { desk, about, text, by }) => {
            let message = message(Side::Merchant, text, by, now)?;
            if about.chars().count() > ABOUT_LETTERS || about.chars().any(char::is_control) {
                return Err(TicketRefusal::About { at_most: ABOUT_LETTERS });
            }
            Ok(Decision::one(Event::Opened { desk, about, message }))
        }
        (State::New, Command::Say { .. }) => Err(TicketRefusal::NotOpen { command: CommandKind::Say }),
        (State::New, Command::HandOver { .. }) => {
            Err(TicketRefusal::NotOpen { command: CommandKind::HandOver })
        }
        (State::New, Command::Close { .. }) => Err(TicketRefusal::NotOpen { command: CommandKind::Close }),
        (
            State::WaitsForDesk | State::WaitsForMerchant | State::Closed { .. },
            Command::Open { text, .. },
        ) => {
            let same = ticket.messages.first().is_some_and(|first| first.text == text.trim());
            if same { Ok(Decision::already()) } else { Err(TicketRefusal::OpenedOtherwise {}) }
        }
        (State::WaitsForDesk | State::WaitsForMerchant, Command::Say { side, text, by }) => {
            if ticket.messages.len() >= MESSAGES {
                return Err(TicketRefusal::TooLong { at_most: MESSAGES });
            }
            Ok(Decision::one(Event::Said { message: message(side, text, by, now)? }))
        }
        (State::WaitsForDesk | State::WaitsForMerchant, Command::HandOver { to }) => {
            match &ticket.handed_to {
                Some(known) => Err(TicketRefusal::HandedOver { to: known.clone() }),
                None => Ok(Decision::one(Event::HandedOver { to })),
            }
        }
        (State::WaitsForDesk | State::WaitsForMerchant, Command::Close { by }) => {
            Ok(Decision::one(Event::Closed { at: now, by }))
        }
        (State::Closed { .. }, Command::Say { .. }) => {
            Err(TicketRefusal::Closed { command: CommandKind::Say })
        }
        (State::Closed { .. }, Command::HandOver { .. }) => {
            Err(TicketRefusal::Closed { command: CommandKind::HandOver })
        }
        (State::Closed { .. }, Command::Close { .. }) => Ok(Decision::already()),
    }
}

fn message(side: Side, text: String, by: String, at: Timestamp) -> Result<Message, TicketRefusal> {
    let trimmed = text.trim();
    let letters = trimmed.chars().count();
    if letters == 0 || letters > LETTERS {
        return Err(TicketRefusal::Text { letters, at_most: LETTERS });
    }
    Ok(Message { side, by, at, text: trimmed.to_owned() })
}

/// Which commands make sense now, for a page that shows its buttons.
#[must_use]
pub fn allowed(ticket: &Ticket, now: Timestamp) -> Vec<Allowed<CommandKind, TicketRefusal>> {
    let (text, by) = ("?".to_owned(), String::new());
    let probe = |command| match command {
        CommandKind::Open => Command::Open {
            desk: super::Desk::Settlement,
            about: String::new(),
            text: text.clone(),
            by: by.clone(),
        },
        CommandKind::Say => Command::Say { side: Side::Merchant, text: text.clone(), by: by.clone() },
        CommandKind::HandOver => Command::HandOver { to: text.clone() },
        CommandKind::Close => Command::Close { by: by.clone() },
    };
    let ask = |command| Allowed { command, refusal: decide(ticket, probe(command), now).err() };
    CommandKind::ALL.into_iter().map(ask).collect()
}
