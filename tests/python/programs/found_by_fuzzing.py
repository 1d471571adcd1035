"""Small programs of which the fuzzers' were larger forms: each differed from CPython once."""

import heapq

import numpy as np


def expand_tabs(text, size):
    return text.expandtabs(size)


def is_none(x):
    y = x if x > 2 else None
    return y == None, None != y  # noqa: E711


def is_text(x):
    y = str(x) if x > 2 else None
    return y == "3", y != "3"


def either(x):
    y = [x] if x > 2 else None
    z = y or [0, x]
    w = (str(x) if x > 3 else None) or "none"
    return z, w, y or None


def pop_empty(items):
    items.clear()
    return heapq.heappop(items)


def conjugate(array):
    return array.conjugate()


def slice_extreme(text, items):
    end = 2**63 - 1
    return text[-end:end:end], items[end:-end:-1], items[: -end - 1], text[end:]


CASES = [
    (expand_tabs, [("a\tb", size) for size in (8, 0, -1, 2**31 - 1 - 2**31 + 5, 2**31, -(2**31) - 1, 2**62, -(2**63))]),
    (expand_tabs, [(b"a\tb", size) for size in (3, -(2**40))]),
    (is_none, [(1,), (3,)]),
    (is_text, [(1,), (3,), (4,)]),
    (either, [(1,), (3,), (4,)]),
    (pop_empty, [([1],)]),
    (conjugate, [(np.arange(3.0),), (np.array([1j, 2.0]),)]),
    (slice_extreme, [("abc", [1, 2, 3]), ("", [0])]),
]
