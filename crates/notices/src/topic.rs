//! What notices are about, and what each topic is outside: its name, its figures, whether anybody may switch it off. Says
//! nothing of who is told.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

/// What a notice is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Rules R1-05 to R1-07. Available is below the warning line.
    BalanceLow,
    /// Rules R1-08, R1-12. Promotions were suspended for lack of money.
    PromotionsSuspended,
    /// Rule R1-09. Promotions go on.
    PromotionsResumed,
    /// Rule R1-05. A promotion runs.
    PromotionStarted,
    /// Rule R1-05. A promotion has ended, or was stopped by hand.
    PromotionClosed,
    /// Rules R1-15, R1-16. A wire does not fit its request.
    TopUpInReview,
    /// Rule R1-28. A withdrawal was paid.
    WithdrawalPaid,
    /// Rule R1-27. A withdrawal was rejected.
    WithdrawalRejected,
    /// The bank returned a withdrawal.
    WithdrawalReturned,
    /// Rule R1-31. The statement of a month is there.
    StatementReady,
    /// Rule R1-14. A desk has answered.
    TicketAnswered,
    /// Rule R4-06. A connection to a channel needs somebody.
    ConnectionInTrouble,
    /// Rule R5-41. An address of webhooks has failed for days and gets nothing any more.
    WebhookPaused,
    /// Rule R5-10. A reviewer needs something before it is decided.
    ReviewAsks,
    /// Rule R5-12. A document will soon no longer be valid.
    DocumentExpiring,
    /// Rule R5-12. A document is no longer valid.
    DocumentExpired,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 16] = [
        Self::BalanceLow,
        Self::PromotionsSuspended,
        Self::PromotionsResumed,
        Self::PromotionStarted,
        Self::PromotionClosed,
        Self::TopUpInReview,
        Self::WithdrawalPaid,
        Self::WithdrawalRejected,
        Self::WithdrawalReturned,
        Self::StatementReady,
        Self::TicketAnswered,
        Self::ConnectionInTrouble,
        Self::WebhookPaused,
        Self::ReviewAsks,
        Self::DocumentExpiring,
        Self::DocumentExpired,
    ];

    /// Rule R5-20. About money, or about whether the shop still works: nobody may switch it off.
    #[must_use]
    pub fn is_mandatory(self) -> bool {
        match self {
            Self::BalanceLow
            | Self::PromotionsSuspended
            | Self::TopUpInReview
            | Self::WithdrawalPaid
            | Self::WithdrawalRejected
            | Self::WithdrawalReturned
            | Self::ConnectionInTrouble
            | Self::WebhookPaused
            | Self::ReviewAsks
            | Self::DocumentExpiring
            | Self::DocumentExpired => true,
            Self::PromotionsResumed
            | Self::PromotionStarted
            | Self::PromotionClosed
            | Self::StatementReady
            | Self::TicketAnswered => false,
        }
    }

    /// The names of its figures, each with a sample by which templates are tried.
    #[must_use]
    pub fn figures(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::BalanceLow => &[("available", "812.50 CNY"), ("warning", "1000.00 CNY"), ("number", "1")],
            Self::PromotionsSuspended => &[("available", "188.00 CNY"), ("line", "500.00 CNY")],
            Self::PromotionsResumed => &[("available", "5188.00 CNY")],
            Self::PromotionStarted | Self::PromotionClosed => &[("name", "双11 满减")],
            Self::TopUpInReview => &[("requested", "3000.00 CNY"), ("received", "2999.00 CNY")],
            Self::WithdrawalPaid | Self::WithdrawalRejected | Self::WithdrawalReturned => {
                &[("amount", "500.00 CNY")]
            }
            Self::StatementReady => &[
                ("month", "2026-10"),
                ("opening", "1000.00 CNY"),
                ("closing", "812.50 CNY"),
                ("lines", "42"),
            ],
            Self::TicketAnswered
            | Self::ConnectionInTrouble
            | Self::WebhookPaused
            | Self::ReviewAsks
            | Self::DocumentExpiring
            | Self::DocumentExpired => &[],
        }
    }

    /// What it says, before its figures.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::BalanceLow => Text::new(
                "预存账户可用余额低于预警值，请及时充值。",
                "The prepaid account has less available than its warning line: please top up.",
            ),
            Self::PromotionsSuspended => Text::new(
                "可用余额不足，活动已中止，充值后将陆续恢复。",
                "Promotions were suspended because too little is available; they go on after a top-up.",
            ),
            Self::PromotionsResumed => Text::new(
                "可用余额已恢复，活动将陆续打开。",
                "There is enough again: promotions go on one after another.",
            ),
            Self::PromotionStarted => Text::new("活动已开始。", "A promotion has started."),
            Self::PromotionClosed => Text::new("活动已关闭。", "A promotion was closed."),
            Self::TopUpInReview => Text::new(
                "到账与充值申请不一致，正在人工核对。",
                "A wire does not fit its top-up request; a person looks at it.",
            ),
            Self::WithdrawalPaid => Text::new("提现已付款。", "A withdrawal was paid."),
            Self::WithdrawalRejected => Text::new(
                "提现未通过，金额已退回可用余额。",
                "A withdrawal was not granted; its amount is available again.",
            ),
            Self::WithdrawalReturned => Text::new(
                "提现被银行退回，正在处理。",
                "The bank returned a withdrawal; it is being looked at.",
            ),
            Self::StatementReady => Text::new("上月账单已生成。", "The statement of last month is ready."),
            Self::TicketAnswered => Text::new("您的工单有新的回复。", "Your ticket has an answer."),
            Self::ConnectionInTrouble => Text::new(
                "渠道不再接受授权，订单无法获取，请重新授权。",
                "A channel no longer takes the shop's credentials and no orders come: please connect it anew.",
            ),
            Self::ReviewAsks => Text::new(
                "复核需要您补充资料，请尽快答复。",
                "A review needs something from you before it can be decided: please answer.",
            ),
            Self::DocumentExpiring => Text::new(
                "文件即将到期，请及时上传新的文件。",
                "A document will soon no longer be valid: please upload the next one.",
            ),
            Self::DocumentExpired => Text::new(
                "文件已到期，请尽快上传新的文件。",
                "A document is no longer valid: please upload the next one.",
            ),
            Self::WebhookPaused => Text::new(
                "推送地址连续多日失败，已暂停推送，请修复后恢复。",
                "An address of webhooks has failed for days and was paused: mend it, then resume it.",
            ),
        }
    }
}
