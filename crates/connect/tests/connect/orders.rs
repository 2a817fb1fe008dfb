//! The own-site order format: a good order to the last field, the three forms and two encodings, and everything
//! that must be refused, with its line and field.

use crate::common::{ORDERS, brief};
use zaiton_connect::Encoding;
use zaiton_connect::ReadError;
use zaiton_connect::orders::{OrderLimits, OrderReader, OrderStatus, ReadOrder, read_order};

fn all(bytes: impl AsRef<[u8]>) -> Vec<(u64, Result<ReadOrder, ReadError>)> {
    OrderReader::new(bytes.as_ref()).map(|read| (read.line, read.order)).collect()
}

/// `line id` or `line code@line field` of every order, in one text.
fn story(bytes: impl AsRef<[u8]>) -> String {
    let told = all(bytes).into_iter().map(|(line, order)| match order {
        Ok(order) => format!("{line} {}", order.channel_order_id),
        Err(error) => format!("{line} {}", brief(&error)),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn first_line() -> &'static str {
    ORDERS.lines().next().unwrap()
}

#[test]
fn a_good_order_is_read_to_the_last_field() {
    let order = read_order(first_line().as_bytes()).unwrap();
    assert_eq!((order.shop.as_deref(), order.merchant.as_deref()), (Some("qinghe"), Some("M-1")));
    assert_eq!(
        (&order.status, order.status_channel[0].text.as_str()),
        (&OrderStatus::Completed, "completed")
    );
    assert_eq!(order.placed_at.unwrap().at.to_string(), "2026-03-02T01:00:00Z");
    assert_eq!(order.shipped_at.unwrap().at.to_string(), "2026-03-03T01:00:00Z");
    assert_eq!((order.completed_at, order.cancelled_at), (order.updated_at, None));
    assert_eq!(order.money.total.unwrap().to_string(), "310.00 CNY");
    assert_eq!((order.money.goods.unwrap().decimal(), order.money.tax), ("300.00".into(), None));
    let [one, two] = &order.lines[..] else { panic!("two lines") };
    assert_eq!((one.sku.as_deref(), one.title.as_str(), one.qty), (Some("SKU-A"), "茶具", Some(2)));
    assert_eq!(
        (one.line_total.unwrap().decimal(), two.line_total.unwrap().decimal()),
        ("200.00".into(), "100.00".into())
    );
    assert_eq!(
        (order.refunds.len(), order.refunds[1].lines[0].amount.unwrap().decimal()),
        (2, "150.00".into())
    );
    let promotion = &order.promotions[0];
    assert_eq!((promotion.programme.as_str(), promotion.promotion.as_str()), ("baitiao", "P-1"));
    assert_eq!((promotion.rate_bps.get(), promotion.funded_share_bps.get()), (450, 10_000));
    assert_eq!((promotion.term.as_deref(), promotion.quote_id.as_deref()), (Some("6"), Some("Q-1")));
    assert_eq!(
        (promotion.lines.join(" "), promotion.fee.unwrap().decimal()),
        ("L1 L2".into(), "13.50".into())
    );
}

#[test]
fn the_three_forms_read_alike() {
    let want: Vec<_> = all(ORDERS).into_iter().map(|(_, order)| order.unwrap()).collect();
    assert_eq!(want.len(), 2);
    let orders = |text: &str| -> Vec<_> { all(text).into_iter().map(|(_, order)| order.unwrap()).collect() };
    let list = format!("[{}]", ORDERS.trim_end().replace('\n', ","));
    assert_eq!(orders(&list), want);
    let value: serde_json::Value = serde_json::from_str(&list).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    assert_eq!(orders(&pretty), want);
    assert_eq!(orders(&serde_json::to_string_pretty(&value[0]).unwrap()), want[..1]);
    assert_eq!(orders(first_line()), want[..1]);
    assert_eq!(orders("[]"), []);
    assert_eq!(orders(" \n\n"), []);
    let lines: Vec<_> = all(format!("\n\n{pretty}")).into_iter().map(|(line, _)| line).collect();
    let second = pretty.lines().position(|line| line == "  {").map(|at| at + 3);
    assert_eq!(lines.first().copied(), second.map(|line| u64::try_from(line).unwrap()));
    assert!(lines[1] > lines[0] + 30);
}

#[test]
fn encodings_marks_blank_lines_and_crlf() {
    let want = story(ORDERS);
    assert_eq!(want, "1 O-1001; 2 O-1002");
    assert_eq!(story(format!("\u{feff}{ORDERS}")), want);
    assert_eq!(story(ORDERS.replace('\n', "\r\n")), want);
    assert_eq!(story(ORDERS.replace('\n', "\n \n\r\n")), "1 O-1001; 4 O-1002");
    let (gbk, _, _) = encoding_rs::GBK.encode(ORDERS);
    assert_eq!(all(&gbk)[0].1.as_ref().unwrap().lines[0].title, "茶具");
    let said = OrderReader::with(&gbk[..], Encoding::Gbk, OrderLimits::default());
    assert!(said.into_iter().all(|read| read.order.is_ok()));
    let utf8 = OrderReader::with(&gbk[..], Encoding::Utf8, OrderLimits::default());
    assert_eq!(brief(&utf8.into_iter().next().unwrap().order.unwrap_err()), "import.encoding@1 -");
    // Once a line was UTF-8 the file is: a later line in GBK is a damaged one.
    let mut mixed = ORDERS.as_bytes().to_vec();
    mixed.extend_from_slice(&gbk);
    assert_eq!(story(mixed), "1 O-1001; 2 O-1002; 3 import.encoding@3 -; 4 O-1002");
    let list = format!("[{}]", ORDERS.trim_end().replace('\n', ",\n"));
    let (gbk, _, _) = encoding_rs::GBK.encode(&list);
    assert_eq!(story(&gbk), "1 O-1001; 2 O-1002");
}

#[test]
fn a_wrong_line_does_not_stop_the_next() {
    let good = first_line();
    let cut = &good[..200];
    assert_eq!(story(format!("{cut}\n{good}\n")), "1 import.truncated@1 -; 2 O-1001");
    assert_eq!(story(format!("{good}\n{cut}\n{good}")), "1 O-1001; 2 import.truncated@2 -; 3 O-1001");
    assert_eq!(story(cut), "1 import.truncated@1 -");
    assert_eq!(story(format!("{good}{good}\n{good}")), "1 import.json@1 -; 2 O-1001");
    assert_eq!(story(format!("hello\n{good}")), "1 import.json@1 -; 2 O-1001");
    assert_eq!(story(format!("[{good},\n{cut}")), "2 import.truncated@2 -");
    assert_eq!(story(format!("[{good}] {good}")), "1 import.json@1 -");
    assert_eq!(story(format!("[{good},\n3]")), "1 O-1001; 2 import.wrong_kind@2 -");
    let deep = format!("{{\"lines\":{}", "[".repeat(100_000));
    assert_eq!(story(&deep), "1 import.json@1 -");
}

#[test]
fn limits_are_held() {
    let good = first_line();
    let long = good.replace("茶具", &"x".repeat(1 << 20));
    assert_eq!(story(format!("{long}\n{good}\n")), "1 import.line_too_long@1 -; 2 O-1001");
    assert_eq!(story(format!("{good}\n{long}\n{good}\n")), "1 O-1001; 2 import.line_too_long@2 -; 3 O-1001");
    let padded = format!("{}{}", good, " ".repeat((1 << 20) - good.len()));
    assert_eq!(story(format!("{padded}\n{good}")), "1 O-1001; 2 O-1001");
    assert_eq!(brief(&read_order(long.as_bytes()).unwrap_err()), "import.line_too_long@- -");
    assert_eq!(story(format!("[{good},\n{long}]")), "1 O-1001; 2 import.line_too_long@2 -");
    let tight = |text: String, limits: OrderLimits| {
        let told = OrderReader::with(text.as_bytes(), Encoding::Auto, limits).map(|read| read.order);
        told.map(|order| order.map_or_else(|e| e.code, |_| "read")).collect::<Vec<_>>().join(" ")
    };
    let list = format!("[{good},{good}]");
    let limits = OrderLimits::default();
    assert_eq!(
        tight(list.clone(), OrderLimits { file_bytes: 500, ..limits.clone() }),
        "import.file_too_large"
    );
    assert_eq!(tight(list.clone(), OrderLimits { orders: 1, ..limits.clone() }), "import.json");
    assert_eq!(tight(list, limits), "read read");
}

/// A stream that gives a few bytes at a time and then breaks.
struct Breaking<'a>(&'a [u8]);

impl std::io::Read for Breaking<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(std::io::Error::other("cable"));
        }
        let count = self.0.len().min(buffer.len()).min(7);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn a_stream_that_breaks_is_told_once() {
    let told: Vec<_> = OrderReader::new(Breaking(ORDERS.as_bytes()))
        .map(|read| (read.line, read.order.map_err(|e| e.code)))
        .collect();
    assert_eq!(told.len(), 3);
    assert!(told[0].1.is_ok() && told[1].1.is_ok());
    assert_eq!((told[2].0, told[2].1.as_ref().err()), (3, Some(&"import.stream")));
}

