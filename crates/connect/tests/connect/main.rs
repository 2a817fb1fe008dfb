//! The tests of the readers, in one binary. Outside data is read where it is present and never copied here.
#![cfg(test)]

mod bank_csv;
mod camt053;
mod camt_reference;
mod common;
mod damage;
mod mt940;
mod mt_reference;
mod orders;
mod pain002;
mod payment_bounds;
mod payments;
mod references;
