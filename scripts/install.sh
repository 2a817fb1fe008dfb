#!/bin/sh
# Installs what building and testing need on Debian: a C compiler for the bundled SQLite; for the tests PostgreSQL, Chromium,
# Chinese letters for it, and Python for the servers that tests speak to. Does nothing when all is there. `install.sh build` leaves out what only tests need.
set -eu

wanted=${1:-test}
missing=""
command -v cc >/dev/null 2>&1 || missing="$missing build-essential"
if [ "$wanted" = test ]; then
    found=""
    for candidate in /usr/lib/postgresql/*/bin/initdb; do [ -x "$candidate" ] && found=yes; done
    command -v initdb >/dev/null 2>&1 && found=yes
    [ -n "$found" ] || missing="$missing postgresql"
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3 python3-venv"
    [ -n "$(find /usr/share/fonts -iname 'NotoSansCJK*' 2>/dev/null | head -1)" ] || missing="$missing fonts-noto-cjk"
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
# Debian 12 has Node 18; the console is built with 20.19 or later.
if ! command -v npm >/dev/null 2>&1; then
    echo "Node 20.19 or later is not installed: see https://nodejs.org" >&2
    exit 1
fi
