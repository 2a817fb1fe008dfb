//! Messages of a channel on their way to be captured: sealed, sent, waited for. What is refused is kept as it came, so that
//! nothing is dropped. Never says what became of an order: the engine does.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use zaiton_app::channels::unread::KeepUnread;
use zaiton_app::orders::capture::{CaptureOrder, CaptureReply};
use zaiton_connect::orders::ReadOrder;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Engine, Outcome, Request};
use zaiton_kernel::{Environment, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::SoldOn;
use zaiton_orders::order::{Channel, order_key};
use zaiton_orders::unread::Arrived;

use crate::orders::{hash_of, message};
use crate::sealing::{SealError, Sealer};

/// What came, from whom, and how.
#[derive(Clone)]
pub struct Arrival {
    /// Live or sandbox.
    pub environment: Environment,
    /// Whose.
    pub merchant: MerchantId,
    /// The channel.
    pub channel: Channel,
    /// The shop on it.
    pub shop: String,
    /// The bytes of one order's message.
    pub raw: Vec<u8>,
    /// Headers of the answer or the push that brought it.
    pub headers: Vec<(String, String)>,
    /// When it came.
    pub received_at: Timestamp,
    /// Whoever brings it is believed when it says that the order was sold on the platform's own site (K-89).
    pub ours: bool,
    /// The channel was asked for this one order, and this is its answer (R4-04).
    pub asked: bool,
}

/// The command that captures an order.
///
/// # Errors
/// It cannot be sealed.
pub fn capture(sealer: &Sealer, arrival: &Arrival, order: &ReadOrder) -> Result<CaptureOrder, SealError> {
    let mut message = message(order, &arrival.shop, &arrival.raw, arrival.received_at);
    if !arrival.ours {
        message.sold_on = SoldOn::External;
    }
    let key = order_key(message.channel, &arrival.shop, &message.channel_order_id);
    let sealed = sealer.seal(&key, &message.hash, &arrival.raw, &order.personal)?;
    let sealed = sealer.with_headers(sealed, &key, &message.hash, &arrival.headers)?;
    let (environment, merchant, asked) = (arrival.environment, arrival.merchant, arrival.asked);
    Ok(CaptureOrder { environment, merchant, message, sealed: Some(sealed), again: false, asked })
}

/// The command that keeps what could not be read; `code` is the reader's.
///
/// # Errors
/// It cannot be sealed.
pub fn unread(sealer: &Sealer, arrival: &Arrival, code: &str) -> Result<KeepUnread, SealError> {
    let arrived = Arrived {
        channel: arrival.channel,
        shop: arrival.shop.clone(),
        hash: hash_of(&arrival.raw),
        code: code.to_owned(),
        received_at: arrival.received_at,
    };
    let key = arrived.key();
    let nobody = zaiton_connect::orders::Personal::default();
    let sealed = sealer.seal(&key, &arrived.hash, &arrival.raw, &nobody)?;
    let sealed = sealer.with_headers(sealed, &key, &arrived.hash, &arrival.headers)?;
    let (environment, merchant) = (arrival.environment, arrival.merchant);
    Ok(KeepUnread { environment, merchant, arrived, sealed })
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Messages.
    pub messages: u32,
    /// Orders that were not known before.
    pub new: u32,
    /// Orders that changed.
    pub changed: u32,
    /// Messages that were kept and are no order.
    pub unread: u32,
}

/// The place of a message in the batch, and what came of it.
type Answered = (usize, Outcome);

/// Messages under way. Nothing is known of them before [`Batch::settle`].
pub struct Batch<'a> {
    engine: &'a Engine,
    sealer: &'a Sealer,
    /// Unlike any other batch's.
    name: String,
    sent: Vec<Arrival>,
    bytes: usize,
    answers: (Sender<Answered>, Receiver<Answered>),
    kept: Vec<(Arrival, String)>,
    failed: Option<String>,
}

impl<'a> Batch<'a> {
    /// Begins; `name` makes the keys of its requests.
    #[must_use]
    pub fn new(engine: &'a Engine, sealer: &'a Sealer, name: String) -> Self {
        let (sent, kept) = (Vec::new(), Vec::new());
        Self { engine, sealer, name, sent, bytes: 0, answers: unbounded(), kept, failed: None }
    }

    /// Bytes that came so far.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Messages that came so far.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.sent.len() + self.kept.len()
    }

    /// Sends a message: an order, or the reader's code of why it is none.
    pub fn send(&mut self, arrival: Arrival, order: Result<&ReadOrder, &str>) {
        self.bytes += arrival.raw.len();
        let order = match order {
            Ok(order) => order,
            Err(code) => return self.kept.push((arrival, code.to_owned())),
        };
        match capture(self.sealer, &arrival, order) {
            Err(error) => self.failed = Some(error.to_string()),
            Ok(command) => {
                let at = self.sent.len();
                let request = self.request(Arc::new(command), &format!("{at}"));
                let answers = self.answers.0.clone();
                self.engine
                    .submit_patiently(request, Box::new(move |outcome| drop(answers.send((at, outcome)))));
                self.sent.push(arrival);
            }
        }
    }

    fn request(&self, command: Arc<dyn AnyCommand>, what: &str) -> Request {
        Request::new(command, &format!("capture/{}/{what}", self.name), Actor::system())
    }

    /// Waits until everything that was sent is stored: orders, and what is none.
    ///
    /// # Errors
    /// Something could not be stored, for no fault of its own: nothing may go on as if it were.
    pub fn settle(mut self) -> Result<Taken, String> {
        let mut taken = Taken::default();
        for _ in 0..self.sent.len() {
            let Ok((at, outcome)) = self.answers.1.recv() else { break };
            match outcome {
                Outcome::Refused { refusal } | Outcome::Denied { refusal } => {
                    if let Some(arrival) = self.sent.get(at) {
                        self.kept.push((arrival.clone(), refusal.code.into_owned()));
                    }
                }
                Outcome::Failed { detail, .. } => self.failed = Some(detail),
                accepted @ Outcome::Accepted { .. } => {
                    taken.messages += 1;
                    if let Ok(reply) = accepted.reply::<CaptureReply>() {
                        taken.new += u32::from(reply.new);
                        taken.changed += u32::from(!reply.new && !reply.known && !reply.older);
                    }
                }
            }
        }
        for (nth, (arrival, code)) in std::mem::take(&mut self.kept).into_iter().enumerate() {
            let keep = unread(self.sealer, &arrival, &code).map_err(|error| error.to_string())?;
            match self.engine.call(self.request(Arc::new(keep), &format!("unread/{nth}"))) {
                Outcome::Accepted { .. } => {
                    (taken.messages, taken.unread) = (taken.messages + 1, taken.unread + 1)
                }
                Outcome::Refused { refusal } | Outcome::Denied { refusal } => {
                    self.failed = Some(refusal.to_string());
                }
                Outcome::Failed { detail, .. } => self.failed = Some(detail),
            }
        }
        self.failed.map_or(Ok(taken), Err)
    }
}
