# The verbs of the workshop. `make help` lists them.
# Works with GNU make 3.81 and BSD tools, so no .ONESHELL and no GNU-only flags.

# Others may be given on the command line (make run LAKE=/data/lake), not by the environment.
VENV := .venv
LAKE := lake
SOURCES := seeds/sources.toml
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11

bin := $(VENV)/bin
python := $(bin)/python
ready := $(VENV)/.ready
lake := --warehouse $(LAKE) --sources $(SOURCES)
beside := -n logical --dist loadfile --no-loadscope-reorder

SOME := SELECT event_date AS day, source, language, left(title, 60) AS title, \
	cluster_size AS copies FROM articles ORDER BY copies DESC, day DESC NULLS LAST, title LIMIT 15
Q := $(SOME)
export SOME Q

.DEFAULT_GOAL := help
.PHONY: help setup run test e2e soak ui sql fmt lint types gates bench docs lock clean

help:  ## list these verbs
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(ready)  ## install everything into .venv (run, test and the others do it themselves)

run: $(ready)  ## ingest the bundled articles into lake/ and show some, the most copied first
	$(bin)/wirelake ingest $(lake)
	@$(bin)/wirelake sql $(lake) "$$SOME"

# A file's tests stay in one process, for what they share is made once; tests/conftest.py says which
# files come first and which share a process. Compiled tests are kept, whatever the machine says:
# to compile them anew costs each process 5 s.
test: $(ready)  ## run the tests, in as many processes as there are processors
	PYTHONDONTWRITEBYTECODE= $(python) -m pytest -q $(beside) \
		-m "not bench and not gate and not soak and not serve and not whole"

# What lives with a server has the machine to itself: beside others a server left a question unanswered
# for 20 s.
e2e: $(ready)  ## use the whole product as an operator does, crashes and a browser included: minutes
	$(python) -m pytest -q -m "serve and not soak"
	PYTHONDONTWRITEBYTECODE= $(python) -m pytest -q $(beside) -m "whole and not serve and not soak"

# FUZZED_FROM, WALKS_FROM and KILLS_FROM say with which number to begin, COMMITS how many each of four
# writers makes, SOAKED which tests to run.
SOAKED = tests/soak tests/e2e/test_confluence_walks.py tests/faults tests/warehouse
soak: $(ready)  ## damage FUZZED documents, kill KILLS runs, go WALKS ways of WALK_DOCUMENTS to one warehouse
	$(python) -m pytest -q -m soak $(SOAKED)

ui: $(ready)  ## start the Prefect server and its UI on this machine only
	PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 \
	PREFECT_SERVER_CORS_ALLOWED_ORIGINS=http://127.0.0.1:4200 \
	PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT=false \
	$(bin)/prefect server start --host 127.0.0.1

sql: $(ready)  ## query the lake: make sql Q="SELECT count(*) FROM articles"
	@$(bin)/wirelake sql $(lake) "$$Q"

fmt: $(ready)  ## format the code and mend what ruff can mend
	$(bin)/ruff check --fix-only --quiet .
	$(bin)/ruff format .

lint: $(ready)  ## ruff, the import contracts, the spelling
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/lint-imports
	$(bin)/typos

types: $(ready)  ## mypy --strict
	$(bin)/mypy

gates: $(ready)  ## hold the quality floors
	$(python) -m pytest -q -m gate

bench: $(ready)  ## measure
	$(python) -m pytest -q -m bench

docs: $(ready)  ## write docs/reference.md anew
	$(python) docs/generate.py

lock:  ## choose and pin versions anew in requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --group build --universal \
		--python-version 3.11 --upgrade --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --quiet --output-file requirements.lock

clean:  ## remove .venv and the caches; the lake stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A universal lock holds hashes of every platform; nothing is built from source, so that no
# unpinned build tool is ever fetched. The project itself is built with the pinned hatchling.
$(ready): requirements.lock pyproject.toml
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python '>=3.11,<3.15' $(VENV) && \
		uv pip install --quiet --python $(python) --no-deps --require-hashes \
			--only-binary :all: -r requirements.lock && \
		uv pip install --quiet --python $(python) --no-deps --no-build-isolation -e .; \
	else \
		for found in $(PYTHONS); do \
			$$found -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
			found=; \
		done; \
		test -n "$$found" || \
			{ echo "wirelake needs Python 3.11 or newer as python3, or uv." >&2; exit 1; }; \
		$$found -c 'import ensurepip, venv' 2>/dev/null || \
			{ echo "$$found cannot make virtual environments: install its venv package" \
				"(on Debian and Ubuntu: apt-get install python3-venv), or uv." >&2; exit 1; }; \
		test -d $(VENV) || echo "installing into $(VENV): about a minute, once" >&2; \
		$$found -m venv $(VENV) && \
		$(python) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes \
			--only-binary :all: -r requirements.lock && \
		$(python) -m pip install -qq --disable-pip-version-check --no-deps \
			--no-build-isolation -e .; \
	fi
	@touch $@
