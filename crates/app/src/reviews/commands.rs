//! What people do with review tasks. Who sits at which desk comes with the command; who asks is its maker, who decides is whoever
//! gives it (R5-03).

use zaiton_onboarding::MerchantId;
use zaiton_reviews::task::{Command, Subject, Verdict};
use zaiton_reviews::{Desk, Finding, QueueName, ReasonCode, ReviewTaskId};

use super::inner::OpenReview;
use super::{ReviewReply, change, partition_of};
use crate::declare::command;

command! {
    /// Rule R5-10. Ask another desk about any object. Whoever asks does not decide it.
    pub struct AskReview("reviews.ask") {
        /// The merchant that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// Which desk is asked.
        pub desk: Desk,
        /// What it is about.
        pub subject: Subject,
        /// What is asked, 1 to 2000 letters.
        pub question: String,
        /// The answer needs a second person.
        #[serde(default)]
        pub two_people: bool,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        let maker = unit.actor().name().to_owned();
        let (environment, merchant, desk) = (self.environment, self.merchant, self.desk);
        let (subject, question) = (self.subject.clone(), self.question.clone());
        let (queue, two_people) = (QueueName::General, self.two_people);
        OpenReview { environment, merchant, queue, desk, subject, question, maker, two_people }.open(unit)
    }
}

command! {
    /// Rule R5-10. Take a task.
    pub struct ClaimReview("reviews.claim") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        change(unit, self.task, |by| Command::Claim { by })
    }
}

command! {
    /// Rule R5-10. Give a task to somebody.
    pub struct AssignReview("reviews.assign") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
        /// To whom.
        pub to: String,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        change(unit, self.task, |by| Command::Assign { to: self.to.trim().to_owned(), by })
    }
}

command! {
    /// Rule R5-10. Put a task back into its queue.
    pub struct HandBackReview("reviews.hand_back") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        change(unit, self.task, |by| Command::HandBack { by })
    }
}

command! {
    /// Rule R5-10. Ask the party: the clock stands still until it answers, and it finds a notice.
    pub struct AskParty("reviews.ask_party") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
        /// Which fields or documents are meant, at least one.
        pub fields: Vec<String>,
        /// Why.
        pub reason: ReasonCode,
        /// In words, 1 to 2000 letters.
        pub text: String,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        let (fields, reason, text) = (self.fields.clone(), self.reason, self.text.clone());
        change(unit, self.task, |by| Command::AskParty { by, fields, reason, text })
    }
}

command! {
    /// Rule R5-10. The party answers; the clock runs again.
    pub struct AnswerReview("reviews.answer_party") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
        /// What, 1 to 2000 letters.
        pub text: String,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        let text = self.text.clone();
        change(unit, self.task, |by| Command::Answer { by, text })
    }
}

command! {
    /// Rules R5-10, R5-11. Decide. A no names what is wrong, why, and what to do; a final one needs a second person.
    pub struct DecideReview("reviews.decide") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
        /// What.
        pub verdict: Verdict,
        /// What is not as it should be; at least one thing when the answer is no.
        #[serde(default)]
        pub findings: Vec<Finding>,
        /// In words, 1 to 2000 letters.
        pub text: String,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        let (verdict, findings, text) = (self.verdict, self.findings.clone(), self.text.clone());
        change(unit, self.task, |by| Command::Decide { by, verdict, findings, text })
    }
}

command! {
    /// Rule R5-03. A second person agrees.
    pub struct ConfirmReview("reviews.confirm") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        change(unit, self.task, |by| Command::Confirm { by })
    }
}

command! {
    /// Rule R5-03. A second person does not agree: the task goes back to its queue.
    pub struct RefuseReview("reviews.refuse") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
        /// Why, 1 to 2000 letters.
        pub text: String,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        let text = self.text.clone();
        change(unit, self.task, |by| Command::Refuse { by, text })
    }
}

command! {
    /// Rule R5-10. Give a task to the desk above.
    pub struct EscalateReview("reviews.escalate") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        change(unit, self.task, |by| Command::Escalate { by })
    }
}

command! {
    /// Rule R5-10. Nobody needs it any more.
    pub struct CancelReview("reviews.cancel") {
        /// The merchant that the task is about; none where it is about none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub merchant: Option<MerchantId>,
        /// The task.
        pub task: ReviewTaskId,
    }

    fn partition(&self) { partition_of(self.environment, self.merchant) }

    fn run(&self, unit) -> ReviewReply {
        change(unit, self.task, |by| Command::Cancel { by })
    }
}
