//! A merchant asks one of the operator's desks, and its people answer (R1-14). Who is of which side comes with the command:
//! the merchant's side asks, the desk answers. What is said stays in the record; events name the ticket only.

use serde::{Deserialize, Serialize};
use zaiton_desk::ticket::{self, Desk, Side};
use zaiton_desk::{Ticket, TicketId};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_notices::Topic;
use zaiton_onboarding::{Merchant, MerchantId};

use crate::notices::tell_inbox;
use crate::prepaid::partition_of;

/// A ticket as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketReply {
    /// Its id.
    pub ticket: TicketId,
    /// Who is to speak next.
    pub state: ticket::State,
}

/// Rule R1-14. Ask a desk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenTicket {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// Whose.
    pub merchant: MerchantId,
    /// Which desk.
    #[serde(default)]
    pub desk: Desk,
    /// What it is about: a number as people write it, such as a top-up's.
    #[serde(default)]
    pub about: String,
    /// The question, 1 to 2000 letters.
    pub text: String,
}

impl Command for OpenTicket {
    type Reply = TicketReply;
    const NAME: &'static str = "desk.open_ticket";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.merchant)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<TicketReply, Stop> {
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

macro_rules! ticket_command {
    ($(#[$doc:meta])* $name:ident, $text:literal, { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* }, |$this:ident, $by:ident| $command:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Live or sandbox.
            #[serde(default)]
            pub environment: Environment,
            /// Whose.
            pub merchant: MerchantId,
            /// The ticket.
            pub ticket: TicketId,
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl Command for $name {
            type Reply = TicketReply;
            const NAME: &'static str = $text;

            fn partition(&self) -> Partition {
                partition_of(self.environment, self.merchant)
            }

            fn run(&self, unit: &mut Unit<'_>) -> Result<TicketReply, Stop> {
                let mut record = unit.load::<Ticket>(self.ticket)?;
                let ($this, $by) = (self, unit.actor().name().to_owned());
                for event in &ticket::decide(&record, $command, unit.now())?.events {
                    record.apply(event);
                    unit.emit(record.id, &serde_json::json!({ "type": record.state.to_string() }));
                    if matches!(record.state, ticket::State::WaitsForMerchant) {
                        tell_inbox(unit, Topic::TicketAnswered, record.id);
                    }
                }
                let reply = TicketReply { ticket: record.id, state: record.state };
                unit.save(record);
                Ok(reply)
            }
        }
    };
}

ticket_command!(
    /// Rule R1-14. The merchant says more.
    AskDesk,
    "desk.ask",
    {
        /// What, 1 to 2000 letters.
        text: String
    },
    |this, by| ticket::Command::Say { side: Side::Merchant, text: this.text.clone(), by }
);
ticket_command!(
    /// Rule R1-14. The desk answers; the merchant finds a notice in its inbox.
    AnswerTicket,
    "desk.answer",
    {
        /// What, 1 to 2000 letters.
        text: String
    },
    |this, by| ticket::Command::Say { side: Side::Desk, text: this.text.clone(), by }
);
ticket_command!(
    /// Rule R1-14. Nothing is left to say.
    CloseTicket,
    "desk.close_ticket",
    {},
    |_this, by| ticket::Command::Close { by }
);
