//! A shop whose orders change, with a queue that loses what it is told, repeats and reorders it, and a reader that crashes: for
//! many seeds, everything is known in the end as it stands, and nothing is left in the queue.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::amazon_queue::{PATH, access, notice, order};
use crate::common::{at, client, cursor};
use crate::server::{Reply, Server};
use crate::sqs::{FakeQueue, refusal};
use crate::world::FakeWorld;

#[test]
fn nothing_is_skipped_whatever_the_queue_does() {
    for seed in 1..=12_u64 {
        story(seed);
    }
}

fn story(seed: u64) {
    let (world, mut state) = (FakeWorld::new(), seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut below = move |most: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % most
    };
    let queue = FakeQueue::start(&world);
    let shop = Arc::new(Mutex::new(BTreeMap::<String, (String, u64)>::new()));
    let shared = Arc::clone(&shop);
    let server = Server::start(&world, move |asked, _| {
        let shop = shared.lock().unwrap();
        let text = |id: &String, held: &(String, u64)| order(id, &held.0, &format!("{}.00", held.1));
        match asked.path().strip_prefix(PATH) {
            None => Reply::json(r#"{"access_token":"plain","expires_in":86400}"#),
            Some("") => {
                let moment = |name: &str| at(&asked.query(name).unwrap());
                let is_in = |held: &(String, u64)| {
                    moment("lastUpdatedAfter") <= at(&held.0) && at(&held.0) <= moment("lastUpdatedBefore")
                };
                let found = shop.iter().filter(|(_, held)| is_in(held)).map(|(id, held)| text(id, held));
                Reply::json(json!({ "orders": found.collect::<Vec<_>>() }).to_string())
            }
            Some(id) => shop.get(&id[1..]).map_or(Reply::status(404), |held| {
                Reply::json(json!({ "order": text(&id[1..].to_owned(), held) }).to_string())
            }),
        }
    });
    let new_client = || client(&server, &world, access(&server.url, queue.settings()));
    let (mut reader, mut from) = (new_client(), cursor(300));
    let mut kept = BTreeMap::<String, (String, String)>::new();
    for round in 0..24 {
        let is_quiet = round >= 12;
        for _ in 0..if is_quiet { 0 } else { below(6) } {
            let (id, now) = (format!("1-{}", below(8)), world.time().to_string());
            let mut shop = shop.lock().unwrap();
            let version = shop.get(&id).map_or(1, |held| held.1 + 1);
            shop.insert(id.clone(), (now.clone(), version));
            for _ in 0..below(3) {
                queue.send(notice(&id, &now));
            }
            world.move_by(1);
        }
        queue.state.lock().unwrap().is_backwards = below(2) == 0;
        if !is_quiet && below(3) == 0 {
            let fault = if below(2) == 0 { Reply::status(500) } else { refusal(400, "x#RequestThrottled") };
            queue.state.lock().unwrap().faults.extend([fault]);
        }
        let crashes_at = if !is_quiet && below(3) == 0 { below(4) } else { u64::MAX };
        let (mut stored, mut left) = (Vec::new(), crashes_at);
        let outcome = reader.pull(&from, &mut |message| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            left -= 1;
            stored.push(message);
            ControlFlow::Continue(())
        });
        if crashes_at != u64::MAX {
            // Nothing was stored, nothing confirmed: the machine comes back with its old cursor.
            reader = new_client();
        } else {
            for message in &stored {
                let order = message.order.as_ref().unwrap();
                let (total, updated) = (order.money.total.unwrap(), order.updated_at.unwrap().at);
                let held = kept.entry(order.channel_order_id.clone()).or_default();
                let new = (updated.to_string(), total.to_string());
                if held.0.is_empty() || at(&new.0) >= at(&held.0) {
                    *held = new;
                }
            }
            from = outcome.map_or_else(|stopped| stopped.cursor, |pulled| pulled.cursor);
            reader.confirm().unwrap();
        }
        world.move_by(300);
    }
    for (id, (updated, version)) in &*shop.lock().unwrap() {
        assert_eq!(
            kept.get(id),
            Some(&(updated.clone(), format!("{version}.00 USD"))),
            "seed {seed}, order {id}"
        );
    }
    assert_eq!(queue.len(), 0, "seed {seed}");
}
