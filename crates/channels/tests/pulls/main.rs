//! Every channel's adapter against a server of this machine that speaks the channel's protocol, throttles, fails, lies
//! and repeats itself. Nothing leaves the machine, nothing sleeps.
#![cfg(test)]

mod amazon;
mod amazon_queue;
mod common;
mod ebay;
mod ebay_pushes;
mod failures;
mod own_site;
mod queue_story;
mod server;
mod shopify;
mod sqs;
mod story;
mod woocommerce;
mod world;
