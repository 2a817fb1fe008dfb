//! A connection at work: one channel's adapter with its calls. Never used by two at once: its budgets, its circuit and
//! its tokens are one connection's, and live as long as it does.

use std::ops::ControlFlow;
use std::sync::Arc;

use zaiton_connect::orders::Channel;

use crate::access::{Access, AmazonApi, ShopifyApi};
use crate::amazon_2026::{self, Amazon2026};
use crate::amazon_queue::{self, Sqs};
use crate::amazon_v0::{self, AmazonV0};
use crate::calls::{Calls, Rates};
use crate::drain::{self, Queue};
use crate::ebay::{self, Ebay};
use crate::error::Stop;
use crate::http::Http;
use crate::message::Message;
use crate::own_site::{self, OwnSite};
use crate::page::Adapter;
use crate::pull::{Cursor, Pulled, Stopped, pull};
use crate::settings::{Connection, SettingsError};
use crate::shopify::{self, Shopify};
use crate::shopify_rest::{self, ShopifyRest};
use crate::sweep::{Asked, Swept, sweep};
use crate::woocommerce::{self, WooCommerce};
use crate::world::World;

/// A connection to a channel.
pub struct Client {
    channel: Channel,
    most_pages: u32,
    adapter: Box<dyn Adapter>,
    calls: Calls,
    queue: Option<Queue>,
}

impl Client {
    /// Makes ready; no call is made yet.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: &Connection, world: Arc<dyn World>) -> Result<Self, SettingsError> {
        settings.check()?;
        let base = settings.base_url.as_str();
        let (adapter, rate): (Box<dyn Adapter>, Rates) = match &settings.access {
            Access::WooCommerce(access) => {
                (Box::new(WooCommerce::new(base, access)), Box::new(|_| woocommerce::RATE))
            }
            Access::Shopify(access) if access.api == ShopifyApi::Rest => {
                (Box::new(ShopifyRest::new(base, access)), shopify_rest::rate(access.plan))
            }
            Access::Amazon(access) if access.api == AmazonApi::V0 => {
                (Box::new(AmazonV0::new(base, access)), Box::new(amazon_v0::rate))
            }
            Access::Amazon(access) => (Box::new(Amazon2026::new(base, access)), Box::new(amazon_2026::rate)),
            Access::OwnSite(access) => (Box::new(OwnSite::new(base, access)), Box::new(|_| own_site::RATE)),
            Access::Ebay(access) => (Box::new(Ebay::new(base, access)), Box::new(|_| ebay::RATE)),
            Access::Shopify(access) => (Box::new(Shopify::new(base, access)), shopify::rate(access.plan)),
        };
        let queue = match settings.queue() {
            Some(queue) => {
                // Another host: its failures are none of the channel's.
                let world = Arc::clone(&world);
                let calls = Calls::new(Http::new(settings)?, world, Box::new(|_| amazon_queue::RATE));
                Some(Queue::new(Sqs::new(queue, calls), queue.seller.clone()))
            }
            None => None,
        };
        let calls = Calls::new(Http::new(settings)?, world, rate);
        Ok(Self { channel: settings.channel(), most_pages: settings.limits.pages, adapter, calls, queue })
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// Hands over every order that changed since the cursor, page by page, each message once (rule R4-02). The cursor
    /// that comes back is true when everything that was handed over is stored.
    ///
    /// Where the connection has a queue of notifications, the orders that it names are handed over first, and the list
    /// is asked for when the last one is half an hour old, or when the queue could not be read. Call
    /// [`Client::confirm`] when everything is stored.
    ///
    /// # Errors
    /// Why it ended before its end, and from where it goes on.
    pub fn pull(
        &mut self,
        cursor: &Cursor,
        hand: &mut dyn FnMut(Message) -> ControlFlow<()>,
    ) -> Result<Pulled, Box<Stopped>> {
        let (adapter, calls) = (&mut *self.adapter, &mut self.calls);
        match &mut self.queue {
            Some(queue) => drain::pull(queue, (adapter, calls), self.most_pages, cursor, hand),
            None => pull(adapter, calls, self.most_pages, cursor, hand),
        }
    }

    /// To be called when everything that the last pull handed over is durable, also when that pull was stopped: then
    /// the messages that named it are deleted from the queue of notifications, and how many is said. Without a queue
    /// there is nothing to do. Who stops before it, or never calls it, is told of the same orders again, ten minutes
    /// after; a pull that begins without it forgets what the one before looked at, for nobody said that it is stored.
    ///
    /// # Errors
    /// Why the queue could not be told. It may be called again; and nothing is lost when it is not.
    pub fn confirm(&mut self) -> Result<u64, Stop> {
        self.queue.as_mut().map_or(Ok(0), Queue::confirm)
    }

    /// Lists the orders of the last 72 hours and says which the caller lacks or knows otherwise (rule R4-05);
    /// `known` is asked page by page.
    ///
    /// # Errors
    /// Why it ended before its end; then nothing was compared.
    pub fn sweep(&mut self, known: &mut Asked<'_>) -> Result<Swept, Stop> {
        sweep(&mut *self.adapter, &mut self.calls, self.most_pages, known)
    }

    /// Fetches one order, whole, by the channel's id (rule R4-04); `None` when the channel does not know it.
    ///
    /// # Errors
    /// Why it could not be asked, or that another order was answered.
    pub fn fetch(&mut self, id: &str) -> Result<Option<Message>, Stop> {
        let message = self.adapter.fetch(&mut self.calls, id)?;
        match message.as_ref().and_then(Message::order_id) {
            Some(other) if other != id => Err(Stop::Unreadable { code: "channels.another_order" }),
            _ => Ok(message),
        }
    }
}
