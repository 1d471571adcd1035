"""Sorting lists with NaN in them: what CPython's comparisons make of them, item for item."""

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
CASES = [
    (ordered, [(items,) for items in LISTS]),
    (in_place, [(items,) for items in LISTS]),
    (by_key, [(items,) for items in LISTS[::3]]),
    (by_pair, [(items,) for items in LISTS[::3]]),
]  # fmt: skip
