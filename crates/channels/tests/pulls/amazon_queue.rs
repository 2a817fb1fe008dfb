//! Amazon with a queue of notifications: what it names is fetched once and deleted when it is stored, the list is asked for
//! now and then, and whatever comes in the queue neither stops a pull nor goes round in it.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Value, json};
use zaiton_channels::{
    Access, AmazonAccess, AmazonApi, AmazonQueue, Client, Cursor, Failure, Secret, SettingsError, Skipped,
    Stop, Unfinished, Window,
};

use crate::common::{at, client, connection, cursor, ids, pull, pulled};
use crate::ebay::refresh;
use crate::server::{Asked, Reply, Server};
use crate::sqs::{FakeQueue, refusal};
use crate::world::FakeWorld;

pub(crate) fn access(url: &str, queue: AmazonQueue) -> Access {
    let marketplaces = vec!["ATVPDKIKX0DER".to_owned()];
    let (api, queue) = (AmazonApi::V2026, Some(queue));
    Access::Amazon(AmazonAccess { refresh: refresh(url), marketplaces, api, personal_data: false, queue })
}

/// That an order changed then.
pub(crate) fn notice(id: &str, moment: &str) -> Value {
    json!({
        "NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "EventTime": moment,
        "Payload": { "OrderChangeNotification": { "SellerId": "A1", "AmazonOrderId": id,
            "OrderChangeTrigger": { "TimeOfOrderChange": moment } } }
    })
}

pub(crate) fn order(id: &str, updated: &str, total: &str) -> Value {
    json!({ "orderId": id, "createdTime": "2026-03-02T10:00:00Z", "lastUpdatedTime": updated,
        "fulfillment": { "fulfillmentStatus": "UNSHIPPED" },
        "proceeds": { "grandTotal": { "amount": total, "currencyCode": "USD" } } })
}

pub(crate) const PATH: &str = "/orders/2026-01-01/orders";

