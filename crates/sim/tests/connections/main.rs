//! Stored connections at work: the real engine and its workers, the real client, a shop that speaks `WooCommerce`'s protocol on
//! this machine, each story on SQLite and on PostgreSQL. Fakes the world's clock, never the database, never the network.
#![expect(clippy::unwrap_used, reason = "tests; the lint knows only functions that are marked as such")]

/// Makes two tests of a story: on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($story:ident)*) => {
        $(mod $story {
            #[test]
            fn on_sqlite() {
                super::$story(&zaiton_sim::databases::TestDatabase::sqlite());
            }
            #[test]
            fn on_postgres() {
                super::$story(&zaiton_sim::databases::TestDatabase::postgres());
            }
        })*
    };
}

mod house;
mod shop;
mod stories;
