//! The binary `zaiton` from outside: started, killed, spoken to over HTTP and the command line, its database changed
//! behind its back. Each test has an installation of its own. Never calls the product's code but for reading ids.
#![cfg(test)]

mod access;
mod api;
mod audit;
mod backup;
mod bad_input;
mod beside;
mod changes;
mod channels;
mod client;
mod database;
mod delivery;
mod demo;
mod documents;
mod glance;
mod home;
mod import;
mod kill;
mod lanes;
mod letters;
mod limits;
mod load;
mod money_out;
mod operations;
mod outages;
mod people;
mod periods;
mod postmaster;
mod pull;
mod pushes;
mod raw;
mod real_files;
mod reviews;
mod sandbox;
mod shop;
mod sign_in;
mod strangers;
mod tampering;
mod three;
mod walk;
mod watching;
mod what_if;
