//! The seller's queue of Amazon's notifications (SQS, its JSON protocol): messages are received, and deleted when the
//! caller says so. What is received and not deleted comes again. Never deletes a message by itself, never sends the key's
//! secret: it signs with it (AWS Signature Version 4).

use serde::Deserialize;
use serde_json::{Value, json};
use ureq::http::Uri;
use zaiton_kernel::Timestamp;

use crate::access::AmazonQueue;
use crate::calls::{Call, Calls, Kind, Rate, error_code};
use crate::error::Stop;
use crate::http::{Answer, Ask};
use crate::settings::Secret;
use crate::sigv4::{Signed, Signer, basic};
use crate::world::World;

/// Messages of one call: the most that the queue gives, and takes to delete.
pub(crate) const BATCH: usize = 10;
/// For how long a message that was received is shown to nobody else: time to fetch what it names and to store it.
const HIDDEN_SECONDS: i64 = 600;
/// So long before that ends it is left to whoever receives it next.
const MARGIN_SECONDS: i64 = 60;
/// How long the queue may wait for a message: a second asks all of its servers, and none only some.
const WAIT_SECONDS: i64 = 1;
/// What the bodies are written in.
const KIND: &str = "application/x-amz-json-1.0";
/// The queue has no rate that we could reach: ten calls a second are polite.
pub(crate) const RATE: Rate = (10_000_000, 20);

/// A message of the queue.
#[derive(Clone)]
pub(crate) struct Letter {
    /// The queue's id of it; the same when it comes again.
    pub(crate) id: String,
    /// What it is deleted by; another each time it comes.
    pub(crate) receipt: String,
    pub(crate) body: String,
    /// Until when it is ours.
    pub(crate) until: Timestamp,
}

/// The calls to one queue.
pub(crate) struct Sqs {
    key: Key,
    calls: Calls,
}

/// The queue, and what calls to it are signed with.
struct Key {
    /// Scheme and host: the path of the queue's address is no place to call.
    base: String,
    host: String,
    url: String,
    region: String,
    access_key_id: Secret,
    secret_access_key: Secret,
}

#[derive(Deserialize)]
struct Received {
    #[serde(rename = "Messages", default)]
    messages: Option<Vec<RawLetter>>,
}

#[derive(Deserialize)]
struct RawLetter {
    #[serde(rename = "MessageId", default)]
    id: String,
    #[serde(rename = "ReceiptHandle")]
    receipt: String,
    #[serde(rename = "Body", default)]
    body: String,
}

#[derive(Deserialize)]
struct Deleted {
    #[serde(rename = "Successful", default)]
    successful: Vec<Value>,
}

impl Sqs {
    pub(crate) fn new(queue: &AmazonQueue, calls: Calls) -> Self {
        let uri: Option<Uri> = queue.url.parse().ok();
        let host =
            uri.as_ref().and_then(Uri::authority).map_or("", |authority| authority.as_str()).to_owned();
        let scheme = uri.as_ref().and_then(Uri::scheme_str).unwrap_or("https");
        let key = Key {
            base: format!("{scheme}://{host}"),
            host,
            url: queue.url.clone(),
            region: queue.region.clone(),
            access_key_id: queue.access_key_id.clone(),
            secret_access_key: queue.secret_access_key.clone(),
        };
        Self { key, calls }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.calls.now()
    }

    /// Up to ten messages, which nobody else is shown for ten minutes; none when the queue has none to show.
    pub(crate) fn receive(&mut self) -> Result<Vec<Letter>, Stop> {
        let body = json!({
            "QueueUrl": self.key.url, "MaxNumberOfMessages": BATCH, "WaitTimeSeconds": WAIT_SECONDS,
            "VisibilityTimeout": HIDDEN_SECONDS,
        });
        let answer = self.send("AmazonSQS.ReceiveMessage", &body)?;
        let read: Received =
            serde_json::from_slice(&answer.body).map_err(|_| Stop::Unreadable { code: "channels.queue" })?;
        let until = self.now().plus_seconds(HIDDEN_SECONDS - MARGIN_SECONDS);
        let letter = |raw: RawLetter| Letter { id: raw.id, receipt: raw.receipt, body: raw.body, until };
        Ok(read.messages.unwrap_or_default().into_iter().take(BATCH).map(letter).collect())
    }

    /// Deletes up to ten messages; how many are gone. One that is not comes again, which does no harm.
    pub(crate) fn delete(&mut self, receipts: &[String]) -> Result<u64, Stop> {
        let entries = receipts.iter().take(BATCH).enumerate();
        let entries: Vec<Value> =
            entries.map(|(at, receipt)| json!({ "Id": at.to_string(), "ReceiptHandle": receipt })).collect();
        let body = json!({ "QueueUrl": self.key.url, "Entries": entries });
        let answer = self.send("AmazonSQS.DeleteMessageBatch", &body)?;
        let read: Deleted =
            serde_json::from_slice(&answer.body).map_err(|_| Stop::Unreadable { code: "channels.queue" })?;
        Ok(u64::try_from(read.successful.len()).unwrap_or(u64::MAX))
    }

    fn send(&mut self, target: &'static str, body: &Value) -> Result<Answer, Stop> {
        let (key, body) = (&self.key, body.to_string().into_bytes());
        // Signed anew each time, since its time must be near.
        let ask = |world: &dyn World| key.signed(target, &body, world.now());
        let answer =
            self.calls.make(Call { kind: Kind::List, tokens: 1, ask: &ask, judge: &mut |_, _, _| Ok(()) })?;
        match answer.status {
            401 | 403 => Err(Stop::Unauthorised { status: answer.status }),
            404 => Err(Stop::Refused { status: 404, code: error_code(&answer.body) }),
            _ => Ok(answer),
        }
    }
}

impl Key {
    fn signed(&self, target: &'static str, body: &[u8], now: Timestamp) -> Ask {
        let headers = [
            ("content-type", KIND.to_owned()),
            ("host", self.host.clone()),
            ("x-amz-date", basic(now)),
            ("x-amz-target", target.to_owned()),
        ];
        let signer = Signer {
            access_key_id: self.access_key_id.reveal(),
            secret_access_key: self.secret_access_key.reveal(),
            region: &self.region,
            service: "sqs",
        };
        let call = Signed { method: "POST", path: "/", query: "", headers: &headers, body };
        let authorization = signer.authorization(&call, now);
        // What kind of body it is stands in the call already.
        let rest = headers.into_iter().filter(|(name, _)| *name != "content-type");
        let ask = Ask::post(&self.base, "/", KIND, body.to_vec()).with("authorization", authorization);
        rest.fold(ask, |ask, (name, value)| ask.with(name, value))
    }
}
