//! A queue of Amazon's as a test plays it: SQS's JSON protocol, with signatures that are worked out here from the bytes that
//! came, messages that are hidden once they were received and come again unless they are deleted, and faults.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use serde_json::{Value, json};
use zaiton_channels::{AmazonQueue, Secret};
use zaiton_kernel::Timestamp;

use crate::server::{Asked, Reply, Server};
use crate::world::FakeWorld;

const SECRET: &str = "queue/secret+1";
const PATH: &str = "/123456789012/orders";

struct Held {
    id: u64,
    body: String,
    hidden_until: Timestamp,
}

#[derive(Default)]
pub(crate) struct State {
    held: VecDeque<Held>,
    sent: u64,
    receipts: BTreeMap<String, u64>,
    /// Answered before anything else, one a call.
    pub(crate) faults: VecDeque<Reply>,
    /// The messages that were deleted, by number.
    pub(crate) deleted: Vec<u64>,
    /// Gives the last first.
    pub(crate) is_backwards: bool,
}

/// The queue, and the server that speaks for it.
pub(crate) struct FakeQueue {
    pub(crate) state: Arc<Mutex<State>>,
    pub(crate) server: Server,
}

impl FakeQueue {
    pub(crate) fn start(world: &Arc<FakeWorld>) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let server = Server::start(world, move |asked, _| shared.lock().unwrap().answer(asked));
        Self { state, server }
    }

    pub(crate) fn settings(&self) -> AmazonQueue {
        AmazonQueue {
            url: format!("{}{PATH}", self.server.url),
            region: "eu-west-1".to_owned(),
            access_key_id: Secret::new("AKIDQUEUE"),
            secret_access_key: Secret::new(SECRET),
            seller: None,
        }
    }

    pub(crate) fn send(&self, body: impl ToString) {
        let mut state = self.state.lock().unwrap();
        state.sent += 1;
        let id = state.sent;
        let held = Held { id, body: body.to_string(), hidden_until: Timestamp::from_micros(0) };
        state.held.push_back(held);
    }

    /// How many messages are in it, shown or hidden.
    pub(crate) fn len(&self) -> usize {
        self.state.lock().unwrap().held.len()
    }

    pub(crate) fn deleted(&self) -> Vec<u64> {
        self.state.lock().unwrap().deleted.clone()
    }

    /// How often each of the two calls was made since this was asked last.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let asked = self.server.taken();
        let of =
            |target: &str| asked.iter().filter(|call| call.header("x-amz-target") == Some(target)).count();
        (of("AmazonSQS.ReceiveMessage"), of("AmazonSQS.DeleteMessageBatch"))
    }
}

impl State {
    fn answer(&mut self, asked: &Asked) -> Reply {
        if let Some(fault) = self.faults.pop_front() {
            return fault;
        }
        if let Err(code) = check_signature(asked) {
            return refusal(403, code);
        }
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        if !body["QueueUrl"].as_str().unwrap().ends_with(PATH) {
            return refusal(400, "com.amazonaws.sqs#QueueDoesNotExist");
        }
        match asked.header("x-amz-target").unwrap() {
            "AmazonSQS.ReceiveMessage" => self.receive(&body, asked.at),
            "AmazonSQS.DeleteMessageBatch" => self.delete(&body),
            other => refusal(400, other),
        }
    }

