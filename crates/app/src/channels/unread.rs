//! What a channel gave and nobody can read (R4-07, R4-10): kept, a task, read anew by a newer program, dropped by a person, or
//! forgotten in time. Never reads it.

use serde::{Deserialize, Serialize};
use zaiton_engine::outbox::{Parked, ParkedId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Refusal, Rule, Text};
use zaiton_onboarding::Merchant;
use zaiton_orders::channel::Sealed;
use zaiton_orders::unread::{self, Arrived, Command, State, UnreadId, UnreadMessage};

use crate::declare::command;

/// Kind of the natural key: bytes of a shop that could not be read.
const UNREAD_KEY: &str = "unread";

/// An unread message as the caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnreadReply {
    /// Its id.
    pub unread: UnreadId,
    /// Where it stands.
    pub state: State,
    /// It was not known before.
    pub new: bool,
}

command! {
    /// Rules R4-07, R4-10. Keep a message that could not be read. The same bytes again change nothing.
    pub struct KeepUnread("channels.keep_unread") of merchant {
        /// What is known of it.
        pub arrived: Arrived,
        /// What came.
        pub sealed: Sealed,
    }

    fn run(&self, unit) -> UnreadReply { self.keep(unit) }
}

impl KeepUnread {
    fn keep(&self, unit: &mut Unit<'_>) -> Result<UnreadReply, Stop> {
        let key = self.arrived.key();
        if let Some(known) = unit.lookup(UNREAD_KEY, &key)? {
            let record = unit.load::<UnreadMessage>(UnreadId::from_raw(known))?;
            let reply = UnreadReply { unread: record.id, state: record.state, new: false };
            unit.save(record);
            return Ok(reply);
        }
        unit.load::<Merchant>(self.merchant)?;
        let (environment, merchant) = (self.environment, self.merchant);
        let mut record = UnreadMessage {
            id: unit.new_id(),
            merchant: merchant.raw(),
            arrived: self.arrived.clone(),
            state: State::Waiting,
            sealed: Some(self.sealed.clone()),
            dropped: None,
            task: None,
        };
        let check = CheckUnread { environment, merchant, unread: record.id };
        record.task = Some(unit.park(&check, waits(&record)).raw());
        unit.timer(record.forget_from(), &ForgetUnread { environment, merchant, unread: record.id });
        let arrived = &self.arrived;
        unit.emit(
            record.id,
            &serde_json::json!({ "type": "kept", "channel": arrived.channel, "code": arrived.code }),
        );
        unit.claim(UNREAD_KEY, &key, record.id)?;
        let reply = UnreadReply { unread: record.id, state: record.state, new: true };
        unit.insert(record);
        Ok(reply)
    }
}

/// Why a person must look.
fn waits(record: &UnreadMessage) -> Refusal {
    let arrived = &record.arrived;
    Refusal::new(
        "channels.unread.waits",
        Rule::new("R4-07"),
        Text::new(
            "渠道发来的报文无法读取，已原样保存。",
            "A message of a channel could not be read; it is kept as it came.",
        ),
        Text::new(
            "更新程序后可重新读取，或说明原因后丢弃。",
            "Read it anew with a newer program, or drop it and say why.",
        ),
    )
    .with("channel", arrived.channel)
    .with("shop", &arrived.shop)
    .with("code", &arrived.code)
    .with("hash", &arrived.hash)
}

fn change(unit: &mut Unit<'_>, id: UnreadId, command: Command) -> Result<UnreadReply, Stop> {
    let mut record = unit.load::<UnreadMessage>(id)?;
    for event in &unread::decide(&record, command, unit.now())?.events {
        record.apply(event);
        // What people wrote stays in the record.
        unit.emit(record.id, &serde_json::json!({ "type": record.state.to_string() }));
        if let Some(task) = record.task.take()
            && let Some(parked) = unit.find::<Parked>(ParkedId::from_raw(task))?
        {
            unit.emit(parked.id, &serde_json::json!({ "type": "done", "command": parked.command }));
            unit.remove(parked);
        }
    }
    let reply = UnreadReply { unread: record.id, state: record.state, new: false };
    unit.save(record);
    Ok(reply)
}

command! {
    /// A task: whether a message still waits. Refused as long as it does.
    pub struct CheckUnread("channels.check_unread") of merchant {
        /// The message.
        pub unread: UnreadId,
    }

    fn run(&self, unit) -> () {
        let record = unit.load::<UnreadMessage>(self.unread)?;
        if record.state == State::Waiting { Err(waits(&record).into()) } else { Ok(()) }
    }
}

command! {
    /// Rule R4-07. It was read by a newer reader, and its order was captured.
    pub struct UnreadWasRead("channels.unread_was_read") of merchant {
        /// The message.
        pub unread: UnreadId,
    }

    fn run(&self, unit) -> UnreadReply { change(unit, self.unread, Command::Read) }
}

command! {
    /// Rule R4-07. A person drops it.
    pub struct DropUnread("channels.drop_unread") of merchant {
        /// The message.
        pub unread: UnreadId,
        /// Why, 1 to 500 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> UnreadReply {
        let (by, reason) = (unit.actor().name().to_owned(), self.reason.clone());
        change(unit, self.unread, Command::Drop { by, reason })
    }
}

command! {
    /// Rule R4-10. Its time is over. A timer's command.
    pub struct ForgetUnread("channels.forget_unread") of merchant {
        /// The message.
        pub unread: UnreadId,
    }

    fn run(&self, unit) -> UnreadReply { change(unit, self.unread, Command::Forget) }
}
