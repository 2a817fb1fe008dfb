#!/bin/sh
# Probes a running program by its own OpenAPI document with schemathesis: whatever is sent, it must not answer with an error of its
# own. As whoever runs the machine, and as a merchant's key. Never speaks to any other server than the one it starts.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
python=$("$root/scripts/python.sh")
program=${ZAITON_PROGRAM:-"$root/target/debug/zaiton"}
folder=$(mktemp -d)
"$program" --data "$folder" serve --listen 127.0.0.1:0 >"$folder/said" 2>"$folder/log" &
pid=$!
trap 'kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
waited=0
until grep -q '^token' "$folder/said"; do
    waited=$((waited + 1))
    if [ "$waited" -gt 300 ] || ! kill -0 "$pid" 2>/dev/null; then
        cat "$folder/log" >&2
        exit 1
    fi
    sleep 0.2
done
cd "$folder"
address=$(sed -n 's/^Zaiton serves on //p' "$folder/said")
cookie=$("$python" "$root/scripts/python/come_in.py" "$program" "$folder" "$address")
# Streams do not end, lines of NDJSON it cannot write, and the session's addresses hash passwords, which is slow on purpose.
"$python" -m schemathesis.cli run "$root/docs/api/openapi.json" --url "$address" \
    --header "Cookie: $cookie" --header "Sec-Fetch-Site: same-origin" \
    --exclude-path-regex '^/api/v1/(changes|commands|session.*|sign-ups.*)$' \
    --checks not_a_server_error --mode all --phases examples,coverage,fuzzing \
    --max-examples "${EXAMPLES:-5}" --request-timeout 20 --suppress-health-check all \
    --max-time "${SECONDS_OF_PROBE:-60}" --seed 1 --no-color --workers 2 >"$root/target/probe.log" 2>&1 || {
    tail -120 "$root/target/probe.log"
    exit 1
}
tail -25 "$root/target/probe.log"
"$program" --data "$folder" verify >/dev/null || { echo "the books do not hold after the probe" >&2; exit 1; }
