"""Short runs of what `make stress` runs for long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiers

MODES = {"both": {}, "synchronous": {"UPSHIFT_SYNC": "1"}, **tiers.MODES}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("program", ["stress.py --seconds 3", "churn.py --functions 1000"])
def test_short(program, mode):
    if any(name.startswith("UPSHIFT_") for name in os.environ):
        pytest.skip("this process has its mode")
    name, *arguments = program.split()
    command = [sys.executable, "-X", "faulthandler", str(Path(__file__).with_name(name)), *arguments]
    environment = {**os.environ, **MODES[mode]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
