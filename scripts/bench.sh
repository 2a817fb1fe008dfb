#!/bin/sh
# Prints the figures of `make bench`: the engine against the same rows with nothing decided, on SQLite and on PostgreSQL, in
# one run, with the machine's noise before and after, and one database that grows; then pages of lists with a million rows.
# Asserts nothing. ORDERS, RUNS, MILLIONS and ROWS shorten it.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
orders=${ORDERS:-1000000}
runs=${RUNS:-3}
millions=${MILLIONS:-10}
rows=${ROWS:-1000000}
scripts/web.sh build
cargo build --release --quiet -p zaiton-bench -p zaiton-server
folder=target/bench
mkdir -p "$folder"
./target/release/zaiton bench --on "sqlite:$folder" --orders "$orders" --runs "$runs"
./target/release/zaiton bench --on "sqlite:$folder" --holds-ladder "$millions"
./target/release/lists --url "sqlite:$folder" --rows "$rows"
./target/release/import --orders "$((orders / 10))" --runs "$runs"
url=$(scripts/test-postgres.sh)
trap 'scripts/test-postgres.sh stop' EXIT
./target/release/zaiton bench --on "$url" --orders "$((orders / 5))" --runs "$runs"
./target/release/lists --url "$url" --rows "$rows"
