//! Notices: what a party is told, about what, and by which ways. A notice is a record, so that it is in the inbox when
//! nothing else works; its deliveries outside are effects.
//!
//! Pure: never sends, never reads a store or a clock, knows no account and no order but their numbers.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod contact;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Text, Timestamp, entity};

zaiton_kernel::define_id!(
    /// The id of a notice.
    NoticeId,
    "nt"
);

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
    /// Rule R5-12. A document will soon no longer be valid.
    DocumentExpiring,
    /// Rule R5-12. A document is no longer valid.
    DocumentExpired,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 14] = [
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
        Self::DocumentExpiring,
        Self::DocumentExpired,
    ];

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
            Self::DocumentExpiring => Text::new(
                "文件即将到期，请及时上传新的文件。",
                "A document will soon no longer be valid: please upload the next one.",
            ),
            Self::DocumentExpired => Text::new(
                "文件已到期，请上传有效的文件。",
                "A document is no longer valid: please upload one that is.",
            ),
        }
    }
}

/// The way a notice goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NoticeChannel")]
pub enum Channel {
    /// The inbox of whoever opened the account: there as soon as the notice is.
    InApp,
    /// E-mail.
    Email,
    /// A message to a mobile.
    Sms,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not yet.
    Waiting,
    /// Done.
    Done {
        /// When.
        at: Timestamp,
    },
}

/// One way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Delivery {
    /// Which way.
    pub channel: Channel,
    /// Address or number; empty for the inbox.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// How far it is.
    pub state: DeliveryState,
}

/// A figure of a notice: its name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "NoticeFigure")]
pub struct Figure {
    /// As in refusals: `available`, `warning`.
    pub name: String,
    /// As text.
    pub value: String,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub topic: Topic,
    /// Whose number it is about, as people write it: an account's, a promotion's.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Where it goes: the inbox first.
    pub deliveries: Vec<Delivery>,
}

entity!(Notice, NoticeId, 60, "notices", 1);

/// Whom a notice goes to outside the inbox: an address, a number or both.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Mobile number.
    pub mobile: Option<&'a str>,
}

impl Notice {
    /// Rule R1-05, K-5. A notice to the opener's inbox, and to each recipient by each way that it has.
    #[must_use]
    pub fn new(
        id: NoticeId,
        topic: Topic,
        subject: String,
        at: Timestamp,
        recipients: &[Recipient<'_>],
    ) -> Self {
        let inbox =
            Delivery { channel: Channel::InApp, to: String::new(), state: DeliveryState::Done { at } };
        let outside = recipients.iter().flat_map(|recipient| {
            let by = |channel, to: Option<&str>| {
                to.map(str::trim).filter(|to| !to.is_empty()).map(|to| Delivery {
                    channel,
                    to: to.to_owned(),
                    state: DeliveryState::Waiting,
                })
            };
            [by(Channel::Email, recipient.email), by(Channel::Sms, recipient.mobile)].into_iter().flatten()
        });
        let deliveries = std::iter::once(inbox).chain(outside).collect();
        Self { id, topic, subject, at, figures: Vec::new(), deliveries }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.figures.push(Figure { name: name.to_owned(), value: value.to_string() });
        self
    }
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::Id;

    use super::*;

    /// Rules R1-05, K-5: each recipient by each way it has, and the inbox always.
    #[test]
    fn all_ways_of_all_recipients() {
        let recipients = [
            Recipient { email: Some("a@example.com"), mobile: Some("13800000000") },
            Recipient { email: None, mobile: Some("13800000001") },
            Recipient { email: Some(" "), mobile: None },
        ];
        let at = Timestamp::from_micros(1_700_000_000_000_000);
        let notice = Notice::new(NoticeId::from_raw(1), Topic::BalanceLow, "pa".into(), at, &recipients)
            .with("available", "1.00");
        let ways: Vec<(Channel, &str)> =
            notice.deliveries.iter().map(|delivery| (delivery.channel, delivery.to.as_str())).collect();
        let want = [
            (Channel::InApp, ""),
            (Channel::Email, "a@example.com"),
            (Channel::Sms, "13800000000"),
            (Channel::Sms, "13800000001"),
        ];
        assert_eq!(ways, want);
        let json = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&json).unwrap(), notice);
        for topic in Topic::ALL {
            assert!(!topic.text().zh.is_empty() && !topic.text().en.is_empty());
        }
    }
}
