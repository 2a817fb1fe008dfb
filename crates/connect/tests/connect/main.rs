//! The tests of the readers, in one binary. Outside data is read where it is present and never copied here.
#![cfg(test)]

mod bank_csv;
mod camt053;
mod camt_reference;
mod channel_damage;
mod channel_quirks;
mod channel_samples;
mod channel_shops;
mod channel_story;
mod common;
mod damage;
mod mt940;
mod mt_reference;
mod orders;
mod own_csv;
mod own_whole;
mod pain002;
mod payment_bounds;
mod payments;
mod pushes;
mod references;
mod signature;
