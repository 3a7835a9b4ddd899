# The few verbs of Tokenry. Each does its own set-up: what a machine lacks is installed once (.ci/toolchain)
# and kept outside the checkout.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo serve dev build front package test unit e2e bench torture fmt lint advisories sbom

CACHE := $(or $(TOKENRY_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tokenry)
# What .ci/toolchain found or installed: PATH, compiler, target directory.
ENV := . $(CACHE)/env
# Everything that the front end is made of.
FRONT := $(shell find app frontend style public -type f -not -path '*/tests/*') Cargo.toml Cargo.lock
LISTEN ?= 127.0.0.1:3000
# One per cent less WASM: passes in an order that the build tool, which sorts them, cannot be told.
SMALLER := --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
  --enable-reference-types --enable-multivalue --flatten --rereloop -Oz -Oz --converge

# Another Cargo.lock than the one in the repository is nowhere built or tested. The WASM is in two pieces.
LEPTOS := cargo leptos build --split --lib-cargo-args=--locked --bin-cargo-args=--locked

help: ## What can be done here
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# A first look need not wait for LTO; this leaves a less optimised binary in target/release.
demo: export CARGO_PROFILE_RELEASE_LTO := off
demo: ## Build the release and show it on http://127.0.0.1:3000 with made-up data, signed in
	@.ci/toolchain build
	@$(MAKE) --no-print-directory build
	@$(ENV); exec "$$CARGO_TARGET_DIR/release/tokenry" demo --listen $(LISTEN)

serve: ## Build the release and serve it on http://127.0.0.1:3000, with SQLite in data/
	@.ci/toolchain build
	@$(MAKE) --no-print-directory build
	@mkdir -p data
	@$(ENV); exec "$$CARGO_TARGET_DIR/release/tokenry" serve --listen $(LISTEN)

dev: ## Build, serve, and rebuild at every change
	@.ci/toolchain build
	@mkdir -p data
	@$(ENV); $(LEPTOS) --frontend-only && exec cargo leptos watch --split -- serve --listen $(LISTEN)

# The server carries the site inside, so the front end is built first.
build: front
	@$(ENV); $(LEPTOS) --release --server-only

front:
	@$(ENV); stamp="$$CARGO_TARGET_DIR/site.stamp"; \
	newer=$$(find $(FRONT) -newer "$$stamp" -print -quit 2>/dev/null || echo first); \
	if [ "$$(cat "$$stamp" 2>/dev/null)" != "$(CURDIR)" ] || [ -n "$$newer" ]; then \
	  rm -f "$$CARGO_TARGET_DIR"/site/pkg/*.wasm; $(LEPTOS) --release --frontend-only; \
	  for piece in "$$CARGO_TARGET_DIR"/site/pkg/*.wasm; do wasm-opt $(SMALLER) "$$piece" -o "$$piece"; done; \
	  echo "$(CURDIR)" > "$$stamp"; \
	fi

# With the C library inside, it runs on any Linux of this processor, and in an image with nothing else in it. A target of
# its own keeps the flags away from what runs while it is built.
package: TRIPLE := $(shell uname -m)-unknown-linux-gnu
package: VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
package: NAME = tokenry-$(VERSION)-$(shell uname -m)-linux
package: ## Write a release archive, and its checksum: one static binary, and what deploys it
	@.ci/toolchain build
	@$(MAKE) --no-print-directory front
	@$(ENV); export LEPTOS_BIN_TARGET_TRIPLE=$(TRIPLE) RUSTFLAGS="-C target-feature=+crt-static"; \
	$(LEPTOS) --release --server-only; \
	work="$$(mktemp -d)"; mkdir -p "$$work/$(NAME)/data"; \
	cp "$$CARGO_TARGET_DIR/$(TRIPLE)/release/tokenry" README.md LICENSE deploy/* "$$work/$(NAME)/"; \
	cp server/MANUAL.md "$$work/$(NAME)/MANUAL.md"; \
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$$work" -czf "$(NAME).tar.gz" "$(NAME)"; \
	rm -r "$$work"; sha256sum "$(NAME).tar.gz" | tee "$(NAME).tar.gz.sha256"

test: ## Every test there is, the browser ones included
	@.ci/toolchain test
	@$(MAKE) --no-print-directory unit e2e

unit:
	@$(ENV); cargo test --locked --quiet -p app -p server --features app/ssr

e2e: ## The browser tests, against the release binary
	@.ci/toolchain test
	@$(MAKE) --no-print-directory build
	@$(ENV); cd end2end && TOKENRY_BINARY="$$CARGO_TARGET_DIR/release/tokenry" npx playwright test

# The flag is the one that cargo-leptos builds the release with. A target directory of its own: built without the
# build tool's environment, it would make the next release build start over.
bench: ## What is measured rather than asserted: sizes, rendering, verifying, PostgreSQL, a million tokens, a storm of sign-ins, the browser side
	@.ci/toolchain test
	@$(MAKE) --no-print-directory build
	@$(ENV); cd "$$CARGO_TARGET_DIR/site/pkg"; for file in *.wasm *.js *.css; do \
	  printf '%-44s %7d bytes in brotli\n' "$$file" "$$(node -e 'const z = require("zlib"), f = require("fs"); console.log(z.brotliCompressSync(f.readFileSync(process.argv[1])).length)' "$$file")"; \
	done
	@$(ENV); TOKENRY_CACHE="$(CACHE)" RUSTFLAGS="--cfg erase_components" cargo bench --locked --quiet -p server --bench console --bench sign_in --bench verify --bench nodes --target-dir "$$CARGO_TARGET_DIR/bench"
	@$(ENV); cd end2end && TOKENRY_BINARY="$$CARGO_TARGET_DIR/release/tokenry" npx playwright test --config bench

# It needs more descriptors than the server that it tortures.
torture: ## The release binary is killed, its disk fills up, a crowd leans on it, a cluster of PostgreSQL fails: half an hour, as root
	@.ci/toolchain torture
	@$(MAKE) --no-print-directory build
	@$(ENV); ulimit -n "$$(ulimit -Hn)"; TOKENRY_BINARY="$$CARGO_TARGET_DIR/release/tokenry" cargo test --locked --quiet -p server --test torture

fmt: ## Format the code
	@.ci/toolchain lint
	@$(ENV); cargo fmt --all

lint: ## Formatting, clippy for every target, types of the browser tests, licences and sources of dependencies
	@.ci/toolchain lint
	@$(ENV); cargo fmt --all --check
	@$(ENV); cargo clippy --locked --quiet -p app -p server --features app/ssr --all-targets -- -D warnings
	@$(ENV); cargo clippy --locked --quiet -p app -p frontend --features app/hydrate --target wasm32-unknown-unknown -- -D warnings
	@cd end2end && npx tsc --noEmit
	@$(ENV); cargo deny --locked --log-level error check bans licenses sources

advisories: ## Whether anything that is depended on has a known hole; needs the advisories of RustSec, from the network
	@.ci/toolchain lint
	@$(ENV); cargo deny --locked check advisories

sbom: ## Write what the server is made of to tokenry.cdx.json (CycloneDX)
	@.ci/toolchain sbom
	@$(ENV); cargo cyclonedx --format json --spec-version 1.5 --describe binaries --target x86_64-unknown-linux-gnu \
	  --manifest-path server/Cargo.toml
	@mv server/tokenry_bin.cdx.json tokenry.cdx.json; rm -f */*.cdx.json
