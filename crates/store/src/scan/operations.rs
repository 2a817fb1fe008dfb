//! Long work of an environment, the newest first, found by an index: all, one person's, or what stands in a state.

use zaiton_engine::StoreError;
use zaiton_kernel::Partition;

use super::objects::{StoredRow, stored};
use crate::{Queries, Value};

/// Which operations are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Everybody's.
    All,
    /// Those that somebody asked for.
    By(&'a str),
    /// Those in a state.
    In(&'a str),
}

const ALL: &str = "SELECT id, partition, version, updated_at, body FROM operations \
     WHERE partition = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
const BY: &str = "SELECT id, partition, version, updated_at, body FROM operations \
     WHERE partition = $1 AND id < $2 AND asked_by = $4 ORDER BY id DESC LIMIT $3";
const IN: &str = "SELECT id, partition, version, updated_at, body FROM operations \
     WHERE partition = $1 AND id < $2 AND status = $4 ORDER BY id DESC LIMIT $3";

pub(super) const TEXTS: [&str; 3] = [ALL, BY, IN];

impl Queries {
    /// A page of operations before a raw id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn operations(
        &self,
        partition: Partition,
        whose: Whose<'_>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let mut parameters =
            vec![Value::Int(partition.raw()), Value::Int(before.unwrap_or(i64::MAX)), Value::Int(limit)];
        let text = match whose {
            Whose::All => ALL,
            Whose::By(name) => {
                parameters.push(Value::Text(name.to_owned()));
                BY
            }
            Whose::In(state) => {
                parameters.push(Value::Text(state.to_owned()));
                IN
            }
        };
        self.rows(text, &parameters)?.iter().map(|row| stored(row)).collect()
    }
}
