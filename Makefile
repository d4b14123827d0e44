# setup      a virtual environment in .venv with the collection and what it needs
# rehearsal  a whole migration, its idempotent second run and its rollback, against the simulators
# test       the whole test suite
# units      the unit tests once more, each in a process of its own, as ansible-test runs them
# bench      the benchmarks against the simulator, or some of them: make bench NAMES="growth writes"
# lint       the static gates
# lock       the locked requirements, made anew
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
COLLECTIONS := $(abspath $(VENV))/collections
CHECKOUT := $(VENV)/collections/ansible_collections/entra/mfa
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --no-compile --require-hashes
export ANSIBLE_COLLECTIONS_PATH := $(COLLECTIONS)
export PATH := $(abspath $(BIN)):$(PATH)
# Packages are installed without being compiled: whatever is imported is compiled then, once, and kept.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup setup-test rehearsal test units bench lint lock clean

setup: $(VENV)/.rehearsal

setup-test: $(VENV)/.test

$(VENV)/.rehearsal: requirements/rehearsal.txt requirements/collections.txt tools/unpack_collections.py
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements/rehearsal.txt
	$(BIN)/python tools/unpack_collections.py --requirements requirements/collections.txt --into $(COLLECTIONS) ansible.windows
	mkdir -p $(dir $(CHECKOUT))
	ln -sfn ../../../.. $(CHECKOUT)
	touch $@

$(VENV)/.test: $(VENV)/.rehearsal requirements/test.txt requirements/awx.txt
	$(PIP) -r requirements/test.txt
	$(BIN)/python tools/unpack_collections.py --requirements requirements/awx.txt --into $(COLLECTIONS) awx.awx
	touch $@

rehearsal: setup
	$(BIN)/ansible-playbook entra.mfa.rehearse

test: setup-test
	PYTHONPATH=$(COLLECTIONS):$(CURDIR)/roles/rehearsal/files:$(CURDIR)/tests $(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder

units: setup-test
	$(BIN)/python tools/ansible_test.py units --local

bench: setup-test
	PYTHONPATH=$(COLLECTIONS):$(CURDIR)/roles/rehearsal/files:$(CURDIR)/tests $(BIN)/python -m benchmarks $(NAMES)

lint: setup-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	cd $(COLLECTIONS) && mypy --config-file $(CURDIR)/pyproject.toml -p ansible_collections.entra.mfa.plugins
	cd roles/rehearsal/files && mypy --config-file $(CURDIR)/pyproject.toml -p entra_simulator
	$(BIN)/yamllint --strict .
	$(BIN)/ansible-lint --offline --profile production
	$(BIN)/antsibull-changelog lint
	cd $(CHECKOUT) && antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=self .
	$(BIN)/python tools/ansible_test.py sanity --venv

lock: setup-test
	for name in rehearsal test; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	    -o requirements/$$name.txt requirements/$$name.in || exit 1; done
	for name in collections awx; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade --no-deps \
	    -o requirements/$$name.txt requirements/$$name.in || exit 1; done

clean:
	rm -rf $(VENV)
