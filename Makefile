# `make run` shows the sample seller, `make test` runs everything. On Windows: see README.md.

PORT ?= 8501
ARGS ?=
ifeq ($(origin PYTHON), undefined)
# The project's own Python if it is there, else the newest one that is new enough.
PYTHON := $(shell for python in .venv/bin/python python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif
IN_VENV := .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock setup-dev setup-tests python

help: ## this list
	@echo 'Within24. PORT= changes the port, PYTHON= the Python to make .venv with, ARGS= goes to pytest or uv.'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

setup: python ## .venv with what requirements.txt locks, and the migrated store; repeatable
	@$(PYTHON) -m services.setup

run: setup ## the dashboard on http://127.0.0.1:8501 with the sync beside it; Ctrl-C stops both
	@$(IN_VENV) services run --port $(PORT)

test: setup-tests ## every test, with the real servers and the browser they need
	@$(IN_VENV) pytest -n auto $(ARGS)

check: setup-dev ## ruff, mypy --strict, the architecture tests
	@$(IN_VENV) ruff check .
	@$(IN_VENV) mypy
	@$(IN_VENV) pytest tests/test_architecture.py

bench: setup-dev ## the benchmark table, as ratios measured in one run
	@$(IN_VENV) bench

lock: setup ## requirements*.txt anew, with hashes, from requirements*.in
	@$(IN_VENV) uv --version >/dev/null || $(IN_VENV) pip install --require-hashes -r requirements-setup.txt
	@echo uv | $(IN_VENV) uv pip compile - $(COMPILE) -o requirements-setup.txt
	@$(IN_VENV) uv pip compile requirements.in $(COMPILE) -o requirements.txt
	@$(IN_VENV) uv pip compile requirements-dev.in $(COMPILE) -o requirements-dev.txt

COMPILE = --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-emit-index-url $(ARGS)

setup-dev: python
	@$(PYTHON) -m services.setup --dev

setup-tests: python
	@$(PYTHON) -m services.setup --dev --test-programs

python:
	@test -n "$(PYTHON)" || { echo 'Within24 needs Python 3.11 or newer; name it with PYTHON=' >&2; exit 1; }