/// A channel that knows orders whose ids begin with `1`, changed at 11:59, and lists order `1L`.
fn channel(asked: &Asked) -> Reply {
    match asked.path().strip_prefix(PATH) {
        None => Reply::json(r#"{"access_token":"plain","expires_in":86400}"#),
        Some("") => {
            Reply::json(json!({ "orders": [order("1L", "2026-03-02T11:59:00Z", "1.00")] }).to_string())
        }
        Some("/4refused") => Reply { status: 400, ..Reply::json(r#"{"errors":[{"code":"InvalidInput"}]}"#) },
        Some("/5broken") => Reply::json(r#"{"errors":[{"code":"InternalFailure"}]}"#),
        Some("/6other") => {
            Reply::json(json!({ "order": order("1", "2026-03-02T11:59:00Z", "1.00") }).to_string())
        }
        Some("/403") => Reply::status(403),
        Some(id) if id.starts_with("/1") => {
            Reply::json(json!({ "order": order(&id[1..], "2026-03-02T11:59:00Z", "1.00") }).to_string())
        }
        Some(_) => Reply::status(404),
    }
}

struct Stage {
    world: Arc<FakeWorld>,
    queue: FakeQueue,
    server: Server,
}

impl Stage {
    fn new() -> Self {
        let world = FakeWorld::new();
        let queue = FakeQueue::start(&world);
        let server = Server::start(&world, |asked, _| channel(asked));
        Self { world, queue, server }
    }

    fn client(&self) -> Client {
        client(&self.server, &self.world, access(&self.server.url, self.queue.settings()))
    }

    /// What the channel was asked since this was asked last, but for tokens: `list` and ids.
    fn asked(&self) -> String {
        let asked = self.server.taken();
        let told = asked.iter().filter_map(|call| call.path().strip_prefix(PATH));
        told.map(|rest| if rest.is_empty() { "list" } else { &rest[1..] }).collect::<Vec<_>>().join(" ")
    }
}

/// Rule R4-02: each order once, no list while the last one is young, and nothing is deleted before it is stored.
#[test]
fn what_the_queue_names_is_fetched_and_deleted_when_it_is_stored() {
    let stage = Stage::new();
    for (id, moment) in [("1A", "11:58:00"), ("1B", "11:58:30"), ("1A", "11:58:10")] {
        stage.queue.send(notice(id, &format!("2026-03-02T{moment}Z")));
    }
    let mut client = stage.client();
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let outcome = outcome.unwrap();
    let drained = outcome.queue.clone().unwrap();
    assert_eq!((ids(&messages), stage.asked()), ("1A 1B".to_owned(), "1A 1B".to_owned()));
    assert_eq!((drained.received, drained.fetched, drained.is_emptied), (3, 2, true));
    assert_eq!((outcome.handed, outcome.is_caught_up, outcome.cursor), (2, true, cursor(300)));
    assert_eq!((stage.queue.counts(), stage.queue.len()), ((2, 0), 3));
    assert_eq!(client.confirm(), Ok(3));
    assert_eq!((stage.queue.deleted(), stage.queue.len()), (vec![1, 2, 3], 0));
    assert_eq!(client.confirm(), Ok(0));
    assert_eq!(stage.queue.counts(), (0, 1));
    // The list is due half an hour after the last one, and is a little late without being so.
    stage.world.move_by(26 * 60 + 59);
    let (got, next) = pulled(&mut client, &cursor(300));
    assert_eq!((got.as_str(), stage.asked().as_str(), &next), ("", "", &cursor(300)));
    stage.world.move_by(1);
    let (messages, outcome) = pull(&mut client, &next);
    let outcome = outcome.unwrap();
    assert_eq!((ids(&messages), stage.asked()), ("1L".to_owned(), "list 1L".to_owned()));
    assert_eq!((outcome.cursor.until, outcome.lag.is_late), (at("2026-03-02T12:25:00Z"), false));
    // And late it is when it was not made for an hour.
    stage.world.move_by(3_660);
    let hour = pull(&mut client, &Cursor { until: at("2026-03-02T12:25:00Z"), unfinished: None }).1.unwrap();
    assert!(!hour.lag.is_late && hour.cursor.until == at("2026-03-02T13:26:00Z"));
    stage.world.move_by(3_720);
    stage.world.be_patient_for(0);
    let failing = Server::start(&stage.world, |asked, _| {
        if asked.path().starts_with(PATH) { Reply::status(500) } else { channel(asked) }
    });
    let settings = access(&failing.url, stage.queue.settings());
    let mut failing = crate::common::client(&failing, &stage.world, settings);
    let late = |until| Cursor { until: at(until), unfinished: None };
    for (until, is_late) in [("2026-03-02T13:30:00Z", false), ("2026-03-02T13:29:59Z", true)] {
        assert_eq!(pull(&mut failing, &late(until)).1.unwrap_err().lag.is_late, is_late, "{until}");
    }
}

/// What a list hands over was handed over already when the queue named it; a later change is fetched again.
#[test]
fn nothing_is_handed_over_twice_and_no_later_change_is_passed_over() {
    let stage = Stage::new();
    stage.queue.send(notice("1L", "2026-03-02T11:58:00Z"));
    let (messages, outcome) = pull(&mut stage.client(), &cursor(7_200));
    let outcome = outcome.unwrap();
    assert_eq!((ids(&messages), outcome.handed, outcome.repeated), ("1L".to_owned(), 1, 1));
    assert_eq!(outcome.cursor.until, at("2026-03-02T11:58:00Z"));
    let stage = Stage::new();
    // Ten messages a call: the eleventh is covered by what was fetched, the twelfth tells of something newer.
    for _ in 0..10 {
        stage.queue.send(notice("1A", "2026-03-02T11:58:00Z"));
    }
    stage.queue.send(notice("1A", "2026-03-02T11:59:00Z"));
    stage.queue.send(notice("1A", "2026-03-02T11:59:00.001Z"));
    let (messages, outcome) = pull(&mut stage.client(), &cursor(300));
    let outcome = outcome.unwrap();
    assert_eq!((ids(&messages), stage.asked()), ("1A".to_owned(), "1A 1A".to_owned()));
    assert_eq!((outcome.repeated, outcome.queue.unwrap().received), (1, 12));
    // Where the second call of the queue brings only what is covered, nothing is fetched for it.
    let stage = Stage::new();
    for _ in 0..11 {
        stage.queue.send(notice("1A", "2026-03-02T11:59:00Z"));
    }
    assert_eq!(
        (pulled(&mut stage.client(), &cursor(300)).0, stage.asked()),
        ("1A".to_owned(), "1A".to_owned())
    );
    // A list that was begun is gone on with, however young it is.
    let window = Window { from: at("2026-03-02T11:45:00Z"), to: at("2026-03-02T11:58:00Z") };
    let unfinished = Some(Unfinished { window, place: None, pages: 0, done: Vec::new() });
    let outcome = pull(&mut stage.client(), &Cursor { unfinished, ..cursor(300) }).1.unwrap();
    assert_eq!((outcome.cursor.until, stage.asked().as_str()), (window.to, "list 1L"));
}

/// A crash, or a caller that stores nothing, is told of the same again; what nobody confirmed is never deleted.
#[test]
fn what_is_not_confirmed_comes_again() {
    let stage = Stage::new();
    stage.queue.send(notice("1A", "2026-03-02T11:58:00Z"));
    assert_eq!(pulled(&mut stage.client(), &cursor(300)).0, "1A");
    // The machine stopped. For ten minutes nobody else is shown it.
    let mut next = stage.client();
    assert_eq!(pulled(&mut next, &cursor(300)).0, "");
    assert_eq!(next.confirm(), Ok(0));
    stage.world.move_by(600);
    assert_eq!(pulled(&mut next, &cursor(300)).0, "1A");
    // This pull's could not be stored, and the next one is another: it says nothing of that.
    stage.queue.send(notice("1B", "2026-03-02T11:58:00Z"));
    assert_eq!(pulled(&mut next, &cursor(300)).0, "1B");
    assert_eq!((next.confirm(), stage.queue.deleted()), (Ok(1), vec![2]));
    stage.world.move_by(600);
    assert_eq!(pulled(&mut next, &cursor(300)).0, "1A");
    // The queue does not answer: what was to be deleted is kept, and deleted by the next call.
    stage.queue.state.lock().unwrap().faults.extend([Reply::status(500)]);
    stage.world.be_patient_for(0);
    assert!(matches!(next.confirm(), Err(Stop::Later { .. })));
    stage.world.move_by(10);
    assert_eq!((next.confirm(), stage.queue.len()), (Ok(1), 0));
}

/// Junk is told of and deleted, another seller's is left; neither stops a pull nor goes round in it.
#[test]
fn what_names_no_order_is_told_and_goes() {
    let stage = Stage::new();
    let mut other = notice("1X", "2026-03-02T11:58:00Z");
    other["NotificationType"] = json!("FEED_PROCESSING_FINISHED");
    let mut anothers = notice("1Y", "2026-03-02T11:58:00Z");
    anothers["Payload"]["OrderChangeNotification"]["SellerId"] = json!("A2");
    let event = json!({ "version": "0", "detail-type": "ORDER_CHANGE", "detail": notice("1E", "2026-03-02T11:58:00Z") });
    for body in ["", "not json", "{\"NotificationType\":", "[]", "\u{1f375}"] {
        stage.queue.send(body);
    }
    stage.queue.send(other);
    for id in ["404", "4refused", "5broken", "6other", "../tokens"] {
        stage.queue.send(notice(id, "2026-03-02T11:58:00Z"));
    }
    stage.queue.send(anothers);
    stage.queue.send(event);
    let settings = AmazonQueue { seller: Some("A1".to_owned()), ..stage.queue.settings() };
    let mut client = client(&stage.server, &stage.world, access(&stage.server.url, settings));
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let drained = outcome.unwrap().queue.unwrap();
    let told =
        |one: &Skipped| format!("{} {} {}", one.message_id, one.order_id.as_deref().unwrap_or("-"), one.code);
    let told: Vec<String> = drained.skipped.iter().map(told).collect();
    let want = [
        "1 - import.truncated",
        "2 - import.json",
        "3 - import.truncated",
        "4 - import.wrong_kind",
        "5 - import.json",
        "6 - import.other_notification",
        "7 404 channels.order_unknown",
        "8 4refused channels.order_refused",
        "9 5broken channels.order_refused",
        "10 6other channels.another_order",
        "11 ../tokens channels.order_unknown",
        "12 1Y channels.another_seller",
    ];
    assert_eq!((told, ids(&messages).as_str()), (want.map(str::to_owned).to_vec(), "1E"));
    assert_eq!((drained.received, drained.is_emptied, drained.failed), (13, true, None));
    assert!(stage.asked().contains("..%2Ftokens"));
    assert_eq!((client.confirm(), stage.queue.len()), (Ok(12), 1));
    assert_eq!(pulled(&mut client, &cursor(300)).0, "");
    stage.world.move_by(600);
    let (_, outcome) = pull(&mut client, &cursor(300));
    assert_eq!(outcome.unwrap().queue.unwrap().skipped[0].code, "channels.another_seller");
}

/// Throttles and errors of the queue are waited for; one that cannot be read is told of, and the list is made.
#[test]
fn a_queue_that_fails_does_not_keep_back_the_list() {
    let stage = Stage::new();
    stage.queue.send(notice("1A", "2026-03-02T11:58:00Z"));
    let throttle = || refusal(400, "com.amazonaws.sqs#RequestThrottled");
    stage.queue.state.lock().unwrap().faults.extend([throttle(), Reply::status(503), Reply::json("{\"Mess")]);
    let mut client = stage.client();
    assert_eq!(pulled(&mut client, &cursor(300)).0, "1A");
    assert_eq!((stage.world.waits().len(), client.confirm()), (3, Ok(1)));
    stage.asked();
    let check = |faults: Vec<Reply>, want: Stop| {
        stage.queue.state.lock().unwrap().faults.extend(faults);
        let mut client = stage.client();
        let (messages, outcome) = pull(&mut client, &cursor(300));
        let outcome = outcome.unwrap();
        assert_eq!((ids(&messages), stage.asked()), ("1L".to_owned(), "list 1L".to_owned()));
        assert_eq!((outcome.queue.unwrap().failed, outcome.is_caught_up), (Some(want), true));
        assert_eq!(outcome.cursor.until, at("2026-03-02T11:58:04Z"));
    };
    check(
        vec![refusal(403, "com.amazon.coral.service#AccessDeniedException")],
        Stop::Unauthorised { status: 403 },
    );
    let code = Some("QueueDoesNotExist".to_owned());
    check(vec![refusal(400, "com.amazonaws.sqs#QueueDoesNotExist")], Stop::Refused { status: 400, code });
    check(vec![Reply::json(r#"{"Messages":7}"#)], Stop::Unreadable { code: "channels.queue" });
    check(
        vec![Reply::status(307).with("Location", "https://elsewhere.example/")],
        Stop::Redirected { status: 307 },
    );
    // With another secret the signature is another.
    let settings = AmazonQueue { secret_access_key: Secret::new("other"), ..stage.queue.settings() };
    let mut wrong = crate::common::client(&stage.server, &stage.world, access(&stage.server.url, settings));
    let failed = pull(&mut wrong, &cursor(300)).1.unwrap().queue.unwrap().failed;
    assert_eq!(failed, Some(Stop::Unauthorised { status: 403 }));
    // Ten failures close the queue for a while, and the channel is asked all the same.
    stage.asked();
    stage.queue.state.lock().unwrap().faults.extend((0..10).map(|_| Reply::status(500)));
    let (_, outcome) = pull(&mut stage.client(), &cursor(300));
    let failed = outcome.unwrap().queue.unwrap().failed;
    assert!(matches!(failed, Some(Stop::CircuitOpen { last: Some(Failure::Server(500)), .. })), "{failed:?}");
    assert_eq!(stage.asked(), "list 1L");
}

/// A pull takes two hundred messages; one that is stopped goes on where it was, and confirms what was handed over.
#[test]
fn a_long_queue_is_gone_through_in_parts() {
    let stage = Stage::new();
    for number in 0..215 {
        stage.queue.send(notice(&format!("1{number}"), "2026-03-02T11:58:00Z"));
    }
    let mut client = stage.client();
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let outcome = outcome.unwrap();
    let drained = outcome.queue.unwrap();
    assert_eq!((messages.len(), outcome.is_caught_up, drained.is_emptied), (200, false, false));
    assert_eq!((client.confirm(), stage.queue.counts()), (Ok(200), (20, 20)));
    let mut taken = 0;
    let stopped = client.pull(&cursor(300), &mut |_| {
        taken += 1;
        if taken == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let stopped = stopped.unwrap_err();
    assert_eq!((stopped.why, stopped.handed, stopped.cursor), (Stop::Hand, 3, cursor(300)));
    assert_eq!((client.confirm(), stage.queue.len()), (Ok(3), 12));
    // What was received and not looked at is not received again.
    let (messages, _) = pull(&mut client, &cursor(300));
    assert_eq!((messages.len(), stage.queue.counts()), (12, (3, 1)));
    assert_eq!(client.confirm(), Ok(12));
    // Unless it was kept for too long: then it is whoever's who receives it.
    for id in ["1A", "1B"] {
        stage.queue.send(notice(id, "2026-03-02T11:58:00Z"));
    }
    assert!(client.pull(&cursor(300), &mut |_| ControlFlow::Break(())).is_err());
    stage.world.move_by(540);
    assert_eq!(pulled(&mut client, &cursor(300)).0, "");
    stage.world.move_by(60);
    assert_eq!(pulled(&mut client, &cursor(300)).0, "1A 1B");
}

/// The budget of orders ends a pull, which is gone on with; credentials that are not taken for one order end the drain.
#[test]
fn the_channels_own_word_is_kept() {
    let stage = Stage::new();
    for number in 0..40 {
        stage.queue.send(notice(&format!("1{number}"), "2026-03-02T11:58:00Z"));
    }
    let mut client = stage.client();
    stage.world.be_patient_for(0);
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let stopped = outcome.unwrap_err();
    let later = at("2026-03-02T12:00:02Z");
    assert_eq!(
        (messages.len(), stopped.why, stopped.queue.unwrap().fetched),
        (30, Stop::Later { at: later }, 30)
    );
    assert_eq!(client.confirm(), Ok(30));
    stage.world.be_patient_for(600);
    assert_eq!(pull(&mut client, &cursor(300)).0.len(), 10);
    assert_eq!((client.confirm(), stage.queue.len()), (Ok(10), 0));
    for id in ["1A", "403", "1B"] {
        stage.queue.send(notice(id, "2026-03-02T11:58:00Z"));
    }
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let drained = outcome.unwrap().queue.unwrap();
    assert_eq!((ids(&messages).as_str(), drained.received), ("1A 1L", 2));
    assert_eq!(drained.failed, Some(Stop::Unauthorised { status: 403 }));
    assert_eq!((client.confirm(), pulled(&mut client, &cursor(300)).0.as_str()), (Ok(1), "1B"));
    assert_eq!((client.confirm(), stage.queue.len()), (Ok(1), 1));
}

#[test]
fn settings_of_a_queue_are_held_to_the_same() {
    let url = "https://sellingpartnerapi-na.amazon.com";
    let queue = |text: &str| -> AmazonQueue { serde_json::from_str(text).unwrap() };
    let good = queue(
        r#"{"url":"https://sqs.us-east-1.amazonaws.com/1/orders","region":"us-east-1","access_key_id":"AKID",
            "secret_access_key":"very/secret"}"#,
    );
    let check = |queue: AmazonQueue| connection(url, access("https://api.amazon.com", queue)).check();
    assert_eq!(check(good.clone()), Ok(()));
    let plain = AmazonQueue { url: "http://sqs.us-east-1.amazonaws.com/1/orders".to_owned(), ..good.clone() };
    assert_eq!(check(plain), Err(SettingsError::NotEncrypted));
    assert_eq!(check(AmazonQueue { region: String::new(), ..good.clone() }), Err(SettingsError::Credential));
    let none = AmazonQueue { secret_access_key: Secret::new(""), ..good.clone() };
    assert_eq!(check(none), Err(SettingsError::Credential));
    assert!(!format!("{good:?}").contains("very"));
}
