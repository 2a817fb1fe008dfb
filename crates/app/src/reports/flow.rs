//! Rule R1-30, the first of the two flow pages: what a merchant puts in and takes out, in the order it was asked for, with how
//! far each is. Formats what the records say; decides nothing.

use serde::Serialize;
use zaiton_kernel::{Id, Money, Text, Timestamp};
use zaiton_prepaid::{TopUp, Withdrawal, top_up, withdrawal};

use super::{Cell, Language, csv_of, local};

/// Which way the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FlowWay")]
pub enum Way {
    /// Into the account.
    TopUp,
    /// Out of it.
    Withdrawal,
}

/// A top-up or a withdrawal with its progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FlowRow {
    /// Its raw id: rows are in this order, which is that of the asking.
    #[serde(skip)]
    pub raw: i64,
    /// Which way.
    pub way: Way,
    /// Its id.
    pub id: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// How much.
    pub amount: Money,
    /// Where it stands, by name.
    pub state: String,
    /// Where it stands, and what comes next.
    pub progress: Text,
    /// Since when it stands so, or when it ends without more; as far as it is known.
    pub since: Option<Timestamp>,
    /// Until when what it waits for should have come.
    pub until: Option<Timestamp>,
    /// Nothing more will come.
    pub done: bool,
    /// The other side: the company that pays, or the card that is paid.
    pub party: String,
    /// Remark code of a top-up.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
}

/// What a state comes to: Chinese, English, since, until, done.
type Progress = (&'static str, &'static str, Option<Timestamp>, Option<Timestamp>, bool);

/// The row of a top-up.
#[must_use]
pub fn of_top_up(top_up: &TopUp) -> FlowRow {
    use top_up::State;
    let (zh, en, since, until, done): Progress = match top_up.state {
        State::Draft => ("草稿", "draft", None, None, false),
        State::AwaitingFunds { expires_at } => {
            ("待到账", "waits for the wire", Some(top_up.requested_at), Some(expires_at), false)
        }
        State::InReview { .. } => ("待人工核对", "a person looks at the wire", None, None, false),
        State::Credited { at, .. } => ("已入账", "credited", Some(at), None, true),
        State::Returned { .. } => ("已退回付款方", "goes back to its payer", None, None, true),
        State::Cancelled => ("已取消", "cancelled", None, None, true),
        State::Expired => ("已过期", "expired", None, None, true),
    };
    FlowRow {
        raw: top_up.id.raw(),
        way: Way::TopUp,
        id: top_up.id.to_string(),
        asked_at: top_up.requested_at,
        amount: top_up.amount,
        state: top_up.state.to_string(),
        progress: Text::new(zh, en),
        since,
        until,
        done,
        party: top_up.payer.clone(),
        reference: top_up.remark_code.clone(),
    }
}

/// The row of a withdrawal.
#[must_use]
pub fn of_withdrawal(record: &Withdrawal) -> FlowRow {
    use withdrawal::{Cause, State};
    let asked = record.requested_at;
    let (zh, en, since, until, done): Progress = match &record.state {
        State::New => ("草稿", "draft", None, None, false),
        State::Requested if record.approvals.is_empty() => {
            ("处理中：待结算运营审核", "processing: operations must agree", Some(asked), None, false)
        }
        State::Requested => {
            ("处理中：待财务复核", "processing: finance must agree", Some(asked), None, false)
        }
        State::Approved { at } => ("处理中：待付款", "processing: to be sent", Some(*at), None, false),
        State::Sent { at, answer_by } => {
            ("处理中：银行付款中", "processing: the bank pays", Some(*at), Some(*answer_by), false)
        }
        State::InManual { cause, since } => {
            let (zh, en) = match cause {
                Cause::Failed => {
                    ("处理中：银行拒付，人工处理", "processing: the bank refused, a person decides")
                }
                Cause::TimedOut => {
                    ("处理中：银行未答复，人工处理", "processing: the bank is silent, a person decides")
                }
                Cause::CardChanged => {
                    ("处理中：银行卡已变更，人工处理", "processing: the card changed, a person decides")
                }
            };
            (zh, en, Some(*since), None, false)
        }
        State::Paid { at } => ("已付款", "paid", Some(*at), None, true),
        State::Rejected { at, .. } => {
            ("未通过，已退回可用", "not granted, available again", Some(*at), None, true)
        }
        State::Cancelled { at, .. } => {
            ("已取消，已退回可用", "cancelled, available again", Some(*at), None, true)
        }
        State::Reversed { at, .. } => {
            ("未付出，已退回可用", "not paid, available again", Some(*at), None, true)
        }
        State::Returned { at, .. } => {
            ("银行退回，人工处理", "the bank returned it, people decide", Some(*at), None, false)
        }
        State::GivenBack { at, .. } => {
            ("银行退回，已退回可用", "returned by the bank, available again", Some(*at), None, true)
        }
    };
    FlowRow {
        raw: record.id.raw(),
        way: Way::Withdrawal,
        id: record.id.to_string(),
        asked_at: asked,
        amount: record.amount,
        state: record.state.to_string(),
        progress: Text::new(zh, en),
        since,
        until,
        done,
        party: record.to.holder.clone(),
        reference: String::new(),
    }
}

/// Both kinds in the order of their asking, at most so many.
#[must_use]
pub fn merged(mut top_ups: Vec<FlowRow>, withdrawals: Vec<FlowRow>, at_most: usize) -> Vec<FlowRow> {
    top_ups.extend(withdrawals);
    top_ups.sort_unstable_by_key(|row| row.raw);
    top_ups.truncate(at_most);
    top_ups
}

/// As CSV: what comes in without a sign, what goes out with a minus.
#[must_use]
pub fn csv(rows: &[FlowRow], language: Language) -> String {
    csv_of(&table(rows, language))
}

/// The same as a table with its headings.
#[must_use]
pub fn table(rows: &[FlowRow], language: Language) -> Vec<Vec<Cell>> {
    let rows = rows.iter().map(|row| self::row(row, language));
    std::iter::once(head(language)).chain(rows).collect()
}

/// Its headings.
#[must_use]
pub fn head(language: Language) -> Vec<Cell> {
    let t = |en, zh| Cell::of(language.pick((en, zh)));
    vec![
        t("asked at", "申请时间"),
        t("kind", "类型"),
        t("number", "编号"),
        t("amount", "金额"),
        t("currency", "币种"),
        t("progress", "进度"),
        t("since", "时间"),
        t("until", "预计至"),
        t("payer or payee", "付款方/收款方"),
        t("remark code", "附言码"),
    ]
}

/// A top-up or a withdrawal as a row.
#[must_use]
pub fn row(one: &FlowRow, language: Language) -> Vec<Cell> {
    let t = |en, zh| Cell::of(language.pick((en, zh)));
    let time = |moment: Option<Timestamp>| Cell::of(moment.map(local).unwrap_or_default());
    let (kind, sign) = match one.way {
        Way::TopUp => (t("Top-up", "充值"), ""),
        Way::Withdrawal => (t("Withdrawal", "提现"), "-"),
    };
    let progress = match language {
        Language::English => &one.progress.en,
        Language::Chinese => &one.progress.zh,
    };
    vec![
        Cell::of(local(one.asked_at)),
        kind,
        Cell::of(one.id.as_str()),
        Cell::Amount(format!("{sign}{}", one.amount.decimal())),
        Cell::of(one.amount.currency().code()),
        Cell::of(progress.as_ref()),
        time(one.since),
        time(one.until),
        Cell::of(one.party.as_str()),
        Cell::of(one.reference.as_str()),
    ]
}
