//! CSV exports through column maps: our own sample, the three ways to write an amount, opening and closing from
//! the running balance, and what must be refused. Maps for real Chinese exports are tried on outside samples.

use std::collections::BTreeMap;

use crate::common::{ROWS, brief, outside_files};
use zaiton_connect::Encoding;
use zaiton_connect::bank::{
    AccountSource, AmountColumns, BankFile, ColumnMap, CurrencySource, FileKind, Limits, Options,
    ReadStatement, RowOrder, read_bank,
};

fn signed(column: &str) -> AmountColumns {
    AmountColumns::Signed { column: column.into() }
}

fn sample_map() -> ColumnMap {
    ColumnMap {
        date_formats: vec!["YYYY/M/D".into()],
        balance: Some("余额".into()),
        payer_name: Some("对方户名".into()),
        payer_account: Some("对方账号".into()),
        remark: vec!["摘要".into()],
        reference: Some("流水号".into()),
        thousands: Some(','),
        account: AccountSource::Label("账号".into()),
        stop_at: vec!["合计".into()],
        ..ColumnMap::new("记账日期", signed("金额"))
    }
}

fn read(bytes: impl AsRef<[u8]>, map: &ColumnMap) -> Result<BankFile, Vec<zaiton_connect::ReadError>> {
    let options = Options { kind: Some(FileKind::Csv), columns: Some(map.clone()), ..Options::default() };
    read_bank(bytes.as_ref(), &options)
}

fn statement(bytes: impl AsRef<[u8]>, map: &ColumnMap) -> ReadStatement {
    let mut file = read(bytes, map).unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(file.statements.len(), 1);
    file.statements.remove(0)
}

fn check(bytes: impl AsRef<[u8]>, map: &ColumnMap, want: &str) {
    let answer = read(bytes, map).map_or_else(|errors| brief(&errors[0]), |_| "read".to_owned());
    assert_eq!(answer, want);
}

/// `opening, lines, closing` in short.
fn story(statement: &ReadStatement) -> String {
    let money = |money: Option<zaiton_kernel::Money>| money.map_or("?".into(), |money| money.decimal());
    let lines: Vec<String> = statement
        .entries
        .iter()
        .map(|entry| format!("{}{}", if entry.credit { "+" } else { "-" }, entry.amount.decimal()))
        .collect();
    format!("{} {} = {}", money(statement.opening), lines.join(" "), money(statement.closing))
}

#[test]
fn our_sample_is_read_to_the_last_cell() {
    let read = statement(ROWS, &sample_map());
    assert_eq!(story(&read), "0.00 +3000.00 +500.00 -0.50 = 3499.50");
    assert_eq!(read.account, "6222000012345678");
    assert_eq!((read.statement_id.as_deref(), read.line), (None, 4));
    assert_eq!(
        (read.from.unwrap().to_string(), read.to.unwrap().to_string()),
        ("2026-03-02".into(), "2026-03-03".into())
    );
    let first = &read.entries[0];
    assert_eq!((first.index, first.line, first.booked, first.reversal), (0, 5, true, false));
    assert_eq!(first.servicer_ref.as_deref(), Some("L1"));
    assert_eq!(first.details[0].debtor.as_deref(), Some("青禾贸易"));
    assert_eq!(first.details[0].debtor_account.as_deref(), Some("62170001"));
    assert_eq!(read.entries[1].details[0].remittance, ["充值 ZT-1002"]);
    let fee = &read.entries[2];
    assert_eq!((fee.credit, fee.line, fee.details[0].debtor.as_deref()), (false, 7, None));
}

#[test]
fn gbk_crlf_tabs_and_marks_read_alike() {
    let want = statement(ROWS, &sample_map());
    let (gbk, _, _) = encoding_rs::GBK.encode(ROWS);
    assert_eq!(statement(&gbk, &sample_map()), want);
    let said = ColumnMap { encoding: Encoding::Gbk, ..sample_map() };
    assert_eq!(statement(&gbk, &said), want);
    assert_eq!(statement(format!("\u{feff}{}", ROWS.replace('\n', "\r\n")), &sample_map()), want);
    check(&gbk, &ColumnMap { encoding: Encoding::Utf8, ..sample_map() }, "import.encoding@1 -");
    let tabs = ColumnMap { delimiter: '\t', thousands: None, ..sample_map() };
    let text =
        ROWS.replace(",,", ",\t,").replace("\"3,000.00\"", "3000.00").replace("\"3,500.00\"", "3500.00");
    let text = text.replace("\"3,499.50\"", "3499.50").replace(",\t,", "\t\t").replace(',', "\t");
    assert_eq!(story(&statement(text, &tabs)), story(&want));
}

