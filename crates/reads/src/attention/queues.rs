//! Which queues there are, what people call them, and by which states their records are found. Data only.

use serde::Serialize;
use zaiton_store::scan::queues::Queue as Where;

/// A queue's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueName {
    /// Clients' money is short of what is owed to them (L-I13).
    ClientMoneyShort,
    /// Accounts whose promotions are suspended for lack of money (R1-08).
    BreakersOpen,
    /// Bank lines that a person must say something about (R1-15, M8).
    BankLines,
    /// Money that came in and that no request is like.
    BankLinesUnallocated,
    /// What somebody proposed about a bank line: a second person confirms it.
    BankDecisions,
    /// Statements that wait for the one before them (K-43).
    HeldStatements,
    /// Requests whose wire does not fit.
    TopUpsInReview,
    /// Withdrawals that checkers must agree to (R1-27).
    WithdrawalsToApprove,
    /// Withdrawals that may be sent.
    WithdrawalsToSend,
    /// Withdrawals that failed or came back (R1-29).
    WithdrawalsFailed,
    /// Payments that wait for a file.
    PaymentsToFile,
    /// Payment files that a second person releases.
    PaymentFilesToRelease,
    /// What somebody asked about an account: a second person confirms it.
    AccountsToConfirm,
    /// Figures that somebody asked for: a second person confirms them (R5-31).
    PoliciesProposed,
    /// Questions that the desk owes an answer.
    Tickets,
    /// Reviews that the desk above has: their time is over (R5-10).
    ReviewsEscalated,
    /// Reviews that somebody is to take.
    ReviewsOpen,
    /// Decisions of reviews that a second person confirms (R5-03).
    ReviewsToConfirm,
    /// What could not follow from a fact.
    Tasks,
    /// Messages of channels that nobody could read.
    UnreadMessages,
    /// Connections to shops that something stands in the way of.
    ConnectionsInTrouble,
    /// What was to be done in the world and was given up.
    DeadEffects,
    /// Commands that were due and were refused.
    DeadTimers,
}

/// Where records of a queue come from.
pub(super) enum Source {
    /// Found by what stands in a column.
    Waiting(Where<'static>),
    /// Timers or effects that are dead.
    Dead(&'static str),
    /// The last day's count, when it is short.
    ShortDays,
}

/// The table of days.
pub(super) const DAYS: &str = "client_money_days";

/// A queue.
pub(super) struct Queue {
    pub(super) name: QueueName,
    /// Chinese, English.
    pub(super) text: (&'static str, &'static str),
    pub(super) sources: &'static [Source],
}

const fn at(table: &'static str, column: &'static str, value: &'static str) -> Source {
    Source::Waiting(Where { table, column: Some(column), value })
}

const fn in_state(table: &'static str, state: &'static str) -> Source {
    at(table, "status", state)
}

const fn queue(name: QueueName, text: (&'static str, &'static str), sources: &'static [Source]) -> Queue {
    Queue { name, text, sources }
}

/// Every queue, the most urgent first.
pub(super) const QUEUES: &[Queue] = &[
    queue(QueueName::ClientMoneyShort, ("客户资金不足", "Clients' money is short"), &[Source::ShortDays]),
    queue(
        QueueName::BreakersOpen,
        ("活动已中止的账户", "Accounts whose promotions are suspended"),
        &[at("prepaid_accounts", "breaker", "open"), at("prepaid_accounts", "breaker", "floor")],
    ),
    queue(
        QueueName::BankLines,
        ("待处理的银行流水", "Bank lines that wait for a person"),
        &[in_state("bank_lines", "in_review"), in_state("bank_lines", "awaits_a_person")],
    ),
    queue(
        QueueName::BankLinesUnallocated,
        ("未匹配的来款", "Receipts that no request is like"),
        &[in_state("bank_lines", "unallocated")],
    ),
    queue(
        QueueName::BankDecisions,
        ("待复核的流水处理", "Decisions about bank lines to confirm"),
        &[in_state("bank_lines", "proposed")],
    ),
    queue(
        QueueName::HeldStatements,
        ("待接续的对账单", "Statements that wait for the one before them"),
        &[in_state("held_statements", "held")],
    ),
    queue(
        QueueName::TopUpsInReview,
        ("待核对的充值", "Top-ups in review"),
        &[in_state("top_ups", "in_review")],
    ),
    queue(
        QueueName::WithdrawalsToApprove,
        ("待审批的提现", "Withdrawals to approve"),
        &[in_state("withdrawals", "requested")],
    ),
    queue(
        QueueName::WithdrawalsToSend,
        ("待付款的提现", "Withdrawals to send"),
        &[in_state("withdrawals", "approved")],
    ),
    queue(
        QueueName::WithdrawalsFailed,
        ("失败或退回的提现", "Withdrawals that failed or came back"),
        &[in_state("withdrawals", "in_manual"), in_state("withdrawals", "returned")],
    ),
    queue(
        QueueName::PaymentsToFile,
        ("待制作付款文件的付款", "Payments that wait for a file"),
        &[in_state("payments", "queued")],
    ),
    queue(
        QueueName::PaymentFilesToRelease,
        ("待复核的付款文件", "Payment files to release"),
        &[in_state("payment_files", "proposed")],
    ),
    queue(
        QueueName::AccountsToConfirm,
        ("待复核的账户变更", "Changes of accounts to confirm"),
        &[
            at("prepaid_accounts", "restriction", "proposed"),
            at("prepaid_accounts", "restriction", "lift_proposed"),
            at("prepaid_accounts", "new_card", "proposed"),
            at("prepaid_accounts", "status", "closing"),
        ],
    ),
    queue(
        QueueName::PoliciesProposed,
        ("待复核的参数", "Figures to confirm"),
        &[in_state("policies", "proposed")],
    ),
    queue(
        QueueName::Tickets,
        ("待答复的咨询", "Questions to answer"),
        &[in_state("tickets", "waits_for_desk")],
    ),
    queue(
        QueueName::ReviewsEscalated,
        ("已升级的复核", "Reviews that the desk above has"),
        &[in_state("review_tasks", "escalated")],
    ),
    queue(QueueName::ReviewsOpen, ("待领取的复核", "Reviews to take"), &[in_state("review_tasks", "open")]),
    queue(
        QueueName::ReviewsToConfirm,
        ("待第二人复核的意见", "Decisions of reviews to confirm"),
        &[in_state("review_tasks", "decided_once")],
    ),
    queue(
        QueueName::Tasks,
        ("待人工处理的任务", "Tasks"),
        &[Source::Waiting(Where { table: "parked", column: None, value: "" })],
    ),
    queue(
        QueueName::UnreadMessages,
        ("无法读取的消息", "Messages that could not be read"),
        &[in_state("unread_messages", "waiting")],
    ),
    queue(
        QueueName::ConnectionsInTrouble,
        ("异常的店铺连接", "Connections in trouble"),
        &[
            at("connections", "trouble", "credentials"),
            at("connections", "trouble", "late"),
            at("connections", "trouble", "out_of_reach"),
            at("connections", "trouble", "sweep_differs"),
        ],
    ),
    queue(
        QueueName::DeadEffects,
        ("失败的外部动作", "Effects that were given up"),
        &[Source::Dead("effects")],
    ),
    queue(
        QueueName::DeadTimers,
        ("失败的定时任务", "Timers whose command was refused"),
        &[Source::Dead("timers")],
    ),
];
