# Every command of the README. Set-up happens once and again only when the lock file or pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))

.PHONY: help setup run test lab notebooks lock

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(READY)  ## create .venv from the lock file

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	$(BIN)/python -c 'import pathlib; pathlib.Path("$(READY)").touch()'
