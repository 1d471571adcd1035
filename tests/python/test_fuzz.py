"""A few seconds of random programs, always the same ones; `fuzz.py` runs more."""

import os
import subprocess
import sys

import fuzz
import pytest
import tiers


MODES = {**tiers.MODES, **{f"moments {seed}": fuzz.moments_mode(seed) for seed in range(3)}}


@pytest.mark.parametrize("mode", MODES)
def test_random_programs_do_what_cpython_does(mode):
    command = [sys.executable, fuzz.__file__, "--seconds", "5", "--seed", "1"]
    done = subprocess.run(command, env={**os.environ, **MODES[mode]}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
