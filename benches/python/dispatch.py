"""How long is a call? Each line: nanoseconds in the Python function, and in the jitted one. Minimum of many runs."""

import timeit

import numpy as np

from upshift import jit


def add(a, b):
    return a + b


def item(array, index):
    return array[index]


def same(array):
    return array


def defaults(a, b=2):
    return a


ARRAY = np.arange(10.0)
CASES = [
    ("add(1, 2)", add, (1, 2)),
    ("add(1.0, 2.0)", add, (1.0, 2.0)),
    ("add(2**40, 2**41)", add, (2**40, 2**41)),
    ("item(array, 3)", item, (ARRAY, 3)),
    ("same(array)", same, (ARRAY,)),
    ("defaults(1)", defaults, (1,)),
]


def nanoseconds(function, args, count=100_000):
    names = ", ".join(f"a{position}" for position in range(len(args)))
    scope = {"f": function} | {f"a{position}": arg for position, arg in enumerate(args)}
    timer = timeit.Timer(f"f({names})", globals=scope)
    return min(timer.repeat(30, count)) / count * 1e9


def main():
    print(f"{'call':20} {'Python':>8} {'upshift':>8}")
    for name, function, args in CASES:
        jitted = jit(function)
        assert str(jitted(*args)) == str(function(*args))
        print(f"{name:20} {nanoseconds(function, args):8.1f} {nanoseconds(jitted, args):8.1f}")


if __name__ == "__main__":
    main()
