//! What opens a task out of another context, and what the clock says. Nobody outside gives these.

use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Id;
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_reviews::task::{self, Clock, Command, Opening, Subject};
use zaiton_reviews::{Desk, QueueName, ReviewTask, ReviewTaskId};

use super::{ReviewReply, at, carry_out, change, partition_of, reply};
use crate::declare::command;

command! {
    /// Rule R5-10. Another context wants people to look at something: its own command names the queue, and `process.rs` what
    /// follows from what they decide.
    pub struct OpenReview("reviews.open") {
        /// The merchant that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// Which queue.
        pub queue: QueueName,
        /// Which desk.
        pub desk: Desk,
        /// What it is about.
        pub subject: Subject,
        /// What is asked, 1 to 2000 letters.
        pub question: String,
        /// Who wants it looked at, and never decides it.
        pub maker: String,
        /// Every decision needs a second person, also where the queue does not ask for one.
        #[serde(default)]
        pub two_people: bool,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply { self.open(unit) }
}

impl OpenReview {
    /// Opens the task, by the figures that hold now: it keeps them.
    pub(crate) fn open(&self, unit: &mut Unit<'_>) -> Result<ReviewReply, Stop> {
        if let Some(merchant) = self.merchant {
            unit.load::<Merchant>(merchant)?;
        }
        let policy = crate::policy::reviews(unit);
        let days = self.queue.days(&policy);
        let opening = Opening {
            merchant: self.merchant.map(Id::raw),
            subject: self.subject.clone(),
            maker: self.maker.clone(),
            question: self.question.clone(),
            two_people: self.two_people || self.queue.needs_two_people(),
            clock: Clock::of(days, policy.first_reminder_percent, policy.second_reminder_percent),
        };
        let mut record = ReviewTask::new(unit.new_id(), self.queue, self.desk);
        let events = task::decide(&record, Command::Open(opening), at(unit.now()))?.events;
        carry_out(unit, &mut record, &events)?;
        let reply = reply(&record);
        unit.insert(record);
        Ok(reply)
    }
}

command! {
    /// Rule R5-10. A moment of a task's clock has come: a reminder, or the desk above. Never a decision.
    pub struct TickReview("reviews.tick") {
        /// The merchant that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
        /// In which run of its clock it was set.
        pub run: u32,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply { change(unit, self.task, |_| Command::Tick { run: self.run }) }
}
