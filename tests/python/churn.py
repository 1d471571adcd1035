"""Functions come and go: `python churn.py --functions 100000`.

Makes functions, calls them until LLVM has compiled them, calls that code, and drops them. The memory of the process
stays the same, and in the end nothing of them is left. Prints the memory as it goes; the exit status is 1 if it grew.
"""

import argparse
import gc
import os
import sys
import time

os.environ.setdefault("UPSHIFT_TIER2_CALLS", "2")

import numpy as np  # noqa: E402

import upshift  # noqa: E402
from upshift import _upshift, jit  # noqa: E402

# Functions that are alive at once.
BATCH = 50
# What the allocators of several threads may add or give back from one moment to another.
SLACK = 4 << 20
ARRAY = np.arange(4.0)
# Source, arguments and result of the function number `k`.
SHAPES = [
    ("def f(x):\n    return x * 2 + {k}", (3,), lambda k: 6 + k),
    ("def f(n):\n    t = {k}\n    for i in range(n):\n        t += i\n    return t", (10,), lambda k: 45 + k),
    ("def f(a):\n    t = 0.0\n    for x in a:\n        t += x\n    return t + {k}", (ARRAY,), lambda k: 6.0 + k),
    ("def f(i):\n    return table[i] + {k}", (2,), lambda k: 2.0 + k),
    ("def f(x):\n    return other(x) + {k}", (4,), lambda k: 5 + k),
    ("def f(n):\n    return {k} if n < 1 else f(n - 1) + 1", (5,), lambda k: 5 + k),
    ("def f(g, x):\n    return g(x) * {k}", (jit(lambda x: x + 1), 1), lambda k: 2 * k),
]


def make(number):
    """A compiled function with its arguments and result."""
    source, arguments, result = SHAPES[number % len(SHAPES)]
    names = {"table": ARRAY.copy(), "other": jit(lambda x: x + 1)}
    exec(source.format(k=number), names)
    names["f"] = jit(nogil=number % 2 == 0)(names["f"])
    return names["f"], arguments, result(number)


def resident():
    """Bytes of memory that the process has."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def churn(first, count):
    """Makes, heats and drops functions; how many of them LLVM compiled."""
    batch = [make(number) for number in range(first, first + count)]
    for _ in range(4):
        for function, arguments, result in batch:
            assert function(*arguments) == result
    upshift.wait_for_tier_up(60)
    for function, arguments, result in batch:
        assert function(*arguments) == result
    return sum(function.specializations[0].tier == 2 for function, _, _ in batch)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--functions", type=int, default=100_000)
    options = parser.parse_args()
    start = time.monotonic()
    hot = done = 0
    for _ in range(3):
        churn(0, BATCH)
    gc.collect()
    before, memory = _upshift.census(), []
    while done < options.functions:
        hot += churn(done, BATCH)
        done += BATCH
        if done % max(options.functions // 10 // BATCH * BATCH, BATCH) == 0:
            gc.collect()
            memory.append(resident())
            seconds = time.monotonic() - start
            print(f"{done} functions, {hot} in LLVM, {memory[-1] >> 10} KiB, {seconds:.0f} s", flush=True)
    gc.collect()
    after = _upshift.census()
    if after != before:
        print("left behind:", {name: (before[name], after[name]) for name in after if before[name] != after[name]})
    grown = memory[-1] - memory[0]
    if grown > SLACK:
        print(f"the memory of the process grew by {grown >> 10} KiB")
    sys.exit(after != before or grown > SLACK)


if __name__ == "__main__":
    main()
