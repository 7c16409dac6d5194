# make run · make test · make check · make bench · make soak · make setup
# The virtual environment is .venv; it is made once and brought up to date when pyproject.toml or constraints.txt change.

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP_INSTALL := $(PYTHON) -m pip install -qq --disable-pip-version-check --constraint constraints.txt
WANTED := pyproject.toml constraints.txt
CHECKED := bot storage tests bench

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench soak

help:
	@echo 'make run     set up, bring the database up to date, run'
	@echo 'make test    all tests'
	@echo 'make check   style, types, import floors, the shipped flows and their tests'
	@echo 'make bench   what a turn costs, against the bare stack'
	@echo 'make soak    a whole shift of agents and customers, and many deaths of the process; takes ten minutes'
	@echo 'make setup   only make .venv, with everything the above need'

setup: $(VENV)/ready-for-work

run: $(VENV)/ready-to-run
	$(PYTHON) -m bot migrate
	exec $(PYTHON) -m bot run

test: $(VENV)/ready-for-work
	$(PYTHON) -m pytest -n auto --dist worksteal

check: $(VENV)/ready-for-work
	$(PYTHON) -m ruff check $(CHECKED)
	$(PYTHON) -m ruff format --check $(CHECKED)
	$(PYTHON) -m mypy $(CHECKED)
	$(VENV)/bin/lint-imports
	$(PYTHON) -m bot check flows
	$(PYTHON) -m bot test flows --language all --coverage-minimum 100

bench: $(VENV)/ready-for-work
	$(PYTHON) -m bench

soak: $(VENV)/ready-for-work
	SWITCHBOARD_SHIFT=40 SWITCHBOARD_KILLS=40 $(PYTHON) -m pytest tests/shifts/test_shift.py tests/invariants/test_kill.py tests/invariants/test_all_at_once.py

$(VENV)/ready-to-run: $(WANTED) | $(PYTHON)
	@echo 'Installing what the bot needs into $(VENV) (a minute, once) …'
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/ready-for-work: $(WANTED) | $(PYTHON)
	@echo 'Installing what the bot, its tests and its checks need into $(VENV) (two minutes, once) …'
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/ready-to-run

# The first Python that is new enough and can make an environment; `make setup python=/path/to/python3` names another.
$(PYTHON):
	@new_enough=; \
	for candidate in $(or $(python),python3 python3.14 python3.13 python3.12 python3.11); do \
	    $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    new_enough=$$candidate; \
	    $$candidate -c 'import ensurepip, venv' 2>/dev/null && exec $$candidate -m venv --clear $(VENV); \
	done; \
	if [ -n "$$new_enough" ]; then \
	    echo "$$new_enough cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install $$(basename $$new_enough)-venv" >&2; \
	else \
	    echo 'Python 3.11 or newer is needed, and none was found. Install one, or name it: make setup python=/path/to/python3' >&2; \
	fi; \
	exit 1
