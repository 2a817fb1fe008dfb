//! Taking a push (R4-01, R4-02): who it is from is judged before anything of it is read; what it brings is stored before it is
//! answered; what nobody can read is kept. Says the same to everybody who is not believed, and shows nobody a credential.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use zaiton_app::channels::{CHANGED_AT_ONCE, OrdersChanged, UseNonce};
use zaiton_channels::{Connection as Settings, EbayKeys, World};
use zaiton_connect::orders::push::{self, PushRead};
use zaiton_connect::orders::signature::{
    self, OwnRequest, SignatureError, answer_ebay_challenge, read_ebay_signature,
};
use zaiton_engine::{Actor, Engine, Outcome, Request};
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::{Connection, ConnectionId, State};
use zaiton_orders::order::Channel;

use super::batch::{Arrival, Batch};
use super::clients::{Channels, Unopened, order};

/// Bytes of a push, at most.
pub const PUSH_BYTES: usize = 2 << 20;
/// What a header of a push may be named that is never kept.
const NOT_KEPT: [&str; 3] = ["authorization", "cookie", "x-api-key"];

/// A push as it came.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// `POST`.
    pub method: String,
    /// The path with its query, as it was asked for.
    pub path: String,
    /// Headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is stored: orders, messages that nobody can read, orders that are to be fetched.
    Taken {
        /// Orders.
        orders: u32,
        /// Messages that are no order, and were kept.
        unread: u32,
        /// Orders of which the channel only says that they changed.
        changed: usize,
    },
    /// The channel tried the address, or told of something that is no order.
    Nothing,
    /// It is not from whom it says, or there is no such connection.
    Denied,
    /// It came before (rule R5-04): each is signed anew.
    Replayed,
    /// Not now; the channel sends it again.
    Later(String),
}

/// A world in which nobody waits: strangers cause these calls.
struct NoWait(Arc<dyn World>);

impl World for NoWait {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&self) -> u64 {
        self.0.random()
    }

    fn wait_until(&self, at: Timestamp) -> bool {
        at <= self.0.now()
    }
}

/// Takes pushes of the connections of this process.
pub struct Receiver {
    channels: Arc<Channels>,
    ebay: Mutex<HashMap<i64, EbayKeys>>,
}

/// Why a push is not taken.
enum Not {
    Denied,
    Later(String),
}

impl From<SignatureError> for Not {
    fn from(_: SignatureError) -> Self {
        Self::Denied
    }
}

impl From<Unopened> for Not {
    fn from(why: Unopened) -> Self {
        match why {
            Unopened::Store(error) => Self::Later(error),
            Unopened::Gone | Unopened::Credentials(_) => Self::Denied,
        }
    }
}

impl Receiver {
    /// For these connections.
    #[must_use]
    pub fn new(channels: Arc<Channels>) -> Self {
        Self { channels, ebay: Mutex::default() }
    }

    /// eBay tries an address before it pushes to it: the answer to its challenge.
    #[must_use]
    pub fn challenge(&self, id: ConnectionId, code: &str) -> Option<String> {
        let (_, record) = self.channels.record(id).ok()?;
        let settings = self.settings(&record).ok()?;
        let push = settings.push.as_ref().filter(|_| record.channel == Channel::Ebay)?;
        let url = push.url.as_deref()?;
        (code.len() <= 1_000).then(|| answer_ebay_challenge(code, push.secret.reveal(), url))
    }

    /// Takes a push.
    pub fn take(&self, engine: &Engine, id: ConnectionId, pushed: &Pushed) -> Answer {
        match self.believed(engine, id, pushed) {
            Ok((environment, record)) => self.store(engine, environment, &record, pushed),
            Err(Not::Denied) => Answer::Denied,
            Err(Not::Later(why)) => Answer::Later(why),
        }
    }

    fn settings(&self, record: &Connection) -> Result<Settings, Not> {
        if record.state == State::Disconnected || !record.ways.pushes {
            return Err(Not::Denied);
        }
        Ok(self.channels.settings(record)?)
    }

    fn believed(
        &self,
        engine: &Engine,
        id: ConnectionId,
        pushed: &Pushed,
    ) -> Result<(Environment, Connection), Not> {
        let (partition, record) = self.channels.record(id)?;
        let settings = self.settings(&record)?;
        let secret = settings.push.as_ref().ok_or(Not::Denied)?.secret.reveal().as_bytes();
        let header = |name: &str| pushed.header(name).ok_or(Not::Denied);
        let environment = partition.environment();
        match record.channel {
            Channel::Shopify => {
                signature::verify_shopify(secret, &pushed.body, header("x-shopify-hmac-sha256")?)?;
            }
            Channel::WooCommerce => {
                // What it sends when a hook is made is not signed, and says nothing.
                let is_ping = matches!(push::read(read(record.channel), &pushed.body), Ok(PushRead::Ping));
                if !is_ping {
                    let said = header("x-wc-webhook-signature")?;
                    signature::verify_woocommerce(secret, &pushed.body, said)?;
                }
            }
            Channel::Amazon => signature::verify_api_key(secret, header("x-api-key")?)?,
            Channel::Ebay => self.of_ebay(&record, &settings, &pushed.body, header("x-ebay-signature")?)?,
            Channel::OwnSite => {
                let request = OwnRequest {
                    method: &pushed.method,
                    path: &pushed.path,
                    timestamp: header("x-zaiton-timestamp")?,
                    nonce: header("x-zaiton-nonce")?,
                    body: &pushed.body,
                };
                let now = engine.clock().now(environment);
                signature::verify_own_site(secret, &request, header("x-zaiton-signature")?, now)?;
            }
        }
        Ok((environment, record))
    }

