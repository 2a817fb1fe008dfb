//! Firing a timer that is due, and a dead one again. Never fires one before its time.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Partition, Refusal, Rule, Text};

use super::{Timer, TimerId};
use crate::command::Command;
use crate::unit::{Stop, Unit};

/// The lane's own command: carry out a timer that is due.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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

/// An operator's command: fire a dead timer again. Its command decides by the time that it is then.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
