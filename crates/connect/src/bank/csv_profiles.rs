//! Column maps for exports that are known by their own words: ICBC debit card, CMB, BOC, Alipay. Never reads a file
//! by resemblance: every word of a profile must stand in the first lines, and then its header must be there whole.

use std::collections::BTreeMap;

use super::csv_map::{AccountSource, AmountColumns, ColumnMap, CurrencySource, StatusColumn};

/// Lines in which an export says whose it is.
const LOOK: usize = 60;

/// A known export.
struct Profile {
    name: &'static str,
    /// What stands above the header, or in it where nothing stands above.
    words: &'static [&'static str],
    map: fn() -> ColumnMap,
}

const PROFILES: [Profile; 4] = [
    Profile {
        name: "icbc_debit",
        words: &["明细查询文件下载", "卡号", "记账金额(收入)", "记账金额(支出)"],
        map: icbc_debit,
    },
    Profile { name: "cmb", words: &["联机余额", "对手信息", "客户摘要"], map: cmb },
    Profile { name: "boc", words: &["中国银行交易流水明细单", "借记卡号"], map: boc },
    Profile {
        name: "alipay", words: &["支付宝账户", "电子客户回单", "收/付款方式"], map: alipay
    },
];

/// The map of a name.
pub(crate) fn named(name: &str) -> Option<ColumnMap> {
    PROFILES.iter().find(|profile| profile.name == name).map(|profile| (profile.map)())
}

/// Every name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|profile| profile.name)
}

/// The map of the export that a text is.
pub(crate) fn found(text: &str) -> Option<ColumnMap> {
    let holds = |word: &str| text.lines().take(LOOK).any(|line| line.contains(word));
    let profile = PROFILES.iter().find(|profile| profile.words.iter().all(|word| holds(word)))?;
    Some((profile.map)())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn currency(column: &str) -> CurrencySource {
    CurrencySource::Column { column: column.to_owned(), words: BTreeMap::new() }
}

fn icbc_debit() -> ColumnMap {
    let amount =
        AmountColumns::Split { debit: "记账金额(支出)".into(), credit: "记账金额(收入)".into() };
    ColumnMap {
        balance: Some("余额".into()),
        currency: currency("记账币种"),
        payer_name: Some("对方户名".into()),
        remark: words(&["摘要", "交易场所"]),
        thousands: Some(','),
        account: AccountSource::Label("卡号".into()),
        stop_at: words(&["人民币合计", "合计"]),
        ..ColumnMap::new("交易日期", amount)
    }
}

fn cmb() -> ColumnMap {
    ColumnMap {
        balance: Some("联机余额".into()),
        currency: currency("货币"),
        payer_together: Some("对手信息".into()),
        remark: words(&["交易摘要", "客户摘要"]),
        thousands: Some(','),
        ..ColumnMap::new("记账日期", AmountColumns::Signed { column: "交易金额".into() })
    }
}

fn boc() -> ColumnMap {
    ColumnMap {
        balance: Some("余额".into()),
        currency: currency("币别"),
        payer_name: Some("对方账户名".into()),
        payer_account: Some("对方卡号/账号".into()),
        remark: words(&["交易名称", "附言"]),
        thousands: Some(','),
        empty_marks: words(&["-------------------", "----------"]),
        account: AccountSource::Column("借记卡号".into()),
        ..ColumnMap::new("记账日期", AmountColumns::Signed { column: "金额".into() })
    }
}

fn alipay() -> ColumnMap {
    let amount = AmountColumns::Directed {
        column: "金额".into(),
        direction: "收/支".into(),
        credit: words(&["收入"]),
        debit: words(&["支出"]),
        ignore: words(&["不计收支"]),
    };
    ColumnMap {
        date_formats: words(&["YYYY-MM-DD hh:mm:ss"]),
        payer_name: Some("交易对方".into()),
        payer_account: Some("对方账号".into()),
        remark: words(&["商品说明", "备注"]),
        reference: Some("交易订单号".into()),
        empty_marks: words(&["/"]),
        account: AccountSource::Label("支付宝账户".into()),
        status: Some(StatusColumn {
            column: "交易状态".into(),
            booked: words(&["交易成功", "等待确认收货", "退款成功", "还款成功"]),
            announced: words(&["交易关闭", "等待付款"]),
        }),
        ..ColumnMap::new("交易时间", amount)
    }
}
