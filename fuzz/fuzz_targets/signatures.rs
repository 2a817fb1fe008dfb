//! Feeds any bytes to the checks of pushed signatures. Run with `cargo fuzz run signatures` on a nightly toolchain; `make test` runs the same
//! entry points over a fixed corpus.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zaiton_connect::fuzz::fuzz_signatures(bytes));
