PYTHON ?= python3
BIN := .venv/bin

.PHONY: run demo test check coverage bench soak soak-kills soak-histories soak-modules soak-input soak-mutation

run:
	@$(PYTHON) run.py --setup
	@exec $(BIN)/python run.py

demo:
	@$(PYTHON) run.py --setup
	@WAYPOST_ENV=demo exec $(BIN)/python run.py

test:
	@$(PYTHON) run.py --setup --test
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check:
	@$(PYTHON) run.py --setup --test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --profile=jinja --lint --quiet templates
	$(BIN)/flask --app run modules check

coverage:
	@$(PYTHON) run.py --setup --test
	@$(BIN)/python -m pytest -n 2 --dist worksteal --cov --ignore=tests/journeys

bench:
	@$(PYTHON) run.py --setup --test
	@$(BIN)/python -m benchmarks

SOAK = WAYPOST_SOAK=1 $(BIN)/python -m pytest -n 2 --dist worksteal

soak: soak-kills soak-histories soak-modules soak-input soak-mutation

soak-kills:
	@$(PYTHON) run.py --setup --test
	@$(SOAK) tests/soak

soak-histories:
	@$(PYTHON) run.py --setup --test
	@$(SOAK) tests/records

soak-modules:
	@$(PYTHON) run.py --setup --test
	@$(BIN)/python -m tests.chromium
	@$(SOAK) tests/content tests/authoring

soak-input:
	@$(PYTHON) run.py --setup --test
	@$(SOAK) tests/architecture tests/people tests/core

soak-mutation:
	@$(PYTHON) run.py --setup --test
	@$(BIN)/python -m tests.soak.mutation
