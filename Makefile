# The few commands people type. `make test` is everything that is checked before a change is accepted.

VENV := .venv
BENCH_VENV := .venv-bench
PYTHON := $(VENV)/bin/python
# Arguments of the benchmark: --quick, or names of kernels.
BENCH ?=
LLVM := /usr/lib/llvm-22
export LLVM_SYS_221_PREFIX ?= $(LLVM)
export PYO3_PYTHON ?= $(abspath $(PYTHON))
SCRIPT ?= $(addprefix examples/,quickstart.py mandelbrot.py do_math.py n_body.py regression.py)
# How long `make fuzz` looks for programs that differ.
SECONDS ?= 60

.PHONY: fuzz stress help run test bench bench-suite replay storm install rust-test python-test packages browser

help:
	@echo "make run                  the examples, with a table of their functions, beside plain Python"
	@echo "make run SCRIPT=file.py   run a script with upshift installed in $(VENV)"
	@echo "make test                 formatting, lints, Rust tests, Python tests against the installed wheel"
	@echo "make fuzz SECONDS=60      random programs: CPython against both tiers; mutated ones"
	@echo "make stress SECONDS=60    threads, tier-up, signals and forks at once; 100,000 functions that come and go"
	@echo "make bench                compile and run times, calls and latency, side by side with Numba"
	@echo "make storm                thousands of functions get hot at once: does a call wait?"
	@echo "make replay               recorded programs under the policy, beside an oracle that knows the future"
	@echo "make bench-suite          upshift bench on the examples and all kernels, with a report"
	@echo "make install              build upshift and install it in $(VENV)"

# Without dependencies: of the data sets' package only its files are read, and it would bring pandas.
run: install
	$(PYTHON) -m pip install --quiet "pillow>=10"
	$(PYTHON) -m pip install --quiet --no-deps "vega_datasets>=0.9"
	@for script in $(SCRIPT); do \
		echo; echo "== $$script"; $(PYTHON) -m upshift run --stats $$script || exit 1; \
	done

test: rust-test python-test

rust-test: packages $(VENV)
	cargo fmt --check --all
	cargo clippy --workspace --all-targets -- -D warnings
	cargo test --workspace

# A report of `upshift bench` is looked at in a real browser; without one, its test would only be skipped.
python-test: install browser
	$(PYTHON) -m pip install --quiet "selenium>=4.20"
	cd tests && UPSHIFT_TEST_BROWSER=1 $(abspath $(PYTHON)) -m pytest -p no:cacheprovider -c ../pyproject.toml --rootdir .. python

# Numba wants an older NumPy at times, so it gets a venv of its own, with the same wheel of upshift in it.
bench: packages $(BENCH_VENV)
	$(call install_into,$(BENCH_VENV))
	$(BENCH_VENV)/bin/python benches/python/run.py $(BENCH)

# Programs of ours under `upshift bench`: takes a quarter of an hour, and writes bench-results/.
bench-suite: install
	$(PYTHON) -m pip install --quiet "pillow>=10"
	$(PYTHON) -m pip install --quiet --no-deps "vega_datasets>=0.9"
	$(PYTHON) benches/python/suite.py $(BENCH)

storm: install
	$(PYTHON) benches/python/storm.py

replay:
	cargo run --release --package upshift-manager --example replay -- tiers/manager/traces/*.trace

fuzz: install
	$(PYTHON) tests/python/fuzz.py --seconds $(SECONDS)
	$(PYTHON) tests/python/fuzz_sources.py --seconds $(SECONDS)

# Functions that come and go, and everything at once; the tests run short forms of both.
stress: install
	$(PYTHON) -X faulthandler tests/python/stress.py --seconds $(SECONDS)
	UPSHIFT_OSR=stress $(PYTHON) -X faulthandler tests/python/stress.py --seconds $(SECONDS)
	$(PYTHON) -X faulthandler tests/python/churn.py --functions 100000

# Not editable: tests run what users get.
install: packages $(VENV)
	$(call install_extra,$(VENV))
	$(call install_into,$(VENV))

# What `pip install upshift[bench]` brings.
install_extra = $(1)/bin/python -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")' \
	| $(1)/bin/python -m pip install --quiet --requirement /dev/stdin

# The build backend finds maturin there.
install_into = PATH=$(abspath $(1)/bin):$$PATH PYO3_PYTHON=$(abspath $(1)/bin/python) \
	$(1)/bin/python -m pip install --quiet --no-build-isolation --no-deps --force-reinstall .

$(BENCH_VENV):
	python3.11 -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --quiet "numba>=0.61" "maturin>=1.16,<2"

$(VENV):
	python3.11 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet "numpy>=2.0" "pytest>=8" "cffi>=1.16" "maturin>=1.16,<2"

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

# Debian's browser and its driver, for the test of the report.
browser:
	@if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then \
		as_root=""; [ "$$(id -u)" = 0 ] || as_root=sudo; \
		$$as_root apt-get update && $$as_root apt-get install -y --no-install-recommends chromium chromium-driver; \
	fi
