# Needs Python 3.11 or newer with pip, git and make. Everything lands in .venv; `make clean` takes it away again.

PYTHON ?= python3
# Test processes side by side (a third fills the waits of two cores); 0 runs all in one, in order.
WORKERS ?= 3

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install demo test lint format docs tables corpora bench bench-start bench-answers bench-matching bench-idle bench-archive bench-import bench-daemons pictures surgery crash hostile fuzz clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

install: .venv/.stamp-install ## the program, into .venv

demo: .venv/.stamp-install ## four days of a desk, played in a moment
	$(BIN)/inboxd demo

test: .venv/.stamp-dev ## all tests, on SQLite and on PostgreSQL
	@# A hundred programs are started, and each worker reads all tests: compiled once is enough.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: .venv/.stamp-dev ## format, style, types, layers, pins, insecure habits, known vulnerabilities
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_house.py -k pinned
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive inboxd migrations .ci
	$(BIN)/python .ci/audit.py

format: .venv/.stamp-dev ## mend what the formatter and the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/.stamp-install ## write docs/rules.md anew from the tables of fields and actions
	$(BIN)/python -m inboxd.rulesreference > docs/rules.md

tables: .venv/.stamp-install ## write inboxd/store/core_tables.py anew from the declarations of the tables
	$(BIN)/python -m inboxd.store.table_writer

pictures: .venv/.stamp-dev ## the pictures of the documentation anew, from an example desk (needs Chromium)
	$(BIN)/python benchmarks/pictures.py

corpora: .venv/.stamp-dev ## score the case collection, where it lies beside the repository
	$(BIN)/python benchmarks/corpora.py

bench: .venv/.stamp-dev ## how fast, beside what people would use instead, in one run (Postfix, Dovecot and root for all rows)
	$(BIN)/python benchmarks/bench.py

bench-start: .venv/.stamp-dev ## from the start to the first mail taken and the first answered by itself
	$(BIN)/python benchmarks/first_answer.py

bench-answers: .venv/.stamp-dev ## how many questions are answered by themselves, and how many of them wrongly
	$(BIN)/python benchmarks/answers.py

bench-matching: .venv/.stamp-dev ## what the knowledge base costs: loading, a mail's matching, memory, beside the bare model
	$(BIN)/python benchmarks/matching.py

bench-idle: .venv/.stamp-dev ## from mailbox to ticket by IDLE, and what a desk costs that does nothing (needs Dovecot)
	$(BIN)/python benchmarks/imap_idle.py

bench-daemons: .venv/.stamp-dev ## one daemon beside three on one PostgreSQL, and how soon another takes over
	$(BIN)/python benchmarks/several_daemons.py

bench-archive: .venv/.stamp-dev ## the first contact with a folder of 100,000 mails (needs Dovecot; takes an hour)
	$(BIN)/python benchmarks/imap_archive.py

bench-import: .venv/.stamp-dev ## moving in with 10,000 mails of a list, compared with its archive; out and in again (MBOX=FILE or a folder for a real one)
	$(BIN)/python benchmarks/import_archive.py $(if $(MBOX),--mbox $(MBOX))

surgery: .venv/.stamp-dev ## 10,000 deliveries while a mailbox is operated on: none lost, none doubled (needs Dovecot)
	$(BIN)/python benchmarks/surgery.py

crash: .venv/.stamp-dev ## 10,000 mails on each database while the daemon is killed at every step: none lost, none doubled
	$(BIN)/python benchmarks/crash.py

hostile: .venv/.stamp-dev ## 500 hostile connections at the SMTP port, while an honest sender measures
	$(BIN)/python benchmarks/hostile_load.py

fuzz: .venv/.stamp-dev ## ten minutes of hostile bytes
	$(INSTALL) --editable '.[fuzz]'
	$(BIN)/python fuzz/fuzz_core.py -max_total_time=600

clean: ## remove .venv and all caches, never var/
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python without ensurepip (Debian without python3-venv) makes the environment empty, and its own pip fills it.
.venv/.stamp-install: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "inboxd needs Python 3.11 or newer: make PYTHON=python3.12")'
	@echo "installing into .venv; the first time this takes some minutes"
	@$(PYTHON) -m venv .venv 2>/dev/null || { $(PYTHON) -m venv --clear --without-pip .venv && \
		$(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }
	$(INSTALL) --editable .
	@touch $@

.venv/.stamp-dev: .venv/.stamp-install
	$(INSTALL) --editable '.[dev]'
	@touch $@
