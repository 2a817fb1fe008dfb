//! The words that every installation has, each topic in both languages: a title and a sentence with its figures, from which mail
//! and message are made. Data only.

use super::{Place, Words};
use crate::preferences::Language;
use crate::{Channel, Topic};

/// Title and sentence.
type Lines = (&'static str, &'static str);

fn chinese(topic: Topic) -> Lines {
    match topic {
        Topic::BalanceLow => (
            "预存账户余额低于预警值",
            "预存账户可用余额为 {{ available }}，低于预警值 {{ warning }}，请及时充值。",
        ),
        Topic::PromotionsSuspended => (
            "余额不足，活动已中止",
            "可用余额为 {{ available }}，低于 {{ line }}，活动已中止，充值后将陆续恢复。",
        ),
        Topic::PromotionsResumed => ("活动陆续恢复", "可用余额已恢复至 {{ available }}，活动将陆续打开。"),
        Topic::PromotionStarted => ("活动已开始", "活动“{{ name }}”已开始。"),
        Topic::PromotionClosed => ("活动已关闭", "活动“{{ name }}”已关闭。"),
        Topic::TopUpInReview => (
            "充值到账待核对",
            "申请充值 {{ requested }}，实际到账 {{ received }}，两者不一致，正在人工核对。",
        ),
        Topic::WithdrawalPaid => ("提现已付款", "提现 {{ amount }} 已付款，请以银行到账为准。"),
        Topic::WithdrawalRejected => ("提现未通过", "提现 {{ amount }} 未通过，金额已退回可用余额。"),
        Topic::WithdrawalReturned => ("提现被银行退回", "提现 {{ amount }} 被银行退回，正在处理。"),
        Topic::StatementReady => (
            "{{ month }} 账单已生成",
            "{{ month }} 账单已生成：期初 {{ opening }}，期末 {{ closing }}，共 {{ lines }} 笔。",
        ),
        Topic::TicketAnswered => ("工单有新的回复", "您的工单有新的回复，请登录查看。"),
        Topic::ConnectionInTrouble => {
            ("店铺需要重新授权", "渠道不再接受授权，订单无法获取，请登录后重新授权。")
        }
        Topic::ReviewAsks => ("复核需要补充资料", "复核需要您补充资料，请登录后尽快答复。"),
        Topic::DocumentExpiring => ("文件即将到期", "文件即将到期，请登录后上传新的文件。"),
        Topic::DocumentExpired => ("文件已到期", "文件已到期，请登录后尽快上传新的文件。"),
        Topic::WebhookPaused => {
            ("推送已暂停", "推送地址连续多日失败，已暂停推送，请修复后登录恢复，并补发期间的消息。")
        }
    }
}

fn english(topic: Topic) -> Lines {
    match topic {
        Topic::BalanceLow => (
            "Prepaid balance below its warning line",
            "{{ available }} is available, less than the warning line of {{ warning }}: please top up.",
        ),
        Topic::PromotionsSuspended => (
            "Promotions suspended: too little available",
            "{{ available }} is available, less than {{ line }}. Promotions were suspended; they go on after a top-up.",
        ),
        Topic::PromotionsResumed => {
            ("Promotions go on", "{{ available }} is available again: promotions go on one after another.")
        }
        Topic::PromotionStarted => ("A promotion has started", "The promotion \"{{ name }}\" has started."),
        Topic::PromotionClosed => ("A promotion was closed", "The promotion \"{{ name }}\" was closed."),
        Topic::TopUpInReview => (
            "A top-up is being looked at",
            "{{ requested }} was asked for and {{ received }} came: the two differ, and a person looks at it.",
        ),
        Topic::WithdrawalPaid => (
            "A withdrawal was paid",
            "The withdrawal of {{ amount }} was paid; your bank says when it is there.",
        ),
        Topic::WithdrawalRejected => (
            "A withdrawal was not granted",
            "The withdrawal of {{ amount }} was not granted; its amount is available again.",
        ),
        Topic::WithdrawalReturned => (
            "The bank returned a withdrawal",
            "The bank returned the withdrawal of {{ amount }}; it is being looked at.",
        ),
        Topic::StatementReady => (
            "The statement of {{ month }} is ready",
            "The statement of {{ month }} is ready: {{ opening }} at its start, {{ closing }} at its end, {{ lines }} lines.",
        ),
        Topic::TicketAnswered => {
            ("Your ticket has an answer", "Your ticket has an answer: sign in to read it.")
        }
        Topic::ConnectionInTrouble => (
            "A shop must be connected anew",
            "A channel no longer takes the shop's credentials and no orders come: sign in and connect it anew.",
        ),
        Topic::ReviewAsks => (
            "A review needs something from you",
            "A review needs something from you before it can be decided: sign in and answer.",
        ),
        Topic::DocumentExpiring => (
            "A document will soon expire",
            "A document will soon no longer be valid: sign in and upload the next one.",
        ),
        Topic::DocumentExpired => {
            ("A document has expired", "A document is no longer valid: sign in and upload the next one.")
        }
        Topic::WebhookPaused => (
            "Webhooks were paused",
            "An address of webhooks has failed for days and was paused. Mend it, resume it, and replay what was missed.",
        ),
    }
}

/// Rule R5-20. The words of a place that an operator has not replaced.
#[must_use]
pub fn built_in(place: Place) -> Words {
    let (title, sentence) = match place.language {
        Language::Chinese => chinese(place.topic),
        Language::English => english(place.topic),
    };
    match (place.channel, place.language) {
        (Channel::InApp | Channel::Sms, _) => Words { subject: String::new(), body: sentence.to_owned() },
        (Channel::Email, Language::Chinese) => Words {
            subject: format!("{title}（{{{{ merchant }}}}）"),
            body: format!(
                "{{{{ merchant }}}}：\n\n{sentence}\n\n编号：{{{{ subject }}}}\n时间：{{{{ at }}}}（{{{{ zone }}}}）\n{{% if url %}}查看：{{{{ url }}}}\n{{% endif %}}\n此邮件由系统自动发送，请勿回复。\n"
            ),
        },
        (Channel::Email, Language::English) => Words {
            subject: format!("{title} ({{{{ merchant }}}})"),
            body: format!(
                "{{{{ merchant }}}},\n\n{sentence}\n\nNumber: {{{{ subject }}}}\nTime: {{{{ at }}}} ({{{{ zone }}}})\n{{% if url %}}See: {{{{ url }}}}\n{{% endif %}}\nThis message was sent by a program; nobody reads replies.\n"
            ),
        },
    }
}

/// Rule R1-04. The words with a code that somebody tells back.
#[must_use]
pub fn code_words(channel: Channel, language: Language) -> Words {
    let (subject, body) = match language {
        Language::Chinese => {
            ("验证码 {{ code }}", "您的验证码为 {{ code }}，{{ until }} 前有效。如非本人操作，请忽略。")
        }
        Language::English => (
            "Your code is {{ code }}",
            "Your code is {{ code }}, good until {{ until }}. If you did not ask for it, leave it.",
        ),
    };
    match channel {
        Channel::Email => Words { subject: subject.into(), body: format!("{body}\n") },
        Channel::InApp | Channel::Sms => Words { subject: String::new(), body: body.into() },
    }
}
