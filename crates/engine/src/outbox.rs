//! Timers, effects and parked follow-ups: rows written by the commit that caused them, acted upon after it.
//! Never acts by itself; the lane and its workers do.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Id, Partition, Refusal, Rule, Text, Timestamp, define_id};

use crate::command::{Command, Registry};
use crate::record::{Kind, Record, decode};
use crate::unit::{Stop, Unit};

define_id!(
    /// A timer.
    TimerId,
    "tm"
);
define_id!(
    /// An effect.
    EffectId,
    "ef"
);
define_id!(
    /// A parked follow-up.
    ParkedId,
    "pk"
);

/// A command that is due at a moment. Fires once: the commit that carries it out removes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    /// Its id.
    pub id: TimerId,
    /// The lane that fires it.
    pub lane: u16,
    /// When, in microseconds since 1970; none once it is dead (its command was refused).
    pub due_at: Option<i64>,
    /// The command's name.
    pub command: String,
    /// The command's JSON.
    pub body: String,
    /// Why it is dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl Record for Timer {
    type Id = TimerId;
    const KIND: &'static Kind = &Kind { number: 1, table: "timers", shape: 1, decode: decode::<Self> };
    fn id(&self) -> TimerId {
        self.id
    }
}

/// Something to do in the world, or a command for another partition, once this commit is durable. Done at least
/// once; what it calls is idempotent by the effect's id, a command by [`Deliver`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Its id.
    pub id: EffectId,
    /// The lane whose owner does it.
    pub lane: u16,
    /// When it may next be tried, microseconds since 1970; none once it is dead (`error` says why) or while nobody is
    /// there to do it.
    pub due_at: Option<i64>,
    /// Which handler: `command` for a message to another partition, else a name of the app's.
    pub kind: String,
    /// JSON for the handler.
    pub body: String,
    /// How often it was leased.
    pub attempts: u32,
    /// What the last attempt said. Never personal values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Record for Effect {
    type Id = EffectId;
    const KIND: &'static Kind = &Kind { number: 2, table: "effects", shape: 1, decode: decode::<Self> };
    fn id(&self) -> EffectId {
        self.id
    }
}

/// The body of an effect of kind `command`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The command's name.
    pub command: String,
    /// The command's JSON.
    pub body: String,
}

/// A `then` follow-up that was refused: the fact stands, the follow-up waits for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parked {
    /// Its id.
    pub id: ParkedId,
    /// The command's name.
    pub command: String,
    /// The command's JSON.
    pub body: String,
    /// Why it could not follow.
    pub refusal: Refusal,
    /// When.
    pub at: Timestamp,
}

impl Record for Parked {
    type Id = ParkedId;
    const KIND: &'static Kind = &Kind { number: 3, table: "parked", shape: 1, decode: decode::<Self> };
    fn id(&self) -> ParkedId {
        self.id
    }
}

/// The lane's own command: carry out a timer that is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FireTimer {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub timer: TimerId,
}

impl Command for FireTimer {
    type Reply = ();
    const NAME: &'static str = "engine.fire_timer";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let Some(mut timer) = unit.find::<Timer>(self.timer)? else { return Ok(()) };
        match timer.due_at {
            Some(due) if due > unit.now().micros() => return Err(not_yet(self.timer).into()),
            Some(_) => {}
            None => return Ok(()),
        }
        match unit.attempt(&timer.command, &timer.body)? {
            Ok(()) => unit.remove(timer),
            Err(refusal) => {
                timer.due_at = None;
                timer.refusal = Some(refusal);
                unit.save(timer);
            }
        }
        Ok(())
    }
}

/// A refusal leaves no trace, so that the same timer may be fired again when it is due.
fn not_yet(timer: TimerId) -> Refusal {
    Refusal::new(
        "engine.timer.not_yet_due",
        Rule::new("R5-62"),
        Text::new("定时任务尚未到期。", "The timer is not due yet."),
        Text::new("请等待到期时间。", "Wait until it is due."),
    )
    .with("timer", timer)
}

/// How long a leased effect is another worker's, in seconds.
pub const LEASE_SECONDS: i64 = 60;
/// After so many attempts an effect is dead and waits for a person.
pub const MAX_ATTEMPTS: u32 = 12;

/// Seconds until the next attempt after so many: 2, 4, 8, .. up to an hour.
#[must_use]
pub fn backoff_seconds(attempts: u32) -> i64 {
    1_i64.checked_shl(attempts.min(12)).map_or(3_600, |seconds| seconds.min(3_600))
}

/// The lane's own command: take an effect for one attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LeaseEffect {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub effect: EffectId,
}

impl Command for LeaseEffect {
    type Reply = Option<Effect>;
    const NAME: &'static str = "engine.lease_effect";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<Option<Effect>, Stop> {
        let Some(mut effect) = unit.find::<Effect>(self.effect)? else { return Ok(None) };
        if effect.due_at.is_none_or(|due| due > unit.now().micros()) {
            return Ok(None);
        }
        effect.due_at = Some(unit.now().plus_seconds(LEASE_SECONDS).micros());
        effect.attempts += 1;
        let leased = (*effect).clone();
        unit.save(effect);
        Ok(Some(leased))
    }
}

/// Kind of the natural key: a message that was delivered, by its effect, for ever.
const DELIVERED_KEY: &str = "message";

/// The worker's own command: hand a message to the partition that it is for. Acts once an effect, however late it comes
/// again: kept answers are forgotten after days, and a message may lie longer than that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deliver {
    /// Where the message's command runs.
    pub to: Partition,
    /// The effect that carries it.
    pub effect: EffectId,
    /// The message.
    pub message: Message,
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// The command's reply as JSON; none when the message was delivered before.
    pub reply: Option<String>,
}

