"""The first thing to try: a function that gets faster while it runs.

    make run SCRIPT=examples/quickstart.py
"""

import time

import numpy as np

import upshift
from upshift import jit


@jit
def distance(a, b):
    total = 0.0
    for i in range(len(a)):
        step = a[i] - b[i]
        total += step * step
    return total**0.5


def bench_args():
    """What `upshift bench examples/quickstart.py:distance` calls it with."""
    generator = np.random.default_rng(0)
    return generator.random(10_000), generator.random(10_000)


def main():
    a, b = bench_args()
    start = time.perf_counter()
    result = distance(a, b)
    print(f"{result:.6f} after {(time.perf_counter() - start) * 1e3:.2f} ms, compiling included")
    for _ in range(3_000):
        distance(a, b)
    upshift.wait_for_tier_up(10)
    for known in distance.specializations:
        print(known, known.tier2_reason)


if __name__ == "__main__":
    main()
