//! Three servers on one PostgreSQL: one is killed while effects are on their way, and each was carried out once, as its receiver
//! tells (R5-62).

use serde_json::{Value, json};
use zaiton_ledger::Kind;

use crate::client::Http;
use crate::home::{Home, Server, eventually, pause};
use crate::shop::{BankFile, Merchant, company, open_shop};

/// Requests and wires of a round.
const WIRES: u64 = 180;

fn any(servers: &[Server]) -> Http {
    servers[0].http()
}

/// A wire's amount, unlike any other's.
fn yuan(round: u64, wire: u64) -> u64 {
    3_000 + round * WIRES + wire
}

fn of(merchants: &[Merchant], wire: u64) -> &Merchant {
    &merchants[usize::try_from(wire).unwrap() % merchants.len()]
}

/// A statement of wires that nobody has asked for yet, after one that closed with so many fen, which are more afterwards.
fn wires(merchants: &[Merchant], round: u64, balance: &mut u64) -> String {
    let mut file = BankFile::new(&format!("ROUND{round}"), *balance);
    for wire in 0..WIRES {
        let fen = yuan(round, wire) * 100;
        *balance += fen;
        file.wire(fen, &company(&of(merchants, wire).code), "");
    }
    file.text()
}

/// Asks for the top-ups that these wires pay: each looks for its wire by an effect, which leads to messages between lanes.
fn asked(http: &Http, merchants: &[Merchant], round: u64) {
    let one = |wire| {
        let amount = json!({ "amount": format!("{}.00", yuan(round, wire)), "currency": "CNY" });
        let body = json!({ "merchant": of(merchants, wire).id, "programme": "baitiao", "amount": amount });
        ("prepaid.request_top_up".to_owned(), format!("ask/{round}/{wire}"), body)
    };
    let commands: Vec<_> = (0..WIRES).map(one).collect();
    let answers = http.bulk(&commands).unwrap().lines();
    assert!(answers.iter().all(|answer| answer["outcome"] == "accepted"), "{answers:?}");
}

/// Timers that nobody may fire twice: an alert's, a day's, a month's. What they did is in the events, once each.
fn once(home: &Home) -> Value {
    let twice = "SELECT count(*) FROM (SELECT body FROM events WHERE command = 'prepaid.credit_top_up' \
                 AND body LIKE '%\"type\":\"credited\"%' GROUP BY subject, body HAVING count(*) > 1) AS twice";
    json!({ "twice": home.number(twice), "dead": home.number("SELECT count(*) FROM effects WHERE due_at IS NULL \
            AND (body::json ->> 'error') IS NOT NULL") })
}

#[test]
fn one_of_three_is_killed_in_mid_delivery() {
    let home = Home::postgres(6);
    let mut servers: Vec<Server> = (0..3).map(|_| home.serve()).collect();
    let codes: Vec<String> = (0..12).map(|number| format!("shop{number}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let merchants = open_shop(&home, &any(&servers), &codes, 5_000);
    let before = home.postings(Kind::TopUp);
    let (mut balance, mut cut) = (12 * 5_000 * 100, 0);
    for round in 1..=3_u64 {
        let file = home.write(&format!("round{round}.xml"), wires(&merchants, round, &mut balance));
        home.import("bank", &file).ok();
        let done = before + usize::try_from((round - 1) * WIRES).unwrap();
        assert_eq!(home.postings(Kind::TopUp), done, "nobody has asked for these");
        // One server goes while effects and messages are on their way.
        asked(&any(&servers), &merchants, round);
        eventually("the first wires have arrived", 60, || (home.postings(Kind::TopUp) > done).then_some(()));
        servers.remove(1 + usize::try_from(round % 2).unwrap()).kill();
        let all = before + usize::try_from(round * WIRES).unwrap();
        cut += all - home.postings(Kind::TopUp);
        servers.push(home.serve());
        eventually("every wire has arrived", 120, || (home.postings(Kind::TopUp) >= all).then_some(()));
        eventually("nothing is due any more", 120, || {
            let due = "SELECT count(*) FROM effects WHERE due_at IS NOT NULL";
            (home.number(due) == 0).then_some(())
        });
        pause(200);
        assert_eq!(home.postings(Kind::TopUp), all, "each wire once, whoever carried it");
        assert_eq!(once(&home), json!({ "twice": 0, "dead": 0 }));
    }
    assert!(cut > 0, "no server was killed before all had arrived");
    for server in servers {
        assert!(server.stop().success());
    }
    home.verify();
}
