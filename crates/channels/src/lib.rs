//! Orders pulled from channels over HTTP: Amazon, eBay, Shopify, `WooCommerce` and a shop's own site. Gives its caller
//! messages (the raw bytes, their hash, the order that was read of them) and the cursor to go on from.
//!
//! Never stores, never decides what an order means, never reads a clock, draws a number or waits by itself: all three
//! are the caller's ([`World`]). Never sends a credential anywhere but to the hosts of the settings, and shows none.
#![warn(missing_docs)]

mod access;
mod amazon_2026;
mod amazon_queue;
mod amazon_v0;
mod backoff;
mod bucket;
mod calls;
mod circuit;
mod client;
mod drain;
mod ebay;
mod ebay_keys;
mod ebay_quota;
mod error;
mod http;
mod message;
mod oauth;
mod own_site;
mod page;
mod paging;
mod pull;
mod settings;
mod shopify;
mod shopify_query;
mod shopify_rest;
mod sigv4;
mod sweep;
mod window;
mod woocommerce;
mod world;

pub use access::{
    Access, AmazonAccess, AmazonApi, AmazonQueue, EbayAccess, OwnAccess, RefreshAccess, ShopifyAccess,
    ShopifyApi, ShopifyPlan, WooAccess,
};
pub use backoff::wait_millis;
pub use bucket::Bucket;
pub use circuit::{Circuit, FAILURES, OPEN_SECONDS};
pub use client::Client;
pub use drain::{Drained, Skipped};
pub use ebay_keys::EbayKeys;
pub use error::{Failure, Stop};
pub use message::{Doubt, Message};
pub use paging::{Offset, Place};
pub use pull::{Cursor, Pulled, Stopped, Unfinished};
pub use settings::{Connection, Limits, Secret, SettingsError};
pub use sweep::{Asked, Difference, Known, Swept};
pub use window::{Lag, Plan, Window, lag, pull_window, sweep_window};
pub use world::World;
