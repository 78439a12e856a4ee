# Everything a developer or a curious owner needs: `make demo`, `make test`, `make check`.
# PYTHON chooses the interpreter of a new environment (3.11 or newer), VENV where it lives.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
# Every file whose first line calls a shell.
SCRIPTS = $(shell find . '(' -name '.venv*' -o -name build -o -name node_modules -o -name .git ')' -prune -o -type f \
	-exec awk 'FNR == 1 { if (/^#!.*sh$$/) print FILENAME; nextfile }' {} +)
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header
TESTS ?= tests
# Many tests wait for a modem more than they reckon, so there are twice as many workers as cores.
WORKERS ?= $(shell expr 2 '*' $$(nproc))
LISTEN ?= 127.0.0.1:8080

.DEFAULT_GOAL := help
.PHONY: help demo test check crash bench lint lock release clean
.SILENT:

help:
	echo 'make demo    run the box here, with an emulated modem'
	echo 'make test    run every test'
	echo 'make check   format, lint, types, tests, shell scripts'
	echo 'make crash   kill the box and cut its power, thousands of times'
	echo 'make bench   measure the box, and what else there is, side by side'
	echo 'make release pack what install.sh --offline needs, for every Pi'
	echo 'make lock    pin the dependencies anew'
	echo 'make clean   throw the environment and all caches away'

demo: $(VENV)/.runtime
	exec $(BIN)/textback demo --listen $(LISTEN)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

lint: $(VENV)/.dev
	echo 'format'
	$(BIN)/ruff format --check --quiet .
	echo 'lint'
	$(BIN)/ruff check --quiet .
	echo 'types'
	$(BIN)/mypy
	echo 'shell scripts'
	$(BIN)/shellcheck $(SCRIPTS)

check: lint test

crash: $(VENV)/.dev
	TEXTBACK_CRASH=all $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --slow tests/crash tests/powercut

bench: $(VENV)/.dev
	$(BIN)/python -m bench

lock: $(VENV)/.dev
	$(PIP) install uv
	echo 'requirements.lock'
	$(COMPILE) pyproject.toml --output-file requirements.lock
	echo 'requirements-dev.lock'
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock

release: $(VENV)/.dev
	PYTHON=$(BIN)/python scripts/make_release.sh dist

clean:
	rm -rf $(VENV) build dist *.egg-info .demo .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find appliance web tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up, once: a stamp for each of the two lock files ---

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo 'Textback needs Python 3.11 or newer, and "$(PYTHON)" is not. Try: make demo PYTHON=python3.13' >&2; exit 1; }
	echo 'environment in $(VENV)'
	$(PYTHON) -m venv $(VENV)

# The package is built with the setuptools of the development lock, as it stands there with its hashes.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	echo 'packages the box needs'
	sed -n '/^setuptools==/,/^ *#/p' requirements-dev.lock > $(VENV)/build.lock
	$(PIP) install --require-hashes -r requirements.lock -r $(VENV)/build.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	echo 'packages for development'
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@