impl Deliver {
    /// The delivery of an effect of kind `command`.
    ///
    /// # Errors
    /// For the operator: the message or its command cannot be read by this program.
    pub fn of(effect: &Effect, registry: &Registry) -> Result<Self, String> {
        let message: Message = serde_json::from_str(&effect.body).map_err(|error| error.to_string())?;
        let command = registry
            .decode(&message.command, &message.body)
            .ok_or_else(|| format!("unknown command {}", message.command))?
            .map_err(|error| error.to_string())?;
        Ok(Self { to: command.partition(), effect: effect.id, message })
    }

    /// The key of the request: of one partition, as an effect has one message.
    #[must_use]
    pub fn key(&self) -> String {
        format!("effect/{}", self.effect)
    }
}

impl Command for Deliver {
    type Reply = Delivered;
    const NAME: &'static str = "engine.deliver";
    fn partition(&self) -> Partition {
        self.to
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<Delivered, Stop> {
        let key = self.effect.raw().to_string();
        if unit.lookup(DELIVERED_KEY, &key)?.is_some() {
            return Ok(Delivered { reply: None });
        }
        let command = unit.stored(&self.message.command, &self.message.body).map_err(|refusal| *refusal)?;
        unit.claim(DELIVERED_KEY, &key, self.effect)?;
        let reply = unit.nested(command.as_ref())?;
        Ok(Delivered { reply: Some(reply) })
    }
}

/// The worker's report on one attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FinishEffect {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub effect: EffectId,
    /// Which attempt: a late report on an earlier one changes nothing.
    pub attempt: u32,
    /// None when it is done; else what went wrong.
    pub error: Option<String>,
    /// Trying again cannot help.
    pub hopeless: bool,
}

impl Command for FinishEffect {
    type Reply = ();
    const NAME: &'static str = "engine.finish_effect";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let Some(mut effect) = unit.find::<Effect>(self.effect)? else { return Ok(()) };
        if effect.attempts != self.attempt {
            return Ok(());
        }
        match &self.error {
            None => unit.remove(effect),
            Some(error) => {
                let dead = self.hopeless || self.attempt >= MAX_ATTEMPTS;
                let later = unit.now().plus_seconds(backoff_seconds(self.attempt)).micros();
                effect.due_at = if dead { None } else { Some(later) };
                effect.error = Some(error.clone());
                unit.save(effect);
            }
        }
        Ok(())
    }
}

/// An operator's command: try a dead effect again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryEffect {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub effect: EffectId,
}

impl Command for RetryEffect {
    type Reply = ();
    const NAME: &'static str = "engine.retry_effect";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut effect = unit.load::<Effect>(self.effect)?;
        if effect.due_at.is_none() {
            effect.due_at = Some(unit.now().micros());
            // Attempts are counted on: the number names a report, which must not be taken for an earlier one.
            unit.save(effect);
        }
        Ok(())
    }
}

/// An operator's command: fire a dead timer again. Its command decides by the time that it is then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryTimer {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub timer: TimerId,
}

impl Command for RetryTimer {
    type Reply = ();
    const NAME: &'static str = "engine.retry_timer";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut timer = unit.load::<Timer>(self.timer)?;
        if timer.due_at.is_none() {
            timer.due_at = Some(unit.now().micros());
            timer.refusal = None;
            unit.save(timer);
        }
        Ok(())
    }
}

/// Rules R1-25, M9. An operator's command: try a parked follow-up again. Refused again, it stays, with the new reason.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryParked {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub parked: ParkedId,
}

/// What came of trying again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RetryReply {
    /// It is done now, or was before.
    pub done: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl Command for RetryParked {
    type Reply = RetryReply;
    const NAME: &'static str = "engine.retry_parked";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<RetryReply, Stop> {
        let Some(mut parked) = unit.find::<Parked>(self.parked)? else {
            return Ok(RetryReply { done: true, refusal: None });
        };
        match unit.attempt(&parked.command, &parked.body)? {
            Ok(()) => {
                unit.emit(self.parked, &serde_json::json!({ "type": "done", "command": parked.command }));
                unit.remove(parked);
                Ok(RetryReply { done: true, refusal: None })
            }
            Err(refusal) => {
                parked.refusal = refusal.clone();
                unit.save(parked);
                Ok(RetryReply { done: false, refusal: Some(refusal) })
            }
        }
    }
}

/// An operator's command: nothing is to follow after all. The reason stays in the timeline.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropParked {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub parked: ParkedId,
    /// Why, as a code of letters, digits and underscores: 1 to 64.
    pub reason: String,
}

impl Command for DropParked {
    type Reply = ();
    const NAME: &'static str = "engine.drop_parked";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let is_code = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if self.reason.is_empty() || self.reason.len() > 64 || !self.reason.chars().all(is_code) {
            return Err(Refusal::new(
                "engine.parked.reason",
                Rule::new("R5-40"),
                Text::new("须给出原因代码。", "The code of a reason is needed."),
                Text::new(
                    "请填写 1 至 64 个字母、数字或下划线。",
                    "Give 1 to 64 letters, digits or underscores.",
                ),
            )
            .into());
        }
        if let Some(parked) = unit.find::<Parked>(self.parked)? {
            let event =
                serde_json::json!({ "type": "dropped", "command": parked.command, "reason": self.reason });
            unit.emit(self.parked, &event);
            unit.remove(parked);
        }
        Ok(())
    }
}
