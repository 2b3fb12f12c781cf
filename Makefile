# make demo   the main job on the embedded simulator; DEMO_SECONDS=30 ends it by itself
# make test   every check but those that are long by nature, four at once though there are two cores, for some wait;
#             then three seeds of `make chaos` with a small fleet, where there is a `nats-server`
# make test-fast  style, types, and the tests of the rooms that touch neither clock, socket nor file: for between edits
# make checks the protocol's 61 checks, as a table of generations and Panels
# make docs   what is written from the code: facts and reasons on rules/README.md; recipes on docs/recipes.md; games on docs/packs.md; bounds,
#             sandbox, forgeries and attacks on docs/security.md; metrics on docs/metrics.md; figures on docs/benchmarks.md; the schemas of both kinds of file; the manual pages of man/.
#             Then all pages as a site in build/site: open build/site/index.html, or have a web server serve the folder
# make screenshots  every page wide and narrow, light and dark, in build/screenshots; some of them in docs/images
# make proofs writes tests/README.md: which tests prove which word of the language
# make bench  the figures of tests/benchmarks, printed; fails where a ratio to another tool fell by a tenth of the committed
#             one. BENCHMARKS="peers matching" picks some. `make bench-page` takes those beside other tools over into docs/benchmarks.md
# make test-all  `make test`, then what is long by nature (tests/long.py): the installed command at work and under
#             attack, the wheel, the package in fresh roots of Debian, many seeds, 20 kills, storms, the lock installed
#             and its licences. What CI runs
# make campaign  all of these: kills the daemon 200 times, has everything around it fail in turns; the figures are
#             printed. Twenty minutes
# make chaos  three daemons, three servers of NATS and 600 simulated servers, and everything fails: 100 seeds, some six
#             minutes each, the figures printed; SEEDS="7 8" picks some, SERVERS=120 makes the fleet smaller
# make mutants  changes the seams and gates in small ways and runs their tests on each change; those that no test
#             notices must stand in tests/mutation/survivors.yml. A quarter of an hour. A part of them anew, which shows in
#             `python -m tests.mutation.report`: .venv/bin/mutmut run 'automaton.wings*'
# make fuzz   every target of fuzz/, two at once, for MINUTES each; TARGETS="frames lines" picks some
# make lock   writes requirements.lock, for the `.deb` and the container, with hashes; UPGRADE=1 takes newer ones
# make licences  installs the lock, holds its licences to a list, and writes build/sbom.cdx.json
# make audit  the same, and asks for known vulnerabilities: ends with 75 where no database answers for every package
# The last three have their tools in .venv-release, away from what they look at.
# make deb    the package for this release of Debian, in build/deb, of requirements.lock; REVISION=2 numbers it anew
# Each does all the set-up that it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TOOLS  := .venv-release

# The rooms whose tests are functions of their arguments.
PURE   := $(addprefix tests/,actions core expr match pace rulebook schema settings triggers)

.PHONY: demo test test-fast campaign chaos test-all licences checks docs screenshots proofs bench bench-page fuzz mutants lock audit deb clean

demo: $(VENV)/installed
	@$(BIN)/automaton demo

test: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 4 --dist loadgroup
# The three first of a hundred, with a small fleet: each takes four minutes and the machine for itself.
	SERVERS=36 STORIES=2 SEEDS="1 2 3" $(BIN)/pytest -m chaos -rA --show-capture=stdout tests/chaos/test_chaos.py

test-fast: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 $(PURE)

campaign: $(VENV)/installed-dev
	$(BIN)/pytest -m "campaign or long" -rA --show-capture=stdout

chaos: $(VENV)/installed-dev
	SERVERS=$(or $(SERVERS),600) SEEDS="$(SEEDS)" $(BIN)/pytest -m chaos -rA --show-capture=stdout tests/chaos

test-all: test licences $(VENV)/installed-docs
	$(BIN)/pytest -m "long and not debian" -n 4 --dist loadgroup --ignore=tests/campaign --ignore=tests/browser --ignore=tests/chaos
# One after the other: what a person did on a page the next test of the module goes on with, and one root for all.
	$(BIN)/pytest -m long tests/browser
	$(BIN)/pytest -m debian tests/packaging
	$(BIN)/pytest -m long -rA --show-capture=stdout tests/campaign

checks: $(VENV)/installed-dev
	$(BIN)/python -m tests.simulator.table

