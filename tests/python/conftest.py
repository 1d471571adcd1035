"""Fixtures: after every test the memory of compiled code and the references of shared arguments are balanced."""

import gc
import os
import subprocess
import sys

import numpy as np
import pytest
import tiers

from upshift import _upshift


@pytest.fixture(autouse=True)
def balanced_blocks():
    """Blocks of compiled code that a test made are gone when its results are."""
    gc.collect()
    before = _upshift.live_blocks()
    yield
    gc.collect()
    assert _upshift.live_blocks() == before, "blocks of memory leaked"


@pytest.fixture
def balanced():
    """Calls a function again and again: the references of its arguments stay the same."""

    def check(function, *args, raises=()):
        def call():
            try:
                function(*args)
            except raises:
                pass

        call()
        before = [sys.getrefcount(arg) for arg in args]
        for _ in range(10):
            call()
        assert [sys.getrefcount(arg) for arg in args] == before, "references of arguments changed"

    return check


@pytest.fixture
def array():
    return np.arange(12.0)


@pytest.fixture
def run_on_tier():
    """Runs a test file again in a process whose code runs in one of the modes of `tiers.py`; of long tables one row of
    some."""

    def run(file, mode, one_of=1):
        if os.environ.get("UPSHIFT_TIER", "auto") != "auto" or os.environ.get("UPSHIFT_OSR") == "stress":
            pytest.skip("this process has its tier")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", file]
        environment = {**os.environ, **tiers.MODES[mode], "UPSHIFT_TEST_ONE_OF": str(one_of)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

    return run


def pytest_collection_modifyitems(config, items):
    one_of = int(os.environ.get("UPSHIFT_TEST_ONE_OF", "1"))
    config.hook.pytest_deselected(items=[item for index, item in enumerate(items) if index % one_of])
    items[:] = items[::one_of]
