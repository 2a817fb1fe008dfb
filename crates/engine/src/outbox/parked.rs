//! What a person does about a parked follow-up: it is tried again, or dropped with a reason. Never forgets one by itself.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Partition, Refusal, Rule, Text};

use super::{Parked, ParkedId};
use crate::command::Command;
use crate::unit::{Stop, Unit};

/// Rules R1-25, M9. An operator's command: try a parked follow-up again. Refused again, it stays, with the new reason.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryParked {
    /// Where it lies.
    pub partition: Partition,
    /// Which.
    pub parked: ParkedId,
}

/// What came of trying again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
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