/// Takes one piece of the good order for another and says what the reader should answer.
fn check(from: &str, to: &str, want: &str) {
    let good = first_line();
    assert!(good.contains(from), "{from} is not in the order");
    let text = good.replacen(from, to, 1);
    let answer = read_order(text.as_bytes()).map_or_else(|error| brief(&error), |_| "read".to_owned());
    assert_eq!(answer.replace("@- ", " ").replace(" -", ""), want, "{from} -> {to}");
}

#[test]
fn wrong_amounts_are_refused() {
    let total = "\"total\":\"310.00\"";
    check(total, "\"total\":310.00", "import.amount_number money.total");
    check(total, "\"total\":310", "import.amount_number money.total");
    check(total, "\"total\":\"-1\"", "import.amount_negative money.total");
    check(total, "\"total\":\"1.005\"", "import.amount_digits money.total");
    check(total, "\"total\":\"1.500\"", "read");
    check(total, "\"total\":\"1e2\"", "import.amount_form money.total");
    check(total, "\"total\":\"\"", "import.amount_form money.total");
    check(total, "\"total\":\"92233720368547758.08\"", "import.amount_overflow money.total");
    check(total, "\"total\":{\"amount\":\"1\"}", "import.wrong_kind money.total");
    check(total, "\"total\":null", "import.missing money.total");
    check(total, "\"total\":\"1\",\"total\":\"2\"", "import.twice money.total");
    check(
        "\"currency\":\"CNY\",\"total\"",
        "\"currency\":\"RMB\",\"total\"",
        "import.currency_unknown money.currency",
    );
    check(
        "\"line_total\":\"200.00\"",
        "\"line_total\":\"200.001\"",
        "import.amount_digits lines[0].line_total",
    );
    check(
        "\"line_total\":\"100.00\",\"currency\":\"CNY\"",
        "\"line_total\":\"1\",\"currency\":\"USD\"",
        "import.currency_mixed lines[1].currency",
    );
    check("\"amount\":\"50.00\"", "\"amount\":50.0", "import.amount_number refunds[0].lines[0].amount");
    check("\"goods\":\"300.00\"", "\"goods\":\"-300.00\"", "import.amount_negative money.goods");
}

