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
    """Runs a test file again in a process whose code runs in one of the modes of `tiers.py`."""

    def run(file, mode):
        if os.environ.get("UPSHIFT_TIER", "auto") != "auto":
            pytest.skip("this process has its tier")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", file]
        done = subprocess.run(command, env={**os.environ, **tiers.MODES[mode]}, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

    return run
