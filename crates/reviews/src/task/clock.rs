//! The clock of a task: working time used, when it is over, and what is to happen before. Stands still while the party is asked.
//! Never reads the time.

use serde::{Deserialize, Serialize};
use zaiton_kernel::working_time::{DAY_MICROS, Due};
use zaiton_kernel::{Timestamp, WorkingTime};

/// What happens along the way.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReviewStage")]
pub enum Stage {
    /// The first reminder.
    FirstReminder,
    /// The second.
    SecondReminder,
    /// The time is over: the desk above gets it.
    Over,
}

impl Stage {
    const ALL: [Self; 3] = [Self::FirstReminder, Self::SecondReminder, Self::Over];
}

/// Working time of a task, by the figures that held when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "ReviewClock")]
pub struct Clock {
    /// Working days it may take.
    pub days: u16,
    /// Percent of them at the first reminder.
    pub first_percent: u8,
    /// Percent of them at the second.
    pub second_percent: u8,
    /// Working time used before the clock last started, microseconds.
    pub used_micros: i64,
    /// Since when it runs; none while it stands still.
    pub runs_since: Option<Timestamp>,
    /// How often it was started or stopped: what was set for an earlier run no longer counts.
    pub run: u32,
    /// When the time is over; none while it stands still.
    pub due_at: Option<Timestamp>,
    /// Every day until then lies in a year whose holidays are known.
    pub is_sure: bool,
    /// The last reminder.
    pub reminded: Option<Stage>,
}

impl Clock {
    /// A clock that has not been started.
    #[must_use]
    pub fn of(days: u16, first_percent: u8, second_percent: u8) -> Self {
        Self { days, first_percent, second_percent, ..Self::default() }
    }

    fn whole_micros(&self) -> i64 {
        i64::from(self.days).saturating_mul(DAY_MICROS)
    }

    /// Working time that a stage comes after.
    fn stage_micros(&self, stage: Stage) -> i64 {
        let percent = match stage {
            Stage::FirstReminder => self.first_percent,
            Stage::SecondReminder => self.second_percent,
            Stage::Over => 100,
        };
        self.whole_micros() / 100 * i64::from(percent)
    }

    /// Working time used by now.
    #[must_use]
    pub fn used(&self, now: Timestamp, time: &WorkingTime) -> i64 {
        let runs = self.runs_since.map_or(0, |since| time.between(since, now));
        self.used_micros.saturating_add(runs)
    }

    /// When the time would be over if the clock started now.
    #[must_use]
    pub fn due(&self, now: Timestamp, time: &WorkingTime) -> Due {
        time.after(now, self.whole_micros().saturating_sub(self.used_micros))
    }

    /// The stage that has come and was not told yet: the last of them, when several have.
    #[must_use]
    pub fn come(&self, now: Timestamp, time: &WorkingTime) -> Option<Stage> {
        let used = self.used(now, time);
        let is_new = |stage: &Stage| self.reminded.is_none_or(|told| *stage > told);
        Stage::ALL.into_iter().rev().find(|stage| used >= self.stage_micros(*stage)).filter(is_new)
    }

    /// When the next stage comes; none while it stands still, or when the last has come.
    #[must_use]
    pub fn next(&self, time: &WorkingTime) -> Option<Timestamp> {
        let since = self.runs_since?;
        let next = Stage::ALL.into_iter().find(|stage| self.reminded.is_none_or(|told| *stage > told))?;
        Some(time.after(since, self.stage_micros(next).saturating_sub(self.used_micros)).at)
    }

    pub(super) fn start(&mut self, now: Timestamp, due: (Timestamp, bool)) {
        self.run = self.run.saturating_add(1);
        (self.runs_since, self.due_at, self.is_sure) = (Some(now), Some(due.0), due.1);
    }

    pub(super) fn stop(&mut self, used_micros: i64) {
        self.run = self.run.saturating_add(1);
        (self.used_micros, self.runs_since, self.due_at) = (used_micros, None, None);
    }
}
