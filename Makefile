# Each target says what it does behind its name; `make help` prints that.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# A shell without a profile may not know where Swift was unpacked, or know no path at all.
export PATH := $(or $(PATH),/usr/local/bin:/usr/bin:/bin):/opt/swift/usr/bin:/usr/local/swift/usr/bin:$(HOME)/.local/share/swiftly/bin

SWIFT_FLAGS := --explicit-target-dependency-import-check error

# No symbol of the binary is for others to find, and packed relocations are not read page by page: 4 MiB less resident.
# The build id joins a stripped binary to its debug symbols.
RELEASE_FLAGS := --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic \
	-Xlinker -z -Xlinker pack-relative-relocs -Xlinker --build-id=sha1

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: system
system:
	@Scripts/system-libraries

.PHONY: services
services:
	@Scripts/test-services

.PHONY: run
run: system ## Build, migrate and serve on http://127.0.0.1:8000 (ARGS="…" for other flags).
	@swift build --product ostiary $(SWIFT_FLAGS)
	@.build/debug/ostiary migrate $(DATA_ARGS)
	@exec .build/debug/ostiary serve $(DATA_ARGS) $(ARGS)

.PHONY: build
build: system ## Build everything, tests included.
	swift build --build-tests $(SWIFT_FLAGS)

.PHONY: quick
quick: system ## Run the tests that need no server and no tool, in two minutes after an edit.
	@Scripts/run-tests quick $(SWIFT_FLAGS)

.PHONY: test
test: system services ## Run every check and every test, and print what took how long.
	@Scripts/run-tests all $(SWIFT_FLAGS)

.PHONY: soak
soak: release build services ## Run the random tests with long counts, or PARTS="random tokens keys programs servers chaos crashes timing examples adopt" of them; see docs/soak/.
	Scripts/soak "$(or $(PARTS),all)" $(SWIFT_FLAGS)

.PHONY: bench
bench: release build services ## Measure the release build beside its floors and Django; docs/performance.md is made from it.
	@Scripts/benchmark-tools
	swift build -c release --product OstiaryFloors $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	swift build -c release --product OstiaryClientCost $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	swift build -c release --product OstiaryVerifierCost $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	.build/release/OstiaryVerifierCost
	python3 Benchmarks/bench/main.py --binary .build/release/ostiary --floors .build/release/OstiaryFloors \
		--python "$$(Scripts/benchmark-environment)" --json docs/performance.json --page docs/performance.md
	OSTIARY_BENCH=1 OSTIARY_TEST_BINARY=$(CURDIR)/.build/release/ostiary \
		swift test --skip-build $(SWIFT_FLAGS) --filter EndToEnd/Alone/Benchmarks | grep -E '^figure|Test run'

.PHONY: bench-large
bench-large: release ## Measure among 10,000,000 users and 30,000,000 sessions (needs 40 GB of disk; ARGS="--folder …").
	python3 Benchmarks/bench/large.py --binary .build/release/ostiary --json docs/performance.json \
		--page docs/performance.md $(ARGS)

.PHONY: bench-mail
bench-mail: release services ## Measure requests for reset links beside refreshes, and how fast mail leaves; see docs/soak/mailing.txt.
	@Scripts/benchmark-tools
	python3 Benchmarks/bench/mailing.py --binary .build/release/ostiary | tee /dev/stderr >docs/soak/mailing.txt

.PHONY: bench-keys
bench-keys: release services ## Measure tokens for other programs: keys, introspection, gate, feed; see docs/soak/keys-bench.txt.
	@Scripts/benchmark-tools
	python3 Benchmarks/bench/keys.py --binary .build/release/ostiary $(ARGS) | tee /dev/stderr >docs/soak/keys-bench.txt

.PHONY: bench-adopt
bench-adopt: release services ## Measure beside a Django service on the same database; see docs/soak/adopt-bench.txt.
	@Scripts/benchmark-tools
	swift build -c release --product OstiaryFloors $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	"$$(Scripts/takeover-environment 5.1)" Benchmarks/bench/adopt.py --binary .build/release/ostiary \
		--floors .build/release/OstiaryFloors $(ARGS) | tee /dev/stderr >docs/soak/adopt-bench.txt

.PHONY: check-figures
check-figures: release ## Count the instructions of the hot paths and compare them with Benchmarks/instructions.json.
	@Scripts/benchmark-tools
	python3 Benchmarks/bench/instructions.py --binary .build/release/ostiary

.PHONY: check
check: lint build dependencies ## Everything but the tests.

.PHONY: release
release: export OSTIARY_COMMIT = $(shell git describe --always --abbrev=40 --exclude='*' --dirty=+dirty 2>/dev/null)
release: export OSTIARY_COMMIT_TIME = $(shell git log -1 --format=%ct 2>/dev/null)
release: export OSTIARY_SWIFT = $(shell swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
release: system ## Build the static binary at .build/release/ostiary.
	swift build -c release --product ostiary $(RELEASE_FLAGS) $(SWIFT_FLAGS)
	@ls -l .build/release/ostiary

.PHONY: package
package: release ## Make all packages in dist/ from the release build; see docs/operating/packages.md.
	@Scripts/package-tools make
	@rm -rf dist
	@python3 Packaging/make/main.py

.PHONY: check-packages
check-packages: ## Make the packages from the release build that is there, and try them on fresh machines (as root).
	@Scripts/package-tools check
	@rm -rf dist
	@python3 Packaging/make/main.py
	OSTIARY_PACKAGES=$(CURDIR)/dist OSTIARY_DEBIAN_TREE="$$(Scripts/debian-tree)" \
		swift test --skip-build $(SWIFT_FLAGS) --filter EndToEnd/Alone/Packages

.PHONY: format
format: ## Format the sources in place.
	swift format format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks Examples docs/clients

.PHONY: lint
lint: ## Check format, size and place of the sources.
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks Examples docs/clients
	Scripts/lint

.PHONY: openapi
openapi: ## Write openapi.yaml anew.
	swift build --product ostiary $(SWIFT_FLAGS)
	.build/debug/ostiary openapi --output openapi.yaml

.PHONY: docs
docs: ## Write the documentation of the libraries as web pages at .build/documentation.
	swift build $(SWIFT_FLAGS)
	@Scripts/documentation

.PHONY: dependencies
dependencies:
	@Scripts/check-dependencies

.PHONY: clean
clean: ## Delete what was built; data is kept.
	rm -rf .build
