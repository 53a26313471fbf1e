# serve: the knowledge graph at http://$(HOST):$(PORT)/      test: all checks, then all tests
# bench: this server beside others, into bench/RESULTS.md
# Each target makes the environments that it needs when they are missing. PYTHON, HOST and PORT can be set.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

PEERS := bench/.venv
HARVESTER := tests/conformance/harvester/.venv

.PHONY: serve test check format bench clean

serve: $(STAMP)
	@exec $(BIN)/sixaika serve $(if $(HOST),--host '$(HOST)') $(if $(PORT),--port '$(PORT)')

test: check $(HARVESTER)/.installed
	$(BIN)/pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sixaika format --check
	$(BIN)/sixaika validate

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sixaika format

bench: $(STAMP) $(PEERS)/.installed
	$(BIN)/python bench/run.py

clean:
	rm -rf $(VENV) $(PEERS) $(HARVESTER) dist build

$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Needs $(PYTHON): apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Needs Python 3.11 or later."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Needs the venv module: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV) ..." >&2
	@$(BIN)/pip --quiet --disable-pip-version-check install --editable '.[dev]'
	@touch $@

%/.venv/.installed: %/requirements.txt
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@echo "Installing into $(@D) ..." >&2
	@$(@D)/bin/pip --quiet --disable-pip-version-check install --requirement $<
	@touch $@
