# All a newcomer types is `make run` or `make test`: each sets up what it needs first. See `make help`.
PYTHON ?= python3
ARGS ?=
SEED ?=
BOOTSTRAP = @command -v $(PYTHON) >/dev/null || \
	{ echo "airpact needs Python 3.11 or newer; $(PYTHON) is not here. Type: sudo apt-get install -y python3" >&2; exit 2; }; \
	exec $(PYTHON) -m tools.bootstrap

.DEFAULT_GOAL := help
.PHONY: help run test setup bench nightly lock clean

help: ## what can be typed
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 18

run: ## set up what is needed, then start the demo; ARGS="--port 8080"
	$(BOOTSTRAP) run $(ARGS)

test: ## set up what is needed, then run every check; ARGS="types web" for some, SEED=n for other examples
	$(BOOTSTRAP) test $(if $(SEED),--seed $(SEED)) $(ARGS)

setup: ## set up everything and stop
	$(BOOTSTRAP) setup

bench: ## measure speed and memory: a table here, JSON in bench/out
	$(BOOTSTRAP) bench $(ARGS)

nightly: ## every check with long searches and the slow tests
	$(BOOTSTRAP) nightly $(if $(SEED),--seed $(SEED)) $(ARGS)

lock: ## write the lock files anew from pyproject.toml; ARGS="--upgrade" for newer versions
	$(BOOTSTRAP) lock $(ARGS)

clean: ## remove everything that set-up, builds and tests made
	rm -rf .venv .tools build dist bench/out test-results web/node_modules src/airpact/node/console
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
