#!/bin/sh
# Runs every test and prints how many passed: one line by crate and kind, one in all; then which rules they exercised. Fails
# when a test fails, when none ran, or when a rule called built was not exercised on each of its sides.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
ZAITON_TEST_POSTGRES=$(scripts/test-postgres.sh)
export ZAITON_TEST_POSTGRES
ZAITON_TEST_PYTHON=$(scripts/python.sh)
export ZAITON_TEST_PYTHON
trap 'scripts/test-postgres.sh stop' EXIT

log=target/test.log
mkdir -p target
ZAITON_RULES="$root/target/rules.tsv"
export ZAITON_RULES
rm -f "$ZAITON_RULES"
status=0
cargo test --workspace --no-fail-fast "$@" >"$log" 2>&1 || status=$?
grep -E '^(error|warning: unused|test .*FAILED|thread .* panicked|failures:|    [a-z_:]+$)' "$log" | head -100 || true
grep -E '(Running|test result:|is skipped|skipped:)' "$log" | sed 's/; finished in.*//' || true
if [ "$status" -ne 0 ]; then
    echo "---- the last lines of $log"
    tail -200 "$log"
fi
awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, ignored; if (passed == 0) exit 1 }' "$log" || status=1
cargo run --quiet -p zaiton-boundary --bin rules -- "$ZAITON_RULES" || status=1
exit "$status"
