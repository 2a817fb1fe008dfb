#!/bin/sh
# Makes target/python, where the Python packages that tests speak to are installed, and prints its interpreter. Does nothing
# when it is there already. Never changes the machine's own Python.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
place="$root/target/python"
wanted="$root/scripts/python/requirements.txt"
if ! cmp -s "$wanted" "$place/installed.txt"; then
    mkdir -p "$root/target"
    python3 -m venv "$place"
    "$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" >&2
    cp "$wanted" "$place/installed.txt"
fi
echo "$place/bin/python"
