//! Reviews from outside: queues in their orders, the next task, what somebody has, what may be done, and a ticket that another desk
//! answers (R5-10, R5-11). On both databases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::Http;
use crate::home::Home;
use crate::people::{HATS, Person, come};
use crate::shop::open_merchant;

/// Those who take part, by the names that the test has for them.
struct Cast(BTreeMap<&'static str, Person>);

impl Cast {
    fn come(home: &Home, http: &Http) -> Self {
        let named =
            |name: &'static str, login: String, of, roles| (name, come(home, http, &login, of, roles));
        let inside = ["mei", "li", "wu", "boss", "chen", "fang"];
        let mut all: BTreeMap<&'static str, Person> =
            inside.map(|name| named(name, format!("{name}@platform.example"), None, HATS)).into();
        all.extend([named("qinghe", "owner@qinghe.example".into(), Some("qinghe"), &["merchant.owner"])]);
        Self(all)
    }

    fn id(&self, name: &str) -> &str {
        &self.0[name].id
    }

    /// A command as somebody.
    #[track_caller]
    fn give(&self, who: &str, name: &str, body: &Value) -> Value {
        let key = format!("{who}/{name}/{body}");
        let key: String = key.chars().filter(char::is_ascii_graphic).take(250).collect();
        self.0[who].command(name, &key, body).json()
    }
}

fn ids(page: &Value) -> Vec<String> {
    let rows = page["rows"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn worked(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchant = open_merchant(home, &http, "qinghe");
    let cast = Cast::come(home, &http);
    let ask = |who: &str, desk: &str, number: usize| {
        let subject = json!({ "kind": "order", "id": number.to_string() });
        let body = json!({ "desk": desk, "subject": subject, "question": "放行吗？" });
        cast.give(who, "reviews.ask", &body)["reply"]["task"].as_str().unwrap().to_owned()
    };
    let asked: Vec<String> = (0..5).map(|number| ask("mei", "risk", number)).collect();
    let foreign = ask("li", "legal", 9);
    let get = |path: &str| {
        let answer = http.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    };

    // A queue by what is due first and by age, page by page, without a gap and without a repetition.
    let mut all = asked.clone();
    all.push(foreign.clone());
    for order in ["due", "age"] {
        let (mut after, mut found) = (String::new(), Vec::new());
        loop {
            let page = get(&format!("/api/v1/review-queues/general?order={order}&limit=4{after}"));
            found.extend(ids(&page));
            match page["next_after"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(found, all, "{order}");
    }
    let queues = get("/api/v1/review-queues");
    let general = &queues["rows"][0];
    assert_eq!((&general["queue"], &general["escalates_to"]), (&json!("general"), &json!("manager")));
    assert_eq!(general["states"][0], json!({ "state": "open", "count": 6, "more": false }));

    // The next one is never one's own, and only what lies with one's desk.
    let next = |query: &str| {
        let person = query.split('&').find_map(|part| part.strip_prefix("person="));
        let query = person.map_or_else(|| query.to_owned(), |name| query.replace(name, cast.id(name)));
        get(&format!("/api/v1/review-queues/general/next?{query}"))["task"].clone()
    };
    assert_eq!(next("person=li"), json!(asked[0]));
    assert_eq!(next("person=mei"), json!(foreign));
    assert_eq!(next("person=wu&desk=legal"), json!(foreign));
    assert_eq!(next("person=li&desk=legal"), Value::Null);
    assert_eq!(next("environment=sandbox"), Value::Null);
    let of = |task: &str| json!({ "task": task });
    cast.give("li", "reviews.claim", &of(&asked[0]));
    cast.give("boss", "reviews.escalate", &of(&asked[3]));
    assert_eq!(next("person=wu&desk=manager"), json!(asked[3]), "what the desk above has");
    assert_eq!(next("person=wu"), json!(asked[3]), "comes first");
    assert_eq!(ids(&get(&format!("/api/v1/review-tasks/claimed-by/{}", cast.id("li")))), [asked[0].clone()]);
    assert!(ids(&get(&format!("/api/v1/review-tasks/claimed-by/{}", cast.id("wu")))).is_empty());

    // What may be done is said, and a no is refused that says nothing.
    let object = cast.0["li"].get(&format!("/api/v1/review-tasks/{}", asked[0])).json();
    assert_eq!(object["record"]["state"], json!({ "name": "claimed", "by": cast.id("li") }));
    let may = |object: &Value, name: &str| {
        let allowed = object["allowed"].as_array().unwrap();
        allowed.iter().find(|one| one["command"] == name).unwrap()["refusal"].is_null()
    };
    assert!(may(&object, "reviews.decide") && may(&object, "reviews.ask_party"));
    assert!(!may(&object, "reviews.confirm") && !may(&object, "reviews.answer_party"));
    let no = json!({ "task": asked[0], "verdict": "reject", "text": "no" });
    let refused = cast.give("li", "reviews.decide", &no);
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("reviews.task.no_finding"), &json!("R5-11")));
    let finding = json!([{ "field": "licence", "reason": "expired" }]);
    let no = json!({ "task": asked[0], "verdict": "reject", "text": "no", "findings": finding });
    assert_eq!(cast.give("li", "reviews.decide", &no)["reply"]["state"]["name"], "decided_once");
    let alone = cast.give("li", "reviews.confirm", &of(&asked[0]));
    assert_eq!(alone["rule"], "R5-03");
    let held = cast.give("wu", "reviews.confirm", &of(&asked[0]));
    assert_eq!(held["reply"]["state"]["verdict"], "reject");
    let reasons = get("/api/v1/review-reasons");
    let reasons = reasons["rows"].as_array().unwrap();
    assert!(
        reasons.len() > 5
            && reasons.iter().all(|one| one["code"] == "other" || one["cure"]["zh-CN"].is_string())
    );

    // A merchant's task lies with it, the party is asked, and waits in nobody's queue meanwhile.
    let ticket = json!({ "merchant": merchant.id, "text": "我们的授权书可以用复印件吗？" });
    let ticket = cast.give("qinghe", "desk.open_ticket", &ticket)["reply"]["ticket"].clone();
    let over = json!({ "merchant": merchant.id, "ticket": ticket, "desk": "legal", "text": "复印件？" });
    assert_eq!(cast.give("chen", "desk.hand_over", &over)["outcome"], "accepted");
    let tasks = get("/api/v1/review-tasks?merchant=qinghe");
    let task = ids(&tasks)[0].clone();
    let mut body = json!({ "merchant": merchant.id, "task": task });
    cast.give("fang", "reviews.claim", &body);
    let mut question = body.clone();
    (question["fields"], question["reason"], question["text"]) =
        (json!(["授权书"]), json!("missing"), json!("请上传"));
    assert_eq!(cast.give("fang", "reviews.ask_party", &question)["reply"]["due_at"], Value::Null);
    assert_eq!(
        ids(&get(&format!("/api/v1/review-tasks/claimed-by/{}?state=waiting_party", cast.id("fang")))),
        std::slice::from_ref(&task)
    );
    body["text"] = json!("已上传");
    assert!(cast.give("qinghe", "reviews.answer_party", &body)["reply"]["due_at"].is_string());
    (body["verdict"], body["text"]) = (json!("approve"), json!("可以，须加盖公章。"));
    cast.give("fang", "reviews.decide", &body);
    let answered = get(&format!("/api/v1/tickets/{}", ticket.as_str().unwrap()));
    assert_eq!(answered["record"]["messages"][1]["text"], "可以，须加盖公章。");
    assert_eq!(answered["record"]["messages"][1]["by"], cast.id("fang"));

    // The work queue shows them.
    let attention = get("/api/v1/attention");
    let of_reviews = |name: &str| {
        let queues = attention["queues"].as_array().unwrap();
        queues.iter().find(|queue| queue["queue"] == name).unwrap()["count"].clone()
    };
    assert_eq!((of_reviews("reviews_open"), of_reviews("reviews_escalated")), (json!(4), json!(1)));
    for (path, status) in [
        ("/api/v1/review-queues/nothing", 404),
        ("/api/v1/review-queues/general?state=A", 400),
        ("/api/v1/review-queues/general?after=x", 400),
        ("/api/v1/review-queues/general?order=x", 400),
        ("/api/v1/review-queues/general/next?desk=x", 400),
    ] {
        assert_eq!(http.get(path).status, status, "{path}");
    }
    let figures = get("/api/v1/policies/in-force");
    let of = |name: &str| {
        let ranges = figures["ranges"].as_array().unwrap();
        ranges.iter().find(|one| one["name"] == name).unwrap().clone()
    };
    let days = json!({ "subject": "reviews", "name": "general_days", "value": 7, "default": 7, "least": 1, "most": 60, "unit": "days" });
    assert_eq!(of("general_days"), days);
    assert_eq!(of("topup_min_minor")["unit"], "minor");
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn queues_are_worked_on_sqlite() {
    worked(&Home::sqlite());
}

#[test]
fn queues_are_worked_on_postgres() {
    worked(&Home::postgres(2));
}