#[test]
fn a_map_goes_through_json() {
    let map = sample_map();
    let text = serde_json::to_string(&map).unwrap();
    assert_eq!(serde_json::from_str::<ColumnMap>(&text).unwrap(), map);
    let short = r#"{"date":"d","amount":{"signed":{"column":"a"}},"currency":{"constant":"USD"}}"#;
    let mut want = ColumnMap::new("d", signed("a"));
    want.currency = CurrencySource::Constant(zaiton_kernel::Currency::from_code("USD").unwrap());
    assert_eq!(serde_json::from_str::<ColumnMap>(short).unwrap(), want);
    assert!(
        serde_json::from_str::<ColumnMap>(r#"{"date":"d","amount":{"signed":{"column":"a"}},"typo":1}"#)
            .is_err()
    );
}

#[test]
fn debit_and_credit_columns_and_direction_words() {
    let split = ColumnMap {
        empty_marks: vec!["-".into()],
        ..ColumnMap::new("d", AmountColumns::Split { debit: "out".into(), credit: "in".into() })
    };
    let rows = |row: &str| format!("d,out,in\n2026-03-02,1.50,-\n2026-03-02,0.00,2\n{row}\n");
    assert_eq!(story(&statement(rows("2026-03-03,-,0"), &split)), "? -1.50 +2.00 +0.00 = ?");
    check(rows("2026-03-03,1,2"), &split, "import.both_sides@4 in");
    check(rows("2026-03-03,-,-"), &split, "import.missing@4 in");
    check(rows("2026-03-03,-1,-"), &split, "import.amount_negative@4 out");

    let directed = ColumnMap::new(
        "d",
        AmountColumns::Directed {
            column: "a".into(),
            direction: "way".into(),
            credit: vec!["收入".into()],
            debit: vec!["支出".into()],
            ignore: vec!["不计收支".into()],
        },
    );
    let rows = |row: &str| format!("d,way,a\n2026-03-02,收入,5\n2026-03-02,不计收支,9\n{row}\n");
    assert_eq!(story(&statement(rows("2026-03-02,支出,3.2"), &directed)), "? +5.00 -3.20 = ?");
    check(rows("2026-03-02,其他,3.2"), &directed, "import.unknown_word@4 way");
    check(rows("2026-03-02,支出,-3.2"), &directed, "import.amount_negative@4 a");
    check(rows("2026-03-02,支出,"), &directed, "import.missing@4 a");
}

#[test]
fn the_running_balance_tells_which_end_is_older() {
    let map = ColumnMap { balance: Some("b".into()), ..ColumnMap::new("d", signed("a")) };
    let rising = "d,a,b\n2026-03-02,10,110\n2026-03-02,-5,105\n2026-03-02,1,106\n";
    assert_eq!(story(&statement(rising, &map)), "100.00 +10.00 -5.00 +1.00 = 106.00");
    let falling = "d,a,b\n2026-03-02,1,106\n2026-03-02,-5,105\n2026-03-02,10,110\n";
    assert_eq!(story(&statement(falling, &map)), "100.00 +1.00 -5.00 +10.00 = 106.00");
    let said = ColumnMap { order: RowOrder::OldestFirst, ..map.clone() };
    assert_eq!(story(&statement(falling, &said)), "105.00 +1.00 -5.00 +10.00 = 110.00");
    // A row is missing: neither way fits, the dates decide, and the sum will not match later.
    let gap = "d,a,b\n2026-03-02,10,110\n2026-03-04,1,106\n";
    assert_eq!(story(&statement(gap, &map)), "100.00 +10.00 +1.00 = 106.00");
    let labelled =
        ColumnMap { opening_label: Some("期初余额".into()), ..ColumnMap::new("d", signed("a")) };
    assert_eq!(story(&statement("期初余额：,7.5\nd,a\n2026-03-02,1\n", &labelled)), "7.50 +1.00 = ?");
    check("d,a\n2026-03-02,1\n", &labelled, "import.missing@1 期初余额");
}

#[test]
fn wrong_rows_are_refused_each_with_its_line() {
    let map = sample_map();
    let with = |from: &str, to: &str| {
        assert!(ROWS.contains(from), "{from}");
        ROWS.replacen(from, to, 1)
    };
    check(with("500,", "5oo,"), &map, "import.amount_form@6 金额");
    check(with("500,", "500.001,"), &map, "import.amount_digits@6 金额");
    check(with("500,", "\"5,00\","), &map, "import.amount_form@6 金额");
    check(with("500,", "99999999999999999999,"), &map, "import.amount_overflow@6 金额");
    check(with("500,", "-92233720368547758.08,"), &map, "import.amount_overflow@6 金额");
    check(with("500,", "+500,"), &map, "read");
    check(with("2026/3/3", "0226/3/3"), &map, "import.date_century@7 记账日期");
    check(with("2026/3/3", "9999/3/3"), &map, "import.date_century@7 记账日期");
    check(with("2026/3/3", "2026-03-03"), &map, "import.date_form@7 记账日期");
    check(with("2026/3/3,", ","), &map, "import.missing@7 记账日期");
    check(with("手续费", "手,续费"), &map, "import.row_width@7 -");
    check(with(",,,L3", ""), &map, "import.row_width@7 -");
    check(with(",,,L3", ",,,L3,,"), &map, "read");
    check(with(",L3", ",\"L3"), &map, "import.quote@7 -");
    check(with("手续费", "手\"续费"), &map, "read");
    check(with("手续费", "手\0续费"), &map, "import.nul@7 -");
    check(with("余额", "结余"), &map, "import.header@4 余额");
    check(with("流水号", "余额"), &map, "import.header@4 流水号");
    check(with("摘要", "余额"), &ColumnMap { remark: vec![], ..map.clone() }, "import.header@4 -");
    check(with("账号：6222", "卡号：6222"), &map, "import.missing@1 账号");
    check(with("合计,3笔", "小计,3笔"), &map, "import.row_width@8 -");
    check(&ROWS[..ROWS.find("2026").unwrap()], &map, "import.no_entry@4 -");
    check(with("手续费", &"费".repeat(4_001)), &map, "import.text_too_long@7 摘要");
    let errors = read(with("500,", "x,").replace("-0.50", "y"), &map).unwrap_err();
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [Some(6), Some(7)]);
}

