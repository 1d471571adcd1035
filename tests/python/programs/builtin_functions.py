"""Built-in functions on numbers, tuples and arrays."""

import numpy as np


def abs_(x):
    return abs(x)


def min_max(a, b):
    return min(a, b), max(a, b)


def min_max3(a, b, c):
    return min(a, b, c), max(a, b, c)


def min_max_tuple(t):
    return min(t), max(t)


def round_(x):
    return round(x)


def round_to(x, n):
    return round(x, n)


def pow_(a, b):
    return pow(a, b)


def pow_modulo(a, b, c):
    return pow(a, b, c)


def divmod_(a, b):
    return divmod(a, b)


def int_(x):
    return int(x)


def float_(x):
    return float(x)


def bool_(x):
    return bool(x)


def complex_(x):
    return complex(x)


def complex2(x, y):
    return complex(x, y)


def parts(x):
    return x.real, x.imag, x.conjugate()


def nothing():
    return int(), float(), bool(), complex()


REAL = [
    False, True, 0, 1, -1, 7, -8, 2**31, 2**53 + 1, 2**62, -(2**63), 2**63 - 1, 0.0, -0.0, 0.5, 1.5, 2.5, -2.5, 2.675,
    1e15 + 0.5, 1e22, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"), 9.3e18,
]  # fmt: skip
NUMPY = [
    kind(value) for kind in (np.int8, np.int64, np.uint8, np.uint64, np.float32, np.float64, np.bool_) for value in (0, 1, 100)
] + [np.int8(-128), np.int64(-(2**63)), np.uint64(2**63), np.float32(-2.5), np.float64(2.5), np.float64("nan"), np.float32("inf")]
COMPLEX = [0j, 1 - 2j, complex(-0.0, -0.0), complex(float("nan"), 1), complex(float("inf"), 1), 1e200 + 1e200j, 1e308 + 1e308j,
    np.complex64(3 + 4j), np.complex128(3 - 4j)]
VALUES = REAL + NUMPY + COMPLEX
SAME = [(a, b) for a in REAL + NUMPY for b in REAL + NUMPY if type(a) is type(b)]
CASES = [
    (abs_, [(x,) for x in VALUES if x != -(2**63) or not isinstance(x, int)]),
    (min_max, SAME),
    (min_max3, [(1, 2, 3), (3, 1, 2), (1.0, float("nan"), 2.0), (float("nan"), 1.0, 2.0), (0.0, -0.0, 0.0)]),
    (min_max_tuple, [((3, 1, 2),), ((0.5,),), ((2.0, float("nan"), 1.0),)]),
    (round_, [(x,) for x in REAL if abs(x) < 2**62 or x != x or abs(x) == float("inf")]
        + [(x,) for x in NUMPY if x == x and abs(x) < 2**31 and x != -128 and not isinstance(x, np.bool_)]),
    (round_to, [(x, n) for x in REAL for n in (0, 1, 2, 5, 15, 300, 400) if isinstance(x, float)]
        + [(x, n) for x in REAL for n in (-1, -2, -15, -300, -400) if isinstance(x, float)]
        + [(x, n) for x in (0, 5, 15, 25, -15, 1234567) for n in (-1, -2, -5, 0, 3)]),
    (pow_, [(a, b) for a in (0, 1, -2, 3, 2.5, 0.0, 1j) for b in (0, 1, 2, 3, 0.5, 2.0) if not (b == 0.5 and a == -2)]),
    (pow_modulo, [(a, b, c) for a in (0, 2, -3, 10**15) for b in (0, 1, 5, 2**40, -1) for c in (1, 7, -7, 2**62, 0)]),
    (divmod_, [(a, b) for a in REAL + NUMPY for b in REAL + NUMPY if type(a) in (int, float, np.int8, np.float64, np.uint64)
        and type(b) in (int, float, np.int8, np.float32)]),
    (int_, [(x,) for x in REAL + NUMPY if abs(x) < 9e18]
        + [(float("nan"),), (float("inf"),), (np.float32("inf"),)]),
    (float_, [(x,) for x in REAL + NUMPY]),
    (bool_, [(x,) for x in VALUES] + [((),), ((0,),), (np.zeros(1),), (np.ones(1),), (np.zeros(2),), (np.zeros(0),),
        (np.array(2),), (None,), (range(3),)][:-1]),
    (complex_, [(x,) for x in VALUES]),
    (complex2, [(x, y) for x in (1, 0.5, -0.0, 1j, True, np.float32(2)) for y in (2, -0.0, 1 - 2j, float("inf"))]),
    (parts, [(x,) for x in VALUES if not isinstance(x, np.bool_)]),
    (nothing, [()]),
]  # fmt: skip
