//! Lists of records as tables: a list's columns, and a record as a row of them. Formats what records say; decides nothing and
//! computes no money.

use serde::Serialize;
use serde_json::{Map, Value};
use zaiton_bank::Line;
use zaiton_kernel::{Money, Timestamp};
use zaiton_ledger::Account;
use zaiton_orders::channel::ChannelOrder;
use zaiton_prepaid::{Hold, TopUp, Withdrawal};

use super::{Cell, Language, local};

/// A column: its name in JSON, its heading in English and in Chinese.
pub type Column = (&'static str, &'static str, &'static str);

/// The headings of columns.
#[must_use]
pub fn head(columns: &[Column], language: Language) -> Vec<Cell> {
    columns.iter().map(|(_, en, zh)| Cell::of(language.pick((en, zh)))).collect()
}

/// A row as a JSON object: amounts as decimal text, and nothing as null.
#[must_use]
pub fn json(columns: &[Column], cells: &[Cell]) -> Value {
    let value = |cell: &Cell| if cell.text().is_empty() { Value::Null } else { cell.text().into() };
    let fields = columns.iter().zip(cells).map(|((name, _, _), cell)| ((*name).to_owned(), value(cell)));
    Value::Object(fields.collect::<Map<String, Value>>())
}

fn money(amount: Money) -> Cell {
    Cell::money(amount)
}

fn time(moment: Timestamp) -> Cell {
    Cell::of(local(moment))
}

/// The word by which a record's own JSON says a choice.
fn word(choice: &impl Serialize) -> Cell {
    let value = serde_json::to_value(choice).unwrap_or_default();
    Cell::of(value.as_str().or_else(|| value["name"].as_str()).unwrap_or_default())
}

/// Of [`bank_line`].
pub const BANK_LINES: &[Column] = &[
    ("line", "line", "流水编号"),
    ("bank_account", "bank account", "银行账户"),
    ("booking_date", "booking date", "记账日"),
    ("value_date", "value date", "起息日"),
    ("side", "side", "借贷"),
    ("amount", "amount", "金额"),
    ("currency", "currency", "币种"),
    ("party", "other party", "对方户名"),
    ("party_account", "other party's account", "对方账号"),
    ("remark", "remark", "附言"),
    ("bank_reference", "bank reference", "银行流水号"),
    ("end_to_end", "end to end id", "付款编号"),
    ("state", "state", "状态"),
];

/// A line of a bank statement. What left the account has a minus.
#[must_use]
pub fn bank_line(line: &Line) -> Vec<Cell> {
    let sign = if line.credit { "" } else { "-" };
    vec![
        Cell::of(line.id.to_string()),
        Cell::of(line.account.to_string()),
        Cell::of(line.booking_date.to_string()),
        Cell::of(line.value_date.to_string()),
        Cell::of(if line.credit { "credit" } else { "debit" }),
        Cell::Amount(format!("{sign}{}", line.amount.decimal())),
        Cell::of(line.amount.currency().code()),
        Cell::of(line.payer_name.as_str()),
        Cell::of(line.payer_account.as_str()),
        Cell::of(line.remark.as_str()),
        Cell::of(line.bank_reference.as_str()),
        Cell::of(line.end_to_end.as_str()),
        Cell::of(line.state.to_string()),
    ]
}

/// Of [`channel_order`].
pub const CHANNEL_ORDERS: &[Column] = &[
    ("order", "order", "订单编号"),
    ("channel", "channel", "渠道"),
    ("shop", "shop", "店铺"),
    ("channel_order_id", "channel's id", "渠道订单号"),
    ("display_no", "displayed number", "显示单号"),
    ("kind", "kind", "类型"),
    ("stage", "stage", "阶段"),
    ("state", "state", "状态"),
    ("total", "total", "应付总额"),
    ("currency", "currency", "币种"),
    ("updated_at", "changed at", "变更时间"),
    ("ended_at", "ended at", "结束时间"),
];

/// An order as its channel tells it.
#[must_use]
pub fn channel_order(order: &ChannelOrder) -> Vec<Cell> {
    let none = || Cell::of("");
    vec![
        Cell::of(order.id.to_string()),
        Cell::of(order.channel.to_string()),
        Cell::of(order.shop.as_str()),
        Cell::of(order.channel_order_id.as_str()),
        Cell::of(order.display_no.as_deref().unwrap_or_default()),
        word(&order.kind),
        word(&order.stage),
        Cell::of(order.state.to_string()),
        order.total.map_or_else(none, money),
        order.total.map_or_else(none, |total| Cell::of(total.currency().code())),
        time(order.updated_at),
        order.ended_at.map_or_else(none, time),
    ]
}

/// Of [`hold`].
pub const HOLDS: &[Column] = &[
    ("hold", "hold", "冻结编号"),
    ("order", "order", "订单"),
    ("state", "state", "状态"),
    ("charged", "charged", "应收费用"),
    ("released", "released", "已释放"),
    ("settled", "settled", "已结算"),
    ("refunded", "refunded", "结算后退回"),
    ("frozen", "frozen", "冻结中"),
    ("unfunded", "unfunded", "未覆盖"),
    ("owed", "owed", "欠费"),
    ("currency", "currency", "币种"),
];

/// The fee of an order.
#[must_use]
pub fn hold(hold: &Hold) -> Vec<Cell> {
    let amount = |minor| Cell::money(Money::new(minor, hold.currency));
    vec![
        Cell::of(hold.id.to_string()),
        Cell::of(hold.order.as_str()),
        Cell::of(hold.state().to_string()),
        hold.charged.map_or_else(|| Cell::of(""), amount),
        amount(hold.released),
        amount(hold.settled),
        amount(hold.refunded),
        amount(hold.frozen),
        amount(hold.unfunded),
        amount(hold.owed),
        Cell::of(hold.currency.code()),
    ]
}

/// Of [`withdrawal`].
pub const WITHDRAWALS: &[Column] = &[
    ("withdrawal", "withdrawal", "提现编号"),
    ("account", "prepaid account", "预存账户"),
    ("requested_at", "asked at", "申请时间"),
    ("amount", "amount", "金额"),
    ("currency", "currency", "币种"),
    ("holder", "payee", "收款户名"),
    ("bank", "bank", "收款银行"),
    ("state", "state", "状态"),
];

/// A withdrawal.
#[must_use]
pub fn withdrawal(record: &Withdrawal) -> Vec<Cell> {
    vec![
        Cell::of(record.id.to_string()),
        Cell::of(record.account.to_string()),
        time(record.requested_at),
        money(record.amount),
        Cell::of(record.amount.currency().code()),
        Cell::of(record.to.holder.as_str()),
        Cell::of(record.to.bank.as_str()),
        Cell::of(record.state.to_string()),
    ]
}

/// Of [`top_up`].
pub const TOP_UPS: &[Column] = &[
    ("top_up", "top-up", "充值编号"),
    ("account", "prepaid account", "预存账户"),
    ("requested_at", "asked at", "申请时间"),
    ("amount", "amount", "金额"),
    ("currency", "currency", "币种"),
    ("payer", "payer", "付款方"),
    ("remark_code", "remark code", "附言码"),
    ("state", "state", "状态"),
];

/// A top-up.
#[must_use]
pub fn top_up(record: &TopUp) -> Vec<Cell> {
    vec![
        Cell::of(record.id.to_string()),
        Cell::of(record.account.to_string()),
        time(record.requested_at),
        money(record.amount),
        Cell::of(record.amount.currency().code()),
        Cell::of(record.payer.as_str()),
        Cell::of(record.remark_code.as_str()),
        Cell::of(record.state.to_string()),
    ]
}

/// Of [`balance`].
pub const BALANCES: &[Column] = &[
    ("at", "at", "时间"),
    ("code", "account code", "科目代码"),
    ("name", "account", "科目"),
    ("balance", "balance", "余额"),
    ("currency", "currency", "币种"),
];

/// What an account of the ledger had at a moment.
#[must_use]
pub fn balance(account: &Account, balance: Money, at: Timestamp, language: Language) -> Vec<Cell> {
    let row = account.key.code.row();
    vec![
        time(at),
        Cell::of(account.key.code.to_string()),
        Cell::of(language.pick((row.en, row.zh))),
        money(balance),
        Cell::of(balance.currency().code()),
    ]
}