#[test]
fn one_file_one_currency_and_one_account() {
    let map = ColumnMap {
        currency: CurrencySource::Column {
            column: "币".into(),
            words: BTreeMap::from([("美金".to_owned(), zaiton_kernel::Currency::from_code("USD").unwrap())]),
        },
        account: AccountSource::Column("户".into()),
        ..ColumnMap::new("d", signed("a"))
    };
    let rows = |row: &str| format!("d,a,币,户\n2026-03-02,1,人民币,6222 1\n{row}\n");
    check(rows("2026-03-02,1,CNY,62221"), &map, "read");
    check(rows("2026-03-02,1,美金,62221"), &map, "import.currency_mixed@3 -");
    check(rows("2026-03-02,1,金,62221"), &map, "import.currency_unknown@3 币");
    check(rows("2026-03-02,1,RMB,62222"), &map, "import.account_mixed@3 -");
}

#[test]
fn too_many_rows_are_refused() {
    let map = ColumnMap::new("d", signed("a"));
    let rows = |count: usize| format!("d,a\n{}", "2026-03-02,1\n".repeat(count));
    assert_eq!(statement(rows(10_000), &map).entries.len(), 10_000);
    check(rows(10_001), &map, "import.too_many@10002 -");
    check(format!("{},\n", rows(10_000)), &map, "read");
    check(format!("d,a\n2026-03-02,1{}\n", ",".repeat(1_000)), &map, "import.too_many@2 -");
    check(format!("d,a\n2026-03-02,1{}\n", ",".repeat(1 << 20)), &map, "import.too_many@2 -");
    let options = Options {
        columns: Some(map.clone()),
        limits: Limits { bytes: 10, ..Limits::default() },
        ..Options::default()
    };
    assert_eq!(brief(&read_bank(rows(1).as_bytes(), &options).unwrap_err()[0]), "import.file_too_large@- -");
}

