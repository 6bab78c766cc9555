# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Works from a plain checkout, wherever it lies. Needs make and a Python from 3.10 up (3.12 for lint) that has venv;
# lint and sanity also need git. PYTHON=... and OLDEST_PYTHON=... name interpreters to use instead of those found.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A shim of pyenv stands for a Python that may not be there, and fails only when called: look behind them.
PYENV_ROOT ?= $(shell pyenv root 2>/dev/null)
PYENV_BINS := $(if $(PYENV_ROOT),$(wildcard $(PYENV_ROOT)/versions/3.*/bin))
empty :=
CLEAN_PATH := $(subst $(empty) ,:,$(strip $(PYENV_BINS) $(filter-out %/shims,$(subst :, ,$(PATH)))))

# The newest final Python from $(1) to $(2) that can make virtual environments; each has to prove it, since a name on
# PATH says little. Of a Python in a virtual environment: the one that the environment was made from.
find-python = $(shell for python in python3.{15,14,13,12,11,10} python3; do \
  PATH='$(CLEAN_PATH)' "$$python" -c 'import ensurepip, sys, venv; v = sys.version_info; \
  v.releaselevel == "final" and $(1) <= v[:2] <= $(2) or sys.exit(1); print(sys._base_executable)' 2>/dev/null \
  && break; done)
PYTHON ?= $(call find-python,(3, 10),(3, 99))
# No newer one runs ansible-core 2.16.
OLDEST_PYTHON ?= $(call find-python,(3, 10),(3, 12))

# pip takes the newest that the Python can run.
CORE ?= ansible-core>=2.16
OLDEST := 'ansible-core==2.16.*' 'requests==2.28.*'

# $(call make-venv,PYTHON,PACKAGES) makes $(@D). The stamp comes last, so that half an environment is none.
define make-venv
@$(if $(1),,$(error No Python from 3.10 up that has venv was found; name one with PYTHON=...))echo 'Making $(@D) with $(1)'
@rm -rf $(@D)
@'$(1)' -m venv $(@D)
@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(2)
@touch $@
endef

.PHONY: help
help: ## Show this list
	@awk -F ': .*## ' '/^[a-z-]+: .*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/ready ## See the collection do its job, against a server on this machine
	@.venv/bin/python tests/demo.py $(ARGS)

.PHONY: test
test: .venv/ready .venv-oldest/ready ## Run the tests (ARGS="tests/unit -k name" runs some)
	@oldest=$$(ls $(CURDIR)/.venv-oldest/bin/ansible-playbook 2>/dev/null) \
	  || echo 'The runs with the oldest ansible-core are left out: no Python from 3.10 to 3.12 was found for it.'; \
	OLDEST_ANSIBLE_PLAYBOOK="$$oldest" .venv/bin/python -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: lint
lint: .venv-lint/ready ## Run the linters (ARGS=-l lists them, ARGS="-e typing" runs one)
	@CI=true PATH='$(CURDIR)/.venv-lint/bin:$(CLEAN_PATH)' nox --reuse-existing-virtualenvs $(ARGS)

# ansible-test works only in .../ansible_collections/hcptf/vcs, follows no link to it, and in a folder that git ignores
# it finds nothing to test, says so, and succeeds: hence a copy, a repository in the copy, and a look at what it said.
TREE := build/ansible_collections/hcptf/vcs

# The environment whose ansible-test is taken: .venv-oldest has the oldest ansible-core.
IN ?= .venv

.PHONY: sanity
sanity: $(IN)/ready ## Run ansible-test sanity (ARGS="--test validate-modules" runs one; IN=.venv-oldest)
	@rm -rf $(TREE) && mkdir -p $(TREE)
	@git ls-files -z --cached --others --exclude-standard \
	  | tar --create --null --ignore-failed-read --files-from - | tar --extract --directory $(TREE)
	@git -C $(TREE) init --quiet
	@$(IN)/bin/python tests/utils/seed_pip.py
	@cd $(TREE) && LC_ALL=C.UTF-8 PATH='$(CURDIR)/$(IN)/bin:$(CLEAN_PATH)' \
	  ansible-test sanity --color no $(ARGS) 2>&1 | tee $(CURDIR)/build/sanity.log
	@! grep 'All targets skipped' build/sanity.log

.PHONY: bench
bench: .venv-bench/ready ## Compare the cost with other ways (ARGS="--rounds 3 --only one" is quick)
	@.venv-bench/bin/python tests/benchmarks $(ARGS)

.PHONY: faults storm interleavings fuzz
faults: .venv/ready ## Every fault at every request of every operation: no duplicate, no loss, no secret
	@.venv/bin/python tests/proofs faults $(ARGS)
storm: .venv/ready ## Many processes create the same connection at the same instant
	@.venv/bin/python tests/proofs storm $(ARGS)
interleavings: .venv/ready ## Concurrent runs in made-up time, thousands of orders
	@.venv/bin/python tests/proofs interleavings $(ARGS)
fuzz: .venv/ready ## Mutated answers of the server
	@.venv/bin/python tests/proofs fuzz $(ARGS)

.PHONY: generate
generate: .venv/ready ## Write docs/options.yml into the documentation of every plugin and role
	@.venv/bin/python docs/generate.py

.PHONY: docs
docs: .venv-docs/ready ## Build the documentation site in build/docs
	@.venv-docs/bin/python docs/build.py

.PHONY: matrix
matrix: ## Run the tests on every ansible-core that the Pythons found can run
	@'$(PYTHON)' tests/matrix.py $(ARGS)

.PHONY: clean
clean: ## Remove everything that make has made
	@rm -rf .venv .venv-lint .venv-oldest .venv-bench .venv-docs .nox build .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache

.venv/ready: tests/requirements.txt tests/sandbox/requirements.txt
	$(call make-venv,$(PYTHON),'$(CORE)' -r $<)

# Optional: where there is no Python for it, nothing is made.
.venv-oldest/ready:
	$(if $(OLDEST_PYTHON),$(call make-venv,$(OLDEST_PYTHON),$(OLDEST)))

.venv-bench/ready: tests/benchmarks/requirements.txt tests/sandbox/requirements.txt
	$(call make-venv,$(PYTHON),'$(CORE)' -r $<)

.venv-docs/ready: tests/docs-requirements.txt
	$(call make-venv,$(call find-python,(3, 12),(3, 99)),-r $<)

.venv-lint/ready: tests/lint-requirements.txt
	$(call make-venv,$(PYTHON),antsibull-nox -c $<)
	@rm -rf .nox
