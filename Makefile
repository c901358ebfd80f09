# meguri: `make run` runs the ecosystem of Japan and writes a report; `make test` checks everything.
# Both set up what they need (uv in .uv/, the locked environment in .venv/); no root is needed.
# More words for the run: make run ARGS="--members 4 --scale 0.1"

UV := ./.ci/uv
MEGURI := $(UV) run --locked --no-sync meguri
ARGS ?=

.PHONY: run test check lint format docs golden study setup all-extras clean help

run: setup
	$(MEGURI) run baseline $(ARGS)

test: all-extras lint
	$(UV) run --locked --no-sync pytest -n 2 --dist loadfile

lint: all-extras
	$(UV) run --locked --no-sync lint-imports
	$(UV) run --locked --no-sync ruff check .
	$(UV) run --locked --no-sync mypy

# The identities of the newest baseline run, recomputed from disk.
check: setup
	$(MEGURI) check baseline

format: setup
	$(UV) run --locked --no-sync ruff format .
	$(UV) run --locked --no-sync ruff check --fix .

# The generated pages: quarter and ODD from the mechanisms' declarations, countries and institutions from their packs,
# feedback loops from declarations and recorded ablations, acceptance clauses from the tests.
docs: setup
	$(UV) run --locked --no-sync python -m meguri.model.quarter_page
	$(UV) run --locked --no-sync python -m meguri.model.odd_page
	$(UV) run --locked --no-sync python -m meguri.model.packs_page
	$(UV) run --locked --no-sync python -m meguri.experiments.loops_page
	$(UV) run --locked --no-sync python -m tests.acceptance.page

# The hashes of the golden run; a change of them must be meant.
golden: setup
	$(UV) run --locked --no-sync python -m tests.golden.test_golden

# The recorded studies: the posterior of Japan and what its runs give (docs/validation.md, 832 members), pairs of docs/pairs.md (192 members at full scale), the hindcast of docs/hindcast.md, stylised
# facts of four full-scale ledgers, ablations of the feedback loops (docs/loops.md, 88 members), and the influence of all
# numbers on the headline indicators, written into the pack of
# Japan (about 8,600 members: see docs/sensitivity.md for what it costs). Stopped, they go on where they were.
PAIRS := compare --members 64 --keep indicators --over 2026/2030 --indicator headline --format csv
HINDCAST := --scale 0.3
PYTHON := $(UV) run --locked --no-sync python

study: all-extras
	mkdir -p runs && head -n 1 src/meguri/packs/countries/JP/posterior.csv | tr ',' '\n' | tail -n +2 > runs/free.txt
	$(MEGURI) calibrate baseline --free runs/free.txt --points 96 --seeds 2 --waves 4 --to 2025Q4 --seed 1001 --bind mean
	$(MEGURI) validate baseline --members 64 --draws posterior:64 --to 2025Q4 --json > runs/validation.json
	$(MEGURI) $(PAIRS) --set research_credit_rate=0.02 --output docs/results/pairs_research_credit_rate.csv
	$(MEGURI) $(PAIRS) --set negotiation_time=-0.5 --output docs/results/pairs_negotiation_time.csv
	$(MEGURI) calibrate --known-by 2019 --to 2020Q1 $(HINDCAST) --points 64 --json > runs/known.json
	$(MEGURI) hindcast $(HINDCAST) --json > docs/results/hindcast.json --draws \
		$$($(PYTHON) -c "import json; print(json.load(open('runs/known.json'))['calibration'])")/posterior.parquet:64
	for seed in 1 2 3 4; do $(MEGURI) run baseline --members 1 --seed $$seed --out runs/facts; done
	$(PYTHON) -m meguri.experiments.stylised_facts runs/facts/baseline-*/ > docs/results/stylised_facts.csv
	$(PYTHON) -m meguri.experiments.loops --members 8 --seed 101 > docs/results/loops.csv
	$(PYTHON) -m meguri.experiments.loops_page
	$(MEGURI) sensitivity baseline --save --scale 0.1 --to 2022Q4 --trajectories 8 $(ARGS)

setup:
	@$(UV) sync --locked --inexact

# What sensitivity, calibration, clusters and the peers of the benchmarks need besides.
all-extras:
	@$(UV) sync --locked --all-extras

clean:
	rm -rf .uv .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist

help:
	@echo "make run    run the baseline of Japan: table, run folder, report.html   (ARGS=\"--members 4 --scale 0.1\")"
	@echo "make test   import floors, ruff, mypy, pytest"
	@echo "make check  the identities of the newest baseline run"
	@echo "make docs   the generated pages"
	@echo "make study  the recorded studies: pairs, hindcast, facts, influence of all numbers (hours)"
