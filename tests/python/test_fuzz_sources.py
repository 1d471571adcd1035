"""Programs of the whole language and of the standard library, always the same ones; `fuzz_sources.py` runs more."""

import subprocess
import sys

import fuzz_sources
import pytest
import tiers

# LLVM takes milliseconds for each function.
PROGRAMS = {"1": 150, "2": 25, "stress": 25}


@pytest.mark.parametrize("mode", tiers.MODES)
def test_programs_do_what_cpython_does_or_are_refused(mode):
    command = [sys.executable, fuzz_sources.__file__, "--programs", str(PROGRAMS[mode]), "--seed", "1", "--modes", mode]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def test_a_crash_a_hang_and_a_difference_are_seen(monkeypatch):
    """A child that dies or falls silent is a failure of its last seed, and the next ones still run."""
    ends = {"died": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "hangs": "import time; time.sleep(60)"}
    monkeypatch.setattr(fuzz_sources, "SILENCE_SECONDS", 2)
    for ended, end in ends.items():
        script = f"""print('{{"run": 7, "is_compiled": true}}', flush=True); {end}"""
        monkeypatch.setattr(fuzz_sources, "command", lambda *_, script=script: [sys.executable, "-c", script])
        found, following, _ = fuzz_sources.run_child("1", "grammar", 5, 10)
        assert following == 8
        assert [seed for seed, *_ in found] == [7]
        assert found[0][1].startswith(ended)


def test_values_that_are_documented_as_different_are_seen():
    program = fuzz_sources.Program("grammar", 1)
    program.name = "function"
    sources = {"return 2**62 * 4 > x": True, "y = 1\n    if x: y = 2.5\n    return y": True, "return x + 1": False,
        "y = 1\n    for i in range(2): y = y / 2\n    return y": True}  # fmt: skip
    for body, is_documented in sources.items():
        source = f"def function(x):\n    {body}\n"
        assert fuzz_sources.is_documented(program, source, (1,)) == is_documented, body
