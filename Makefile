# Copyright (c) 2026, hcptf.vcs contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Works from a plain checkout, wherever it is. Needs make, bash and a Python that can make virtual environments: 3.10 or
# newer, for `make lint` and `make docs` 3.12 or newer. `make lint` and `make sanity` also need git.
# PYTHON=... and OLDEST_PYTHON=... name interpreters to use instead of those found.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# A shim of pyenv can stand for a Python that is not installed, and fails only when called, so shims are skipped.
PYENV_ROOT ?= $(shell pyenv root 2>/dev/null)
PYENV_BINS := $(if $(PYENV_ROOT),$(wildcard $(PYENV_ROOT)/versions/3.*/bin))
empty :=
CLEAN_PATH := $(subst $(empty) ,:,$(strip $(PYENV_BINS) $(filter-out %/shims,$(subst :, ,$(PATH)))))

# $(call find-python,FROM,TO) is a command that prints the path of a Python from version FROM to version TO, or says what
# is missing and fails.
find-python = PATH='$(CLEAN_PATH)' sh tests/utils/find_python.sh 'make $(or $(MAKECMDGOALS),$(@D))' $(1) $(2)
PYTHON ?=
# No newer Python runs ansible-core 2.16.
OLDEST_PYTHON ?= $(shell $(call find-python,3.10,3.12) 2>/dev/null)

# pip installs the newest release that the Python can run.
CORE ?= ansible-core>=2.16
OLDEST := 'ansible-core==2.16.*' 'requests==2.28.*'

# $(call make-venv,COMMAND,PACKAGES) makes the virtual environment $(@D) with the Python that COMMAND prints. The stamp is
# written last, so an environment that is only half made does not count.
define make-venv
@python=$$($(1)); \
echo "Making $(@D) with $$python"; \
rm -rf $(@D); \
"$$python" -m venv $(@D); \
$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(2); \
touch $@
endef

.PHONY: help
help: ## Show this list
	@awk -F ': .*## ' '/^[a-z-]+: .*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/ready ## See the collection at work against a server on this machine
	@.venv/bin/python tests/demo.py $(ARGS)

.PHONY: test
test: .venv/ready .venv-oldest/ready ## Run the tests (ARGS="tests/unit -k name" runs some)
	@oldest=$$(ls $(CURDIR)/.venv-oldest/bin/ansible-playbook 2>/dev/null) \
	  || echo 'Skipping the runs with the oldest ansible-core: they need a Python from 3.10 to 3.12 that can make virtual environments.'; \
	OLDEST_ANSIBLE_PLAYBOOK="$$oldest" .venv/bin/python -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: lint
lint: .venv-lint/ready ## Run the linters, with Python 3.12 or newer (ARGS=-l lists them, ARGS="-e typing" runs one)
	@CI=true PATH='$(CURDIR)/.venv-lint/bin:$(CLEAN_PATH)' nox --reuse-existing-virtualenvs $(ARGS)

# ansible-test works only in .../ansible_collections/hcptf/vcs and follows no link to it. In a folder that git ignores it
# finds nothing to test and succeeds. That is why it gets a copy with its own repository, and why its output is checked.
TREE := build/ansible_collections/hcptf/vcs

# The environment whose ansible-test is used: .venv-oldest has the oldest ansible-core.
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
	@.venv/bin/python tests/proofs links
	@.venv/bin/python tests/proofs tokens
storm: .venv/ready ## Many processes create the same connection at the same instant
	@.venv/bin/python tests/proofs storm $(ARGS)
interleavings: .venv/ready ## Concurrent runs in simulated time, in thousands of orders
	@.venv/bin/python tests/proofs interleavings $(ARGS)
fuzz: .venv/ready ## Mutated responses of the server
	@.venv/bin/python tests/proofs fuzz $(ARGS)

.PHONY: peers
peers: .venv-peers/ready ## Run other clients against the sandbox, and our modules against other servers
	@TERRAFORM='$(TERRAFORM)' TERRAFORM_PROVIDER_TFE='$(TERRAFORM_PROVIDER_TFE)' \
		PEER_SERVER='$(PEER_SERVER)' PEER_SERVER_TOKEN='$(PEER_SERVER_TOKEN)' .venv-peers/bin/python tests/peers $(ARGS)

.PHONY: mutants
mutants: .venv-mutants/ready ## Change the core in small ways that unit tests must notice (ARGS="urls --minutes 5")
	@.venv-mutants/bin/python tests/mutants $(ARGS)

.PHONY: generate
generate: .venv/ready ## Write docs/options.yml into the documentation of every plugin and role
	@.venv/bin/python docs/generate.py

.PHONY: docs
docs: .venv-docs/ready ## Build the documentation site in build/docs, with Python 3.12 or newer
	@.venv-docs/bin/python docs/build.py

.PHONY: matrix
matrix: ## Run the tests with every ansible-core that the Pythons on this machine can run
	@python=$$($(call find-python,3.10,3.99) $(PYTHON)); "$$python" tests/matrix.py $(ARGS)

.PHONY: clean
clean: ## Remove everything that make made
	@rm -rf .venv .venv-lint .venv-oldest .venv-bench .venv-docs .venv-peers .venv-mutants .nox build .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache

.venv/ready: tests/requirements.txt tests/sandbox/requirements.txt
	$(call make-venv,$(call find-python,3.10,3.99) $(PYTHON),'$(CORE)' -r $<)

# Optional: without a Python for it, nothing is made.
.venv-oldest/ready:
	$(if $(OLDEST_PYTHON),$(call make-venv,echo '$(OLDEST_PYTHON)',$(OLDEST)))

.venv-bench/ready: tests/benchmarks/requirements.txt tests/sandbox/requirements.txt
	$(call make-venv,$(call find-python,3.10,3.99) $(PYTHON),'$(CORE)' -r $<)

.venv-peers/ready: tests/peers/requirements.txt tests/sandbox/requirements.txt
	$(call make-venv,$(call find-python,3.10,3.99) $(PYTHON),'$(CORE)' -r $<)

.venv-mutants/ready: tests/mutants/requirements.txt
	$(call make-venv,$(call find-python,3.10,3.99) $(PYTHON),'$(CORE)' -r $<)

.venv-docs/ready: tests/docs-requirements.txt
	$(call make-venv,$(call find-python,3.12,3.99) $(PYTHON),-r $<)

.venv-lint/ready: tests/lint-requirements.txt
	$(call make-venv,$(call find-python,3.12,3.99) $(PYTHON),antsibull-nox -c $<)
	@rm -rf .nox
