# Two commands do all the set-up on a machine that has Python 3.11 or newer and make: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/installed
INTEROP := tests/interop/node_modules/.installed

.PHONY: demo check test lint docs lock audit losses bench bench-page bench-paths bench-mine bench-far bench-load fuzz kills clean
.DEFAULT_GOAL := demo

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(RUN)/python -m pip install --quiet --editable . --group dev
	touch $@

# One real question in the terminal, and the graph as Turtle, JSON-LD and a page under build/.
demo: $(STAMP)
	mkdir -p build
	$(RUN)/mscgraph paths MSC "NK cell" --effect decrease -k 2
	$(RUN)/mscgraph export turtle -o build/mscgraph.ttl
	$(RUN)/mscgraph export jsonld -o build/mscgraph.jsonld
	$(RUN)/mscgraph page -o build/mscgraph.html
	@echo "Open build/mscgraph.html in a browser; the graph is in build/mscgraph.ttl and build/mscgraph.jsonld."

lint: $(STAMP)
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/mscgraph format --check

# Lint, types and the quick code tests, without the damaged and hostile inputs of tests/code/cases: about a minute.
check: lint
	$(RUN)/python -m pytest -n auto --dist loadfile -m "not slow" --ignore tests/code/cases tests/code

# Independent readers from npm; without npm the tests that need them say so and skip, under CI=true they fail.
$(INTEROP): tests/interop/package-lock.json
	if command -v npm >/dev/null; then cd tests/interop && npm ci --silent --no-audit --no-fund && touch node_modules/.installed; fi

# Files in the order of their names: by default those of few but long tests would come last, to one process alone.
test: lint $(INTEROP)
	$(RUN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

# Changed files for every reader, so many minutes each; the suite runs a few of them.
MINUTES ?= 2
fuzz: $(STAMP)
	$(RUN)/python -m tests.fuzz.readers $(MINUTES)

# Every command that writes, ended at random moments.
kills: $(STAMP)
	$(RUN)/python -m benchmarks.kills 400

# The table of what each export format cannot hold; a test asks for this when it has changed.
losses: $(STAMP)
	$(RUN)/python -m tests.losses

# What the pages show of the program: outputs of the README and the notebooks, command-line reference, picture. The tests
# ask for this when they have changed.
outputs: $(STAMP)
	mkdir -p build
	$(RUN)/python -m tests.docs.outputs
	$(RUN)/python -m mscgraph.cli.reference > build/command-line.md && mv build/command-line.md docs/command-line.md
	$(RUN)/mscgraph figure MSC "Th17 cell" -o docs/th17.svg

# The documentation site under build/docs, and as one zip for reading offline. A warning is an error.
docs: $(STAMP)
	$(RUN)/python -m pip install --quiet --group docs
	$(RUN)/python -m sphinx -W --keep-going -q -b html docs build/docs
	$(RUN)/mlcroissant validate --jsonld docs/generated/croissant.json
	cd build && ../$(RUN)/python -m zipfile -c docs.zip docs

# The versions of today with their hashes, for a clone that is installed next year. Needs uv.
lock:
	uv pip compile --quiet --universal --generate-hashes --all-extras --group dev --no-emit-index-url --no-annotate \
	  --no-header --upgrade pyproject.toml -o constraints.txt

# Published advisories and licences of what is installed. Needs the network.
audit: $(STAMP)
	$(RUN)/python -m pip install --quiet --group audit
	$(RUN)/pip-licenses --order license --format plain
	$(RUN)/pip-audit --skip-editable

# Clocks, as ratios in one run; nothing here is asserted by the suite.
bench: $(STAMP)
	mkdir -p build/bench
	$(RUN)/python -m benchmarks.start_up

# The page in a headless Chromium: shipped, 5,000/20,000 and 20,000/100,000 entities and relations.
bench-page: $(STAMP)
	$(RUN)/python -m benchmarks.page

# Needs the peers: pip install --group bench.
bench-paths: $(STAMP)
	$(RUN)/python -m pip install --quiet --group bench
	$(RUN)/python -m benchmarks.paths
	$(RUN)/python -m benchmarks.large

# All pairs of two lists on DuckDB, the path index and Spark; Spark needs Java 17.
bench-mine: $(STAMP)
	mkdir -p build/bench
	$(RUN)/python -m benchmarks.mine

# Load, index, query and mine from 10,000 to ten million edges; goes on where it was stopped. Needs Java 17.
bench-far: $(STAMP)
	$(RUN)/python -m benchmarks.far --edges 10000 100000 1000000 10000000

# The server under load on loopback.
bench-load: $(STAMP)
	$(RUN)/python -m benchmarks.load

clean:
	rm -rf build dist $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
