# What to do with Madang. `make` alone lists the targets.

# Tools live outside the clone and outlast it. Each is installed once for each version.
TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/madang/tools

# 0.3.11 needs a newer Rust than Cargo.toml asks for.
CARGO_LEPTOS_VERSION := 0.3.9
# Must equal wasm-bindgen in Cargo.toml; `make test-site` compares them.
WASM_BINDGEN_VERSION := 0.2.129
# Has wasm-opt, which release builds call.
BINARYEN_VERSION := 132.0.0

# Given to the program by `run` and `dev`, to Playwright by `test-browser`.
ARGS ?=
# What `bench` runs.
BENCH ?= .ci/with-postgres cargo bench --locked --features ssr --bench load

export PATH := $(TOOLS)/bin:$(TOOLS)/node_modules/.bin:$(PATH)
export WASM_BINDGEN_VERSION
# cargo-leptos sets it, and leptos is built anew whenever it changes: so the tests and the program share one build.
export LEPTOS_OUTPUT_NAME := madang

# Folders count too: their date changes when a file is added or removed.
SOURCES := Cargo.toml Cargo.lock $(shell find src style public migrations)
BUILT := target/release/.built

.DEFAULT_GOAL := help
.PHONY: help run dev dist test lint test-rust test-site test-browser bench fmt tools clean-data

help: ## Lists these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-20s %s\n", $$1, $$2 }'

run: $(BUILT) ## Starts Madang with demo data on http://127.0.0.1:3000
	@exec target/release/madang --demo $(ARGS)

dev: tools ## Starts Madang with demo data, and rebuilds and reloads after every change
	LEPTOS_SITE_ROOT=target/dev-site cargo leptos watch --split -- --demo $(ARGS)

dist: $(BUILT) ## Puts everything that a server needs into dist/madang/
	@rm -rf dist/madang && mkdir -p dist/madang
	@cp target/release/madang target/release/hash.txt dist/madang/
	@cp -R target/site dist/madang/site
	@echo "dist/madang/ is complete: start dist/madang/madang"

test: ## Checks everything: format, lints, Rust tests, the built site, and the pages in Chromium
	@.ci/require test
	@.ci/tally lint test-rust test-site test-browser

lint: tools end2end/node_modules/.package-lock.json ## Checks the format and the lints of both halves and of the page tests
	cargo fmt --check
	@# The halves share nothing, and each ends on one core.
	cargo clippy --locked --profile wasm-release --features hydrate --lib --target wasm32-unknown-unknown \
		--target-dir target/front -- -D warnings & browser=$$!; trap 'kill $$browser 2>/dev/null; exit 130' INT TERM; \
		cargo clippy --locked --release --features ssr --all-targets -- -D warnings; program=$$?; \
		wait $$browser && exit $$program
	cd end2end && npm run --silent check

# Nobody else runs what is built here: to compile it well takes seven minutes longer and makes the tests no faster.
# What it uses is shared with the program.
test-rust: ## Runs unit and integration tests, on SQLite and on a private PostgreSQL
	.ci/with-postgres .ci/cargo-test --config 'profile.release.package.madang.opt-level=0' --locked --release --features ssr --lib

test-site: dist ## Checks the built style sheet, and the size of the WASM
	node .ci/check-site.mjs

test-browser: dist end2end/node_modules/.package-lock.json ## Drives the built pages in Chromium, on SQLite and on a private PostgreSQL
	cd end2end && ../.ci/with-postgres npx playwright test $(ARGS)

bench: $(BUILT) ## Measures what benches/README.md reports
	$(BENCH)

fmt: ## Formats the Rust code
	cargo fmt

tools: $(TOOLS)/.cargo-leptos-$(CARGO_LEPTOS_VERSION) $(TOOLS)/.wasm-bindgen-$(WASM_BINDGEN_VERSION) $(TOOLS)/.wasm-opt-$(BINARYEN_VERSION) ## Installs the build tools (about ten minutes, once)
	@test -d "$$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" || rustup target add wasm32-unknown-unknown

clean-data: ## Deletes the database of `run` and `dev`
	rm -rf data

# Hashed, minified and precompressed files for the browser, and the program that serves them.
$(BUILT): $(SOURCES) | tools
	@mkdir -p $(@D) && touch $@.begun
	@rm -rf target/site/pkg
	@# cargo-leptos begins the program when the browser's half is done, which keeps one core busy at most.
	cargo build --quiet --release --package=madang --bin=madang --no-default-features --features=ssr & program=$$!; \
		trap 'kill $$program 2>/dev/null; exit 130' INT TERM; \
		cargo leptos build --release --split --precompress || { kill $$program 2>/dev/null; exit 1; }
	@mv $@.begun $@

$(TOOLS)/.cargo-leptos-$(CARGO_LEPTOS_VERSION): | require
	cargo install --locked --root $(TOOLS) --no-default-features --features no_downloads cargo-leptos@$(CARGO_LEPTOS_VERSION)
	@rm -f $(TOOLS)/.cargo-leptos-* && touch $@

$(TOOLS)/.wasm-bindgen-$(WASM_BINDGEN_VERSION): | require
	cargo install --locked --root $(TOOLS) wasm-bindgen-cli@$(WASM_BINDGEN_VERSION)
	@rm -f $(TOOLS)/.wasm-bindgen-* && touch $@

# Pages come in well over a hundred files, most of a few kilobytes: each takes longer to compile Binaryen well than to run it.
$(TOOLS)/.wasm-opt-$(BINARYEN_VERSION): | require
	npm install --silent --no-audit --no-fund --prefix $(TOOLS) binaryen@$(BINARYEN_VERSION)
	@mkdir -p $(TOOLS)/bin
	@printf '#!/bin/sh\nexec node --liftoff-only "%s" "$$@"\n' $(TOOLS)/node_modules/binaryen/bin/wasm-opt > $(TOOLS)/bin/wasm-opt
	@chmod +x $(TOOLS)/bin/wasm-opt
	@rm -f $(TOOLS)/.wasm-opt-* && touch $@

.PHONY: require
require:
	@.ci/require run

end2end/node_modules/.package-lock.json: end2end/package-lock.json
	cd end2end && npm ci --silent
	@touch $@
