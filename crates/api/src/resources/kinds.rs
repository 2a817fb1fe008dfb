//! The kinds of objects, in the order in which the document has them. Data only.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use zaiton_app::{allowed, documents};
use zaiton_bank::{BankAccount, HeldStatement, Line, Payment, PaymentFile, Statement};
use zaiton_desk::Ticket;
use zaiton_documents::{Document, Upload};
use zaiton_notices::Notice;
use zaiton_notices::contact::ContactPoint;
use zaiton_notices::preferences::Preferences;
use zaiton_notices::template::Template;
use zaiton_notices::webhook::{Endpoint, Message};
use zaiton_onboarding::Merchant;
use zaiton_orders::Order;
use zaiton_orders::channel::ChannelOrder;
use zaiton_orders::connection::Connection;
use zaiton_orders::group::PaymentGroup;
use zaiton_orders::unread::UnreadMessage;
use zaiton_platform::Day;
use zaiton_policies::PolicyVersion;
use zaiton_prepaid::{PrepaidAccount, Promotion, StatementMonth, TopUp, Withdrawal};
use zaiton_reviews::ReviewTask;

use super::operation::{self, OperationSeen};
use super::views::{ApiKeySeen, EffectSeen, HoldSeen, TaskSeen, TimerSeen, bank_policy, plain};
use super::{Owner, Resource, views};

const fn of<T: JsonSchema>() -> fn(&mut SchemaGenerator) -> Schema {
    |generator| generator.subschema_for::<T>()
}

/// The kind of object that a table holds, if callers see it.
pub(crate) fn by_table(table: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.table == table)
}

/// A row of the table below.
macro_rules! resource {
    ($path:literal, $kind:literal, $table:literal, $prefix:literal, $tag:literal, ($zh:literal, $en:literal),
     $owner:ident, $schema:ty, $view:expr) => {
        Resource {
            path: $path,
            kind: $kind,
            table: $table,
            prefix: $prefix,
            tag: $tag,
            about: ($zh, $en),
            owner: Owner::$owner,
            schema: of::<$schema>(),
            view: $view,
        }
    };
}