#[test]
fn maps_that_cannot_be_are_refused() {
    let map = || ColumnMap::new("d", signed("a"));
    let text = "d,a\n2026-03-02,1\n";
    check(text, &map(), "read");
    check(text, &ColumnMap { delimiter: '，', ..map() }, "import.column_map@- delimiter");
    check(text, &ColumnMap { date_formats: vec![], ..map() }, "import.column_map@- date_formats");
    check(
        text,
        &ColumnMap { date_formats: vec!["MM-DD".into()], ..map() },
        "import.column_map@- date_formats",
    );
    check(text, &ColumnMap { thousands: Some('.'), ..map() }, "import.column_map@- thousands");
    check(text, &ColumnMap::new(" ", signed("a")), "import.column_map@- columns");
    let words = |word: &str| vec![word.to_owned()];
    let amount = AmountColumns::Directed {
        column: "a".into(),
        direction: "d".into(),
        credit: words("x"),
        debit: words("x"),
        ignore: vec![],
    };
    check(text, &ColumnMap::new("d", amount), "import.column_map@- amount");
}

#[test]
fn real_chinese_exports_fit_a_map() {
    let boc = ColumnMap {
        balance: Some("余额".into()),
        currency: CurrencySource::Column { column: "币别".into(), words: BTreeMap::new() },
        payer_name: Some("对方账户名".into()),
        payer_account: Some("对方卡号/账号".into()),
        remark: vec!["附言".into(), "交易名称".into()],
        thousands: Some(','),
        empty_marks: vec!["-------------------".into(), "----------".into()],
        account: AccountSource::Column("借记卡号".into()),
        ..ColumnMap::new("记账日期", signed("金额"))
    };
    for (_, bytes) in outside_files("bank/cn_csv", "boc", ".csv") {
        let read = statement(&bytes, &boc);
        assert_eq!((read.entries.len(), read.account.as_str()), (17, "3167"));
        assert_eq!(read.opening.unwrap().decimal(), "2813.58", "newest first, by the running balance");
        assert_eq!(read.closing.unwrap().decimal(), "3240.28");
    }
    let cmb = ColumnMap {
        balance: Some("联机余额".into()),
        currency: CurrencySource::Column { column: "货币".into(), words: BTreeMap::new() },
        payer_name: Some("对手信息".into()),
        remark: vec!["客户摘要".into(), "交易摘要".into()],
        thousands: Some(','),
        ..ColumnMap::new("记账日期", signed("交易金额"))
    };
    for (_, bytes) in outside_files("bank/cn_csv", "cmb", ".csv") {
        assert_eq!(
            story(&statement(&bytes, &cmb)),
            "37.66 +1234.00 -1000.00 -3.00 -1000.00 -10.14 = 1218.24"
        );
    }
    let icbc = ColumnMap {
        payer_name: Some("对方户名".into()),
        remark: vec!["摘要".into(), "交易场所".into()],
        currency: CurrencySource::Column { column: "记账币种".into(), words: BTreeMap::new() },
        thousands: Some(','),
        account: AccountSource::Label("卡号".into()),
        stop_at: vec!["人民币合计".into()],
        ..ColumnMap::new(
            "交易日期",
            AmountColumns::Split {
                debit: "记账金额(支出)".into(), credit: "记账金额(收入)".into()
            },
        )
    };
    for (_, bytes) in outside_files("bank/cn_csv", "icbc", ".csv") {
        let read = statement(&bytes, &icbc);
        assert_eq!((read.entries.len(), read.account.as_str()), (11, "1234****9876"));
        assert_eq!(read.entries[4].details[0].debtor.as_deref(), Some("ABC公司"));
    }
    let alipay = ColumnMap {
        encoding: Encoding::Gbk,
        date_formats: vec!["YYYY-MM-DD hh:mm:ss".into()],
        payer_name: Some("交易对方".into()),
        reference: Some("交易订单号".into()),
        account: AccountSource::Label("支付宝账户".into()),
        ..ColumnMap::new(
            "交易时间",
            AmountColumns::Directed {
                column: "金额".into(),
                direction: "收/支".into(),
                credit: vec!["收入".into()],
                debit: vec!["支出".into()],
                ignore: vec!["不计收支".into()],
            },
        )
    };
    for (_, bytes) in outside_files("bank/cn_csv", "alipay", ".csv") {
        let read = statement(&bytes, &alipay);
        assert_eq!(story(&read), "? -49.74 -20.00 +222228.50 -50.00 -9.90 -82.00 = ?");
        assert_eq!(read.account, "xx@gmail.com");
    }
}
