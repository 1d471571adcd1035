"""Running loops go over to tier 2: results, exceptions, references and lines are those of CPython.

The whole file runs again in a process where every loop goes over at its first back edge.
"""

import os
import subprocess
import sys
import threading
import traceback

import numpy as np
import pytest

import upshift
from upshift import jit

IS_STRESSED = os.environ.get("UPSHIFT_OSR") == "stress"
IS_TIERED = os.environ.get("UPSHIFT_TIER", "auto") == "auto" and os.environ.get("UPSHIFT_OSR", "1") == "1"


def test_every_loop_goes_over(run_on_tier):
    if IS_STRESSED:
        pytest.skip("this process does so")
    run_on_tier(__file__, "stress")


def entries(function):
    return sum(known.osr_entries for known in function.specializations)


def test_one_long_call_goes_over_in_its_loop():
    if not IS_TIERED:
        pytest.skip("this process has its tier")

    @jit
    def long_loop(n):
        total = 0
        for i in range(n):
            total += i & 3
        return total

    n = 8_000_000_000
    assert long_loop(n) == n // 4 * 6
    assert upshift.wait_for_tier_up(30)
    [known] = long_loop.specializations
    assert (known.calls, known.osr_entries, known.tier) == (1, 1, 2), known.tier2_reason


def test_a_loop_goes_over_though_the_loop_around_it_does_not_come_to_its_end():
    if not IS_TIERED:
        pytest.skip("this process has its tier")

    @jit
    def nested(n, m):
        total = 0
        for i in range(n):
            for j in range(m):
                total += (i + j) & 3
        return total

    nested(1, 1)
    assert nested(2, 4_000_000_000) == 2 * 4_000_000_000 // 4 * 6
    assert entries(nested) == 1


def test_the_calling_thread_recompiles_in_the_loop():
    """With UPSHIFT_SYNC there is no other thread, and the same happens in every run."""
    if not IS_TIERED:
        pytest.skip("this process has its tier")
    program = """
from upshift import jit

@jit
def flat(n):
    total = 0
    for i in range(n):
        total += i & 3
    return total

@jit
def nested(n, m):
    total = 0
    for i in range(n):
        for j in range(m):
            total += (i ^ j) & 3
    return total

for function, *args in [(flat, 200_000_000), (nested, 20_000, 10_000)]:
    result = function(*args)
    [known] = function.specializations
    print(function.__name__, result, known.calls, known.osr_entries, known.tier)
"""
    environment = os.environ | {"UPSHIFT_SYNC": "1"}
    runs = [subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True) for _ in range(2)]
    lines = runs[0].stdout.decode().splitlines()
    assert lines == ["flat 300000000 1 1 2", "nested 300000000 1 1 2"], runs[0].stderr
    assert runs[1].stdout == runs[0].stdout


