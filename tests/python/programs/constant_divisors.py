"""`//` and `%` by constants, of dividends around multiples and at the ends of 64 bits, as arguments and as items."""

import numpy as np

LEAST, MOST = -(2**63), 2**63 - 1


def remainders(a):
    return a % 3, a % 7, a % 10, a % 641, a % 1000, a % 1_000_003, a % 9223372036854775807, a % -7, a % 2, a % 1


def quotients(a):
    return a // 3, a // 7, a // 10, a // 641, a // 1000, a // 1_000_003, a // 9223372036854775807, a // -7, a // 4


def both(a):
    return divmod(a, 60), (a // 60, a % 60), a - a % 24 + a // 24


def of_items(values):
    total = 0
    kept = []
    for value in values:
        kept.append(value % 1000)
        total ^= value % 7 + value // 12
    return total, kept


def of_products(n):
    kept = []
    for i in range(-n, n):
        kept.append(i * 7 % 13 + i * 5 // 6)
    return kept


def of_arrays(a):
    return a % 7, a // 7, a % 1000, a // 1000


DIVISORS = [3, 7, 10, 641, 1000, 1_000_003, MOST]
AROUND = sorted(
    {
        min(max(sign * (multiple * divisor + near), LEAST), MOST)
        for divisor in DIVISORS
        for multiple in (0, 1, 2, MOST // divisor // 2, MOST // divisor)
        for near in (-1, 0, 1)
        for sign in (1, -1)
    }
    | {LEAST, LEAST + 1, MOST}
)

CASES = [
    (remainders, [(a,) for a in AROUND]),
    (quotients, [(a,) for a in AROUND]),
    (both, [(a,) for a in AROUND if abs(a) < 2**62]),
    (of_items, [(AROUND,), (np.array(AROUND),)]),
    (of_products, [(40,)]),
    (of_arrays, [(np.array(AROUND),), (np.arange(-30, 30),)]),
]
