PYTHON ?= python3
BIN := .venv/bin

.PHONY: run demo test check coverage soak

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

soak:
	@$(PYTHON) run.py --setup --test
	@$(BIN)/python -m tests.chromium
	@WAYPOST_HISTORIES=20000 $(BIN)/python -m pytest -n 2 --dist worksteal tests/records