#[test]
fn wrong_lines_refunds_and_promotions_are_refused() {
    check("\"qty\":2", "\"qty\":0", "import.out_of_range lines[0].qty");
    check("\"qty\":2", "\"qty\":1000000", "read");
    check("\"qty\":2", "\"qty\":1000001", "import.out_of_range lines[0].qty");
    check("\"qty\":2", "\"qty\":-1", "import.out_of_range lines[0].qty");
    check("\"qty\":2", "\"qty\":1.5", "import.wrong_kind lines[0].qty");
    check("\"qty\":2", "\"qty\":\"2\"", "import.wrong_kind lines[0].qty");
    check("\"qty\":2", "\"qty\":99999999999999999999", "import.wrong_kind lines[0].qty");
    check(
        "\"channel_line_id\":\"L2\"",
        "\"channel_line_id\":\"L1\"",
        "import.duplicate_id lines[1].channel_line_id",
    );
    check(
        "\"channel_line_id\":\"L2\"",
        "\"channel_line_id\":\" L1 \"",
        "import.duplicate_id lines[1].channel_line_id",
    );
    check("\"sku\":\"SKU-A\",", "", "import.missing lines[0].sku");
    check("\"lines\":[{", "\"lines\":[],\"old\":[{", "import.missing lines");
    check("\"amount\":\"150.00\"", "\"amount\":\"150.01\"", "import.refund_exceeds_line refunds[1].lines[0]");
    check(
        "\"amount\":\"0.01\"",
        "\"amount\":\"92233720368547758.07\"",
        "import.refund_exceeds_line refunds[1].lines[1]",
    );
    check("{\"line\":\"L2\"", "{\"line\":\"L9\"", "import.no_such_line refunds[1].lines[1]");
    check("\"ref\":\"R2\"", "\"ref\":\"R1\"", "import.duplicate_id refunds[1].ref");
    check("[{\"line\":\"L1\",\"amount\":\"50.00\"}]", "[]", "import.missing refunds[0].lines");
    check(
        "\"lines\":[\"L1\",\"L2\"]",
        "\"lines\":[\"L1\",\"L3\"]",
        "import.no_such_line promotions[0].lines[1]",
    );
    check(
        "\"lines\":[\"L1\",\"L2\"]",
        "\"lines\":[\"L1\",\"L1\"]",
        "import.duplicate_id promotions[0].lines[1]",
    );
    check("\"lines\":[\"L1\",\"L2\"]", "\"lines\":[]", "import.missing promotions[0].lines");
    check("\"rate_bps\":450", "\"rate_bps\":10001", "import.out_of_range promotions[0].rate_bps");
    check(
        "\"funded_share_bps\":10000",
        "\"funded_share_bps\":-1",
        "import.out_of_range promotions[0].funded_share_bps",
    );
    check("\"rate_bps\":450,", "", "import.missing promotions[0].rate_bps");
    check("\"term\":6", "\"term\":\"6\"", "read");
    check("\"term\":6", "\"term\":6.5", "import.wrong_kind promotions[0].term");
}

