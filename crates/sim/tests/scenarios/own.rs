//! The runner's own tests: that it finds what differs, names the step, and counts nothing that did not happen. A runner that
//! passes everything would prove nothing.

use zaiton_engine::outbox::{Effect, EffectId};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_sim::clock::START;
use zaiton_sim::databases::TestDatabase;

use crate::page::Page;
use crate::story::{Came, run};

const STORY: &str = "# A story\n\n```scenario\n> at 2026-03-02 09:00\n> merchant $shop 泉州青禾贸易有限公司\n\n\
    > as finance-1 prepaid.request_top_up {\"merchant\":\"$shop\",\"programme\":\"baitiao\",\n\
    >   \"amount\":{\"amount\":\"3000.00\",\"currency\":\"CNY\"}}\nwrong\n```\nThe end.\n";

fn came(text: &str) -> (Page, Came) {
    let page = Page::read(text).expect("a page");
    let came = run(&page, &TestDatabase::sqlite());
    (page, came)
}

#[test]
fn a_difference_names_its_step_and_blessing_mends_it() {
    let (page, first) = came(STORY);
    let [one] = first.differences.as_slice() else { panic!("one difference: {:?}", first.differences) };
    assert!(one.starts_with("line 7: as finance-1") && one.contains("- wrong"), "{one}");
    assert!(one.contains("+ refused by R1-02: prepaid.account.none"), "{one}");
    let mended = page.with(&first.found);
    assert_eq!(mended.replace("wrong\n", ""), mended);
    let (again, second) = came(&mended);
    assert!(second.differences.is_empty() && second.broken.is_none(), "{:?}", second.differences);
    assert_eq!(again.with(&second.found), mended);
}

#[test]
fn a_boundary_must_follow_what_it_says() {
    let end = |line: &str| STORY.replace("wrong\n", &format!("wrong\n> {line}\n"));
    let told = |line: &str| {
        let (_, came) = came(&end(line));
        came.broken.unwrap_or_default()
    };
    assert!(told("boundary R1-17 outside why").contains("was refused by R1-02, not by R1-17"));
    assert!(told("boundary R1-02 inside why").contains("was refused by R1-02"));
    assert!(told("boundary R9-17 outside why").contains("no rule's number"));
    assert!(!told("boundary R1-02 outside why").contains("boundary"));
    assert!(told("forward 1d\n> boundary R1-02 inside why").contains("no command and no show"));
}

#[test]
fn a_rule_is_shown_only_by_what_came_out_as_written() {
    let end = "> boundary R1-02 outside no account\n> at 2026-03-02 10:00\n> show timers\n{below}\n> boundary R1-02 inside none\n";
    let told = |below: &str| {
        let (page, first) = came(STORY);
        let text = page
            .with(&first.found)
            .replace("```\nThe end", &format!("{}```\nThe end", end.replace("{below}", below)));
        let (_, came) = came(&text);
        let shown: Vec<(String, bool, bool)> = came
            .counts
            .into_iter()
            .map(|count| (count.rule, count.inside, count.refusal.is_some()))
            .collect();
        shown
    };
    let (refused, seen) = (("R1-02".to_owned(), false, true), ("R1-02".to_owned(), true, false));
    assert_eq!(told("nothing"), [refused.clone(), seen]);
    assert_eq!(told("something else"), [refused]);
    assert!(came(STORY).1.counts.is_empty());
}

#[test]
fn what_cannot_be_read_is_told() {
    let first = |text: &str| came(text).1.broken.unwrap_or_default();
    let of = |step: &str| first(&format!("```scenario\n> {step}\n```\n"));
    assert!(of("dance").contains("no step begins with dance"));
    assert!(of("as a no.such {}").contains("there is no command no.such"));
    assert!(of("as a names.claim {\"kind\":\"$who\"}").contains("$who was not kept before"));
    assert!(of("forward 20x").contains("20m"));
    assert!(of("show the moon").contains("nothing is shown by"));
    assert!(Page::read("no step").is_err());
    assert!(Page::read("```scenario\nno step\n```").is_err());
    assert!(Page::read("```scenario\n> at 2026-03-02 09:00\n").is_err());
}

#[test]
fn time_does_not_go_back() {
    let (_, came) = came("```scenario\n> at 2026-03-03 09:00\n> at 2026-03-02 09:00\n```\n");
    let told = came.broken.unwrap_or_default();
    assert!(told.contains("time does not go back"), "{told}");
}

#[test]
fn an_effect_that_nobody_handles_is_shown_and_stays_as_it_is() {
    let database = TestDatabase::sqlite();
    drop(database.open(1));
    let (partition, id) = (Partition::new(Environment::Live, 1), EffectId::from_raw(1 << 50));
    let body = "{\"to\":[\"opener\"],\"channels\":[\"inbox\"],\"available\":{\"amount\":\"999.99\",\"currency\":\"CNY\"}}";
    let kind = "notice".to_owned();
    let effect = Effect {
        id,
        lane: 0,
        due_at: Some(START),
        kind,
        body: body.to_owned(),
        attempts: 0,
        lease_seconds: None,
        trace: None,
        error: None,
    };
    let effect = serde_json::to_string(&effect).expect("an effect is JSON");
    let row = format!(
        "INSERT INTO effects (partition, id, shape, version, updated_at, body) VALUES ({}, {}, 1, 1, 0, '{effect}')",
        partition.raw(),
        id.raw()
    );
    database.execute(&row).expect("a row of an effect");
    let text = "```scenario\n> forward 2d\n> show effects\n```\n";
    let came = run(&Page::read(text).expect("a page"), &database);
    let found: Vec<String> = came.found.concat();
    assert_eq!(found, ["notice 1"]);
    let left = database.open(1).queries.record("effects", id.raw()).expect("read").expect("still there");
    assert_eq!(left.body, effect);
}

#[test]
fn books_that_do_not_hold_stop_the_story() {
    let database = TestDatabase::sqlite();
    drop(database.open(1));
    let odd = "INSERT INTO accounts (id, partition, code, dimension, currency, debits, credits, last_transfer, last_month, guard) \
        VALUES (77, 1, 2110, 0, 'CNY', 0, 100, 0, 0, 0)";
    database.execute(odd).expect("a row of an account");
    let came = run(&Page::read(STORY).expect("a page"), &database);
    let first = came.broken.unwrap_or_default();
    assert!(first.contains("line 4: at") && first.contains("L-I11"), "{first}");
}
