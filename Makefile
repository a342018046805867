# Every target works on a fresh clone with Python 3.11+, Node 20+ and make; no root.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
# What the pages look like, for people: the tests in the browser leave pictures there.
export ATHANOR_TEST_SCREENSHOTS ?= $(CURDIR)/build/screenshots

# Most of what tests do is waiting. A file's tests stay together: they share what takes long to start.
TWO_AT_A_TIME := --numprocesses 2 --dist loadfile

.PHONY: help setup up test test-faults soak check dev types bench lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

PAGE := backend/athanor/server/static/page
PAGE_SOURCES := $(shell find frontend/src frontend/public -type f) frontend/index.html frontend/package.json \
	frontend/vite.config.ts frontend/tsconfig.json frontend/scripts/compress.mjs backend/athanor/domain/experiments/words.json

setup: $(VENV)/.installed $(PAGE)/.built ## install everything into .venv and frontend/node_modules, build the page

$(VENV)/.uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Athanor needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' has no ensurepip. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.uv requirements/dev.txt pyproject.toml
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q backend/athanor
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "Athanor needs Node 20 or newer on the PATH." >&2; exit 1; }
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	cd frontend && npm run --silent api-docs
	@touch $@

$(PAGE)/.built: frontend/node_modules/.installed $(PAGE_SOURCES)
	cd frontend && npm run --silent build
	@touch $@

up: setup ## run it all: PostgreSQL, Valkey, API server, worker; seeds and starts the first example
	$(BIN)/athanor up --examples

test: setup ## all tests, against real servers, real processes and a real browser (found or installed)
	$(BIN)/python tests/browser.py
	cd frontend && npm test --silent
	$(BIN)/python -m pytest $(TWO_AT_A_TIME)

test-faults: setup ## of the tests, those that kill, cut, freeze and flood every part
	$(BIN)/python tests/browser.py
	$(BIN)/python -m pytest $(TWO_AT_A_TIME) tests/faults

soak: setup ## faults by lot for DURATION (40m), 10,000 races, detection times; write docs/reliability.md
	$(BIN)/python tests/soak/run.py --duration $(or $(DURATION),40m)

check: setup ## what CI checks before the tests: format, lint, types, import contracts, API drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m athanor.cli openapi --check openapi.json
	cd frontend && npm run --silent check

dev: setup ## like up on two ports: the page from Vite, both sides reload when their code changes
	@trap 'kill $$page' EXIT; (cd frontend && exec node_modules/.bin/vite) & page=$$!; $(BIN)/athanor up --examples --reload

types: setup ## write openapi.json from the API, and the TypeScript types from openapi.json
	$(BIN)/python -m athanor.cli openapi --write openapi.json
	cd frontend && npm run --silent types

bench: setup ## measure, and write docs/benchmarks.md
	$(BIN)/python tests/bench/run.py

lock: $(VENV)/.uv ## resolve the pinned, hashed requirements anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/bootstrap.in -o requirements/bootstrap.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements/runtime.txt pyproject.toml --extra examples -o requirements/examples.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -c requirements/examples.txt pyproject.toml --extra examples --group dev -o requirements/dev.txt
