//! What came of attempts at a notice, told by whoever made them; the next attempt as a timer; sending again on somebody's word.
//! Never sends.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Doc, Stop, Unit};
use zaiton_kernel::Partition;
use zaiton_notices::notice::{self, Event, Outcome};
use zaiton_notices::{Channel, Notice, NoticeId};

use super::{Deliver, NOTICE_EFFECT, NOTICE_LEASE, Outlets, deliver};
use crate::declare::command;

/// A notice as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NoticeReply {
    /// Its id.
    pub notice: NoticeId,
    /// How its deliveries stand.
    pub state: notice::StandingState,
}

fn change(
    unit: &mut Unit<'_>,
    record: &mut Doc<Notice>,
    command: notice::Command,
) -> Result<Vec<Event>, Stop> {
    let events = notice::decide(record, command, unit.now())?.events;
    for event in &events {
        record.apply(event);
        unit.emit(record.id, event);
    }
    Ok(events)
}

/// Rule R5-20. What came of an attempt at one way. An effect's command.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDelivery {
    /// Where the notice lies.
    pub partition: Partition,
    /// The notice.
    pub notice: NoticeId,
    /// Which way, by its place.
    pub way: u16,
    /// Which round of it.
    pub round: u32,
    /// Attempts before this one.
    pub attempts: u32,
    /// What came of it.
    pub outcome: Outcome,
}

impl Command for ReportDelivery {
    type Reply = NoticeReply;
    const NAME: &'static str = "notices.report_delivery";

    fn partition(&self) -> Partition {
        self.partition
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<NoticeReply, Stop> {
        let mut record = unit.load::<Notice>(self.notice)?;
        let (way, round, attempts) = (self.way, self.round, self.attempts);
        let command = notice::Command::Report { way, round, attempts, outcome: self.outcome.clone() };
        for event in change(unit, &mut record, command)? {
            if let Event::Attempted { way, next_at: Some(at), .. } = event {
                let retry = RetryDelivery { partition: self.partition, notice: record.id, way, round };
                unit.timer(at, &retry);
            }
        }
        let reply = NoticeReply { notice: record.id, state: record.state };
        unit.save(record);
        Ok(reply)
    }
}

/// Rule R5-20. Another attempt is due. A timer's command.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryDelivery {
    /// Where the notice lies.
    pub partition: Partition,
    /// The notice.
    pub notice: NoticeId,
    /// Which way, by its place.
    pub way: u16,
    /// Which round of it.
    pub round: u32,
}

impl Command for RetryDelivery {
    type Reply = ();
    const NAME: &'static str = "notices.retry_delivery";

    fn partition(&self) -> Partition {
        self.partition
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let record = unit.load::<Notice>(self.notice)?;
        let Some(way) = record.way(self.way).filter(|way| way.round == self.round && way.is_open()) else {
            return Ok(());
        };
        let body = Deliver { notice: record.id, channel: None, way: Some(self.way) };
        if Outlets::of(unit).has(way.channel) {
            unit.long_effect(NOTICE_EFFECT, &body, NOTICE_LEASE);
        } else {
            unit.waiting_long_effect(NOTICE_EFFECT, &body, NOTICE_LEASE);
        }
        Ok(())
    }
}

/// Rule R5-20. Nobody here can deliver by a channel: what is left of a notice waits. An effect's command.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveWaiting {
    /// Where the notice lies.
    pub partition: Partition,
    /// The notice.
    pub notice: NoticeId,
    /// By which channel nothing goes.
    pub channel: Channel,
}

impl Command for LeaveWaiting {
    type Reply = ();
    const NAME: &'static str = "notices.leave_waiting";

    fn partition(&self) -> Partition {
        self.partition
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let record = unit.load::<Notice>(self.notice)?;
        if record.waits_by(self.channel) {
            let body = Deliver { notice: record.id, channel: Some(self.channel), way: None };
            unit.waiting_long_effect(NOTICE_EFFECT, &body, NOTICE_LEASE);
        }
        Ok(())
    }
}

command! {
    /// Rule R5-20. Send what is dead again; where nothing is, send everything again, because it never came.
    pub struct SendAgain("notices.send_again") of merchant {
        /// The notice.
        pub notice: NoticeId,
    }

    fn run(&self, unit) -> NoticeReply { self.send(unit) }
}

impl SendAgain {
    fn send(&self, unit: &mut Unit<'_>) -> Result<NoticeReply, Stop> {
        let mut record = unit.load::<Notice>(self.notice)?;
        if !change(unit, &mut record, notice::Command::SendAgain)?.is_empty() {
            deliver(unit, &record);
        }
        let reply = NoticeReply { notice: record.id, state: record.state };
        unit.save(record);
        Ok(reply)
    }
}
