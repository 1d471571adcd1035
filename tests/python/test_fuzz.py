"""A few seconds of random programs, always the same ones; `fuzz.py` runs more."""

import os
import pathlib
import subprocess
import sys

import pytest
import tiers


@pytest.mark.parametrize("mode", tiers.MODES)
def test_random_programs_do_what_cpython_does(mode):
    fuzz = pathlib.Path(__file__).parent / "fuzz.py"
    command = [sys.executable, str(fuzz), "--seconds", "5", "--seed", "1"]
    done = subprocess.run(command, env={**os.environ, **tiers.MODES[mode]}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
