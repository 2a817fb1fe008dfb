//! The plain way to keep a ledger in PostgreSQL, for comparison: one SQL function moves money, one call a transaction,
//! many clients. In the manner of pgledger (balances with a version on the account, a transfer, two entries with the
//! balance before and after), written anew and as small as can be: no natural key, no event, no answer is kept.

use std::time::Duration;

use postgres::{Client, NoTls};

use crate::Stop;
use crate::measure::now;
use crate::synthetic::Scatter;

const SCHEMA: &str = "
CREATE TABLE plain_accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, currency text NOT NULL,
  balance bigint NOT NULL DEFAULT 0, version bigint NOT NULL DEFAULT 0,
  allow_negative boolean NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE plain_transfers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_account bigint NOT NULL REFERENCES plain_accounts, to_account bigint NOT NULL REFERENCES plain_accounts,
  amount bigint NOT NULL CHECK (amount > 0), created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (from_account <> to_account)
);
CREATE INDEX ON plain_transfers (from_account);
CREATE INDEX ON plain_transfers (to_account);
CREATE TABLE plain_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account bigint NOT NULL REFERENCES plain_accounts, transfer bigint NOT NULL REFERENCES plain_transfers,
  amount bigint NOT NULL, balance_before bigint NOT NULL, balance_after bigint NOT NULL, account_version bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON plain_entries (account);
CREATE INDEX ON plain_entries (transfer);
CREATE FUNCTION plain_transfer(source bigint, target bigint, moved bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  one plain_accounts; other plain_accounts; made bigint;
BEGIN
  -- Both rows are locked in the order of their ids, so that two transfers never wait for each other.
  PERFORM 1 FROM plain_accounts WHERE id IN (source, target) ORDER BY id FOR UPDATE;
  UPDATE plain_accounts SET balance = balance - moved, version = version + 1, updated_at = now()
    WHERE id = source RETURNING * INTO STRICT one;
  UPDATE plain_accounts SET balance = balance + moved, version = version + 1, updated_at = now()
    WHERE id = target RETURNING * INTO STRICT other;
  IF one.currency <> other.currency THEN RAISE EXCEPTION 'two currencies'; END IF;
  IF one.balance < 0 AND NOT one.allow_negative THEN RAISE EXCEPTION 'balance below zero'; END IF;
  INSERT INTO plain_transfers (from_account, to_account, amount) VALUES (source, target, moved) RETURNING id INTO made;
  INSERT INTO plain_entries (account, transfer, amount, balance_before, balance_after, account_version) VALUES
    (source, made, -moved, one.balance + moved, one.balance, one.version),
    (target, made, moved, other.balance - moved, other.balance, other.version);
  RETURN made;
END $$;
";

/// Makes two accounts a merchant, then moves money between the two of a merchant of chance from so many clients; gives
/// how many transfers were made in which time.
///
/// # Errors
/// The server cannot be reached or refuses.
pub fn run(url: &str, merchants: usize, clients: usize, calls: usize) -> Result<(usize, Duration), Stop> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(SCHEMA)?;
    let pairs = i64::try_from(merchants)?;
    client.execute(
        "INSERT INTO plain_accounts (name, currency, balance, allow_negative) \
         SELECT 'account ' || n, 'CNY', 1000000000, false FROM generate_series(1, 2 * $1::bigint) n",
        &[&pairs],
    )?;
    client.batch_execute("ANALYZE; CHECKPOINT")?;
    let each = calls / clients.max(1);
    let mut ready = Vec::with_capacity(clients);
    for _ in 0..clients {
        let mut client = Client::connect(url, NoTls)?;
        client.batch_execute("SET synchronous_commit = on")?;
        let statement = client.prepare("SELECT plain_transfer($1, $2, $3)")?;
        ready.push((client, statement));
    }
    let start = now();
    let threads: Vec<_> = ready
        .into_iter()
        .zip(1_u64..)
        .map(|((mut client, statement), seed)| {
            std::thread::spawn(move || -> Result<(), String> {
                let mut scatter = Scatter::new(seed);
                for _ in 0..each {
                    let pair = i64::try_from(scatter.below(merchants)).unwrap_or(0);
                    client
                        .query_one(&statement, &[&(2 * pair + 1), &(2 * pair + 2), &1_234_i64])
                        .map_err(|error| error.to_string())?;
                }
                Ok(())
            })
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| "a client panicked")??;
    }
    Ok((each * clients, start.elapsed()))
}
