# Everything a person needs to run, test and ship Hedgerow. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help setup dev test test-native test-browser bench build rehearse speed lint fmt screenshots deploy backup restore

export PORT GITHUB_PORT DATA CHROMIUM HEDGEROW_CACHE HEDGEROW_WASM_RUST
node := node_modules/.bin/node
# What the release is put through besides tests/release; every test of tests/e2e would do.
rehearsed := create health lazy plans

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Settings, for example 'make dev PORT=9000':"
	@echo "    PORT=8787  GITHUB_PORT=8788  DATA=.dev         where make dev serves and keeps state"
	@echo "    CHROMIUM=/path/to/browser                      what make test drives"
	@echo "    HEDGEROW_CACHE=~/.cache/hedgerow               where compiled tools are kept"
	@echo "    HEDGEROW_WASM_RUST=rustup|debian               which WebAssembly compiler set-up uses"

setup: ## install what building and running need
	@scripts/setup.sh

dev: ## serve Hedgerow on :8787 with a GitHub stand-in on :8788
	@scripts/setup.sh dev
	@exec $(node) scripts/dev.mjs

test: ## run every test
	@scripts/setup.sh test
	@$(node) scripts/test.mjs

test-native: setup ## run the half of the tests that needs no browser
	@$(node) scripts/test.mjs native

test-browser: ## run the other half, in a browser
	@scripts/setup.sh browser
	@$(node) scripts/test.mjs browser

bench: setup ## measure an initialisation by Hedgerow and by two others, and fifty people at once
	@cargo bench --quiet --package flows --bench initialise
	@cargo bench --quiet --package flows --bench group_commit

build: setup ## build the Worker and the page for production
	@scripts/build.sh release
	@$(node) scripts/budget.mjs target/page/release dist 250

rehearse: build ## click through the release in a browser, as it is deployed
	@scripts/setup.sh browser
	@cargo build --quiet --package github-standin
	@$(node) scripts/test.mjs tests/release/*.test.mjs $(rehearsed:%=tests/e2e/%.test.mjs)

speed: build ## hold the release to what is promised of its speed
	@scripts/setup.sh browser
	@cargo build --quiet --package github-standin
	@$(node) scripts/speed.mjs

lint: setup ## check formatting and warnings
	@scripts/lint.sh

fmt: ## format the Rust code
	@cargo fmt --all

screenshots: setup ## take the pictures of docs/screenshots
	@scripts/setup.sh browser
	@scripts/build.sh web-dev
	@cargo build --package github-standin
	@$(node) scripts/screenshots.mjs

deploy: setup ## deploy to Cloudflare (wants a login: npx wrangler login)
	@$(node) scripts/deploy.mjs

backup: setup ## write every record of URL to FILE (wants OPERATOR_KEY)
	@$(node) scripts/backup.mjs backup "$(URL)" "$(FILE)" $(OPTIONS)

restore: setup ## put the records of FILE into URL (wants OPERATOR_KEY); OPTIONS=--forgotten revives what was forgotten
	@$(node) scripts/backup.mjs restore "$(URL)" "$(FILE)" $(OPTIONS)
