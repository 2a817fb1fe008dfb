#!/bin/sh
# The console, for those who do not want to know npm: `web.sh build` makes web/dist when something changed, `web.sh check` runs
# its linter and unit tests, `web.sh browser` the browser tests against the debug program. Installs packages only when their
# list changed, exactly as package-lock.json names them.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/web"
wanted=${1:?build, check or browser}

if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed
fi

build() {
    if [ ! -f dist/.built ] ||
        [ -n "$(find ../docs/api/openapi.json src public scripts index.html vite.config.ts tsconfig.json package-lock.json package.json -newer dist/.built -print -quit)" ]; then
        npm run --silent build
        touch dist/.built
    fi
}

case "$wanted" in
build) build ;;
check)
    npm run --silent lint
    npm run --silent test -- --reporter=dot
    ;;
browser)
    build
    (cd "$root" && cargo build --quiet -p zaiton-server)
    npm run --silent browser
    ;;
*)
    echo "web.sh: build, check or browser" >&2
    exit 2
    ;;
esac
