"""`f.explain()` and `upshift explain`: functions whose fate is known."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from upshift import jit
from upshift.errors import UnsupportedError


def axpy(a, x, y):
    for i in range(len(x)):
        y[i] = a * x[i] + y[i]


def total(values):
    result = 0.0
    for value in values:
        result += value
    return result


def product(values):
    result = 1.0
    for value in values:
        result = result * value
    return result


def gather(values, places):
    result = 0
    for place in places:
        result += values[place]
    return result


def find(values, wanted):
    for i in range(len(values)):
        if values[i] == wanted:
            return i
    return -1


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def running(values):
    for i in range(1, len(values)):
        values[i] += values[i - 1]


def rows(count):
    result = 0.0
    for i in range(count):
        row = np.zeros(4)
        row[i % 4] = i
        result += row[0]
    return result


def nested(matrix):
    result = 0
    for i in range(matrix.shape[0]):
        for j in range(matrix.shape[1]):
            result += matrix[i, j]
    return result


@jit
def square(x):
    return x * x


def squares(values):
    result = 0
    for value in values:
        result += square(value)
    return result


FLOATS, INTEGERS = np.ones(100), np.arange(100)
# Function, arguments, options; line of the loop from the definition; what is said of it; what is not.
CASES = {
    "axpy": (axpy, (2.0, FLOATS, FLOATS.copy()), {}, 1, "vectorized: ", "not vectorized"),
    "a strict sum": (total, (FLOATS,), {}, 2, "the sum must be added in order; fastmath=True would allow it (line +3)", "vectorized: 8 el"),
    "a strict product": (product, (FLOATS,), {}, 2, "the product must be multiplied in order", "elements at a time"),
    "a relaxed sum": (total, (FLOATS,), {"fastmath": True}, 2, "vectorized: ", "in order"),
    "a sum of integers": (total, (INTEGERS.astype(bool),), {"fastmath": True}, 2, "vectorized: ", "not vectorized"),
    "an index check": (gather, (INTEGERS, INTEGERS), {}, 2, "an index check may leave the loop in any iteration (line +3)", "return"),
    "no index check": (gather, (INTEGERS, INTEGERS), {"boundscheck": False}, 2, "vectorized: ", "index"),
    "an early return": (find, (FLOATS, 3.0), {}, 1, "return may leave the loop in any iteration (line +3)", "index"),
    "an open while": (collatz, (27,), {}, 2, "how often it runs is not known before it starts", "return"),
    "a recurrence": (running, (FLOATS.copy(),), {}, 1, "an iteration reads or writes what another one writes (line +2)", "order"),
    "an array in each iteration": (rows, (5,), {}, 2, "it makes an array in each iteration (line +3)", "index"),
    "an outer loop": (nested, (np.ones((9, 9), "i8"),), {}, 2, "a loop around other loops", "vectorized"),
    "an inner loop": (nested, (np.ones((9, 9), "i8"),), {}, 3, "vectorized: ", "not vectorized"),
    "a loop with an inlined call": (squares, (INTEGERS,), {}, 2, "vectorized: ", "calls square"),
}  # fmt: skip


def remarks_of(text, line):
    """What is said beneath a line."""
    _, _, after = text.partition(f"  {line:6}  ")
    remarks = []
    for row in after.splitlines()[1:]:
        if not row.lstrip().startswith("^"):
            break
        remarks.append(row.strip())
    return remarks


@pytest.mark.parametrize("case", CASES)
def test_loops_are_explained_at_their_lines(case):
    function, arguments, options, offset, said, not_said = CASES[case]
    first = function.__code__.co_firstlineno
    function = jit(**options)(function)
    function(*arguments)
    text = str(function.explain())
    for place in range(9):
        said = said.replace(f"(line +{place})", f"(line {first + place})")
    remarks = remarks_of(text, first + offset)
    assert any(said in remark for remark in remarks), text
    assert not any(not_said in remark for remark in remarks), text
    source = open(__file__, encoding="utf-8").read().splitlines()[first + offset - 1]
    assert f"  {first + offset:6}  {source}" in text


def test_what_stays_in_a_loop_is_told():
    checked = jit(gather)
    checked(INTEGERS, INTEGERS)
    line = gather.__code__.co_firstlineno + 3
    assert any("a check of an index" in remark for remark in remarks_of(str(checked.explain()), line))
    allocating = jit(rows)
    allocating(3)
    line = rows.__code__.co_firstlineno + 3
    assert any("takes memory in each iteration" in remark for remark in remarks_of(str(allocating.explain()), line))


def test_inlined_calls_are_told():
    function = jit(squares)
    function(INTEGERS)
    line = squares.__code__.co_firstlineno + 3
    assert "^ square is inlined" in remarks_of(str(function.explain()), line)
    [known] = function.explain().data["specializations"]
    assert known["inlined"] == [{"line": line, "function": "square"}]


def test_data_is_plain():
    function = jit(axpy)
    function(2.0, FLOATS, FLOATS.copy())
    data = json.loads(json.dumps(function.explain().data))
    assert (data["function"], data["status"], data["refusals"]) == ("axpy", "compiled", [])
    assert data["file"] == __file__ and data["line"] == axpy.__code__.co_firstlineno
    [known] = data["specializations"]
    assert known["signature"] == "(float, array(float64, 1d, C), array(float64, 1d, C)) -> none"
    [loop] = known["loops"]
    assert loop["vectorized"] and loop["width"] >= 2 and loop["interleave"] >= 1 and loop["checks"] == []
    assert loop["source"] == "for i in range(len(x)):"


def test_functions_without_code():
    @jit
    def unsupported(x):
        import this_is_no_module

        return this_is_no_module.sqrt(x)

    assert "not called, so not compiled" in str(unsupported.explain())
    with pytest.raises(UnsupportedError):
        unsupported(1)
    explanation = unsupported.explain()
    assert explanation.data["status"] == "refused"
    assert [refusal["arguments"] for refusal in explanation.data["refusals"]] == ["(int)"]
    assert "not compiled:" in str(explanation) and "import this_is_no_module" in str(explanation)


def test_a_function_without_source():
    names = {}
    exec(compile("def f(a):\n    t = 0.0\n    for v in a:\n        t += v\n    return t\n", "<nowhere>", "exec"), names)
    function = jit(names["f"])
    function(FLOATS)
    [known] = function.explain().data["specializations"]
    assert known["loops"][0]["line"] == 3 and known["loops"][0]["vectorized"] is False


SCRIPT = """
import sys
import numpy as np
from upshift import jit

