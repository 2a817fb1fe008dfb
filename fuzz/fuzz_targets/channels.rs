//! Feeds any bytes to the readers of every sales channel. Run with `cargo fuzz run channels` on a nightly toolchain; `make test` runs the same
//! entry points over a fixed corpus.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zaiton_connect::fuzz::fuzz_channels(bytes));
