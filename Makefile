# The few commands people type. `make test` is everything that is checked before a change is accepted.

VENV := .venv
PYTHON := $(VENV)/bin/python
LLVM := /usr/lib/llvm-22
export LLVM_SYS_221_PREFIX ?= $(LLVM)
export PYO3_PYTHON ?= $(abspath $(PYTHON))
# The build backend finds maturin there.
export PATH := $(abspath $(VENV)/bin):$(PATH)
SCRIPT ?= examples/quickstart.py

.PHONY: help run test bench install rust-test python-test packages

help:
	@echo "make run SCRIPT=file.py   run a script with upshift installed in $(VENV)"
	@echo "make test                 formatting, lints, Rust tests, Python tests against the installed wheel"
	@echo "make bench                compile and run times, side by side with CPython"
	@echo "make install              build upshift and install it in $(VENV)"

run: install
	$(PYTHON) -m upshift run --stats $(SCRIPT)

test: rust-test python-test

rust-test: packages $(VENV)
	cargo fmt --check --all
	cargo clippy --workspace --all-targets -- -D warnings
	cargo test --workspace

python-test: install
	cd tests && $(abspath $(PYTHON)) -m pytest -p no:cacheprovider -c ../pyproject.toml --rootdir .. python

bench: install
	$(PYTHON) benches/python/dispatch.py

# Not editable: tests run what users get.
install: packages $(VENV)
	$(PYTHON) -m pip install --quiet --no-build-isolation --no-deps --force-reinstall .

$(VENV):
	python3.11 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet "numpy>=2.0" "pytest>=8" "maturin>=1.16,<2"

# Debian's packages for the LLVM tier, installed only when they are missing.
PACKAGES := llvm-22-dev libpolly-22-dev zlib1g-dev libzstd-dev
packages:
	@missing=""; for package in $(PACKAGES); do \
		dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ] && [ ! -x $(LLVM_SYS_221_PREFIX)/bin/llvm-config ]; then \
		as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
		$$as_root apt-get update && $$as_root apt-get install -y --no-install-recommends $$missing; \
	fi
