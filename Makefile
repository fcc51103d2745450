# Everything a person needs to run, test and ship Hedgerow. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help setup dev test build lint fmt screenshots deploy

export PORT GITHUB_PORT DATA CHROMIUM HEDGEROW_CACHE HEDGEROW_WASM_RUST
node := node_modules/.bin/node

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  Settings, for example 'make dev PORT=9000':"
	@echo "    PORT=8787  GITHUB_PORT=8788  DATA=.dev         where make dev serves and keeps state"
	@echo "    CHROMIUM=/path/to/browser                      what make test drives"
	@echo "    HEDGEROW_CACHE=~/.cache/hedgerow               where compiled tools are kept"
	@echo "    HEDGEROW_WASM_RUST=rustup|debian               which WebAssembly compiler set-up uses"

setup: ## install what building and running need
	@scripts/setup.sh

dev: setup ## serve Hedgerow on :8787 with a GitHub stand-in on :8788
	@exec $(node) scripts/dev.mjs

test: ## run every test
	@scripts/setup.sh browser
	@$(node) scripts/test.mjs

build: setup ## build the Worker and the page for production
	@scripts/build.sh release

lint: setup ## check formatting and warnings
	@scripts/lint.sh

fmt: ## format the Rust code
	@cargo fmt --all

screenshots: setup ## take the pictures of docs/screenshots
	@scripts/setup.sh browser
	@scripts/build.sh web-dev
	@cargo build --package github-standin
	@$(node) scripts/screenshots.mjs

deploy: build ## deploy to Cloudflare (wants a login: npx wrangler login)
	@$(node) node_modules/wrangler/bin/wrangler.js deploy
