//! Two processes on one PostgreSQL: whoever is asked, the owner of the lane answers; when it dies the other takes over.

use std::time::{Duration, Instant};

use crate::home::{Home, Server};
use crate::kill::owned_by;
use crate::load::{Load, Story};
use crate::shop::{Merchant, open_merchant, open_shop};

#[expect(clippy::disallowed_methods, reason = "measures how long a takeover takes")]
fn now() -> Instant {
    Instant::now()
}

/// The same command to both: one runs it, the other repeats its answer.
fn both_answer(servers: &[&Server], merchants: &[Merchant], name: &str) {
    for (at, merchant) in merchants.iter().enumerate() {
        let body = merchant.charge(&format!("{name}-{at}"), 500);
        let key = format!("{name}/{at}");
        let [first, second] = [servers[at % 2], servers[(at + 1) % 2]];
        let one = first.http().command("prepaid.charge", &key, &body);
        let other = second.http().command("prepaid.charge", &key, &body);
        assert_eq!(
            (one.json()["repeated"].as_bool(), other.json()["repeated"].as_bool()),
            (Some(false), Some(true))
        );
        assert_eq!(one.reply(), other.reply());
    }
}

#[test]
fn two_processes_and_a_takeover() {
    let home = Home::postgres(4);
    let (first, second) = (home.serve(), home.serve());
    let codes: Vec<String> = (0..8).map(|at| format!("shop-{at}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    // Set up through the one that owns nothing: everything is forwarded.
    let merchants = open_shop(&home, &second.http(), &codes, 50_000);
    assert_eq!(home.number("SELECT count(*) FROM lanes"), 4);
    both_answer(&[&first, &second], &merchants, "before");
    let mut story = Story::after_setup(&merchants);

    let load = Load::start(&[first.http(), second.http()], &merchants, "load", 3, 4);
    load.go_on(300);
    let killed = now();
    first.kill();
    owned_by(&home, &second);
    load.go_on(100);
    assert!(killed.elapsed() < Duration::from_secs(12), "{:?}", killed.elapsed());
    let asked = load.stop();
    for (at, merchant) in merchants.iter().enumerate() {
        let key = format!("before/{at}");
        let answer =
            second.http().command("prepaid.charge", &key, &merchant.charge(&format!("before-{at}"), 500));
        assert_eq!(answer.json()["repeated"], true, "{answer:?}");
    }
    story.also_accepted("prepaid.charge", merchants.len());
    story.check(&home, &second.http(), asked);
    home.verify();

    // A third joins; it is asked, the second answers; stopped in peace, it hands over at once.
    let third = home.serve();
    both_answer(&[&second, &third], &merchants, "after");
    assert!(second.stop().success());
    owned_by(&home, &third);
    open_merchant(&home, &third.http(), "late");
    home.verify();
}
