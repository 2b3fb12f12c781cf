# make demo   the main job on the embedded simulator; DEMO_SECONDS=30 ends it by itself
# make test   every check that CI runs; four at once though there are two cores, for some wait most of the time
# make checks the protocol's 61 checks, as a table of generations and Panels
# make docs   what is written from the code: facts and reasons on rules/README.md, the schemas of both kinds of file
# make proofs writes tests/README.md: which tests prove which word of the language
# make bench  the figures of tests/benchmarks, printed
# make fuzz   every target of fuzz/, two at once, for MINUTES each; TARGETS="frames lines" picks some
# Each does all the set-up that it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test checks docs proofs bench fuzz clean

demo: $(VENV)/installed
	@$(BIN)/automaton demo

test: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4 --dist loadgroup

checks: $(VENV)/installed-dev
	$(BIN)/python -m tests.simulator.table

docs: $(VENV)/installed-dev
	$(BIN)/python -m tests.rulebook.facts_page
	$(BIN)/python -m tests.rulebook.reasons_page
	$(BIN)/automaton schema rules > rules/rules.schema.json
	$(BIN)/automaton schema automaton > rules/automaton.schema.json

proofs: $(VENV)/installed-dev
	$(BIN)/python -m tests.rulebook.proofs

bench: $(VENV)/installed-dev
	$(BIN)/python -m tests.benchmarks

MINUTES ?= 1
TARGETS ?=

fuzz: $(VENV)/installed-fuzz
	$(BIN)/python -m fuzz.run $(TARGETS) --minutes $(MINUTES) --jobs 2

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "automaton needs Python 3.11 or newer; name one: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make a virtual environment; install it: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[speed]'
	@touch $@

$(VENV)/installed-dev: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

# Where atheris has no wheel, the targets run all the same: fuzz/run.py says by what.
$(VENV)/installed-fuzz: pyproject.toml $(VENV)/installed-dev
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --group fuzz
	@touch $@

clean:
	rm -rf $(VENV) .fuzz .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
