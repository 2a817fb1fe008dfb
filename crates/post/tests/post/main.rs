//! The post against servers that are really there: a mail server of another make, receivers that fail, stall, redirect and lie.
#![cfg(test)]

mod mail;
mod receiver;
mod sms;
mod webhook;
