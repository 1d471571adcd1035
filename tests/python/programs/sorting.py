"""Sorting lists with NaN and zeros of both signs in them, and by keys: item for item what CPython makes of them."""

import numpy as np


def ordered(items):
    return sorted(items), sorted(items, reverse=True)


def in_place(items):
    items.sort()
    first = items.copy()
    items.sort(reverse=True)
    return first


def by_key(items):
    return sorted(items, key=lambda x: -x), sorted(range(len(items)), key=lambda i: items[i], reverse=True)


def by_pair(items):
    return sorted([(x, i) for i, x in enumerate(items)], key=lambda pair: pair[0])


def by_keys_of_two_kinds(items):
    pairs = [(item % 3 == 0, item % 5, -item) for item in items]
    return sorted(pairs), sorted(pairs, reverse=True), sorted(items, key=lambda item: (item % 4, item % 2 == 0), reverse=True)


def by_narrow_keys(items):
    return sorted(items, key=lambda item: np.int8(item % 200 - 100)), sorted(items, key=lambda item: np.uint16(item % 7), reverse=True)


RNG = np.random.default_rng(11)


def with_nan(count, share, runs):
    numbers = RNG.integers(0, max(count // 3, 2), count).astype(float)
    for start in range(0, count, runs):
        numbers[start : start + runs].sort()
        if start // runs % 3 == 1:
            numbers[start : start + runs] = numbers[start : start + runs][::-1]
    numbers[RNG.random(count) < share] = np.nan
    return numbers.tolist()


LISTS = [with_nan(count, share, runs) for count in (10, 64, 65, 100, 333, 1500) for share in (0.0, 0.01, 0.3) for runs in (1, 40, 300)]
ZEROS = [[0.0, -0.0, 1.0, -0.0, 0.0, -1.0], [-0.0, 0.0], [0.0, -0.0]]
CASES = [
    (ordered, [(items,) for items in ZEROS]),
    (in_place, [(items,) for items in ZEROS]),
    (by_pair, [(items,) for items in ZEROS]),
    (by_keys_of_two_kinds, [(list(range(60)),), ([7, 1 - 2**63, 2**63 - 1, 0, 15, -15],), ([],)]),
    (by_narrow_keys, [(list(range(0, 900, 7)),)]),
    (ordered, [(items,) for items in LISTS]),
    (in_place, [(items,) for items in LISTS]),
    (by_key, [(items,) for items in LISTS[::3]]),
    (by_pair, [(items,) for items in LISTS[::3]]),
]  # fmt: skip
