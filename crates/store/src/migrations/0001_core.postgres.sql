CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE lanes (
  lane bigint PRIMARY KEY,
  owner text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT '',
  epoch bigint NOT NULL DEFAULT 0,
  seq bigint NOT NULL DEFAULT 0,
  last_id bigint NOT NULL DEFAULT 0,
  request_day bigint NOT NULL DEFAULT 0,
  key_generation bigint NOT NULL DEFAULT 0,
  key_cursor bytea NOT NULL DEFAULT '\xffffffffffffffffffffffffffffffffffffffffffffffff',
  lease_until bigint NOT NULL DEFAULT 0
);
CREATE TABLE partitions (
  partition bigint PRIMARY KEY,
  last_event bigint NOT NULL,
  events bigint NOT NULL,
  mac bytea NOT NULL
) WITH (fillfactor = 60);
CREATE TABLE accounts (
  id bigint NOT NULL,
  partition bigint NOT NULL,
  code bigint NOT NULL,
  dimension bigint NOT NULL,
  currency text NOT NULL,
  debits bigint NOT NULL,
  credits bigint NOT NULL,
  last_transfer bigint NOT NULL,
  last_month bigint NOT NULL,
  guard bigint NOT NULL,
  PRIMARY KEY (id, partition),
  CHECK (debits >= 0 AND credits >= 0),
  CHECK (guard * (credits - debits) >= 0)
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX accounts_key ON accounts (partition, code, dimension, currency);
CREATE TABLE transfers (
  id bigint NOT NULL,
  partition bigint NOT NULL,
  txn bigint NOT NULL,
  debit bigint NOT NULL,
  credit bigint NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  kind bigint NOT NULL,
  subject bigint NOT NULL,
  link bigint NOT NULL,
  previous_of_debit bigint NOT NULL,
  previous_of_credit bigint NOT NULL,
  booked_at bigint NOT NULL,
  value_date bigint NOT NULL,
  PRIMARY KEY (id, partition)
);
CREATE TABLE marks (
  account bigint NOT NULL,
  month bigint NOT NULL,
  partition bigint NOT NULL,
  debits bigint NOT NULL,
  credits bigint NOT NULL,
  last_transfer bigint NOT NULL,
  PRIMARY KEY (account, month, partition)
);
CREATE TABLE events (
  id bigint NOT NULL,
  partition bigint NOT NULL,
  previous bigint NOT NULL,
  number bigint NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  command text NOT NULL,
  subject bigint NOT NULL,
  body text NOT NULL,
  mac bytea NOT NULL,
  PRIMARY KEY (id, partition)
);
CREATE TABLE natural_keys (
  partition bigint NOT NULL,
  key bytea NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (partition, key)
);
CREATE TABLE requests (
  id bigint NOT NULL,
  partition bigint NOT NULL,
  key bytea NOT NULL,
  input bytea NOT NULL,
  denied bigint NOT NULL,
  reply text NOT NULL,
  PRIMARY KEY (id, partition)
);
CREATE TABLE request_runs (
  lane bigint NOT NULL,
  day bigint NOT NULL,
  seq bigint NOT NULL,
  keys bytea NOT NULL,
  PRIMARY KEY (lane, day, seq)
);
ALTER TABLE request_runs ALTER COLUMN keys SET STORAGE EXTERNAL;
CREATE TABLE key_runs (
  lane bigint NOT NULL,
  generation bigint NOT NULL,
  seq bigint NOT NULL,
  keys bytea NOT NULL,
  PRIMARY KEY (lane, generation, seq)
);
ALTER TABLE key_runs ALTER COLUMN keys SET STORAGE EXTERNAL;
