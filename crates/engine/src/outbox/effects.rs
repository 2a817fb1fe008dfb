//! An effect's life: leased for one attempt, delivered when it is a message, reported, tried again with growing waits, dead.
//! Never does what the effect says.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Id, Partition};

use super::{Effect, EffectId, Message};
use crate::command::{Command, Registry};
use crate::unit::{Stop, Unit};

/// How long a leased effect is another worker's, in seconds, unless it says otherwise.
pub const LEASE_SECONDS: i64 = 60;
/// After so many attempts an effect is dead and waits for a person.
pub const MAX_ATTEMPTS: u32 = 12;

/// Seconds until the next attempt after so many: 2, 4, 8, .. up to an hour.
#[must_use]
pub fn backoff_seconds(attempts: u32) -> i64 {
    1_i64.checked_shl(attempts.min(12)).map_or(3_600, |seconds| seconds.min(3_600))
}

/// The lane's own command: take an effect for one attempt.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
        let seconds = effect.lease_seconds.unwrap_or(LEASE_SECONDS);
        effect.due_at = Some(unit.now().plus_seconds(seconds).micros());
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Deliver {
    /// Where the message's command runs.
    pub to: Partition,
    /// The effect that carries it.
    pub effect: EffectId,
    /// The message.
    pub message: Message,
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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

/// The worker's own command: an effect that was leased and not begun, because its process stops. It is due at once.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReturnEffect {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub effect: EffectId,
    /// Which attempt: a late return changes nothing.
    pub attempt: u32,
}

impl Command for ReturnEffect {
    type Reply = ();
    const NAME: &'static str = "engine.return_effect";
    fn partition(&self) -> Partition {
        self.partition
    }
    fn run(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let Some(mut effect) = unit.find::<Effect>(self.effect)? else { return Ok(()) };
        if effect.attempts == self.attempt {
            // Attempts are counted on: the number names a report, which must not be taken for an earlier one.
            effect.due_at = Some(unit.now().micros());
            unit.save(effect);
        }
        Ok(())
    }
}

/// An operator's command: try a dead effect again.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
