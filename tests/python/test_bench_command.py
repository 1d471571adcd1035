"""The command `upshift bench`, end to end with tiny budgets: what it measures and refuses. No figure is checked."""

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time

import pytest

PROGRAM = """
import sys
import time
import numpy as np
from upshift import jit, wait_for_tier_up

@jit
def total(values, factor):
    result = 0.0
    for value in values:
        result += value * factor
    return result

@jit
def squares(n):
    result = 0
    for i in range(n):
        result += i * i
    return result

@jit
def double(values):
    for i in range(len(values)):
        values[i] *= 2.0

def undecorated(n):
    result = 0
    for i in range(n):
        result += i
    return result

@jit
def refused(x):
    return x + len(globals())

def bench_args(n=50):
    return (n,)

def bench_args_double():
    return np.ones(3)

def fails(x):
    raise ValueError("as <b>it</b> should")

def sleeps(n):
    time.sleep(n)

def tells_modes_apart(n):
    return n if hasattr(jit, "__code__") and jit.__module__ == "upshift.decorators" else n + 1

class Kind:
    @staticmethod
    def method(n):
        return squares(n)

not_a_function = 3

if __name__ == "__main__":
    assert wait_for_tier_up(1) and squares.specializations == [] and squares.py_func(3) == 5
    print(squares(int(sys.argv[1])), time.perf_counter())
    sys.exit(int(sys.argv[2]))
"""
TINY = ("--repeats", "1", "--budget", "0.02", "--quiet")
TWO = ("--modes", "python,tiered")


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def run(*arguments, **environment):
    command = [sys.executable, "-m", "upshift", "bench", *map(str, arguments)]
    environment = os.environ | environment
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    return done.returncode, done.stdout, done.stderr


def measured(tmp_path, *arguments, status=0, **environment):
    """The JSON of a run that ends with this status, and what it printed."""
    path = tmp_path / "results.json"
    found, out, err = run(*TINY, "--json", path, *arguments, **environment)
    assert found == status, out + err
    return json.loads(path.read_text()), out


def test_a_function_in_all_modes(program, tmp_path):
    modes = ("--modes", "python,tier1,llvm,tiered", "--calls", "1000")
    results, out = measured(tmp_path, *modes, f"{program}:total", "--args", "np.random.rand(20), 3")
    assert list(results["modes"]) == ["python", "tier1", "llvm", "tiered"]
    assert results["complete"] and results["checkpoints"][-1] == 1000
    summary = results["summary"]
    for name, mode in results["modes"].items():
        assert mode["status"] == "ok", mode["error"]
        points = mode["runs"][0]["points"]
        assert points[0][0] == 1 and points == sorted(points)
        assert 0.0 < summary["modes"][name]["first"] < summary["modes"][name]["first_since_spawn"]
        assert len(summary["totals"][name]) == len(results["checkpoints"])
    assert [row["status"] for row in results["answers"]] == ["same"] * 3
    tiers = {name: mode["functions"][0]["tier"] for name, mode in results["modes"].items() if mode["functions"]}
    assert tiers["tier1"] == 1 and tiers["llvm"] == 2 and "python" not in tiers
    assert summary["modes"]["tier1"]["compile_tier1"] > 0.0 and summary["modes"]["llvm"]["compile_tier2"] > 0.0
    assert {"compiling 1", "tier 1"} <= {span["what"] for span in results["timeline"]}
    assert len(summary["envelope"]) == len(results["checkpoints"])
    for text in (
        "plain Python",
        "total of 1,000 calls",
        "All modes give the same answers",
        "tier 1 ready",
        "Tiered takes at most",
        "total(",
    ):
        assert text in out


def test_arguments_by_convention(program, tmp_path):
    results, _ = measured(tmp_path, *TWO, f"{program}:double")
    assert results["answers"] == [{"mode": "tiered", "reference": "python", "status": "same", "where": ""}]
    results, _ = measured(tmp_path, *TWO, f"{program}:Kind.method")
    assert results["modes"]["tiered"]["functions"][0]["function"].endswith("squares")


def test_sizes(program, tmp_path):
    results, out = measured(tmp_path, *TWO, f"{program}:squares", "--sizes", "10,1_000")
    assert [row["size"] for row in results["summary"]["sizes"]] == [10, 1000]
    for row in results["summary"]["sizes"]:
        assert all(0.0 < times["settled"] <= times["first"] for times in row["modes"].values())
    assert "settled call" in out and "1,000" in out
    results, _ = measured(
        tmp_path, *TWO, f"{program}:total", "--sizes", "5", "--args", "np.ones(n), k", "--setup", "k = n"
    )
    assert results["answers"][0]["status"] == "same"