@jit
def total(values):
    result = 0.0
    for value in values:
        result += value
    return result

def dropped():
    @jit
    def inner(x):
        return x + 1
    return inner(1)

@jit
def wrong(x):
    class Inner:
        pass
    return x

try:
    wrong(1)
except Exception:
    pass
for _ in range(3000):
    total(np.ones(100))
print("printed", dropped(), sys.argv[1:])
"""


def explain(tmp_path, *options, end="", arguments=()):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT + end)
    command = [sys.executable, "-m", "upshift", "explain", *options, str(script), *arguments]
    environment = os.environ | {"UPSHIFT_TIER": "auto", "UPSHIFT_OSR": "1", "UPSHIFT_TIER2_CALLS": "2000"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_the_command_explains_all_functions_of_a_script(tmp_path):
    done = explain(tmp_path, arguments=["-x", "1"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("printed 2 ['-x', '1']\n")
    for said in (
        "total(array(float64, 1d, C)) -> float64", "tier 2: LLVM's code, ", " ms after its first call: ",
        "      9      for value in values:", "^ not vectorized", "dropped.<locals>.inner(int) -> int",
        "tier 1: Cranelift's code: not hot yet: ", "wrong(int)", "a class definition inside a function is not supported",
    ):  # fmt: skip
        assert said in done.stdout, done.stdout


def test_the_command_gives_data(tmp_path):
    done = explain(tmp_path, "--json", "--function", "total")
    assert done.stderr.startswith("printed")
    [function] = json.loads(done.stdout)["functions"]
    [known] = function["specializations"]
    assert (function["function"], known["tier"], known["loops"][0]["vectorized"]) == ("total", 2, False)
    file = tmp_path / "out.json"
    done = explain(tmp_path, "--json", "--output", str(file))
    assert done.stdout.startswith("printed")
    statuses = {one["function"]: one["status"] for one in json.loads(file.read_text())["functions"]}
    assert statuses == {"total": "compiled", "wrong": "refused", "dropped.<locals>.inner": "compiled"}


@pytest.mark.parametrize("end, status", [("sys.exit(3)", 3), ("sys.exit('no')", 1), ("1 / 0", 1)])
def test_a_script_that_fails_is_explained_too(tmp_path, end, status):
    done = explain(tmp_path, end=end)
    assert done.returncode == status
    assert "total(array(float64, 1d, C)) -> float64" in done.stdout
    assert ("ZeroDivisionError" in done.stderr) == (end == "1 / 0")


def test_a_missing_script():
    command = [sys.executable, "-m", "upshift", "explain", "/no/such/script.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "no script" in done.stderr
