//! What may be asked of a prepaid account. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Timestamp;

use super::{AlertLines, Figures, WireAccount};
use crate::hold::HoldId;
use crate::promotion::PromotionId;
use crate::top_up::TopUpId;
use crate::withdrawal::{Payee, WithdrawalId};

/// A command to a prepaid account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R1-01. Open it for a company, bound to a wire bank card.
    Open {
        /// The company's name.
        company: String,
        /// The card.
        wire_account: WireAccount,
    },
    /// Rules R1-03, R1-04, R1-08. Set or change lines and contacts.
    SetAlerts {
        /// The new lines.
        lines: AlertLines,
        /// Of each contact, whether every way it has was verified by code.
        verified: Vec<bool>,
    },
    /// Rules R1-03, R1-14. A top-up request is about to wait for money.
    OpenTopUp {
        /// The request.
        top_up: TopUpId,
    },
    /// A top-up request waits no more.
    CloseTopUp {
        /// The request.
        top_up: TopUpId,
    },
    /// Rule R1-19. A top-up was credited.
    TopUpCredited,
    /// A hold owes: it joins the queue as the newest.
    QueueArrears {
        /// The hold.
        hold: HoldId,
    },
    /// The oldest hold owes nothing any more.
    AdvanceArrears {
        /// The oldest hold.
        left: HoldId,
        /// The one after it, as it says itself.
        next: Option<HoldId>,
    },
    /// Rules R1-06 to R1-12. Money moved: look at the lines.
    Watch {
        /// What there is now.
        figures: Figures,
        /// A top-up came, or the lines were changed: what is open may close (R1-10).
        may_close: bool,
    },
    /// Rule R1-10. The time to look again has come.
    Recheck {
        /// The time that was set.
        due: Timestamp,
        /// What there is now.
        figures: Figures,
    },
    /// Rule R1-07. The hour to repeat an alert has come.
    RepeatAlert {
        /// The time that was set.
        due: Timestamp,
        /// What there is now.
        figures: Figures,
    },
    /// A promotion was drafted for this account.
    AddPromotion {
        /// Which.
        promotion: PromotionId,
    },
    /// A promotion has ended.
    DropPromotion {
        /// Which.
        promotion: PromotionId,
    },
    /// Machine M6. Ask to restrict it; without a maker the system restricts it at once.
    Restrict {
        /// Why, as a code.
        reason: String,
        /// Who asks.
        maker: Option<String>,
    },
    /// Machine M6. A second person confirms what was asked: the restriction, or its lifting.
    ConfirmRestriction {
        /// Who.
        checker: String,
    },
    /// Machine M6. Ask to lift the restriction.
    LiftRestriction {
        /// Who asks.
        maker: String,
    },
    /// Machine M6. Take nothing new from now on.
    BeginClosing {
        /// Who asks.
        maker: String,
        /// What there is.
        figures: Figures,
    },
    /// A withdrawal was asked for.
    ListWithdrawal {
        /// Which.
        withdrawal: WithdrawalId,
    },
    /// A withdrawal's money is gone, or was given back.
    UnlistWithdrawal {
        /// Which.
        withdrawal: WithdrawalId,
    },
    /// Rule R1-27. A withdrawal was paid to this card.
    UseCard {
        /// Where it was paid to.
        to: Payee,
    },
    /// Machine M8. The bank returned a payment to this card: it must be verified anew.
    ReturnCard {
        /// Where it was paid to.
        to: Payee,
    },
    /// Rule R1-01. Ask to bind another card, or the same one anew.
    ProposeCard {
        /// The card.
        card: WireAccount,
        /// Who asks.
        maker: String,
    },
    /// Rules R1-01, R1-27. A second person binds the card that was asked for.
    ConfirmCard {
        /// Who.
        checker: String,
    },
    /// Machine M6. A second person closes it for good.
    FinishClosing {
        /// Who.
        checker: String,
        /// What there is.
        figures: Figures,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Open`].
    Open,
    /// [`Command::SetAlerts`].
    SetAlerts,
    /// [`Command::OpenTopUp`].
    OpenTopUp,
    /// [`Command::CloseTopUp`].
    CloseTopUp,
    /// [`Command::TopUpCredited`].
    TopUpCredited,
    /// [`Command::QueueArrears`].
    QueueArrears,
    /// [`Command::AdvanceArrears`].
    AdvanceArrears,
    /// [`Command::Watch`].
    Watch,
    /// [`Command::Recheck`].
    Recheck,
    /// [`Command::RepeatAlert`].
    RepeatAlert,
    /// [`Command::AddPromotion`].
    AddPromotion,
    /// [`Command::DropPromotion`].
    DropPromotion,
    /// [`Command::Restrict`].
    Restrict,
    /// [`Command::ConfirmRestriction`].
    ConfirmRestriction,
    /// [`Command::LiftRestriction`].
    LiftRestriction,
    /// [`Command::BeginClosing`].
    BeginClosing,
    /// [`Command::FinishClosing`].
    FinishClosing,
    /// [`Command::ListWithdrawal`].
    ListWithdrawal,
    /// [`Command::UnlistWithdrawal`].
    UnlistWithdrawal,
    /// [`Command::UseCard`].
    UseCard,
    /// [`Command::ReturnCard`].
    ReturnCard,
    /// [`Command::ProposeCard`].
    ProposeCard,
    /// [`Command::ConfirmCard`].
    ConfirmCard,
}

impl CommandKind {
    /// Every command, in the order of an account's life.
    pub const ALL: [Self; 23] = [
        Self::Open,
        Self::SetAlerts,
        Self::OpenTopUp,
        Self::CloseTopUp,
        Self::TopUpCredited,
        Self::QueueArrears,
        Self::AdvanceArrears,
        Self::Watch,
        Self::Recheck,
        Self::RepeatAlert,
        Self::AddPromotion,
        Self::DropPromotion,
        Self::Restrict,
        Self::ConfirmRestriction,
        Self::LiftRestriction,
        Self::BeginClosing,
        Self::FinishClosing,
        Self::ListWithdrawal,
        Self::UnlistWithdrawal,
        Self::UseCard,
        Self::ReturnCard,
        Self::ProposeCard,
        Self::ConfirmCard,
    ];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Open { .. } => CommandKind::Open,
            Self::SetAlerts { .. } => CommandKind::SetAlerts,
            Self::OpenTopUp { .. } => CommandKind::OpenTopUp,
            Self::CloseTopUp { .. } => CommandKind::CloseTopUp,
            Self::TopUpCredited => CommandKind::TopUpCredited,
            Self::QueueArrears { .. } => CommandKind::QueueArrears,
            Self::AdvanceArrears { .. } => CommandKind::AdvanceArrears,
            Self::Watch { .. } => CommandKind::Watch,
            Self::Recheck { .. } => CommandKind::Recheck,
            Self::RepeatAlert { .. } => CommandKind::RepeatAlert,
            Self::AddPromotion { .. } => CommandKind::AddPromotion,
            Self::DropPromotion { .. } => CommandKind::DropPromotion,
            Self::Restrict { .. } => CommandKind::Restrict,
            Self::ConfirmRestriction { .. } => CommandKind::ConfirmRestriction,
            Self::LiftRestriction { .. } => CommandKind::LiftRestriction,
            Self::BeginClosing { .. } => CommandKind::BeginClosing,
            Self::FinishClosing { .. } => CommandKind::FinishClosing,
            Self::ListWithdrawal { .. } => CommandKind::ListWithdrawal,
            Self::UnlistWithdrawal { .. } => CommandKind::UnlistWithdrawal,
            Self::UseCard { .. } => CommandKind::UseCard,
            Self::ReturnCard { .. } => CommandKind::ReturnCard,
            Self::ProposeCard { .. } => CommandKind::ProposeCard,
            Self::ConfirmCard { .. } => CommandKind::ConfirmCard,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::SetAlerts => "set_alerts",
            Self::OpenTopUp => "open_top_up",
            Self::CloseTopUp => "close_top_up",
            Self::TopUpCredited => "top_up_credited",
            Self::QueueArrears => "queue_arrears",
            Self::AdvanceArrears => "advance_arrears",
            Self::Watch => "watch",
            Self::Recheck => "recheck",
            Self::RepeatAlert => "repeat_alert",
            Self::AddPromotion => "add_promotion",
            Self::DropPromotion => "drop_promotion",
            Self::Restrict => "restrict",
            Self::ConfirmRestriction => "confirm_restriction",
            Self::LiftRestriction => "lift_restriction",
            Self::BeginClosing => "begin_closing",
            Self::FinishClosing => "finish_closing",
            Self::ListWithdrawal => "list_withdrawal",
            Self::UnlistWithdrawal => "unlist_withdrawal",
            Self::UseCard => "use_card",
            Self::ReturnCard => "return_card",
            Self::ProposeCard => "propose_card",
            Self::ConfirmCard => "confirm_card",
        })
    }
}
