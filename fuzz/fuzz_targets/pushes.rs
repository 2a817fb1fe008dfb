//! Feeds any bytes to the reader of pushed bodies. Run with `cargo fuzz run pushes` on a nightly toolchain; `make test` runs
//! the same entry point over a fixed corpus.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zaiton_connect::fuzz::fuzz_pushes(bytes));
