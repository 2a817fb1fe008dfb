#!/bin/sh
# Starts a private PostgreSQL cluster for tests, once, and prints its URL. Called again it only prints.
# `test-postgres.sh stop` ends it. It listens on loopback only, trusts whoever can connect, and holds nothing but
# test data: never point anything else at it.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
base="$root/target/test-postgres"
data="$base/data"

bin=""
for candidate in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
    [ -x "$candidate/initdb" ] && bin="$candidate"
done
if [ -z "$bin" ] && command -v initdb >/dev/null 2>&1; then
    bin=$(dirname "$(command -v initdb)")
fi
if [ -z "$bin" ]; then
    echo "PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin nor in PATH (Debian: apt-get install postgresql)" >&2
    exit 1
fi

# The server refuses to run as root: then it runs as the user that its package made.
if [ "$(id -u)" = 0 ]; then
    if ! id postgres >/dev/null 2>&1; then
        echo "run as root, but there is no user postgres to run the server as" >&2
        exit 1
    fi
    as() { runuser -u postgres -- "$@"; }
    owner=postgres
else
    as() { "$@"; }
    owner=$(id -un)
fi

mkdir -p "$base"
# One caller at a time; the server must not inherit the lock (9>&- below).
exec 9>"$base/lock"
flock 9

running() { as "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1 9>&-; }

if [ "${1:-}" = stop ]; then
    if running; then as "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 9>&-; fi
    exit 0
fi

cd /
if [ ! -f "$base/made" ]; then
    rm -rf "$data"
    install -d -o "$owner" -m 700 "$data"
    as "$bin/initdb" -D "$data" -U postgres --auth=trust -E UTF8 --locale=C >"$base/initdb.log" 2>&1 9>&-
    touch "$base/made"
fi
if ! running; then
    : >"$base/server.log"
    chown "$owner" "$base/server.log" 2>/dev/null || true
    port=54330
    while :; do
        options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=on"
        options="$options -c max_connections=300 -c shared_buffers=64MB"
        if as "$bin/pg_ctl" -D "$data" -l "$base/server.log" -w -t 60 -o "$options" start >/dev/null 2>&1 </dev/null 9>&-; then
            break
        fi
        port=$((port + 1))
        if [ "$port" -gt 54399 ]; then
            echo "PostgreSQL did not start: see $base/server.log" >&2
            exit 1
        fi
    done
    echo "postgres://postgres@127.0.0.1:$port/postgres" >"$base/url"
fi
cat "$base/url"
