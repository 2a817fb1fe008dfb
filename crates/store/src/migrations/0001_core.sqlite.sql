CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE lanes (
  lane INTEGER PRIMARY KEY,
  owner TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  epoch INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL DEFAULT 0,
  last_id INTEGER NOT NULL DEFAULT 0,
  request_day INTEGER NOT NULL DEFAULT 0,
  key_generation INTEGER NOT NULL DEFAULT 0,
  key_cursor BLOB NOT NULL DEFAULT x'ffffffffffffffffffffffffffffffffffffffffffffffff',
  lease_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE partitions (
  partition INTEGER PRIMARY KEY,
  last_event INTEGER NOT NULL,
  events INTEGER NOT NULL,
  mac BLOB NOT NULL
) STRICT;
-- guard: 1 where the credit side, -1 where the debit side may not fall below zero, 0 where either may stand. A list of codes
-- in the CHECK would be looked through at every booking.
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  code INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  currency TEXT NOT NULL,
  debits INTEGER NOT NULL,
  credits INTEGER NOT NULL,
  last_transfer INTEGER NOT NULL,
  last_month INTEGER NOT NULL,
  guard INTEGER NOT NULL,
  CHECK (debits >= 0 AND credits >= 0),
  CHECK (guard * (credits - debits) >= 0)
) STRICT;
CREATE UNIQUE INDEX accounts_key ON accounts (partition, code, dimension, currency);
CREATE TABLE transfers (
  id INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  txn INTEGER NOT NULL,
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  kind INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  link INTEGER NOT NULL,
  previous_of_debit INTEGER NOT NULL,
  previous_of_credit INTEGER NOT NULL,
  booked_at INTEGER NOT NULL,
  value_date INTEGER NOT NULL
) STRICT;
CREATE TABLE marks (
  account INTEGER NOT NULL,
  month INTEGER NOT NULL,
  partition INTEGER NOT NULL,
  debits INTEGER NOT NULL,
  credits INTEGER NOT NULL,
  last_transfer INTEGER NOT NULL,
  PRIMARY KEY (account, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  previous INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  command TEXT NOT NULL,
  subject INTEGER NOT NULL,
  body TEXT NOT NULL,
  mac BLOB NOT NULL
) STRICT;
CREATE TABLE natural_keys (
  partition INTEGER NOT NULL,
  key BLOB NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (partition, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  key BLOB NOT NULL,
  input BLOB NOT NULL,
  denied INTEGER NOT NULL,
  reply TEXT NOT NULL
) STRICT;
CREATE TABLE request_runs (
  lane INTEGER NOT NULL,
  day INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  keys BLOB NOT NULL,
  PRIMARY KEY (lane, day, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_runs (
  lane INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  keys BLOB NOT NULL,
  PRIMARY KEY (lane, generation, seq)
) STRICT, WITHOUT ROWID;
