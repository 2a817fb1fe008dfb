//! Migrations: numbered, checked by hash, forward only. A database that a newer program made is refused.

use zaiton_engine::StoreError;

use crate::queues;
use crate::tables::{create_tables, notices_by_state, page_tables};

/// One step of the schema.
pub struct Migration {
    /// Its number, from 1.
    pub number: i64,
    /// What it does, in a word.
    pub name: &'static str,
    /// Its text.
    pub sql: String,
}

impl Migration {
    /// SHA-256 of the text, hex.
    #[must_use]
    pub fn checksum(&self) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.sql.as_bytes());
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// All migrations for one database.
#[must_use]
pub fn all(postgres: bool) -> Vec<Migration> {
    let core = if postgres {
        include_str!("migrations/0001_core.postgres.sql")
    } else {
        include_str!("migrations/0001_core.sqlite.sql")
    };
    vec![
        Migration { number: 1, name: "core", sql: core.to_owned() },
        Migration { number: 2, name: "records", sql: create_tables(postgres, 2) },
        Migration { number: 3, name: "prepaid_rules", sql: create_tables(postgres, 3) },
        Migration { number: 4, name: "contacts_and_tickets", sql: create_tables(postgres, 4) },
        Migration { number: 5, name: "channel_orders", sql: create_tables(postgres, 5) },
        Migration { number: 6, name: "connections", sql: create_tables(postgres, 6) },
        Migration { number: 7, name: "payment_groups", sql: create_tables(postgres, 7) },
        Migration { number: 8, name: "people", sql: create_tables(postgres, 8) },
        Migration { number: 9, name: "pages", sql: page_tables(postgres) },
        Migration { number: 10, name: "queues", sql: queues::make(postgres) },
        Migration { number: 11, name: "operations", sql: create_tables(postgres, 11) },
        Migration { number: 12, name: "organisations", sql: create_tables(postgres, 12) },
        Migration {
            number: 13,
            name: "delivery",
            sql: create_tables(postgres, 13) + &notices_by_state(postgres),
        },
        Migration { number: 14, name: "documents", sql: create_tables(postgres, 14) },
        Migration { number: 15, name: "reviews", sql: create_tables(postgres, 15) },
    ]
}

/// Which migrations are still to run, given those that did (number, checksum).
///
/// # Errors
/// One that ran has another text now, or is not known to this program.
pub fn pending(known: Vec<Migration>, done: &[(i64, String)]) -> Result<Vec<Migration>, StoreError> {
    for (number, checksum) in done {
        match known.iter().find(|migration| migration.number == *number) {
            None => {
                return Err(StoreError(format!(
                    "the database has migration {number}, made by a newer program"
                )));
            }
            Some(migration) if migration.checksum() != *checksum => {
                return Err(StoreError(format!(
                    "migration {number} ({}) differs from the one that made this database; databases from before the first release are not carried over",
                    migration.name
                )));
            }
            Some(_) => {}
        }
    }
    Ok(known.into_iter().filter(|m| !done.iter().any(|(number, _)| *number == m.number)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_or_unknown_migration_is_refused() {
        for postgres in [false, true] {
            let done: Vec<_> = all(postgres).iter().map(|m| (m.number, m.checksum())).collect();
            assert!(pending(all(postgres), &done).unwrap().is_empty());
            assert_eq!(pending(all(postgres), &done[..1]).unwrap().len(), done.len() - 1);
            let mut changed = done.clone();
            changed[0].1 = "00".into();
            assert!(pending(all(postgres), &changed).is_err());
            let mut newer = done;
            newer.push((99, "00".into()));
            assert!(pending(all(postgres), &newer).is_err());
        }
    }
}
