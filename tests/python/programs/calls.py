"""Calls of compiled functions: binding, recursion, methods, constants from outside, exceptions through frames."""

import math

import numpy as np

SCALE = 3
RATE = 0.5
FLAG = True
UNIT = 1j
NOT_A_NUMBER = float("nan")
MINUS_ZERO = -0.0
SETTINGS = (1, 2.5, (3, True))
TABLE = np.array([10.0, 20.0, 30.0])
NARROW = np.float32(1.1)
WIDE = np.uint64(2**63)


def defaults(a, b=2, *, c=0.5):
    return a * 100 + b * 10 + c


def rest(a, *items):
    return a, items, len(items)


def none_default(a, b=None):
    if b is None:
        return a
    return a + b


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def is_even(n):
    if n == 0:
        return True
    return is_odd(n - 1)


def is_odd(n):
    if n == 0:
        return False
    return is_even(n - 1)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def halves(x, depth):
    if depth == 0:
        return x
    return halves(x / 2, depth - 1)


def grown(a, depth):
    if depth == 0:
        return a
    return grown(a + 1, depth - 1)


def tail_view(a):
    if a.size <= 1:
        return a
    return tail_view(a[1:])


def checked(x, limit):
    if x > limit:
        raise ValueError("too large")
    return x * 2


def passes_arrays(a):
    return a, a[1:], a + 1


def use_defaults(a):
    return defaults(a), defaults(a, 3), defaults(a, c=4), defaults(b=1, a=a), defaults(a, 5.5, c=True)


def use_rest(a, t):
    return rest(a), rest(a, 1), rest(a, 2.5, a), rest(*t), rest(a, *t)


def use_none(a):
    return none_default(a), none_default(a, 1), none_default(a, None)


def use_checked(x):
    total = checked(x, 10)
    total += checked(x + 1, 10)
    return total


def use_checked_with_arrays(a, x):
    b = a + 1
    c = (b * 2)[1:]
    y = checked(x, 10)
    return b[0] + c[0] + y


def use_arrays(a):
    x, y, z = passes_arrays(a)
    u, v, w = passes_arrays(z)
    return x, y, z, u, v, w


def drops_results(a):
    passes_arrays(a)
    grown(a, 2)
    total = 0.0
    for i in range(5):
        total += grown(a, i)[0]
    return total


def constants(x):
    return x * SCALE, RATE, FLAG, UNIT, NOT_A_NUMBER, MINUS_ZERO, SETTINGS, NARROW, WIDE


def constants_joined(flag):
    x = 0.0
    if flag:
        x = MINUS_ZERO
    y = NOT_A_NUMBER
    if flag:
        y = NOT_A_NUMBER
    return x, y


def constants_in_a_loop(n):
    x = 0.0
    for _ in range(n):
        x = -x
    return x


def tuples_joined(flag):
    t = (0.0, 1)
    if flag:
        t = (-0.0, 1)
    return t


def module_constants():
    return math.pi, np.pi, np.nan, math.inf, np.e


def table(i):
    return TABLE[i], TABLE[1:] + 1, TABLE.shape


def nan_in_a_loop(n):
    best = np.nan
    for i in range(n):
        best = i * 1.5
    return best


def starred_iterables(n, items):
    def three(a, b, c):
        return a * 100 + b * 10 + c

    def one(a, *, scale):
        return a * scale

    def each(count):
        for i in range(count):
            yield i + 1

    return three(*items), three(*each(n)), three(*range(n)), one(*[n], scale=2), three(*each(n - 1), c=7)


def starred_too_few(n):
    def three(a, b, c):
        return a * 100 + b * 10 + c

    return three(*range(n))


def starred_one(items):
    def one(a):
        return a + 1

    return one(*items)


FUNCTIONS = [
    defaults, rest, none_default, factorial, fibonacci, is_even, is_odd, ackermann, halves, grown, tail_view, checked,
    passes_arrays,
]  # fmt: skip
CASES = [
    (starred_iterables, [(3, [1, 2, 3]), (3, [1.5, 2.5, 3.5]), (4, [1, 2, 3]), (3, [1, 2])]),
    (starred_too_few, [(0,), (1,), (2,), (3,), (4,), (9,)]),
    (starred_one, [([1],), ([],), ([1, 2],), ("",)][:3]),
    (use_defaults, [(1,), (1.5,), (np.int8(1),)]),
    (use_rest, [(1, (2, 3)), (1.5, ("x",)[:0]), (np.arange(2), (np.arange(2), 1))]),
    (use_none, [(1,), (2.5,), (np.arange(3),)]),
    (factorial, [(n,) for n in (0, 1, 5, 20)] + [(5.0,), (np.int64(5),)]),
    (fibonacci, [(n,) for n in (0, 1, 15)]),
    (is_even, [(n,) for n in (0, 1, 10, 11)]),
    (is_odd, [(n,) for n in (0, 1, 10)]),
    (ackermann, [(2, 3)]),
    (halves, [(8.0, 3), (8.0, 0), (1, 2)]),
    (grown, [(np.arange(3), n) for n in (0, 1, 4)]),
    (tail_view, [(np.arange(n),) for n in (0, 1, 4)]),
    (use_checked, [(x,) for x in (1, 10, 11, 9.5, 10.5)]),
    (use_checked_with_arrays, [(np.arange(4.0), x) for x in (1, 11)]),
    (use_arrays, [(np.arange(4),), (np.arange(6.0).reshape(3, 2),)]),
    (drops_results, [(np.arange(4.0),), (np.zeros(0),)]),
    (constants, [(2,), (2.5,)]),
    (constants_joined, [(True,), (False,)]),
    (constants_in_a_loop, [(n,) for n in (0, 1, 2)]),
    (tuples_joined, [(True,), (False,)]),
    (module_constants, [()]),
    (table, [(0,), (-1,), (3,)]),
    (nan_in_a_loop, [(0,), (3,)]),
]
