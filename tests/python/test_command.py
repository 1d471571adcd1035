"""The command, and what an import costs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_run_as_numba(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom numba import njit, prange, types\nfrom numba.core.errors import TypingError\n"
        "@njit\ndef f(n):\n    total = 0\n    for i in prange(n):\n        total += i\n    return total\n"
        "print(f(10), sys.argv[1:], __name__)\n"
    )
    trace = tmp_path / "trace.json"
    status, out, err = run("-m", "upshift", "run", "--stats", "--trace", str(trace), "--as-numba", str(script), "-x", "1")
    assert (status, out) == (0, "45 ['-x', '1'] __main__\n"), err
    assert "f" in err and "tier1_ms" in err
    assert json.loads(trace.read_text())


def test_info():
    status, out, err = run("-m", "upshift", "info")
    assert status == 0, err
    assert "Cranelift" in out and "UPSHIFT_TIER = auto" in out


def test_a_missing_script():
    status, _, err = run("-m", "upshift", "run", "/no/such/script.py")
    assert status == 2 and "no script" in err


def test_import_loads_little():
    code = (
        "import sys, numpy; before = set(sys.modules); import upshift; "
        "print(sorted(set(sys.modules) - before)); print(any('llvm' in line for line in open('/proc/self/maps')))"
    )
    status, out, err = run("-c", code)
    assert status == 0, err
    assert out.splitlines() == ["['upshift', 'upshift._upshift', 'upshift.decorators']", "False"]


@pytest.mark.parametrize("name", ["language", "functions", "variables"])
def test_the_readme_has_the_tables(name):
    readme = Path(__file__).parent.parent.parent / "README.md"
    status, table, err = run("-m", "upshift", "info", f"--{name}")
    assert status == 0, err
    opening, closing = f"<!-- {name} -->\n", f"<!-- end {name} -->\n"
    before, _, rest = readme.read_text().partition(opening)
    inside, marker, after = rest.partition(closing)
    assert marker, f"the markers of {name} are missing"
    if os.environ.get("UPDATE") == "1":
        readme.write_text(before + opening + table + closing + after)
        inside = table
    assert inside == table, f"UPDATE=1 writes the table of `upshift info --{name}`"


def test_functions_are_listed():
    _, out, _ = run("-m", "upshift", "info", "--functions")
    for name in ("`sin`", "`cumsum`", "`shape`", "`ravel`", "`isqrt`", "`enumerate`"):
        assert name in out
    assert "`__" not in out and "intrinsics" not in out
