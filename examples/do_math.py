"""A small function called ten million times from Python: what a call costs, and what it computes."""

import comparison

from upshift import jit


@jit
def do_math(a, b):
    total = a * b
    for i in range(10):
        total += (a - i) * (b + i)
    return total


def bench_args():
    """What `upshift bench` calls it with."""
    return 7, 3


def call(count):
    total = 0
    for i in range(count):
        total ^= do_math(i, 3)
    print(f"the results, combined: {total}")


if __name__ == "__main__":
    comparison.run(call, 10_000_000, 200_000, lambda count: count, "calls")
