# What people do with Zaiton, by name. `make run` and `make test` need nothing but Debian, Rust and Node.
.DEFAULT_GOAL := help
.PHONY: help run web test check bench sim fmt

DATA ?= data
LISTEN ?= 127.0.0.1:8080
SEED ?= 1

help:
	@echo "make run     build, load the demo into $(DATA), serve on $(LISTEN)"
	@echo "make web     the console: into web/dist, from where a release takes it"
	@echo "make test    everything: format, lints, units, properties, both databases, simulation, kill -9, browser"
	@echo "make check   for every commit: format, lints, units and properties of the pure crates and the console"
	@echo "make bench   figures against the raw database, in one run"
	@echo "make sim SEED=7   replay one simulation"

run:
	@scripts/install.sh build
	@scripts/web.sh build
	cargo build --release -p zaiton-server
	./target/release/zaiton --data $(DATA) demo
	./target/release/zaiton --data $(DATA) serve --listen $(LISTEN)

web:
	@scripts/web.sh build

test:
	@scripts/install.sh test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	@scripts/web.sh check
	@scripts/test.sh
	@scripts/web.sh browser

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cargo test --quiet -p zaiton-kernel -p zaiton-ledger -p zaiton-onboarding -p zaiton-prepaid -p zaiton-bank -p zaiton-orders -p zaiton-notices -p zaiton-desk -p zaiton-identity -p zaiton-policies -p zaiton-connect
	cargo test --quiet --lib -p zaiton-engine -p zaiton-store -p zaiton-app
	@scripts/web.sh check

bench:
	@scripts/install.sh test
	@scripts/bench.sh

sim:
	cargo run --quiet --release -p zaiton-sim --bin sim -- --seed $(SEED) --verbose

fmt:
	cargo fmt --all
