"""Modules that are imported inside of functions."""


def module(x):
    import math

    return math.sqrt(x), math.pi


def renamed(n):
    import numpy as np

    return np.arange(n) * 2, np.float32(n)


def names(x):
    from collections import deque
    from math import floor as down
    from math import sqrt

    queue = deque([down(x)])
    queue.append(int(sqrt(x)))
    return queue.pop(), sqrt(x)


def of_a_package(x):
    import collections.abc
    import os.path

    del os
    return collections.Counter([x, x])[x]


def on_a_path(n):
    if n > 2:
        import itertools

        return list(itertools.accumulate([n, 1]))
    return [n]


CASES = [
    (module, [(2.0,)]),
    (renamed, [(3,)]),
    (names, [(9.5,)]),
    (of_a_package, [(3,)]),
    (on_a_path, [(1,), (3,)]),
]
