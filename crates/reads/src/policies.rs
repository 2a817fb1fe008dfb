//! The figures in force as the database has them, for whoever hands them to the commands (R5-31). Reads only.

use zaiton_app::policy::Book;
use zaiton_engine::StoreError;
use zaiton_store::Queries;

/// The figures in force, now and later.
///
/// # Errors
/// The database cannot be read, or a newer program wrote them.
pub fn book(queries: &Queries) -> Result<Book, StoreError> {
    let mut versions = Vec::new();
    queries.each_record("policies", |row| {
        let version = serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
        versions.push((row.partition.environment(), version));
        Ok(())
    })?;
    Book::of(versions).map_err(StoreError)
}