/// Every kind.
pub(crate) static RESOURCES: &[Resource] = &[
    resource!(
        "merchants",
        "merchant",
        "merchants",
        "me",
        "Merchants",
        ("商家", "Merchants"),
        Nobody,
        Merchant,
        |_, row| plain::<Merchant>(row, |_| allowed::always(&["prepaid.open_account", "desk.open_ticket"]))
    ),
    resource!(
        "contact-points",
        "contact_point",
        "contact_points",
        "cp",
        "Merchants",
        ("联系方式及其验证", "Addresses and numbers, and whether they are proved"),
        Merchant,
        ContactPoint,
        |_, row| plain::<ContactPoint>(row, |_| allowed::always(&[
            "prepaid.ask_contact_code",
            "prepaid.confirm_contact"
        ]))
    ),
    resource!(
        "notices",
        "notice",
        "notices",
        "nt",
        "Merchants",
        ("通知", "What merchants were told"),
        Merchant,
        Notice,
        |look, row| plain(row, |notice| allowed::of_notice(notice, look.now))
    ),
    resource!(
        "notice-preferences",
        "notice_preference",
        "notice_preferences",
        "np",
        "Delivery",
        ("通知偏好", "How people want to be told"),
        Merchant,
        Preferences,
        |_, row| plain::<Preferences>(row, |_| allowed::always(&["notices.set_preferences"]))
    ),
    resource!(
        "templates",
        "template",
        "templates",
        "te",
        "Delivery",
        ("通知模板", "Words of notices that an operator made"),
        Nobody,
        Template,
        |_, row| plain::<Template>(row, |_| allowed::always(&["notices.save_template", "notices.send_test"]))
    ),
    resource!(
        "webhook-endpoints",
        "webhook_endpoint",
        "webhook_endpoints",
        "we",
        "Delivery",
        ("推送地址", "Addresses of webhooks"),
        Merchant,
        Endpoint,
        |look, row| plain(row, |one| allowed::of_endpoint(one, look.now))
    ),
    resource!(
        "webhook-deliveries",
        "webhook_delivery",
        "webhook_messages",
        "wm",
        "Delivery",
        ("推送记录", "Messages of webhooks and their attempts"),
        Merchant,
        Message,
        |look, row| plain(row, |message| allowed::of_message(message, look.now))
    ),
    resource!(
        "tickets",
        "ticket",
        "tickets",
        "tk",
        "Merchants",
        ("咨询", "Questions to a desk"),
        Merchant,
        Ticket,
        |look, row| plain(row, |ticket| allowed::of_ticket(ticket, look.now))
    ),
    resource!(
        "review-tasks",
        "review_task",
        "review_tasks",
        "rv",
        "Reviews",
        ("复核任务", "Review tasks"),
        Merchant,
        ReviewTask,
        |look, row| plain(row, |task| allowed::of_review(task, look.now))
    ),
    resource!(
        "documents",
        "document",
        "documents",
        "do",
        "Documents",
        ("文件", "Documents"),
        Merchant,
        Document,
        |look, row| plain(row, |one| allowed::of_document(one, &documents::POLICY, look.now))
    ),
    resource!(
        "uploads",
        "upload",
        "uploads",
        "up",
        "Documents",
        ("上传", "Files on their way"),
        Merchant,
        Upload,
        |look, row| plain(row, |one| allowed::of_upload(one, &documents::POLICY, look.now))
    ),
    resource!(
        "prepaid-accounts",
        "prepaid_account",
        "prepaid_accounts",
        "pa",
        "Prepaid",
        ("预存账户", "Prepaid accounts"),
        Merchant,
        PrepaidAccount,
        |look, row| plain(row, |account| allowed::of_account(account, look.policy, look.now))
    ),
    resource!(
        "top-ups",
        "top_up",
        "top_ups",
        "tu",
        "Prepaid",
        ("充值", "Top-ups"),
        Merchant,
        TopUp,
        |look, row| plain(row, |top_up| allowed::of_top_up(top_up, look.policy, look.now))
    ),
    resource!(
        "holds",
        "hold",
        "holds",
        "hd",
        "Prepaid",
        ("订单费用", "Fees of orders"),
        Traced,
        HoldSeen,
        views::hold
    ),
    resource!(
        "promotions",
        "promotion",
        "promotions",
        "pm",
        "Prepaid",
        ("活动", "Promotions"),
        Merchant,
        Promotion,
        views::promotion
    ),
    resource!(
        "withdrawals",
        "withdrawal",
        "withdrawals",
        "wd",
        "Prepaid",
        ("提现", "Withdrawals"),
        Merchant,
        Withdrawal,
        |look, row| plain(row, |one| allowed::of_withdrawal(one, look.policy, look.now))
    ),
    resource!(
        "months",
        "month",
        "prepaid_months",
        "mo",
        "Prepaid",
        ("月结单", "Recorded statements of months"),
        Merchant,
        StatementMonth,
        |_, row| plain::<StatementMonth>(row, |_| Vec::new())
    ),
    resource!(
        "bank-accounts",
        "bank_account",
        "bank_accounts",
        "ba",
        "Bank",
        ("银行账户", "Bank accounts of ours"),
        Nobody,
        BankAccount,
        |look, row| plain(row, |account| allowed::of_bank_account(account, &bank_policy(), look.now))
    ),
    resource!(
        "bank-statements",
        "bank_statement",
        "bank_statements",
        "bs",
        "Bank",
        ("银行对账单", "Bank statements"),
        BankAccount,
        Statement,
        |_, row| plain::<Statement>(row, |_| Vec::new())
    ),
    resource!(
        "held-statements",
        "held_statement",
        "held_statements",
        "hs",
        "Bank",
        ("待接续的对账单", "Statements that wait for the one before them"),
        BankAccount,
        HeldStatement,
        |_, row| plain(row, allowed::of_held)
    ),
    resource!(
        "bank-lines",
        "bank_line",
        "bank_lines",
        "bl",
        "Bank",
        ("银行流水", "Lines of bank statements"),
        BankAccount,
        Line,
        |_, row| plain(row, allowed::of_line)
    ),
    resource!(
        "payments",
        "payment",
        "payments",
        "py",
        "Bank",
        ("付款", "Payments"),
        BankAccount,
        Payment,
        |_, row| plain(row, allowed::of_payment)
    ),
    resource!(
        "payment-files",
        "payment_file",
        "payment_files",
        "pf",
        "Bank",
        ("付款文件", "Files of payments"),
        BankAccount,
        PaymentFile,
        |_, row| plain(row, |file| allowed::of_payment_file(file, &bank_policy()))
    ),
    resource!(
        "orders",
        "order",
        "orders",
        "or",
        "Orders",
        ("订单（计费）", "Orders as fees see them"),
        Traced,
        Order,
        |_, row| plain::<Order>(row, |_| Vec::new())
    ),
    resource!(
        "channel-orders",
        "channel_order",
        "channel_orders",
        "co",
        "Orders",
        ("渠道订单", "Orders as channels tell them"),
        Traced,
        ChannelOrder,
        |look, row| plain(row, |order| allowed::of_channel_order(order, look.now))
    ),
    resource!(
        "connections",
        "connection",
        "connections",
        "cn",
        "Orders",
        ("店铺连接", "Connections to shops"),
        Merchant,
        Connection,
        |look, row| plain(row, |connection| allowed::of_connection(connection, look.now))
    ),
    resource!(
        "unread-messages",
        "unread_message",
        "unread_messages",
        "um",
        "Orders",
        ("无法读取的消息", "Messages that could not be read"),
        Merchant,
        UnreadMessage,
        views::unread
    ),
    resource!(
        "payment-groups",
        "payment_group",
        "payment_groups",
        "gr",
        "Orders",
        ("多商家合并付款", "Payments that cover orders of several merchants"),
        Nobody,
        PaymentGroup,
        |_, row| plain::<PaymentGroup>(row, |_| Vec::new())
    ),
    resource!(
        "tasks",
        "task",
        "parked",
        "pk",
        "Operations",
        ("待人工处理的任务", "What waits for a person"),
        Nobody,
        TaskSeen,
        views::task
    ),
    resource!(
        "timers",
        "timer",
        "timers",
        "tm",
        "Operations",
        ("定时任务", "Commands that are due at a moment"),
        Nobody,
        TimerSeen,
        views::timer
    ),
    resource!(
        "effects",
        "effect",
        "effects",
        "ef",
        "Operations",
        ("外部动作", "What is to be done in the world"),
        Nobody,
        EffectSeen,
        views::effect
    ),
    resource!(
        "operations",
        "operation",
        "operations",
        "op",
        "Operations",
        ("耗时操作", "Long work: exports and verifications"),
        Nobody,
        OperationSeen,
        operation::operation
    ),
    resource!(
        "api-keys",
        "api_key",
        "api_keys",
        "ak",
        "People",
        ("程序密钥", "Keys of programs"),
        Merchant,
        ApiKeySeen,
        views::api_key
    ),
    resource!(
        "policies",
        "policy",
        "policies",
        "po",
        "Operations",
        ("参数版本", "Versions of figures"),
        Nobody,
        PolicyVersion,
        |look, row| plain(row, |version| allowed::of_policy(version, look.now))
    ),
    resource!(
        "client-money-days",
        "client_money_day",
        "client_money_days",
        "dy",
        "Operations",
        ("客户资金日核对", "Clients' money, day by day"),
        Nobody,
        Day,
        |_, row| plain::<Day>(row, |_| Vec::new())
    ),
];
