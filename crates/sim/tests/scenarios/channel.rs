//! What a channel says, in the channel's own words: read as the program reads them, sealed, and captured. Leaves nothing out
//! and adds nothing.

use zaiton_app::orders::capture::{CaptureOrder, CaptureReply};
use zaiton_connect::orders::{Channel, read_channel};
use zaiton_effects::orders::message;
use zaiton_effects::sealing::{Sealer, system_random};
use zaiton_kernel::Environment;

use crate::page::Step;
use crate::story::Story;
use crate::tell;

/// Who gives a channel's messages to the program.
const CHANNEL: &str = "channel";

impl Story {
    /// `CHANNEL of $merchant shop SHOP`, then the payload: an order, or a page of them. Each is `$channel_ID`.
    pub(crate) fn channel(&mut self, rest: &str, step: &Step) -> Result<Vec<String>, String> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let [channel, "of", merchant, "shop", shop] = words.as_slice() else {
            return Err("channel CHANNEL of $merchant shop SHOP, and the payload below".into());
        };
        let channel = match *channel {
            "own_site" => Channel::OwnSite,
            "amazon" => Channel::Amazon,
            "ebay" => Channel::Ebay,
            "shopify" => Channel::Shopify,
            "woocommerce" => Channel::WooCommerce,
            other => return Err(format!("there is no channel {other}")),
        };
        let merchant = self.names.fill(merchant)?.parse().map_err(|error| format!("{merchant}: {error}"))?;
        let payload = step.rest().collect::<Vec<_>>().join("\n");
        let page = read_channel(channel, payload.as_bytes()).map_err(|error| error.to_string())?;
        let sealer = Sealer::new(&[7; 32], system_random);
        let mut lines = Vec::new();
        for read in page.orders {
            let order = read.order.map_err(|error| error.to_string())?;
            let message = message(&order, shop, &read.raw, self.room.now());
            let key =
                zaiton_orders::order::order_key(message.channel, &message.shop, &message.channel_order_id);
            let sealed = sealer.seal(&key, &message.hash, &read.raw, &order.personal);
            let sealed = Some(sealed.map_err(|error| error.to_string())?);
            let (environment, again) = (Environment::Live, false);
            let command = CaptureOrder { environment, merchant, message, sealed, again, asked: false };
            let body = serde_json::to_value(&command).map_err(|error| error.to_string())?;
            let outcome = self.give("orders.capture", &body, None, CHANNEL)?;
            if let Ok(reply) = outcome.reply::<CaptureReply>() {
                let id: String = order
                    .channel_order_id
                    .chars()
                    .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
                    .collect();
                self.names.keep(&format!("channel_{id}"), &reply.channel_order.to_string());
            }
            lines.extend(tell::outcome(&mut self.names, &outcome));
        }
        Ok(lines)
    }
}
