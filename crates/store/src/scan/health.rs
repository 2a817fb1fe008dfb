//! What says whether an installation is well: its schema, who has its lanes, what is due and was not done. Each counted no further
//! than a bound.

use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Timestamp};

use super::queues::bit;
use super::rows::bad;
use crate::{Queries, Value, migrate};

const RAN: &str = "SELECT number, checksum FROM migrations WHERE number > $1 ORDER BY number";
const OWNERS: &str = "SELECT lane, owner, address, lease_until FROM lanes WHERE lane >= $1 ORDER BY lane";

fn due(table: &str) -> String {
    format!(
        "SELECT id FROM {table} WHERE lane = $1 AND (partition >> 62) = $2 AND due_at < $3 ORDER BY due_at, id LIMIT $4"
    )
}

/// Every text here: a test prepares them all on both databases.
pub(super) fn texts() -> Vec<String> {
    let mut texts = vec![RAN.to_owned(), OWNERS.to_owned()];
    texts.extend(DUE.iter().map(|table| due(table)));
    texts
}

/// Tables whose rows are due at a moment.
const DUE: [&str; 2] = ["timers", "effects"];

/// Who has a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The lane.
    pub lane: i64,
    /// The process; empty for none.
    pub owner: String,
    /// Where it takes forwarded commands.
    pub address: String,
    /// Until when it has it unless it says so again, in seconds since 1970; 0 where a lock says so.
    pub lease_until: i64,
}

impl Queries {
    /// The schema is the one of this program: each migration ran, with the text that it has now, and no other.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_current(&self) -> Result<bool, StoreError> {
        let rows = self.rows(RAN, &[Value::Int(0)])?;
        let ran: Vec<(i64, String)> = rows
            .iter()
            .map(|row| match row.as_slice() {
                [number, checksum] => Ok((number.int(), checksum.text().to_owned())),
                _ => Err(bad("migration")),
            })
            .collect::<Result<_, _>>()?;
        let known = migrate::all(self.is_postgres());
        Ok(migrate::pending(known, &ran).is_ok_and(|left| left.is_empty()))
    }

    /// Who has each lane.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn owners(&self) -> Result<Vec<Owner>, StoreError> {
        let rows = self.rows(OWNERS, &[Value::Int(0)])?;
        rows.iter()
            .map(|row| match row.as_slice() {
                [lane, owner, address, lease_until] => Ok(Owner {
                    lane: lane.int(),
                    owner: owner.text().to_owned(),
                    address: address.text().to_owned(),
                    lease_until: lease_until.int(),
                }),
                _ => Err(bad("lane")),
            })
            .collect()
    }

    /// How many timers or effects were due before a moment and are not done, over all lanes; counted no further than this.
    ///
    /// # Errors
    /// The database cannot be read, or the table is another one.
    pub fn overdue(
        &self,
        table: &str,
        environment: Environment,
        before: Timestamp,
        most: i64,
    ) -> Result<i64, StoreError> {
        let known = DUE.iter().find(|known| **known == table);
        let text = due(known.ok_or_else(|| StoreError("only timers and effects are due".into()))?);
        let mut count = 0;
        for (lane, _) in self.lanes()? {
            let left = most - count;
            if left <= 0 {
                break;
            }
            let parameters =
                [Value::Int(lane), bit(environment), Value::Int(before.micros()), Value::Int(left)];
            count += i64::try_from(self.rows(&text, &parameters)?.len()).unwrap_or(left);
        }
        Ok(count)
    }
}
