//! A merchant asks one of the operator's desks, and its people answer (R1-14). Who is of which side comes with the command:
//! the merchant's side asks, the desk answers. What is said stays in the record; events name the ticket only.

use serde::{Deserialize, Serialize};
use zaiton_desk::ticket::{self, Desk, Side};
use zaiton_desk::{Ticket, TicketId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Id;
use zaiton_notices::Topic;
use zaiton_onboarding::Merchant;
use zaiton_reviews::task::Subject;
use zaiton_reviews::{Desk as ReviewDesk, QueueName};

use crate::declare::command;
use crate::notices::tell_inbox;
use crate::reviews::inner::OpenReview;

/// A ticket as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TicketReply {
    /// Its id.
    pub ticket: TicketId,
    /// Who is to speak next.
    pub state: ticket::State,
}

command! {
    /// Rule R1-14. Ask a desk.
    pub struct OpenTicket("desk.open_ticket") of merchant {
        /// Which desk.
        #[serde(default)]
        pub desk: Desk,
        /// What it is about: a number as people write it, such as a top-up's.
        #[serde(default)]
        pub about: String,
        /// The question, 1 to 2000 letters.
        pub text: String,
    }

    fn run(&self, unit) -> TicketReply { self.open(unit) }
}

impl OpenTicket {
    fn open(&self, unit: &mut Unit<'_>) -> Result<TicketReply, Stop> {
        unit.load::<Merchant>(self.merchant)?;
        let mut record = Ticket::new(unit.new_id(), self.merchant.raw());
        let by = unit.actor().name().to_owned();
        let (about, text) = (self.about.trim().to_owned(), self.text.clone());
        let command = ticket::Command::Open { desk: self.desk, about, text, by };
        for event in &ticket::decide(&record, command, unit.now())?.events {
            record.apply(event);
            unit.emit(record.id, &serde_json::json!({ "type": "opened", "desk": self.desk }));
        }
        let reply = TicketReply { ticket: record.id, state: record.state };
        unit.insert(record);
        Ok(reply)
    }
}

/// Decides about a ticket, applies, emits; what the desk says the merchant finds in its inbox.
fn change(unit: &mut Unit<'_>, id: TicketId, command: ticket::Command) -> Result<TicketReply, Stop> {
    let mut record = unit.load::<Ticket>(id)?;
    for event in &ticket::decide(&record, command, unit.now())?.events {
        record.apply(event);
        unit.emit(record.id, &serde_json::json!({ "type": record.state.to_string() }));
        if matches!(record.state, ticket::State::WaitsForMerchant) {
            tell_inbox(unit, Topic::TicketAnswered, record.id)?;
        }
    }
    let reply = TicketReply { ticket: record.id, state: record.state };
    unit.save(record);
    Ok(reply)
}

command! {
    /// Rule R1-14. The merchant says more.
    pub struct AskDesk("desk.ask") of merchant {
        /// The ticket.
        pub ticket: TicketId,
        /// What, 1 to 2000 letters.
        pub text: String,
    }

    fn run(&self, unit) -> TicketReply {
        let (text, by) = (self.text.clone(), unit.actor().name().to_owned());
        change(unit, self.ticket, ticket::Command::Say { side: Side::Merchant, text, by })
    }
}

command! {
    /// Rule R1-14. The desk answers; the merchant finds a notice in its inbox.
    pub struct AnswerTicket("desk.answer") of merchant {
        /// The ticket.
        pub ticket: TicketId,
        /// What, 1 to 2000 letters.
        pub text: String,
    }

    fn run(&self, unit) -> TicketReply {
        let (text, by) = (self.text.clone(), unit.actor().name().to_owned());
        change(unit, self.ticket, ticket::Command::Say { side: Side::Desk, text, by })
    }
}

command! {
    /// Rules R1-14, R5-10. Another desk is to answer: a review task, whose decision is the merchant's answer.
    pub struct HandOverTicket("desk.hand_over") of merchant {
        /// The ticket.
        pub ticket: TicketId,
        /// Which desk.
        pub desk: ReviewDesk,
        /// What it is asked, 1 to 2000 letters.
        pub text: String,
    }

    fn run(&self, unit) -> TicketReply { self.hand_over(unit) }
}

impl HandOverTicket {
    fn hand_over(&self, unit: &mut Unit<'_>) -> Result<TicketReply, Stop> {
        let to = serde_json::to_value(self.desk).ok().and_then(|name| name.as_str().map(str::to_owned));
        let to = to.expect("a desk's serde form is its name");
        let mut record = unit.load::<Ticket>(self.ticket)?;
        for event in &ticket::decide(&record, ticket::Command::HandOver { to }, unit.now())?.events {
            record.apply(event);
            unit.emit(record.id, &serde_json::json!({ "type": "handed_over", "desk": self.desk }));
        }
        unit.requires(OpenReview {
            environment: self.environment,
            merchant: Some(self.merchant),
            queue: QueueName::Tickets,
            desk: self.desk,
            subject: Subject { kind: "ticket".to_owned(), id: self.ticket.to_string() },
            question: self.text.clone(),
            maker: unit.actor().name().to_owned(),
            two_people: false,
        });
        let reply = TicketReply { ticket: record.id, state: record.state };
        unit.save(record);
        Ok(reply)
    }
}

command! {
    /// Rule R1-14. Nothing is left to say.
    pub struct CloseTicket("desk.close_ticket") of merchant {
        /// The ticket.
        pub ticket: TicketId,
    }

    fn run(&self, unit) -> TicketReply {
        let by = unit.actor().name().to_owned();
        change(unit, self.ticket, ticket::Command::Close { by })
    }
}