    fn of_ebay(
        &self,
        record: &Connection,
        settings: &Settings,
        body: &[u8],
        header: &str,
    ) -> Result<(), Not> {
        let said = read_ebay_signature(header)?;
        let mut known = self.ebay.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let keys = match known.entry(record.id.raw()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let world: Arc<dyn World> = Arc::new(NoWait(Arc::clone(&self.channels.world)));
                entry.insert(EbayKeys::new(settings, world).map_err(|_| Not::Denied)?)
            }
        };
        match keys.key(&said.kid) {
            Ok(Some(key)) => Ok(signature::verify_ebay(&key, body, &said)?),
            Ok(None) => Err(Not::Denied),
            Err(stop) => Err(Not::Later(stop.to_string())),
        }
    }

    fn store(
        &self,
        engine: &Engine,
        environment: Environment,
        record: &Connection,
        pushed: &Pushed,
    ) -> Answer {
        let merchant = MerchantId::from_raw(record.merchant);
        if let Some(nonce) = pushed.header("x-zaiton-nonce").filter(|_| record.channel == Channel::OwnSite) {
            let used = UseNonce { environment, merchant, connection: record.id, nonce: nonce.to_owned() };
            let key = format!("nonce/{}/{nonce}", record.id);
            match engine.call(Request::new(Arc::new(used), &key, Actor::system())) {
                Outcome::Accepted { repeated: false, .. } => {}
                Outcome::Accepted { .. } => return Answer::Replayed,
                Outcome::Refused { .. } | Outcome::Denied { .. } => return Answer::Denied,
                Outcome::Failed { detail, .. } => return Answer::Later(detail),
            }
        }
        let now = engine.clock().now(environment);
        let arrival = |raw: Vec<u8>| Arrival {
            environment,
            merchant,
            channel: record.channel,
            shop: record.shop.clone(),
            raw,
            headers: pushed.kept_headers(),
            received_at: now,
            ours: record.ours,
            asked: false,
        };
        let name = format!("push/{}/{:016x}{:016x}", record.id, self.random(), self.random());
        let mut batch = Batch::new(engine, &self.channels.sealer, name.clone());
        let mut fetched = Vec::new();
        match push::read(read(record.channel), &pushed.body) {
            Ok(PushRead::Ping) => return Answer::Nothing,
            Ok(PushRead::Changed(orders)) => {
                let ids: Vec<String> = orders.into_iter().map(|order| order.order_id).collect();
                return changed(engine, (environment, record), &ids, &name);
            }
            Ok(PushRead::Orders(orders)) => {
                let code = match self.channels.code(record) {
                    Ok(code) => code,
                    Err(_) => return Answer::Later("the merchant cannot be read".into()),
                };
                // A pushed order of WooCommerce has no lines in its refunds: its own call has them.
                let thin = record.channel == Channel::WooCommerce && record.is_pulled();
                for read in &orders {
                    if let Ok(order) = &read.order
                        && thin
                        && !order.refunds.is_empty()
                    {
                        fetched.push(order.channel_order_id.clone());
                    }
                    let raw = if read.raw.is_empty() { pushed.body.clone() } else { read.raw.to_vec() };
                    batch.send(arrival(raw), order(record, &code, &read.order));
                }
            }
            // Well-formed, and about something that is none of ours.
            Err(error) if error.code == "import.other_notification" => return Answer::Nothing,
            Err(error) => batch.send(arrival(pushed.body.clone()), Err(error.code)),
        }
        match batch.settle() {
            Ok(taken) => {
                let orders = taken.messages.saturating_sub(taken.unread);
                let taken = Answer::Taken { orders, unread: taken.unread, changed: fetched.len() };
                if fetched.is_empty() {
                    return taken;
                }
                match changed(engine, (environment, record), &fetched, &name) {
                    Answer::Taken { .. } => taken,
                    other => other,
                }
            }
            Err(why) => Answer::Later(why),
        }
    }

    fn random(&self) -> u64 {
        self.channels.world.random()
    }
}

/// Orders that are to be fetched, in parts.
fn changed(
    engine: &Engine,
    (environment, record): (Environment, &Connection),
    ids: &[String],
    name: &str,
) -> Answer {
    for (nth, part) in ids.chunks(CHANGED_AT_ONCE).enumerate() {
        let merchant = MerchantId::from_raw(record.merchant);
        let command = OrdersChanged { environment, merchant, connection: record.id, orders: part.to_vec() };
        match engine.call(Request::new(Arc::new(command), &format!("{name}/{nth}"), Actor::system())) {
            Outcome::Accepted { .. } => {}
            Outcome::Refused { refusal } | Outcome::Denied { refusal } => {
                return Answer::Later(refusal.to_string());
            }
            Outcome::Failed { detail, .. } => return Answer::Later(detail),
        }
    }
    Answer::Taken { orders: 0, unread: 0, changed: ids.len() }
}

fn read(channel: Channel) -> zaiton_connect::orders::Channel {
    crate::orders::read_channel_of(channel)
}

impl Pushed {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Headers that are kept with the message (rule R4-10): none that is a credential.
    fn kept_headers(&self) -> Vec<(String, String)> {
        self.headers.iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str())).cloned().collect()
    }
}
