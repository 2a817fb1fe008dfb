//! What happened to a prepaid account. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Money, Timestamp};

use super::{AlertLines, WireAccount};
use crate::breaker::Breaker;
use crate::hold::HoldId;
use crate::promotion::PromotionId;
use crate::top_up::TopUpId;
use crate::withdrawal::WithdrawalId;

/// An event of a prepaid account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Opened for a company.
    Opened {
        /// The company's name, bound from now on.
        company: String,
        /// The bound card.
        wire_account: WireAccount,
    },
    /// Lines and contacts were set or changed.
    AlertsSet {
        /// The new lines.
        lines: AlertLines,
    },
    /// In prepaid mode from now on.
    Activated {
        /// When.
        activated_at: Timestamp,
    },
    /// A top-up request waits.
    TopUpOpened {
        /// The request.
        top_up: TopUpId,
    },
    /// A top-up request waits no more.
    TopUpClosed {
        /// The request.
        top_up: TopUpId,
    },
    /// A hold joined the queue of holds that owe.
    ArrearsQueued {
        /// The hold.
        hold: HoldId,
        /// The hold that stood last until now: it must be told that this one comes next.
        after: Option<HoldId>,
    },
    /// The oldest hold left that queue.
    ArrearsAdvanced {
        /// The oldest hold now.
        next: Option<HoldId>,
    },
    /// Rules R1-08, R1-09, R1-12. Its promotions must stop, or may go on.
    BreakerMoved {
        /// From.
        from: Breaker,
        /// To.
        to: Breaker,
        /// Available at that moment.
        available: Money,
        /// The line that was crossed: of suspension, of resuming, or the floor.
        line: Money,
        /// When.
        at: Timestamp,
    },
    /// Rule R1-10. When it is looked at again.
    RecheckSet {
        /// When.
        at: Timestamp,
    },
    /// Rule R1-07. Available fell below the warning line.
    AlarmRaised {
        /// When.
        at: Timestamp,
        /// When the alert is repeated, if it is.
        next_at: Option<Timestamp>,
    },
    /// Rules R1-06, R1-07. The merchant is told that its balance is low.
    AlertSent {
        /// The day in the platform's zone.
        day: LocalDate,
        /// The how manieth of that day.
        sent: u8,
        /// Available.
        available: Money,
        /// The warning line.
        warning: Money,
    },
    /// Rule R1-07. When the alert is repeated.
    RepeatSet {
        /// When, if at all.
        next_at: Option<Timestamp>,
    },
    /// Available is no longer below the warning line.
    AlarmEnded {},
    /// A promotion of this account waits or runs.
    PromotionAdded {
        /// Which.
        promotion: PromotionId,
    },
    /// A promotion has ended.
    PromotionDropped {
        /// Which.
        promotion: PromotionId,
    },
    /// Machine M6. Somebody asks to restrict it.
    RestrictionProposed {
        /// Why, as a code.
        reason: String,
        /// Who.
        maker: String,
    },
    /// It may neither promote nor withdraw.
    Restricted {
        /// Why, as a code.
        reason: String,
    },
    /// Somebody asks to lift the restriction.
    LiftProposed {
        /// Who.
        maker: String,
    },
    /// It may again.
    RestrictionLifted {},
    /// It takes nothing new.
    ClosingBegun {
        /// When.
        at: Timestamp,
        /// Who asked.
        maker: String,
    },
    /// Closed for good.
    Closed {
        /// When.
        at: Timestamp,
    },
    /// A withdrawal was asked for.
    WithdrawalListed {
        /// Which.
        withdrawal: WithdrawalId,
    },
    /// A withdrawal's money is gone, or was given back.
    WithdrawalUnlisted {
        /// Which.
        withdrawal: WithdrawalId,
    },
    /// A withdrawal was paid to the bound card.
    CardUsed {},
    /// The bank returned a payment to the bound card: it is in force no more, until it is bound anew.
    CardReturned {},
    /// Somebody asks to bind another card. The card's number is for the record, never for the timeline.
    CardProposed {
        /// The card.
        #[serde(skip)]
        card: WireAccount,
        /// Who.
        maker: String,
    },
    /// The card that was asked for is bound.
    CardBound {
        /// When.
        at: Timestamp,
    },
}
