//! A withdrawal: so far only what is booked along it. Never moves money itself: [`postings`] says what the ledger must
//! book.

pub mod postings;