docs: $(VENV)/installed-docs
	$(BIN)/python -m tests.rulebook.facts_page
	$(BIN)/python -m tests.rulebook.reasons_page
	$(BIN)/python -m tests.rules.recipes_page
	$(BIN)/python -m tests.packs.packs_page
	$(BIN)/python -m tests.security.page
	$(BIN)/python -m tests.hostile.table
	$(BIN)/python -m tests.web.pages.metrics_page
	$(BIN)/python -m tests.docs.checks_page
	$(BIN)/python -m tests.benchmarks.page
	$(BIN)/python -m tests.docs.verdicts_page
	$(BIN)/python -m tests.man.pages
	$(BIN)/automaton schema rules > rules/rules.schema.json
	$(BIN)/automaton schema automaton > rules/automaton.schema.json
	$(BIN)/automaton schema openapi > docs/openapi.json
	$(BIN)/python -m tests.docs.site

screenshots: $(VENV)/installed-dev
	$(BIN)/pytest -q -m long tests/browser/test_looks.py -k fits
	$(BIN)/python -m tests.browser.pictures

proofs: $(VENV)/installed-dev
	$(BIN)/python -m tests.rulebook.proofs

bench: $(VENV)/installed-dev build/peers/installed
	$(BIN)/python -m tests.benchmarks $(BENCHMARKS)

bench-page: $(VENV)/installed-dev build/peers/installed
	$(BIN)/python -m tests.benchmarks.peers --write

mutants: $(VENV)/installed-mutants
	rm -rf mutants # what was tried would stay as it was though its tests have changed
	$(BIN)/mutmut run --max-children $(or $(AT_ONCE),2) > mutants.log 2>&1 || { tail -c 2000 mutants.log; exit 1; }
	$(BIN)/python -m tests.mutation.report

lock: $(TOOLS)/installed
	$(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --extra query --extra cluster --generate-hashes \
	  --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml

audit: $(VENV)/installed-dev $(TOOLS)/installed build/locked/installed
	$(BIN)/python -m tests.packaging.audit $(TOOLS)/bin build/locked

licences: $(VENV)/installed-dev $(TOOLS)/installed build/locked/installed
	$(BIN)/python -m tests.packaging.audit $(TOOLS)/bin build/locked --no-vulnerabilities

REVISION ?= 1
DEBIAN_PYTHON ?= /usr/bin/python3

deb: build/deb-tools/installed
	build/deb-tools/bin/python -m tests.packaging.debian_package --python $(DEBIAN_PYTHON) --revision $(REVISION)

MINUTES ?= 1
TARGETS ?=

fuzz: $(VENV)/installed-fuzz
	$(BIN)/python -m fuzz.run $(TARGETS) --minutes $(MINUTES) --jobs 2

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "automaton needs Python 3.11 or newer; name one: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python cannot make a virtual environment; install it: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV), once: this takes a minute."
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[query]'
	@touch $@

$(VENV)/installed-dev: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(TOOLS)/installed: pyproject.toml $(VENV)/installed-dev
	$(PYTHON) -m venv --without-pip $(TOOLS)
	$(BIN)/python -m pip --python $(TOOLS)/bin/python install --quiet --disable-pip-version-check --group release
	@touch $@

$(VENV)/installed-mutants: pyproject.toml $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group mutants
	@touch $@

# What comes from the Python index to be compared with. Where it cannot be had, the comparison says that it is not here.
build/peers/installed: pyproject.toml
	rm -rf build/peers/ansible-rulebook
	-$(PYTHON) -m venv build/peers/ansible-rulebook && build/peers/ansible-rulebook/bin/python -m pip install --quiet \
	  --disable-pip-version-check 'ansible-rulebook==1.3.2' 'ansible-core>=2.19,<2.20'
	@mkdir -p build/peers && touch $@

# Neither the checkout's environment nor its tools: a build of the container needs this and no more.
build/deb-tools/installed: pyproject.toml
	rm -rf build/deb-tools
	$(PYTHON) -m venv build/deb-tools
	build/deb-tools/bin/python -m pip install --quiet --disable-pip-version-check 'hatchling>=1.27'
	@touch $@

$(VENV)/installed-docs: pyproject.toml $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs
	@touch $@

# An environment as a release has it: what the lock names and nothing else, each file held to its hash.
build/locked/installed: requirements.lock $(VENV)/installed-dev
	rm -rf build/locked
	$(PYTHON) -m venv --without-pip build/locked
	$(BIN)/python -m pip --python build/locked/bin/python install --quiet --disable-pip-version-check \
	  --require-hashes --no-deps -r requirements.lock
	@touch $@

# Where atheris has no wheel, the targets run all the same: fuzz/run.py says by what.
$(VENV)/installed-fuzz: pyproject.toml $(VENV)/installed-dev
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --group fuzz
	@touch $@

clean:
	rm -rf $(VENV) $(TOOLS) build mutants mutants.log .fuzz .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
