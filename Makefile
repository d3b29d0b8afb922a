# yishu (一数). `make report` is the whole journey, `make test` proves it, `make help` lists the rest.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help report test problems bench clean

# Relative paths only: the folder may be called anything, spaces included.
VENV := .venv
BIN := $(VENV)/bin
YISHU := $(BIN)/python -m flows
PROBLEMS := sources/samples/2024-with-problems

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PIP_NO_INPUT := 1
export PYTHONUTF8 := 1

help: ## list these targets
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/make \1|\2/' | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

report: $(VENV)/.runtime ## collect the sample inbox and write the report of 2024 to out/xigu-2024/
	@$(YISHU) collect || [ $$? -eq 1 ]
	@$(YISHU) report 2024 --office xigu --out out/xigu-2024

test: $(VENV)/.dev ## lint, types, import contracts, every test
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@$(BIN)/python -m pytest -q -n auto --dist loadfile

problems: $(VENV)/.runtime ## collect the sample inbox that breaks every rule, and say what each ledger has
	@YISHU_DATA=out/problems-data $(YISHU) collect --office xigu --inbox $(PROBLEMS) || [ $$? -eq 1 ]
	@YISHU_DATA=out/problems-data $(YISHU) findings --summary
	@echo "Each finding with its cell, reason and remedy: YISHU_DATA=out/problems-data yishu findings --department 司法所"

bench: $(VENV)/.dev ## measure reading, judging and a collection, as ratios against floors of the same run
	@$(BIN)/python tests/benchmarks/reading.py; a=$$?; \
	$(BIN)/python tests/benchmarks/judge.py; b=$$?; \
	$(BIN)/python tests/benchmarks/collect.py; exit $$((a | b | $$?))

clean: ## remove what was made: the environment, data, out (never the inbox)
	@rm -rf $(VENV) data out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(call install,requirements.lock)

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@$(call install,requirements-dev.lock)

# An environment whose making was cut short is made again. Hashes are required, so only what was locked gets in.
define install
set -eu; \
if [ -e $(VENV)/.unfinished ] || ! $(BIN)/python -m pip --version > /dev/null 2>&1; then rm -rf $(VENV); fi; \
if [ ! -d $(VENV) ]; then \
    python=""; \
    for candidate in $(PYTHON) python3.11 python3 python; do \
        if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' > /dev/null 2>&1; \
        then python=$$candidate; break; fi; \
    done; \
    [ -n "$$python" ] || { echo "yishu needs Python 3.11; install it, or say make PYTHON=/path/to/python3.11" >&2; exit 2; }; \
    echo "Making the Python environment in $(VENV) ..."; \
    "$$python" -m venv $(VENV); \
fi; \
touch $(VENV)/.unfinished; \
echo "Installing $(1) ..."; \
$(BIN)/python -m pip install -qq --require-hashes -r $(1); \
$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .; \
rm -f $(VENV)/.unfinished; \
touch $@
endef