def test_a_script(program, tmp_path):
    results, out = measured(tmp_path, *TWO, "--repeats", "2", program, "4", "0")
    for mode in results["modes"].values():
        assert all(0.0 < run["first_output"] <= run["total"] for run in mode["runs"])
    assert results["answers"][0]["status"] == "same" and "1 of 1 lines" in results["answers"][0]["where"]
    assert "first output" in out and "squares(int)" in out
    _, out = measured(tmp_path, "--modes", "python", program, "4", "3", status=1)
    assert "It fails in every mode: exit status 3" in out


def test_a_sweep(program, tmp_path):
    sweep = ("--sweep", "UPSHIFT_TIER2_CALLS=1,1000", "--sweep", "UPSHIFT_TIER2_OPT=O1")
    results, out = measured(tmp_path, "--modes", "tiered", f"{program}:squares", *sweep)
    entries = results["sweep"]["entries"]
    assert [entry["settings"].get("UPSHIFT_TIER2_CALLS") for entry in entries] == [None, "1", "1000"]
    assert all(entry["relative"] > 0.0 for entry in entries) and entries[0]["relative"] == 1.0
    assert "Keep the default: one run cannot tell" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([":nothing"], "has no function nothing; it has total, squares, "),
        ([":not_a_function"], "is a int, not a function"),
        ([":total"], "total takes values, factor: give --args"),
        ([":total", "--args", "1"], "takes 2 arguments (values, factor), but was given 1"),
        ([":total", "--args", "1 +"], "--args is not Python"),
        ([":total", "--args", "1, nobody"], "NameError: name 'nobody' is not defined"),
        ([":squares", "--setup", "1 / 0"], "--setup '1 / 0' fails: ZeroDivisionError"),
        ([":squares", "--sweep", "UPSHIFT_TIER2_CALLS=x"], "takes a number from 1, not 'x'"),
        ([":squares", "--budget", "-1"], "-1 is not at least"),
        ([":squares", "--modes", "fast"], "there is no mode fast"),
        ([":squares", "--numba-python", "/no/such/python"], "there is no interpreter /no/such/python"),
        ([":1"], "'1' is not the name of a function"),
        ([".missing"], "there is no script"),
        ([".missing:f"], "neither a Python file nor the name of a module"),
        ([".missing.py:f"], "there is no file"),
        ([":squares", "--json", "/no/such/folder/results.json"], "cannot be written"),
    ],
)
def test_wrong_requests(program, arguments, says):
    rest = list(arguments)
    # bench_args would answer for `total`.
    program.write_text(
        PROGRAM.replace("def bench_args(n=50)", "def other_args(n=50)").replace("squares(n)", "squares(n=9)")
    )
    status, out, err = run(*TINY, f"{program}{rest[0]}", *rest[1:])
    assert status == 2 and out == "" and says in err


def test_options_of_functions_are_not_of_scripts(program):
    status, _, err = run(*TINY, "--args", "1", program)
    assert status == 2 and "--args is for functions" in err
    status, _, err = run(*TINY, "no_such_module:f")
    assert status == 2 and "there is no module no_such_module" in err


ALL_NAMES = """
import upshift
import upshift.config
from upshift import errors, float64, jit, njit, prange, tiering, typeof, types

@jit("float64(float64)")
def f(x):
    with tiering.pause():
        return x + len(upshift.tier_report())

g = njit(float64(float64), nogil=True)(lambda x: x)
assert issubclass(errors.UnsupportedError, Exception) and upshift.config.UPSHIFT_TIER and typeof(1) and types
assert g(1.0) == 1.0 and list(prange(2)) == [0, 1] and f.py_func and not hasattr(upshift, "nothing")
"""


def test_plain_python_is_served_all_names(program, tmp_path):
    program.write_text(ALL_NAMES)
    results, _ = measured(tmp_path, "--modes", "python", f"{program}:f", "--args", "1.5")
    assert results["modes"]["python"]["status"] == "ok", results["modes"]["python"]["error"]


def test_failures(program, tmp_path):
    results, out = measured(tmp_path, *TWO, f"{program}:fails", "--args", "1", status=1)
    assert "It fails in every mode: ValueError: as <b>it</b> should" in out
    results, out = measured(tmp_path, *TWO, f"{program}:refused")
    assert results["modes"]["tiered"]["status"] == "failed" and results["modes"]["python"]["runs"]
    assert "Tiered fails: UnsupportedError: " in out and "program.py:" in out


