# Every command of the README. Set-up happens once and again only when the lock file or pyproject.toml changes.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
OLDEST := .venv-oldest
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb notebooks/solutions/*.ipynb))

# What the user has set must not change what notebooks print or draw, nor a home that is read-only stop them.
unexport MPLBACKEND MATPLOTLIBRC PYTHONSTARTUP JUPYTER_PATH JUPYTER_PREFER_ENV_PATH

.PHONY: help setup run test test-browser test-kernels test-oldest coverage lab notebooks exercises site bench lock

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(READY)  ## create .venv from the lock file

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@echo "Installing the course's packages into $(VENV): 700 MB, a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	$(BIN)/python -c 'import pathlib; pathlib.Path("$(READY)").touch()'

run: $(READY)  ## train on the full MNIST; PARAMS="-p epochs 50 -p seed 1" changes parameters
	$(BIN)/mnist-mlp run notebooks/mnist_from_scratch.ipynb --output runs $(PARAMS)

test: $(VENV)/.ready-test  ## check everything: code, notebooks, figures, environments
	$(BIN)/python -m pytest

test-browser: site $(VENV)/.ready-test $(VENV)/.ready-browser  ## check the site, and the notebooks in JupyterLab, in a browser (needs Chromium or Chrome)
	$(BIN)/python -m pytest -n 0 tests/browser

# The kernels of three generations of x86 processors; each trains anew, so the cache of earlier trainings is left out.
test-kernels: $(VENV)/.ready-test  ## compare every notebook's outputs under other processors' linear algebra (x86)
	for kernel in Haswell Sandybridge SkylakeX; do \
		echo "OpenBLAS kernel $$kernel" && cache=$$(mktemp -d) && \
		OPENBLAS_CORETYPE=$$kernel MNIST_MLP_CACHE=$$cache $(BIN)/python -m pytest tests/test_notebooks.py notebooks && rm -r "$$cache" || exit 1; \
	done

# Outputs, pictures, layout and the lock file are those of the locked versions; what old versions deprecate is known.
test-oldest:  ## run the tests on Python 3.11 with the lowest versions that pyproject.toml allows (needs uv)
	uv venv --quiet --clear --python 3.11 $(OLDEST)
	uv pip compile --quiet --python-version 3.11 --resolution lowest-direct --extra test \
		--output-file $(OLDEST)/requirements.txt pyproject.toml
	uv pip install --quiet --python $(OLDEST) -r $(OLDEST)/requirements.txt -e .
	$(OLDEST)/bin/python -m pytest tests --ignore tests/test_environment.py --ignore tests/test_notebooks.py --ignore tests/test_rules.py \
		-o addopts="--import-mode=importlib -n 2 --timeout=3000" \
		-W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning

coverage: $(VENV)/.ready-test  ## list the lines that no test executes; what kernels and other processes execute is not seen
	$(BIN)/python -m pytest tests --cov=mnist_mlp --cov-report=term-missing:skip-covered

# Tools beyond the course's own, at versions that agree with it.
$(VENV)/.ready-%: requirements-%.lock $(READY)
	$(BIN)/python -m pip install --require-hashes -r $<
	$(BIN)/python -c 'import pathlib; pathlib.Path("$@").touch()'

site: $(VENV)/.ready-site  ## make web pages of the notebooks as they are, in site/
	$(BIN)/python -m sphinx --quiet --fresh-env --fail-on-warning --keep-going -c docs -d build/doctrees . build/site
	rm -rf site && mv build/site site

bench: $(READY)  ## time and memory beside the original, scikit-learn and PyTorch (PyTorch if installed)
	$(BIN)/python tests/benchmarks/bench.py

lab notebooks: export IPYTHONDIR := $(abspath $(VENV)/ipython)
lab notebooks: export MPLCONFIGDIR := $(abspath $(VENV)/matplotlib)
lab notebooks: export JUPYTER_DATA_DIR := $(abspath $(VENV)/jupyter)
lab: export JUPYTERLAB_WORKSPACES_DIR := $(abspath $(VENV)/workspaces)
lab: $(READY)  ## open JupyterLab on your own copy of the course, in my-course/
	$(BIN)/python -m mnist_mlp.course.working_copy notebooks my-course solutions
	PATH="$$PWD/$(BIN):$$PATH" $(BIN)/jupyter lab my-course/00_start_here.ipynb

notebooks: export JUPYTER_NO_CONFIG := 1
notebooks: $(READY)  ## execute every notebook in place
	$(BIN)/jupyter nbconvert --log-level WARN --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
		--ExecutePreprocessor.timeout=1800 --CoalesceStreamsPreprocessor.enabled=True \
		--NotebookExporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor \
		--ClearMetadataPreprocessor.enabled=True \
		--ClearMetadataPreprocessor.preserve_nb_metadata_mask='{"kernelspec", ("language_info", "name")}' \
		--ClearMetadataPreprocessor.preserve_cell_metadata_mask='{"tags", "nbgrader"}' $(NOTEBOOKS)

# What nbgrader does when it hands out an assignment, except that nothing is written to a gradebook.
EXERCISES := notebooks/exercises
STUDENT_COPY := LockCells ClearSolutions ClearOutput ClearHiddenTests ComputeChecksums CheckCellMetadata
exercises: export JUPYTER_NO_CONFIG := 1
exercises: $(VENV)/.ready-teach  ## write the students' copies of the exercises from the solutions
	$(BIN)/jupyter nbconvert --log-level WARN --to notebook --output-dir $(EXERCISES) \
		--config notebooks/solutions/nbgrader_config.py \
		$(STUDENT_COPY:%=--NotebookExporter.preprocessors=nbgrader.preprocessors.%) notebooks/solutions/*.ipynb

# With extras: without them, pip 23 takes a newer version for one that is not pinned.
COMPILE := uv pip compile --universal --fork-strategy fewest --generate-hashes --no-strip-extras --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11 --upgrade
lock:  ## choose the newest versions anew (needs uv)
	$(COMPILE) --output-file requirements.lock pyproject.toml
	for extra in test teach; do \
		$(COMPILE) --extra $$extra --constraints requirements.lock --output-file requirements-$$extra.lock pyproject.toml || exit 1; \
	done
	for group in site browser; do \
		$(COMPILE) --group $$group --constraints requirements.lock --output-file requirements-$$group.lock || exit 1; \
	done
