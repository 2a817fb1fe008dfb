//! CSV exports through column maps: our own sample, the three ways to write an amount, opening and closing from
//! the running balance, and what must be refused. The built-in maps are tried on real exports from outside.

use std::collections::BTreeMap;

use crate::common::{ROWS, brief, outside_files};
use zaiton_connect::Encoding;
use zaiton_connect::bank::{
    AccountSource, AmountColumns, BankFile, ColumnMap, CurrencySource, FileKind, Limits, Options, ReadEntry,
    ReadStatement, RowOrder, StatusColumn, read_bank,
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

fn profile(name: &str) -> ColumnMap {
    ColumnMap::profile(name).unwrap()
}

fn sum(statement: &ReadStatement, credit: bool) -> String {
    let lines = statement.entries.iter().filter(|entry| entry.credit == credit && entry.booked);
    lines.fold(0_i64, |sum, entry| sum + entry.amount.minor()).to_string()
}

/// A row in short: line, days, amount, who, account, remark, reference, status.
fn row(entry: &ReadEntry) -> String {
    let detail = &entry.details[0];
    let (name, account) = if entry.credit {
        (&detail.debtor, &detail.debtor_account)
    } else {
        (&detail.creditor, &detail.creditor_account)
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{} {} {}{} | {} | {} | {} | {} | {}",
        entry.line,
        entry.booking_date.unwrap(),
        if entry.credit { "+" } else { "-" },
        entry.amount,
        text(name),
        text(account),
        detail.remittance.join(" / "),
        text(&entry.servicer_ref),
        entry.status
    )
}

fn auto(bytes: &[u8], account: Option<&str>) -> Result<BankFile, Vec<zaiton_connect::ReadError>> {
    read_bank(bytes, &Options { account: account.map(str::to_owned), ..Options::default() })
}

fn only(file: BankFile) -> ReadStatement {
    let [statement] = <[ReadStatement; 1]>::try_from(file.statements).unwrap();
    statement
}

#[test]
fn profiles_have_names_and_are_found_by_words_only() {
    let names: Vec<&str> = ColumnMap::profiles().collect();
    assert_eq!(names, ["icbc_debit", "cmb", "boc", "alipay"]);
    for name in names {
        profile(name).check().unwrap();
    }
    assert_eq!(ColumnMap::profile("other"), None);
    let resembling = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息\n2024-01-01,CNY,1,1,a,b\n";
    let answer = auto(resembling.as_bytes(), None).map_err(|errors| brief(&errors[0]));
    assert_eq!(answer, Err("import.no_column_map@- -".to_owned()), "one word is missing");
}

#[test]
fn boc_export_is_read_by_its_own_words() {
    for (_, bytes) in outside_files("bank/cn_csv", "boc", ".csv") {
        let read = only(auto(&bytes, None).unwrap());
        assert_eq!(read, statement(&bytes, &profile("boc")));
        assert_eq!((read.entries.len(), read.account.as_str()), (17, "3167"));
        assert_eq!(read.opening.unwrap().decimal(), "2813.58", "newest first, by the running balance");
        assert_eq!(read.closing.unwrap().decimal(), "3240.28");
        assert_eq!((sum(&read, true), sum(&read, false)), ("982100".into(), "939430".into()));
        assert_eq!(
            row(&read.entries[0]),
            "3 2025-08-22 -71.89 CNY | 张三 | 6226******5669 | 无卡支付 | - | BOOK"
        );
        assert_eq!(
            row(read.entries.last().unwrap()),
            "19 2025-08-01 +1000.00 CNY | 张三 | 6222******0258 | 银联入账 / 转账 | - | BOOK"
        );
        let whole = only(auto(&bytes, Some("6217 8500 0000 3167")).unwrap());
        assert_eq!(whole.account, "6217850000003167", "the export shows the last digits only");
        let other = auto(&bytes, Some("6217850000003168")).unwrap_err();
        assert_eq!(brief(&other[0]), "import.account_other@- -");
    }
}

#[test]
fn cmb_export_has_name_and_account_in_one_field() {
    for (_, bytes) in outside_files("bank/cn_csv", "cmb", ".csv") {
        let read = only(auto(&bytes, None).unwrap());
        assert_eq!(story(&read), "37.66 +1234.00 -1000.00 -3.00 -1000.00 -10.14 = 1218.24");
        assert_eq!((sum(&read, true), sum(&read, false)), ("123400".into(), "201314".into()));
        assert_eq!(
            row(&read.entries[0]),
            "2 2024-01-01 +1234.00 CNY | 北京住房公积金管理中心 | 1111111111 | 代发住房公积金 / 01月01日约定提取 | - | BOOK"
        );
        assert_eq!(
            row(&read.entries[1]),
            "3 2024-01-01 -1000.00 CNY | 张三 | 66666666666666 | 转账汇款 / 转账 | - | BOOK"
        );
        assert_eq!(
            row(read.entries.last().unwrap()),
            "6 2024-01-23 -10.14 CNY | 抖音电商商家 | 888888888 | 快捷支付 / 抖音支付-抖音电商商家 | - | BOOK"
        );
        assert_eq!(read.account, "", "the export does not say it");
        assert_eq!(only(auto(&bytes, Some("6214830000000001")).unwrap()).account, "6214830000000001");
    }
}

/// The authors of the sample masked every balance, so it is refused as it is; with the balances that follow from an
/// opening of 10,000.00 it is read whole.
#[test]
fn icbc_export_is_read_below_its_head() {
    for (_, bytes) in outside_files("bank/cn_csv", "icbc", ".csv") {
        let errors = auto(&bytes, None).unwrap_err();
        assert_eq!((errors.len(), brief(&errors[0])), (11, "import.amount_form@8 余额".to_owned()));
        let masked = ColumnMap { balance: None, ..profile("icbc_debit") };
        let read = statement(&bytes, &masked);
        assert_eq!((read.entries.len(), read.account.as_str()), (11, "1234****9876"));
        assert_eq!((sum(&read, true), sum(&read, false)), ("284174".into(), "424108".into()));
        assert_eq!(
            row(&read.entries[0]),
            "8 2023-05-02 -13.40 CNY | 深圳市财付通支付科技有限公司 | - | 消费 / 广东三元麦当劳食品有 | - | BOOK"
        );
        assert_eq!(
            row(read.entries.last().unwrap()),
            "18 2023-02-08 +1.04 CNY | 深圳市财付通支付科技有限公司 | - | 退款 / 财付通-微信红包 | - | BOOK"
        );

        let mut balance = 1_000_000;
        let mut after = Vec::new();
        for entry in read.entries.iter().rev() {
            balance += if entry.credit { entry.amount.minor() } else { -entry.amount.minor() };
            after.push(format!("{}.{:02}", balance / 100, balance % 100));
        }
        let mut text = String::from_utf8(bytes).unwrap();
        for balance in after.iter().rev() {
            text = text.replacen("xx,yyyy.zz", balance, 1);
        }
        let whole = only(auto(text.as_bytes(), Some("1234567890129876")).unwrap());
        assert_eq!(whole.account, "1234567890129876");
        assert_eq!(whole.opening.unwrap().decimal(), "10000.00");
        assert_eq!(Some(&whole.closing.unwrap().decimal()), after.last());
        let other = auto(text.as_bytes(), Some("1234567890129877")).unwrap_err();
        assert_eq!(brief(&other[0]), "import.account_other@- -");
        let cut = text.replace("人民币合计", "小计");
        assert_eq!(brief(&auto(cut.as_bytes(), None).unwrap_err()[0]), "import.row_width@20 -");
    }
}

#[test]
fn alipay_export_lists_what_was_called_off() {
    for (_, bytes) in outside_files("bank/cn_csv", "alipay", ".csv") {
        let read = only(auto(&bytes, None).unwrap());
        assert_eq!(story(&read), "? -49.74 -20.00 +222228.50 -50.00 -9.90 -82.00 = ?");
        assert_eq!(read.account, "xx@gmail.com");
        assert_eq!((sum(&read, true), sum(&read, false)), ("22222850".into(), "16164".into()));
        let booked: Vec<bool> = read.entries.iter().map(|entry| entry.booked).collect();
        assert_eq!(booked, [true, true, true, false, true, true], "one was called off");
        assert_eq!(
            row(&read.entries[0]),
            "26 2023-02-12 -49.74 CNY | xxxxxxxxxxxx | - | 亲情卡 | 202302xxxxxx0011000103xxxxxx | 交易成功"
        );
        assert_eq!(
            row(read.entries.last().unwrap()),
            "35 2023-07-10 -82.00 CNY | xxxx | - | xxxx | xxxx | 交易成功"
        );
        let said = ColumnMap { encoding: Encoding::Gbk, ..profile("alipay") };
        assert_eq!(statement(&bytes, &said), read);
    }
}

#[test]
fn status_words_yen_signs_and_names_with_numbers() {
    let status =
        StatusColumn { column: "s".into(), booked: vec!["done".into()], announced: vec!["off".into()] };
    let map = ColumnMap {
        status: Some(status.clone()),
        payer_together: Some("who".into()),
        thousands: Some(','),
        ..ColumnMap::new("d", signed("a"))
    };
    let rows = |cells: &str| format!("d,a,s,who\n2026-03-02,{cells}\n");
    let first = |cells: &str| statement(rows(cells), &map).entries.remove(0);
    assert!(first("1,done,x").booked);
    let off = first("1,off,x");
    assert_eq!((off.booked, off.status.as_str()), (false, "off"));
    check(rows("1,other,x"), &map, "import.unknown_word@2 s");
    for (cell, want) in
        [("¥1.50", "+1.50"), ("￥ 3.00", "+3.00"), ("-¥2", "-2.00"), ("\"¥1,000.00\"", "+1000.00")]
    {
        let entry = first(&format!("{cell},done,x"));
        let sign = if entry.credit { "+" } else { "-" };
        assert_eq!(format!("{sign}{}", entry.amount.decimal()), want, "{cell}");
    }
    check(rows("¥¥1,done,x"), &map, "import.amount_form@2 a");
    check(rows("$1,done,x"), &map, "import.amount_form@2 a");
    let dollars = ColumnMap {
        currency: CurrencySource::Constant(zaiton_kernel::Currency::from_code("USD").unwrap()),
        ..map.clone()
    };
    check(rows("¥1,done,x"), &dollars, "import.amount_form@2 a");
    let who = |cell: &str| {
        let detail = first(&format!("1,done,{cell}")).details.remove(0);
        (detail.debtor.unwrap_or_default(), detail.debtor_account.unwrap_or_default())
    };
    assert_eq!(who("青禾贸易 6222000012345678"), ("青禾贸易".into(), "6222000012345678".into()));
    assert_eq!(who("青禾贸易6222****5678"), ("青禾贸易".into(), "6222****5678".into()));
    assert_eq!(who("加油站12"), ("加油站12".into(), String::new()));
    assert_eq!(who("62220000"), (String::new(), "62220000".into()));
    assert_eq!(who(""), (String::new(), String::new()));
    let wrong = ColumnMap { payer_name: Some("who".into()), ..map.clone() };
    check(rows("1,done,x"), &wrong, "import.column_map@- payer_together");
    let words = StatusColumn { announced: vec!["done".into()], ..status.clone() };
    check(rows("1,done,x"), &ColumnMap { status: Some(words), ..map.clone() }, "import.column_map@- status");
    let none = StatusColumn { booked: vec![], ..status };
    check(rows("1,done,x"), &ColumnMap { status: Some(none), ..map.clone() }, "import.column_map@- status");
    let text = serde_json::to_string(&map).unwrap();
    assert_eq!(serde_json::from_str::<ColumnMap>(&text).unwrap(), map);
}
