# The commands of Taphos. Python 3.11 or newer and make are all that must be there beforehand.
.DEFAULT_GOAL := help
.PHONY: help run test test-all check bench stop requirements

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PORT

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: $(BIN)/.installed ## Start Taphos with the sample case on http://127.0.0.1:8000 (PORT changes it)
	@TAPHOS_DEMO=1 $(BIN)/python manage.py run

stop: ## Stop the embedded PostgreSQL
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m config.postgres stop; fi

test: $(BIN)/.installed-test ## Run the tests, all but the long ones
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

test-all: $(BIN)/.installed-test ## Run every test, long property, load and recovery runs too
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: $(BIN)/.installed-test ## Format, lint, types, complete migrations, interface's description, checks of both ways to run
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m ruff check .
	@TAPHOS_DEMO=1 $(BIN)/python -m mypy
	@TAPHOS_DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	@TAPHOS_DEMO=1 $(BIN)/python manage.py check --fail-level WARNING
	@TAPHOS_DEMO=1 $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	@# As in production, with a secret made for this one run.
	@TAPHOS_DEMO=0 ALLOWED_HOSTS=taphos.example \
	  SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(BIN)/.installed-test ## Print the benchmarks, as ratios of things measured in one run
	@$(BIN)/python tests/bench/run.py

# Exact versions and hashes of all files of each, so that one lock serves every Python and processor.
LOCK := $(BIN)/python -m piptools compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-annotate --no-header \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
requirements: $(BIN)/.installed-test ## Pin the newest versions that pyproject.toml allows
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --extra test --constraint requirements.txt --output-file requirements-test.txt pyproject.toml

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Taphos needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Name a newer one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "Python cannot make a virtual environment. On Debian: apt install python3-venv" >&2; \
	  rm -rf .venv; exit 1; }

# What is installed is written down by a hash of the lock: a touched file or a new checkout installs nothing anew,
# a new lock or another Python does.
$(BIN)/.installed: requirements.txt | $(BIN)/python
	@$(call install,requirements.txt)

$(BIN)/.installed-test: requirements-test.txt $(BIN)/.installed | $(BIN)/python
	@$(call install,requirements-test.txt)

FINGERPRINT := import hashlib, sys; print(sys.version_info[:2], hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())
define install
  lock=$$($(BIN)/python -c '$(FINGERPRINT)' $(1)); \
  if [ "$$lock" = "$$(cat $@ 2>/dev/null)" ]; then touch $@; else \
    echo "Installing $(1) into .venv ..." && \
    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
    echo "$$lock" >$@; \
  fi
endef