    fn receive(&mut self, body: &Value, now: Timestamp) -> Reply {
        let most = usize::try_from(body["MaxNumberOfMessages"].as_u64().unwrap()).unwrap();
        assert!((1..=10).contains(&most) && body["WaitTimeSeconds"].as_u64().unwrap() <= 20);
        let hidden_until = now.plus_seconds(body["VisibilityTimeout"].as_i64().unwrap());
        let mut messages = Vec::new();
        let held: &mut dyn Iterator<Item = &mut Held> =
            if self.is_backwards { &mut self.held.iter_mut().rev() } else { &mut self.held.iter_mut() };
        for message in held.filter(|message| message.hidden_until <= now).take(most) {
            message.hidden_until = hidden_until;
            let receipt = format!("receipt+/{}", self.receipts.len());
            self.receipts.insert(receipt.clone(), message.id);
            messages.push(json!({ "MessageId": message.id.to_string(), "ReceiptHandle": receipt,
                "MD5OfBody": "x", "Body": message.body }));
        }
        // An empty queue leaves the list out.
        let answer = if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) };
        Reply::json(answer.to_string())
    }

    fn delete(&mut self, body: &Value) -> Reply {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        let entries = body["Entries"].as_array().unwrap();
        assert!((1..=10).contains(&entries.len()));
        for entry in entries {
            let receipt = entry["ReceiptHandle"].as_str().unwrap();
            match self.receipts.get(receipt) {
                Some(id) => {
                    // Only the newest receipt deletes; an older one is taken and does nothing.
                    let newest = self.receipts.iter().filter(|(_, of)| *of == id).map(|(name, _)| name);
                    let number = |name: &String| name.rsplit('/').next().unwrap().parse::<u64>().unwrap();
                    if newest.max_by_key(|name| number(name)).is_some_and(|name| name == receipt) {
                        self.held.retain(|held| held.id != *id);
                        self.deleted.push(*id);
                    }
                    good.push(json!({ "Id": entry["Id"] }));
                }
                None => bad.push(
                    json!({ "Id": entry["Id"], "Code": "ReceiptHandleIsInvalid", "SenderFault": true }),
                ),
            }
        }
        Reply::json(json!({ "Successful": good, "Failed": bad }).to_string())
    }
}

/// An error in SQS's form.
pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    Reply { status, ..Reply::json(json!({ "__type": code, "message": "words" }).to_string()) }
}

/// Works the signature out again from what came, as the documents of AWS say.
fn check_signature(asked: &Asked) -> Result<(), &'static str> {
    const WRONG: &str = "com.amazon.coral.service#SignatureDoesNotMatch";
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/"));
    assert_eq!(asked.header("content-type"), Some("application/x-amz-json-1.0"));
    let header = asked.header("authorization").ok_or(WRONG)?;
    let rest = header.strip_prefix("AWS4-HMAC-SHA256 ").ok_or(WRONG)?;
    let part = |name: &str| rest.split(", ").find_map(|part| part.strip_prefix(name));
    let scope: Vec<&str> = part("Credential=").ok_or(WRONG)?.split('/').collect();
    let [key, day, region, service, end] = scope[..] else { return Err(WRONG) };
    assert_eq!((key, region, service, end), ("AKIDQUEUE", "eu-west-1", "sqs", "aws4_request"));
    let names = part("SignedHeaders=").ok_or(WRONG)?;
    for must in ["host", "x-amz-date", "x-amz-target"] {
        assert!(names.split(';').any(|name| name == must), "{must} is not signed");
    }
    assert_eq!(asked.headers.iter().filter(|(name, _)| name == "host").count(), 1);
    let date = asked.header("x-amz-date").ok_or(WRONG)?;
    let moment = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &date[..4],
        &date[4..6],
        &date[6..8],
        &date[9..11],
        &date[11..13],
        &date[13..15]
    );
    let apart = Timestamp::parse(&moment).unwrap().micros() - asked.at.micros();
    if apart.abs() > 300_000_000 || !date.starts_with(day) {
        return Err("com.amazon.coral.service#RequestExpired");
    }
    let mut text = "POST\n/\n\n".to_owned();
    for name in names.split(';') {
        text += &format!("{name}:{}\n", asked.header(name).ok_or(WRONG)?);
    }
    text += &format!("\n{names}\n{}", hex(digest(&SHA256, asked.body.as_bytes()).as_ref()));
    let hash = hex(digest(&SHA256, text.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{day}/{region}/{service}/{end}\n{hash}");
    let mac = |key: &[u8], text: &str| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes());
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in [day, region, service, end] {
        key = mac(&key, part).as_ref().to_vec();
    }
    let want = hex(mac(&key, &to_sign).as_ref());
    if part("Signature=") == Some(want.as_str()) { Ok(()) } else { Err(WRONG) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
