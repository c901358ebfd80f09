# meguri: `make run` runs the ecosystem of Japan and writes a report; `make test` checks everything.
# Both set up what they need (uv in .uv/, the locked environment in .venv/); no root is needed.
# More words for the run: make run ARGS="--members 4 --scale 0.1"

UV := ./.ci/uv
MEGURI := $(UV) run --locked --no-sync meguri
ARGS ?=

.PHONY: run test check lint format docs golden setup clean help

run: setup
	$(MEGURI) run baseline $(ARGS)

test: lint
	$(UV) run --locked --no-sync pytest

lint: setup
	$(UV) run --locked --no-sync lint-imports
	$(UV) run --locked --no-sync ruff check .
	$(UV) run --locked --no-sync mypy

# The identities of the newest baseline run, recomputed from disk.
check: setup
	$(MEGURI) check baseline

format: setup
	$(UV) run --locked --no-sync ruff format .
	$(UV) run --locked --no-sync ruff check --fix .

# The page of the quarter, generated from the declarations of the mechanisms.
docs: setup
	$(UV) run --locked --no-sync python -m meguri.model.quarter_page

# The hashes of the golden run; a change of them must be meant.
golden: setup
	$(UV) run --locked --no-sync python -m tests.golden.test_golden

setup:
	@$(UV) sync --locked

clean:
	rm -rf .uv .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist

help:
	@echo "make run    run the baseline of Japan: table, run folder, report.html   (ARGS=\"--members 4 --scale 0.1\")"
	@echo "make test   import floors, ruff, mypy, pytest"
	@echo "make check  the identities of the newest baseline run"
	@echo "make docs   the generated pages"
