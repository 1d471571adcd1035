"""Ranges and slices as values, and questions about values that types answer."""

import numpy as np


def items(r, i):
    return r[i], r.start, r.stop, r.step, len(r), bool(r)


def slices(r, start, stop, step):
    return r[start:stop:step], r[start:], r[:stop], r[::step], r[:]


def made(a, b, c):
    r = range(a, b, c)
    return r[::-1], list(r[1:]), r == range(a, b, c), r != range(a), r[-1]


def contains(r, x):
    return x in r, x not in r, r.count(x)


def index(r, x):
    return r.index(x)


def equal(a, b):
    return a == b, a != b


def iterated(r):
    total = 0
    for x in r:
        total = total * 3 + x
    return total, sum(r), list(reversed(r)), sorted(r)


def passed_on(r):
    return r, (r, 1)


def indices(s, n):
    return s.indices(n)


def parts(s):
    return s.start, s.stop, s.step, s


def made_slices(a, n, m):
    s = slice(n)
    t = slice(n, m)
    u = slice(None, None, -1)
    return a[s], a[t], a[u], a[slice(None, m, 2)], s.stop, t.start, u.step, u.indices(len(a))


def slices_as_values(a, flag):
    s = slice(1, 3) if flag else slice(0, 2)
    return a[s], [s, slice(2, 5)][1].stop


def kinds(x):
    return (
        isinstance(x, int), isinstance(x, (float, str)), isinstance(x, range), isinstance(x, slice), callable(x),
        callable(len), hasattr(x, "real"), hasattr(x, "nothing"), type(x) is int, type(x) == float,
        type(x) in (int, bool), type(x) not in (str, float), type(x) != str,
    )  # fmt: skip


def same_type(a, b):
    return type(a) is type(b), type(a) == type(b)


def made_by_type(a, b):
    return type(a)(b)


def subclasses():
    return (
        issubclass(bool, int), issubclass(int, bool), issubclass(float, (int, float)), issubclass(list, tuple),
        issubclass(str, str), issubclass(np.float64, float),
    )  # fmt: skip


def attributes(z):
    return getattr(z, "real"), getattr(z, "imag"), getattr(z, "nothing", 5), getattr(z, "real", 5)


def methods(text):
    method = getattr(text, "upper")
    return method(), getattr(text, "split")("a"), getattr(text, "nothing", "x" + text)


def of_arrays(a):
    return getattr(a, "shape"), getattr(a, "T"), getattr(a, "sum")(), getattr(a, "nothing", a)


def characters(n, text):
    return chr(n), ord(text), bin(n), hex(n), oct(n), hash(n)


RANGES = [range(10), range(0), range(2, 20, 3), range(10, 0, -2), range(5, 5), range(-3, 4)]

CASES = [
    (items, [(r, i) for r in RANGES for i in (0, 2, -1, 9, -20)]),
    (slices, [(r, *s) for r in RANGES for s in ((1, 3, 2), (-2, 100, -1), (5, 1, -2), (0, 0, 1))]),
    (slices, [(range(5), 0, 1, 0)]),
    (made, [(0, 10, 3), (10, 0, -1), (1, 9, 4)]),
    (contains, [(r, x) for r in RANGES for x in (0, 2, 5, -3, 100)]),
    (index, [(r, x) for r in RANGES for x in (2, 5, -7)]),
    (equal, [(a, b) for a in RANGES for b in (range(10), range(0), range(2, 18, 3), range(2, 19, 3), range(1, 1))]),
    (iterated, [(r,) for r in RANGES]),
    (passed_on, [(r,) for r in RANGES]),
    (indices, [(slice(*s), n) for s in ((None,), (1, 5), (-3, None), (None, None, -1), (8, 2, -3)) for n in (0, 4, 7)]),
    (indices, [(slice(1), -1), (slice(1, 2, 0), 3)]),
    (parts, [(slice(3),), (slice(1, None),), (slice(1, 2, 3),)]),
    (made_slices, [(np.arange(8), 3, 6), ([1, 2, 3, 4, 5], 1, 4), ("abcdef", -4, -1)]),
    (slices_as_values, [([1, 2, 3, 4], True), (np.arange(5.0), False)]),
    (kinds, [(3,), (2.5,), ("a",), (True,), (range(3),), (slice(3),), (np.float32(1),)]),
    (same_type, [(1, 2), (1, 2.5), ("a", "b"), (True, 1), ((1,), (2, 3)), (np.float32(1), 1.0)]),
    (made_by_type, [(1, 2.5), (1.5, 2), ("a", 3), (True, 0), (np.float32(1), 3)]),
    (subclasses, [()]),
    (attributes, [(1 + 2j,), (3,), (2.5,)]),
    (methods, [("banana",)]),
    (of_arrays, [(np.arange(6.0).reshape(2, 3),)]),
    (characters, [(97, "b"), (955, "ä")]),
]
