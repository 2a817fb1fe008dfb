#!/bin/sh
# Installs what building and testing need on Debian: a C compiler for the bundled SQLite, PostgreSQL for the tests. Does
# nothing when all is there. `install.sh build` leaves PostgreSQL out.
set -eu

wanted=${1:-test}
missing=""
command -v cc >/dev/null 2>&1 || missing="$missing build-essential"
if [ "$wanted" = test ]; then
    found=""
    for candidate in /usr/lib/postgresql/*/bin/initdb; do [ -x "$candidate" ] && found=yes; done
    command -v initdb >/dev/null 2>&1 && found=yes
    [ -n "$found" ] || missing="$missing postgresql"
fi
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
    echo "installing:$missing"
    $sudo apt-get update -qq
    # The package starts a server of its own; the tests use a private one.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
if ! command -v cargo >/dev/null 2>&1; then
    echo "Rust is not installed: see https://rustup.rs" >&2
    exit 1
fi
