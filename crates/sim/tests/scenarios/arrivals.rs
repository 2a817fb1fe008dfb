//! Stories whose messages come in every order there is: they end alike. Runs on SQLite only; what a database does with one of
//! these orders, the stories of `scenarios/` show on both.

use std::fmt::Write;

use zaiton_sim::databases::TestDatabase;

use crate::page::Page;
use crate::story::run;

const BEFORE: &str = "> at 2026-03-02 09:00\n> merchant $qinghe 泉州青禾贸易有限公司\n> set up $qinghe in baitiao\n\
    > top up $qinghe in baitiao by 3000.00\n> at 2026-03-02 20:00\n";

/// A message of an order that the shop placed with an offer of 4.5 % on each line.
fn message(id: &str, updated: &str, lines: &[&str], more: &str) -> String {
    let (mut items, mut names) = (Vec::new(), Vec::new());
    for (line, nth) in lines.iter().zip(1..) {
        items.push(format!(
            r#"{{"channel_line_id": "{nth}", "sku": "S{nth}", "qty": 1, "line_total": "{line}"}}"#
        ));
        names.push(format!(r#""{nth}""#));
    }
    let total = if lines.len() == 1 { "1000.00" } else { "1500.00" };
    format!(
        "> channel own_site of $qinghe shop main\n>   {{\"merchant\": \"qinghe\", \"shop\": \"main\", \"channel_order_id\": \"{id}\",\n\
         >   {more},\n\
         >   \"placed_at\": \"2026-03-02T02:00:00Z\", \"updated_at\": \"2026-03-02T{updated}:00Z\",\n\
         >   \"money\": {{\"currency\": \"CNY\", \"total\": \"{total}\"}}, \"lines\": [{}],\n\
         >   \"promotions\": [{{\"programme\": \"baitiao\", \"promotion\": \"P\", \"rate_bps\": 450,\n\
         >   \"funded_share_bps\": 10000, \"lines\": [{}]}}]}}\n",
        items.join(", "),
        names.join(", ")
    )
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..count {
        let longer = |one: &Vec<usize>| {
            let left = (0..count).filter(|nth| !one.contains(nth));
            left.map(|nth| [one.as_slice(), &[nth]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// S14, readings K-85 and K-90: an original is placed and cancelled, the order that was merged out of it is placed, and received
/// with a part of it paid back. The original's fee is released, the other's settled, in all 24 orders of arrival.
#[test]
fn a_merged_order_bears_one_fee_whatever_comes_first() {
    let merged = r#""original_order_id": "M-1""#;
    let messages = [
        message("M-1", "03:00", &["1000.00"], r#""status_channel": "placed""#),
        message(
            "M-1",
            "04:00",
            &["1000.00"],
            r#""status_channel": "cancelled", "cancelled_at": "2026-03-02T04:00:00Z""#,
        ),
        message("M-3", "05:00", &["1000.00", "500.00"], &format!(r#""status_channel": "placed", {merged}"#)),
        message(
            "M-3",
            "06:00",
            &["1000.00", "500.00"],
            &format!(
                r#""status_channel": "completed", "completed_at": "2026-03-02T06:00:00Z", {merged}, "refunds": [{{"ref": "R",
>   "at": "2026-03-02T05:30:00Z", "lines": [{{"line": "2", "amount": "500.00"}}]}}]"#
            ),
        ),
    ];
    for order in orders(messages.len()) {
        let mut text = format!("# Arrivals\n\n```scenario\n{BEFORE}");
        for nth in &order {
            writeln!(text, "{}> forward 1m", messages[*nth]).unwrap();
        }
        text.push_str("> show hold M-1 in baitiao\n> show hold M-3 in baitiao\n");
        text.push_str("> show account $qinghe baitiao\n> show parked\n```\n");
        let page = Page::read(&text).unwrap();
        let came = run(&page, &TestDatabase::sqlite());
        assert!(came.broken.is_none(), "{order:?}: {:?}", came.broken);
        let end: Vec<&str> = came.found.iter().rev().take(4).rev().flatten().map(String::as_str).collect();
        assert_eq!(
            end,
            [
                "released: charged 45.00, released 45.00, settled 0.00, refunded 0.00; now frozen 0.00, owed 0.00 CNY",
                "mixed_closed: charged 67.50, released 22.50, settled 45.00, refunded 0.00; now frozen 0.00, owed 0.00 CNY",
                "available 2955.00, frozen 0.00, owed 0.00, processing 0.00 CNY",
                "nothing",
            ],
            "{order:?}"
        );
    }
}
