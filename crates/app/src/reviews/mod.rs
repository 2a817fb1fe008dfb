//! Reviews: tasks that people of the operator take and decide (R5-10, R5-11, M2). A task lies in the partition of the merchant
//! that it is about, else in one of its environment; its reminders are timers there. What follows from a decision is said in
//! `process.rs`, queue by queue. Texts stay in the record; events say what happened in words of the machine.
//!
//! `commands.rs` what people give; `inner.rs` what other contexts and timers give.

pub mod commands;
pub mod inner;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Environment, Id, Partition, Timestamp, WorkingTime};
use zaiton_notices::Topic;
use zaiton_onboarding::MerchantId;
use zaiton_reviews::task::{self, Command, Decided, Event, Now, State};
use zaiton_reviews::{ReviewTask, ReviewTaskId};

use crate::names::hashed;
use crate::notices::tell_inbox;
use crate::process;
use inner::TickReview;

/// The working time by which tasks are due.
static TIME: LazyLock<WorkingTime> = LazyLock::new(WorkingTime::china);

/// A moment in the operator's working time.
#[must_use]
pub fn at(now: Timestamp) -> Now<'static> {
    Now { at: now, time: &TIME }
}

/// Where a task lies: with its merchant, or with those that are about no merchant.
#[must_use]
pub fn partition_of(environment: Environment, merchant: Option<MerchantId>) -> Partition {
    match merchant {
        Some(merchant) => crate::prepaid::partition_of(environment, merchant),
        None => Partition::new(environment, hashed("platform", "reviews")),
    }
}

/// A task as whoever gave a command sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewReply {
    /// Its id.
    pub task: ReviewTaskId,
    /// Where it stands.
    pub state: State,
    /// When it is due; none while its clock stands still.
    pub due_at: Option<Timestamp>,
}

fn reply(record: &ReviewTask) -> ReviewReply {
    ReviewReply { task: record.id, state: record.state.clone(), due_at: record.clock.due_at }
}

fn decision(decided: &Decided) -> Value {
    let reasons: Vec<_> = decided.findings.iter().map(|finding| finding.reason).collect();
    json!({ "verdict": decided.verdict, "reasons": reasons })
}

/// What an event says: no text that people wrote.
fn said(event: &Event) -> Value {
    let figures = match event {
        Event::Opened { due: (due_at, is_sure), .. } => json!({ "due_at": due_at, "is_sure": is_sure }),
        Event::Claimed { by } | Event::HandedBack { by } | Event::NotConfirmed { by, .. } => {
            json!({ "by": by })
        }
        Event::Assigned { to, .. } => json!({ "to": to }),
        Event::PartyAsked { asked, .. } => json!({ "reason": asked.reason, "fields": asked.fields.len() }),
        Event::PartyAnswered { due: (due_at, _), .. } => json!({ "due_at": due_at }),
        Event::DecidedOnce { decided } | Event::Decided { decided, .. } => decision(decided),
        Event::Confirmed { by, .. } | Event::Cancelled { by, .. } => json!({ "by": by }),
        Event::Reminded { stage } => json!({ "stage": stage }),
        Event::Escalated { desk, by, .. } => json!({ "desk": desk, "by": by }),
    };
    let mut whole = json!({ "type": event.name() });
    if let (Some(whole), Value::Object(figures)) = (whole.as_object_mut(), figures) {
        whole.extend(figures);
    }
    whole
}

/// Applies what was decided, emits it, sets the next moment of the clock, and lets follow what follows.
fn carry_out(unit: &mut Unit<'_>, record: &mut ReviewTask, events: &[Event]) -> Result<(), Stop> {
    let was_decided = record.decided().is_some();
    for event in events {
        record.apply(event);
        unit.emit(record.id, &said(event));
    }
    if events.is_empty() {
        return Ok(());
    }
    let merchant = record.merchant.map(MerchantId::from_raw);
    let sets_clock = |event: &Event| match event {
        Event::Opened { .. } | Event::PartyAnswered { .. } | Event::Reminded { .. } => true,
        Event::Claimed { .. }
        | Event::Assigned { .. }
        | Event::HandedBack { .. }
        | Event::PartyAsked { .. }
        | Event::DecidedOnce { .. }
        | Event::Decided { .. }
        | Event::Confirmed { .. }
        | Event::NotConfirmed { .. }
        | Event::Escalated { .. }
        | Event::Cancelled { .. } => false,
    };
    if events.iter().any(sets_clock)
        && let Some(next) = record.clock.next(&TIME)
    {
        let (environment, run) = (unit.environment(), record.clock.run);
        unit.timer(next, &TickReview { environment, merchant, task: record.id, run });
    }
    if merchant.is_some() && events.iter().any(|event| matches!(event, Event::PartyAsked { .. })) {
        tell_inbox(unit, Topic::ReviewAsks, record.id)?;
    }
    if !was_decided && record.decided().is_some() {
        process::after_review(unit, record);
    }
    Ok(())
}

/// Decides about a task, and carries it out.
fn change(
    unit: &mut Unit<'_>,
    id: ReviewTaskId,
    command: impl FnOnce(String) -> Command,
) -> Result<ReviewReply, Stop> {
    let mut record = unit.load::<ReviewTask>(id)?;
    let command = command(unit.actor().name().to_owned());
    let events = task::decide(&record, command, at(unit.now()))?.events;
    if !events.is_empty() {
        carry_out(unit, &mut record, &events)?;
    }
    let reply = reply(&record);
    unit.save(record);
    Ok(reply)
}
