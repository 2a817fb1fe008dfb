//! What is handed over: one order's message as the channel gave it, and what was read of it (rule R4-10). Never shows
//! its bytes or headers when it is printed.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use zaiton_connect::ReadError;
use zaiton_connect::orders::{Channel, ReadOrder};
use zaiton_kernel::Timestamp;

/// One order's message.
#[derive(Clone)]
pub struct Message {
    /// The channel.
    pub channel: Channel,
    /// Its bytes: those of the order in the page, or those of several calls joined.
    pub raw: Vec<u8>,
    /// SHA-256 of the bytes.
    pub hash: [u8; 32],
    /// Headers of the answer that brought it, names in small letters, without cookies.
    pub headers: Vec<(String, String)>,
    /// When it came.
    pub received_at: Timestamp,
    /// The order, or why it is none. Either way the message was given by the channel and is to be kept (rule R4-07).
    pub order: Result<ReadOrder, ReadError>,
    /// What does not fit together, which people are told.
    pub doubt: Option<Doubt>,
}

/// What does not fit together between a list and an order's own call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The list gives another total than the order itself; the order's own is taken.
    TotalDiffers,
    /// The list has it and its own call does not know it, or refuses it; what the list says is taken.
    NoDetails,
    /// Its own call gave another order; what the list says is taken.
    AnotherOrder,
}

impl Message {
    pub(crate) fn new(
        channel: Channel,
        raw: Vec<u8>,
        order: Result<ReadOrder, ReadError>,
        headers: Vec<(String, String)>,
        received_at: Timestamp,
    ) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &raw).as_ref());
        Self { channel, raw, hash, headers, received_at, order, doubt: None }
    }

    /// The channel's id of the order, where it could be read.
    #[must_use]
    pub fn order_id(&self) -> Option<&str> {
        self.order.as_ref().ok().map(|order| order.channel_order_id.as_str())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = self.order.as_ref().map(|order| &order.channel_order_id).map_err(|error| error.code);
        f.debug_struct("Message")
            .field("channel", &self.channel)
            .field("order", &order)
            .field("bytes", &self.raw.len())
            .field("received_at", &self.received_at)
            .field("doubt", &self.doubt)
            .finish_non_exhaustive()
    }
}
