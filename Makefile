# Two commands do everything on a machine with python3 (3.11 or newer), pip and make: `make demo` and `make test`.
PYTHON ?= $(shell sh scripts/newest_python.sh)
UV_VERSION := 0.13.9
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
CAMPUS := $(VENV)/bin/gigacampus
SCENARIO ?= scenarios/xai-2026-01.yaml

include web/viewer.mk

.DEFAULT_GOAL := demo
# Bytecode of the package and of the tests is kept: each of the many processes that they start would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: demo test pytest slow check validate mutants bench app dist lock clean

demo: $(VENV)/.run-ready $(VIEWER) ## run the worked example: headline table and report
	$(CAMPUS) run $(SCENARIO) --out runs

test: $(VENV)/.dev-ready $(VIEWER) ## lint, types, and every fast test, side by side
	@$(MAKE) --no-print-directory --jobs=2 check pytest

pytest: $(VENV)/.dev-ready $(VIEWER)
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

SLOW ?= tests
slow: $(VENV)/.dev-ready ## the long comparisons and the whole generated families: make slow SLOW=tests/validation
	$(PY) -m pytest -m slow $(SLOW)

check: $(VENV)/.dev-ready
	$(VENV)/bin/ruff check src tests benchmarks scripts
	$(VENV)/bin/ruff format --check -q src tests benchmarks scripts
	$(VENV)/bin/mypy

validate: $(VENV)/.dev-ready ## score the model against every published case it ships with
	$(CAMPUS) validate

SEED ?= 1
N ?= 300
SKIP ?= 0
mutants: $(VENV)/.dev-ready ## change operators and constants one at a time and see whether the nearest tests notice: make mutants SEED=7 N=300
	$(PY) scripts/mutants.py --seed $(SEED) --skip $(SKIP) --count $(N) $(if $(ONLY),--only $(ONLY)) $(if $(KEPT),--kept $(KEPT))

bench: $(VENV)/.dev-ready ## ratios against peers and baselines, measured in one run
	@for script in benchmarks/*.py; do echo "== $$script"; $(PY) $$script || exit 1; done

app: $(VENV)/.dev-ready $(VIEWER)
	$(CAMPUS) serve

dist: $(VENV)/.run-ready $(VIEWER) ## wheel and source archive with viewer, library, scenarios and validation cases in them
	rm -rf dist
	$(UV) build -q --no-build-isolation --python $(PY) .
	@ls dist

lock: $(VENV)/.dev-ready ## renew the hashed locks
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml requirements/build.in -o requirements/run.lock
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml requirements/build.in requirements/dev.in -o requirements/dev.lock

$(UV):
	@test -n "$(PYTHON)" || { echo "no python3 from 3.11 on with venv and pip on PATH; install one, or name it: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.run-ready: requirements/run.lock pyproject.toml | $(UV)
	@echo "Installing what a run needs (hashed lock)..."
	@$(UV) pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements/run.lock
	@$(UV) pip install -q --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-ready: requirements/dev.lock $(VENV)/.run-ready
	@echo "Installing what the tests need (hashed lock)..."
	@$(UV) pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements/dev.lock
	@touch $@

clean:
	rm -rf $(VENV) runs web/node_modules web/dist src/gigacampus/report/viewer
