//! Every channel's adapter against a server of this machine that speaks the channel's protocol, throttles, fails, lies
//! and repeats itself. Nothing leaves the machine, nothing sleeps.
#![cfg(test)]

mod amazon;
mod common;
mod ebay;
mod failures;
mod own_site;
mod server;
mod shopify;
mod story;
mod woocommerce;
mod world;
