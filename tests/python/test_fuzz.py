"""A few seconds of random programs, always the same ones; `fuzz.py` runs more."""

import os
import pathlib
import subprocess
import sys

import pytest


@pytest.mark.parametrize("tier", ["1", "2"])
def test_random_programs_do_what_cpython_does(tier):
    fuzz = pathlib.Path(__file__).parent / "fuzz.py"
    command = [sys.executable, str(fuzz), "--seconds", "5", "--seed", "1"]
    done = subprocess.run(command, env={**os.environ, "UPSHIFT_TIER": tier}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
