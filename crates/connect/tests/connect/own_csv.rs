//! Our own format as a CSV: what JSON would say, and everything that must be refused, with its line and column.

use zaiton_connect::orders::{OrderLimits, OrderReader, ReadOrder, read_order};
use zaiton_connect::{Encoding, ReadError};

use crate::common::brief;

const CSV: &str = include_str!("../data/orders.csv");

fn all(bytes: impl AsRef<[u8]>) -> Vec<(u64, Result<ReadOrder, ReadError>)> {
    OrderReader::new(bytes.as_ref()).map(|read| (read.line, read.order)).collect()
}

fn story(bytes: impl AsRef<[u8]>) -> String {
    let told = all(bytes).into_iter().map(|(line, order)| match order {
        Ok(order) => format!("{line} {}", order.channel_order_id),
        Err(error) => format!("{line} {}", brief(&error)),
    });
    told.collect::<Vec<_>>().join("; ")
}

#[test]
fn rows_say_what_json_says() {
    let json = r#"{"merchant":"M-1","shop":"qinghe","channel_order_id":"C-1","status_channel":"shipped",
        "placed_at":"2026-03-02T09:00:00+08:00","updated_at":"2026-03-04T09:00:00+08:00",
        "money":{"currency":"CNY","total":"310.00","goods":"300.00","shipping":"10.00"},
        "buyer":{"name":"青禾"},"ship_to":{"name":"青禾","lines":["示例路 1 号"],"city":"上海","country":"CN"},
        "lines":[{"channel_line_id":"L1","sku":"SKU-A","title":"茶具, 两件","qty":2,"unit_price":"100.00","line_total":"200.00"},
            {"channel_line_id":"L2","sku":"SKU-B","title":"=1+1","qty":1,"line_total":"100.00"}],
        "refunds":[{"ref":"R1","at":"2026-03-05T09:00:00+08:00","lines":[{"line":"L1","amount":"50.00"},{"line":"L2","amount":"0.01"}]}],
        "promotions":[{"programme":"baitiao","promotion":"P-1","term":"6","rate_bps":450,"funded_share_bps":10000,"lines":["L1","L2"]}],
        "notes":[{"text":"=HYPERLINK(\"x\")"}]}"#;
    let told = all(CSV);
    assert_eq!(told[0].1.as_ref().unwrap(), &read_order(json.as_bytes()).unwrap());
    assert_eq!(story(CSV), "2 C-1; 5 C-2");
    assert_eq!(told[0].1.as_ref().unwrap().money.difference(), Some(0));
}

#[test]
fn what_looks_like_a_formula_is_a_text() {
    let order = all(CSV).remove(0).1.unwrap();
    assert_eq!(order.lines[1].title, "=1+1");
    assert_eq!(order.personal.notes[0].text.as_str(), "=HYPERLINK(\"x\")");
}

#[test]
fn encodings_marks_and_line_ends() {
    let want = story(CSV);
    let (gbk, _, _) = encoding_rs::GBK.encode(CSV);
    assert_eq!(all(&gbk), all(CSV));
    assert_eq!(story(format!("\u{feff}{CSV}")), want);
    assert_eq!(story(CSV.replace('\n', "\r\n")), want);
    assert_eq!(story(CSV.trim_end()), want);
    assert_eq!(story(CSV.replace("merchant,", "Merchant ,")), want);
}

#[test]
fn each_order_has_its_rows_below_the_heading() {
    for read in OrderReader::new(CSV.as_bytes()) {
        let again: Vec<_> = OrderReader::new(&read.raw[..]).map(|read| read.order).collect();
        assert_eq!(again, [read.order]);
    }
}

/// Takes one piece of the good file for another and says what the reader should answer.
fn check(from: &str, to: &str, want: &str) {
    assert!(CSV.contains(from), "{from} is not in the file");
    assert_eq!(story(CSV.replacen(from, to, 1)), want, "{from} -> {to}");
}

#[test]
fn wrong_rows_are_told_with_their_line() {
    check("line_id,sku", "line_no,sku", "1 import.header@1 line_id");
    check("title,qty", "title,sku", "1 import.twice@1 sku");
    check("line_total,refund_ref", "line_total,my_own", "2 import.missing@2 refunds[0].ref; 5 C-2");
    check(",2,100.00,200.00", ",zwei,100.00,200.00", "2 import.wrong_kind@2 lines[0].qty; 5 C-2");
    check(",2,100.00,200.00", ",2,100.00,200.001", "2 import.amount_digits@2 lines[0].line_total; 5 C-2");
    check(",200.00,R1", ",200.00,", "2 import.missing@2 refunds[0].ref; 5 C-2");
    check("CNY,310.00,300.00,10.00,,", "CNY,311.00,300.00,10.00,,", "2 import.rows_differ@3 total; 5 C-2");
    check("qinghe,C-2", "qinghe,C-1", "2 import.rows_differ@5 status_channel");
    check("qinghe,C-2", "qinghe,", "5 import.missing@5 channel_order_id");
    check("qinghe,C-2,placed", "qinghe,\"C-2,placed", "5 import.quote@5 -");
    check(",,,,,,,,1,S,,1,,1200,,,,,,,,,", ",,,,,,,,1,S,,1,,1200,,,,,,,,,,x", "5 import.row_too_wide@5 -");
    check(
        "placed,2026-03-02T01:00:00Z",
        "lost,2026-03-02T01:00:00Z",
        "2 C-1; 5 import.unknown_word@5 status_channel",
    );
    check(",CN,L1", ",XX,L1", "2 import.country_unknown@2 ship_to.country; 5 C-2");
}

#[test]
fn later_rows_may_leave_out_what_is_said_of_the_order() {
    let row = CSV.lines().nth(2).unwrap();
    let short = ",,C-1,,,,,,,,,,,,,L2,SKU-B,=1+1,1,,100.00,R1,2026-03-05T09:00:00+08:00,0.01,baitiao,P-1,6,450,10000,";
    assert_eq!(all(CSV.replace(row, short)), all(CSV));
}

#[test]
fn rows_of_an_order_stand_together() {
    let apart = format!("{}{}\n", CSV, CSV.lines().nth(2).unwrap());
    assert_eq!(story(apart), "6 import.rows_apart@6 channel_order_id");
}

#[test]
fn limits_are_held() {
    let tight = |limits: OrderLimits| {
        let read = OrderReader::with(CSV.as_bytes(), Encoding::Auto, limits);
        read.map(|read| read.order.map_or_else(|e| e.code, |_| "read")).collect::<Vec<_>>().join(" ")
    };
    let limits = OrderLimits::default();
    assert_eq!(tight(OrderLimits { orders: 1, ..limits.clone() }), "import.too_many");
    assert_eq!(tight(OrderLimits { file_bytes: 400, ..limits.clone() }), "import.file_too_large");
    assert_eq!(tight(OrderLimits { line_bytes: 400, ..limits }), "import.line_too_long read");
}
