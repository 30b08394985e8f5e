# install check test run bench clean: everything works from a fresh checkout, and is quick when nothing changed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install run check test bench clean page sandbox model-server test-tools \
	check-lint check-types check-contracts check-django check-generated check-page

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
MANAGE := GLMS_HOME=build/check DATABASE_URL= REDIS_URL= $(BIN)/python manage.py
SERIAL := journey or model

help:
	@echo "make run      install what is missing, start everything, show the link (Ctrl-C ends it)"
	@echo "make install  the Python environment, the page, the sandbox, the model server"
	@echo "make check    linters, types, contracts, generated files, the page's own tests"
	@echo "make test     every test, on real processes and a real model server"
	@echo "make bench    the load benchmark"
	@echo "make clean    remove what was built; data (.glms/), the sandbox and the model server stay"

# --- Python -----------------------------------------------------------------------------------------------------------
$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "GLMs needs Python 3.11 or newer: install it, or name it with make PYTHON=..." >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

# --- the page -----------------------------------------------------------------------------------------------------------
ifneq ($(wildcard frontend/package.json),)
PAGE := frontend/dist/.built
else
PAGE := no-page
endif
PAGE_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
	$(wildcard frontend/*.json frontend/*.ts frontend/*.js frontend/index.html)

.PHONY: no-page
no-page:
	@echo "frontend/package.json is not there: the page is left out"

frontend/node_modules/.installed: frontend/package-lock.json
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null \
	  || { echo "GLMs needs Node 20.19 or newer to build its page: https://nodejs.org" >&2; exit 1; }
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/.built: frontend/node_modules/.installed $(PAGE_SOURCES)
	cd frontend && npm run --silent build -- --logLevel warn
	@touch $@

page: $(PAGE)

# --- what people type ---------------------------------------------------------------------------------------------------
run: $(VENV)/.installed $(PAGE)
	@.ci/system-packages || echo "Without Chromium agents have no web browser; everything else works."
	@exec $(BIN)/glms up

install: $(VENV)/.installed-dev $(PAGE) sandbox model-server

sandbox: $(VENV)/.installed
	@if [ "$${GLMS_SANDBOX:-true}" = false ]; then echo "the sandbox is not wanted"; else $(BIN)/glms sandbox install; fi

model-server: $(VENV)/.installed
	@if [ -n "$${GLMS_MODEL_URL:-}" ] || [ "$${GLMS_MODEL:-}" = none ]; then echo "a model server is not needed"; \
	  else $(BIN)/glms model install; fi

check: check-lint check-types check-contracts check-django check-generated check-page

check-lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .

check-types: $(VENV)/.installed-dev
	$(BIN)/mypy

check-contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports

check-django: $(VENV)/.installed-dev
	$(MANAGE) makemigrations --check --dry-run
	GLMS_PUBLIC_URL=https://glms.example $(MANAGE) check --deploy --fail-level ERROR

check-generated: $(VENV)/.installed-dev frontend/node_modules/.installed
	.ci/generated

check-page: $(PAGE)
	cd frontend && npm run --silent lint && npm test --silent

test: test-tools
	$(BIN)/python -m pytest -n 2 -m "not ($(SERIAL) or chaos)"
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "chaos and not ($(SERIAL))"
	$(BIN)/python -m pytest -m "$(SERIAL)"

test-tools: $(VENV)/.installed-dev $(PAGE) sandbox model-server
	.ci/system-packages

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench.streams

clean:
	rm -rf $(VENV) build frontend/dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find platform inference knowledge tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