def test_a_mode_that_is_too_slow(program, tmp_path):
    results, out = measured(tmp_path, "--modes", "python", f"{program}:sleeps", "--args", "30", "--timeout", "1")
    assert results["modes"]["python"]["status"] == "timeout"
    assert "Plain Python is too slow" in out


def test_different_answers_are_reported(program, tmp_path):
    results, out = measured(tmp_path, *TWO, f"{program}:tells_modes_apart", status=1)
    assert results["answers"][0]["status"] == "different"
    assert "DIFFER" in out and "50, not 51" in out
    results, out = measured(
        tmp_path, *TWO, f"{program}:total", "--args", "np.random.default_rng().random(3), 1.0", status=0
    )
    assert results["answers"][0]["status"] == "unknown" and "give random generators a seed" in out


def test_functions_without_decorator(program, tmp_path):
    results, out = measured(tmp_path, *TWO, f"{program}:undecorated")
    assert "upshift compiled nothing" in out and "--jit" in out
    results, out = measured(tmp_path, *TWO, "--jit", f"{program}:undecorated")
    assert "compiled nothing" not in out and results["modes"]["tiered"]["functions"]


def test_modules_that_can_be_imported(program, tmp_path):
    results, _ = measured(tmp_path, *TWO, "program:squares", PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path]))
    assert results["modes"]["tiered"]["status"] == "ok"


NUMBA = '''
"""Says what was asked of it."""
import sys
prange = range
class types: int64 = "int64"
class core:
    class errors: pass
    class config: pass
sys.modules["numba.core"] = core
def njit(function=None, **options):
    print("njit", sorted(options), file=sys.stderr)
    def made(*arguments):
        return function(*arguments)
    return made if function else njit
'''


def test_numba(program, tmp_path):
    (tmp_path / "numba.py").write_text(NUMBA)
    path = os.pathsep.join([str(tmp_path), *sys.path])
    results, _ = measured(tmp_path, "--modes", "python,numba", f"{program}:squares", PYTHONPATH=path)
    assert results["modes"]["numba"]["runs"] and results["answers"][0]["status"] == "same"
    results, _ = measured(
        tmp_path, "--modes", "numba", f"{program}:squares", "--numba-python", sys.executable, PYTHONPATH=path
    )
    assert results["modes"]["numba"]["status"] == "ok"


def test_programs_for_numba(program, tmp_path):
    (tmp_path / "numba.py").write_text(NUMBA)
    other = tmp_path / "other.py"
    other.write_text(
        PROGRAM.replace("from upshift import jit, wait_for_tier_up", "from numba import njit as jit, prange")
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    results, out = measured(tmp_path, *TWO, "--as-numba", f"{other}:squares", PYTHONPATH=path)
    assert results["modes"]["tiered"]["functions"] and "compiled nothing" not in out
    results, out = measured(tmp_path, "--modes", "tiered", f"{other}:squares", PYTHONPATH=path)
    assert "The program imports Numba itself" in out and "--as-numba" in out


def test_ctrl_c_keeps_what_was_measured(program, tmp_path):
    path, started = tmp_path / "results.json", tmp_path / "started"
    command = [sys.executable, "-m", "upshift", "bench", "--repeats", "1", "--budget", "60", "--modes", "python,tier1"]
    program.write_text(PROGRAM + f"open({str(started)!r}, 'a').write('x')\n")
    process = subprocess.Popen(
        [*command, "--json", path, f"{program}:sleeps", "--args", "0.05"], stdout=subprocess.PIPE, text=True,
        # A shell's job in the background ignores it, and so would the program.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    # After both answers, plain Python is in the middle of its sixty seconds.
    while not started.exists() or len(started.read_text()) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    results = json.loads(path.read_text())
    assert not results["complete"]
    assert results["modes"]["python"]["runs"][0]["points"][0][0] == 1
    assert "Interrupted" in out and "first call" in out


def test_a_bar_where_somebody_looks(program):
    pytest.importorskip("tqdm")
    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (24, 120))
    command = [sys.executable, "-m", "upshift", "bench", "--repeats", "1", "--budget", "0.02", *TWO]
    process = subprocess.Popen([*command, f"{program}:squares"], stdout=subprocess.DEVNULL, stderr=end)
    os.close(end)
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(terminal)
    assert process.wait(60) == 0
    assert b"tiered: run 1 of 1" in shown and b"/5 processes" in shown
