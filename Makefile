# What people and machines run here. `make help` lists it.

.PHONY: help run build dev test simulate lint bench

# A newer Node than the system's, where scripts/need had to fetch one.
export PATH := $(CURDIR)/target/node/node_modules/.bin:$(PATH)

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

run: ## build and start a portal to try out on http://127.0.0.1:8480 (ARGS="--listen ADDRESS --data FOLDER")
	@scripts/need rust inbox
	@scripts/inbox
	cargo run --release --quiet --package server --bin trunkline -- demo $(ARGS)

build: ## target/release/trunkline, with the inbox in it
	@scripts/need rust inbox
	@scripts/inbox
	cargo build --release --package server --bin trunkline

dev: ## the inbox with hot reload on http://127.0.0.1:5173, beside a portal that runs on http://127.0.0.1:8480 (make run)
	@scripts/need inbox
	npm run --prefix web dev

test: ## install what the tests need where it is missing, and run all of them
	@scripts/need rust postgres php python node inbox chromium
	cargo run --quiet --package store --features testing --example with_postgres -- scripts/test

simulate: ## the rules at work in virtual time, crashes included (SEEDS=10000, or SEED=7 for one of them)
	@scripts/need rust
	scripts/simulate "$(SEEDS)" "$(SEED)"

lint: ## formatting, clippy, documentation, licences and sources of the dependencies
	@scripts/need rust deny
	scripts/lint

bench: ## the load generator and the bare limit it is compared with
	@scripts/need rust
	cargo build --release --package server --package load
	target/release/load bench $(ARGS)
