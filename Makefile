# GNU make 3.81 is enough. Every recipe runs in an environment that is made from the lock when it is needed.
# PYTHON=python3.13 make html picks the interpreter.

PYTHON ?= python3
CHOSEN := $(if $(filter file,$(origin PYTHON)),,--chosen)
ENVIRONMENT = @command -v "$(PYTHON)" >/dev/null || { echo "There is no '$(PYTHON)' on the search path: \
install Python 3.11 to 3.14, or name one, for example 'PYTHON=python3.13 make html'." >&2; exit 1; }; \
exec "$(PYTHON)" tools/environment.py $(CHOSEN)
RUN = $(ENVIRONMENT) --
PYTEST = $(RUN) -m pytest -n 2 --dist loadgroup --cov
OPENBLAS_NUM_THREADS ?= 1
OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS OMP_NUM_THREADS
unexport PYTHONHOME PYTHONPATH

.PHONY: help html test test-all lint serve lab bench mutants lock clean
.NOTPARALLEL:

help:
	@echo 'make html      build the book into build/html'
	@echo 'make test      lint, unit tests, equations, the strict build and the site: what every change must pass'
	@echo 'make test-all  the same, and everything that takes long'
	@echo 'make lint      ruff, mypy, codespell'
	@echo 'make serve     the book on a local address, rebuilt and reloaded at every change'
	@echo 'make lab       JupyterLab with copies of the chapters, in lab/'
	@echo 'make bench     benchmarks'
	@echo 'make mutants   do the tests notice a changed library?'
	@echo 'make lock      bring the locks up to date with pyproject.toml'
	@echo 'make clean     remove what was built, but not the environment'
	@echo
	@echo 'PYTHON=python3.13 make html picks an interpreter (3.11 to 3.14).'
	@echo 'ARGS=… goes on to JupyterLab, to the server and to the benchmarks: make lab ARGS=--allow-root'
	@echo 'UPGRADE=1 make lock takes the newest version of everything.'

html:
	$(RUN) -m tools.book

lint:
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(RUN) -m codespell_lib .

test: lint html
	$(PYTEST) -m 'not long'

test-all: lint html
	$(PYTEST)

serve:
	$(RUN) -m tools.serve $(ARGS)

lab: html
	$(ENVIRONMENT) --lab -- -m tools.lab $(ARGS)

bench:
	$(RUN) -m tools.bench $(ARGS)

mutants:
	$(RUN) -m tools.mutants

# After a change of the dependencies in pyproject.toml. What is locked already stays, unless UPGRADE=1 asks for the newest.
LOCK = -m uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --python-version 3.11 --no-header \
$(if $(UPGRADE),--upgrade)
lock:
	$(RUN) $(LOCK) --all-extras --group dev --no-emit-package nnbook pyproject.toml --output-file requirements.lock
	$(RUN) $(LOCK) --constraints requirements.lock --group lab --output-file requirements-lab.lock

clean:
	rm -rf build dist mutants .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