#[test]
fn wrong_names_words_and_moments_are_refused() {
    let id = "\"channel_order_id\":\"O-1001\"";
    check(id, "\"channel_order_id\":\"\"", "import.empty_text channel_order_id");
    check(id, "\"channel_order_id\":1001", "import.wrong_kind channel_order_id");
    check(id, "\"x\":1", "import.missing channel_order_id");
    check(
        id,
        &format!("\"channel_order_id\":\"{}\"", "9".repeat(101)),
        "import.text_too_long channel_order_id",
    );
    check(id, "\"channel_order_id\":\"a\\tb\"", "import.control_character channel_order_id");
    check("茶具", &"茶".repeat(500), "read");
    check("茶具", &"茶".repeat(501), "import.text_too_long lines[0].title");
    check("\"completed\"", "\"delivered\"", "import.unknown_word status_channel");
    check(
        "\"placed_at\":\"2026-03-02T09:00:00+08:00\"",
        "\"placed_at\":\"2026-03-02T09:00:00\"",
        "import.date_form placed_at",
    );
    check("\"placed_at\":\"2026-03-02", "\"placed_at\":\"0226-03-02", "import.date_century placed_at");
    check("\"placed_at\":\"2026-03-02", "\"placed_at\":\"9999-03-02", "import.date_century placed_at");
    check("\"placed_at\":\"2026-03-02", "\"placed_at\":\"2026-02-30", "import.date_form placed_at");
    check("\"shipped_at\":\"2026-03-03", "\"shipped_at\":\"2026-03-01", "import.before_placed shipped_at");
    check("\"updated_at\":\"2026-03-09T09:00:00+08:00\",", "", "import.missing updated_at");
    check("\"at\":\"2026-03-05", "\"at\":\"2025-03-05", "import.before_placed refunds[0].at");
    check("不需要", "\\u0000", "import.nul@1");
    check("\"name\":", "\"na\\u0000me\":", "import.nul@1");
    check("不需要", "\0", "import.nul@1");
    assert_eq!(brief(&read_order(b"[]").unwrap_err()), "import.wrong_kind@- -");
}

#[test]
fn lists_have_an_end() {
    let lines = |count: usize| {
        let line = |at: usize| {
            format!("{{\"channel_line_id\":\"N{at}\",\"sku\":\"s\",\"qty\":1,\"line_total\":\"0\"}},")
        };
        format!("\"lines\":[{}{{", (0..count).map(line).collect::<String>())
    };
    check("\"lines\":[{", &lines(998), "read");
    check("\"lines\":[{", &lines(999), "import.too_many lines");
}

#[test]
fn a_cut_order_is_refused_wherever_it_is_cut() {
    let good = first_line().as_bytes();
    for end in (1..good.len()).step_by(97).chain([good.len() - 1]) {
        let told = all(&good[..end]);
        assert_eq!(told.len(), 1, "cut at {end}");
        brief(told[0].1.as_ref().unwrap_err());
    }
}
