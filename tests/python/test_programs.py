"""Every program of programs/ does in compiled code what it does in CPython, in every mode of `tiers.py`."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
import tiers

FOLDER = pathlib.Path(__file__).parent
PROGRAMS = sorted(path.stem for path in (FOLDER / "programs").glob("*.py"))


@pytest.fixture(scope="module", params=tiers.MODES)
def differences(request):
    """What one process found in all programs in one mode."""
    environment = {**os.environ, **tiers.MODES[request.param]}
    command = [sys.executable, "-W", "ignore", str(FOLDER / "differential.py"), *PROGRAMS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_does_what_cpython_does(program, differences):
    assert not differences[program], "\n".join(differences[program])