def count_up(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def nest(n, m):
    total = 0.0
    last = -1
    for i in range(n):
        row = 0.5 * i
        for j in range(m):
            if (i + j) % 5 == 4:
                continue
            if j > i + 3:
                break
            row += 1 / (1 + i + j)
            last = j
        else:
            row = -row
        total += row
    return total, last


def early_return(values, wanted):
    for i in range(len(values)):
        for j in range(i):
            if values[i] + values[j] == wanted:
                return i, j
    return -1, -1


def while_true(n):
    a, b, steps = n, 1, 0
    while True:
        if a == 1:
            return steps, b
        a, b = (a // 2, b) if a % 2 == 0 else (3 * a + 1, b + a)
        steps += 1


def iterators(values):
    total = 0.0
    for index, (x, y) in enumerate(zip(values, values[::-1])):
        total += index * x - y
    for row in values.reshape(3, -1):
        for x in row:
            total += x
    return total


def owned_arrays(n):
    current = np.zeros(4)
    kept = current
    for i in range(n):
        following = np.empty(4)
        for j in range(4):
            following[j] = current[j] + i * j
        if i == 2:
            kept = following
        current = following
    return current, kept


def three_deep(n):
    count = 0
    for i in range(n):
        for j in range(i, n):
            for k in range(j, n):
                if i * i + j * j == k * k:
                    count += 1
                    break
    return count


def loops_in_a_row(n):
    squares = np.empty(n, np.int64)
    for i in range(n):
        squares[i] = i * i
    total = 0
    i = n
    while i > 0:
        i -= 1
        total = total * 3 + squares[i]
    return total, squares


@jit
def pair(a, b):
    return (b, a + b) if a < 1000 else (a, b)


def tuples_of_calls(n):
    state = (0, 1)
    for _ in range(n):
        state = pair(state[0], state[1])
    return state


CASES = [
    (count_up, 100), (count_up, 0), (nest, 9, 7), (nest, 3, 20), (nest, 0, 3), (nest, 5, 0),
    (early_return, np.arange(12), 15), (early_return, np.arange(12), 99), (while_true, 27), (while_true, 1),
    (iterators, np.linspace(0, 1, 12)), (owned_arrays, 6), (owned_arrays, 1), (owned_arrays, 0), (three_deep, 20),
    (loops_in_a_row, 10), (tuples_of_calls, 30),
]  # fmt: skip


def text(value):
    items = value if isinstance(value, tuple) else (value,)
    return [(type(item), item.tobytes() if hasattr(item, "tobytes") else item) for item in items]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].__name__}{case[1:]!r}"[:40])
def test_answers_are_those_of_cpython(case):
    function, *args = case
    compiled = jit(function)
    for _ in range(3):
        assert text(compiled(*args)) == text(function(*args))
    if IS_STRESSED and any(np.size(arg) > 5 or np.max(arg) > 5 for arg in args):
        assert entries(compiled) >= 3


def test_every_loop_keeps_references(balanced):
    def sums(array, other, n):
        total = 0.0
        for i in range(n):
            part = array[i % 3 :]
            alias = other if i % 2 else part
            for x in alias:
                total += x
            if total > 1e9:
                raise ValueError("too much")
        return total, alias

    compiled = jit(sums)
    array, other = np.arange(10.0), np.ones(4)
    assert compiled(array, other, 300)[0] == sums(array, other, 300)[0]
    balanced(compiled, array, other, 300)
    huge = np.full(10, 1e8)
    balanced(compiled, huge, other, 300, raises=ValueError)


@jit
def fails_late(values, n):
    total = 0.0
    for i in range(n):
        row = np.full(3, total)
        for j in range(3):
            total += values[i] * row[j]
        total += 1.0
    return total


@jit
def calls_it(values, n):
    total = 0.0
    for i in range(1, n):
        total += fails_late(values, i)
    return total


def test_exceptions_come_from_the_same_lines(balanced):
    values = np.ones(5)
    assert fails_late(values, 5) == fails_late.py_func(values, 5)
    with pytest.raises(IndexError) as raised:
        calls_it(values, 9)
    frames = traceback.extract_tb(raised.value.__traceback__)[-2:]
    assert [frame.name for frame in frames] == ["calls_it", "fails_late"]
    assert [frame.line for frame in frames] == ["total += fails_late(values, i)", "total += values[i] * row[j]"]
    balanced(calls_it, values, 300, raises=IndexError)


def test_recursion_from_loops():
    @jit
    def paths(depth, width):
        count = 1
        for i in range(width):
            if depth > 0:
                count += paths(depth - 1, i + 1)
        return count

    for depth, width in [(0, 3), (3, 4), (5, 5)]:
        assert paths(depth, width) == paths.py_func(depth, width)


def test_threads_go_over_at_once():
    @jit(nogil=True)
    def work(values, n):
        total = 0.0
        for i in range(n):
            for x in values:
                total = total * 0.5 + x
        return total

    values = np.linspace(0, 1, 100)
    expected = work.py_func(values, 50)
    found = []
    threads = [threading.Thread(target=lambda: found.extend(work(values, 50) for _ in range(200))) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert found == [expected] * 1200
