//! Feeds any bytes to the orders readers. Run with `cargo fuzz run orders` on a nightly toolchain; `make test` runs the same entry
//! points over a fixed corpus.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zaiton_connect::fuzz::fuzz_orders(bytes));
