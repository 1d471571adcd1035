"""`min` and `max` of anything that compares: keys, defaults, several arguments, containers, texts, generators."""

import numpy as np


def with_keys(items):
    return min(items, key=lambda a: -a), max(items, key=lambda a: -a), min(items, key=abs), max(items, key=abs)


def with_defaults(items):
    return min(items, default=-1), max(items, default=-2), min(items[:0], default=7), max(items[1:1], default=None)


def with_both(items):
    return min(items, default=0, key=abs), max(items[:0], default=7, key=abs)


def without_items(items):
    return min(items[:0]), max(items)


def of_generators(n):
    squares = (a * a - 6 for a in range(n))
    return max(squares, default=None), min((a * a for a in range(n)), key=lambda a: (a - 3) ** 2, default=-1)


def of_arguments(a, b):
    return min(a, b, key=abs), max(a, b, -5, key=abs), min((a, b), key=lambda x: -x)


def of_texts(a, b):
    return min(a, b), max(a, b, "m"), min([a, b, "c"], key=len), max(a), min(b, default="?"), max(a, b, key=len)


def of_tuples(a, b):
    return min(a, b), max([a, b]), max((a, b)), min(a, b, key=lambda t: t[1])


def of_containers(table, keys):
    return min(table), max(table, key=lambda k: table[k]), min(keys), max(keys), max(table.values()), min(table.items())


def of_bytes(data):
    return min(data), max(data)


def of_an_array(a):
    return min(a, key=lambda x: (x - 1) ** 2), max(a, default=0.0), max(a)


def ranges(n):
    return min(range(3, n)), max(range(n), key=lambda i: i % 4), max(range(n, n), default=n)


CASES = [
    (with_keys, [([3, 1, -2],), ([2.5, -0.5],), ([2, -2, 2],)]),
    (with_defaults, [([3, 1, -2],), ([4],)]),
    (with_both, [([3, 1, -2],), ([-7, 7],)]),
    (without_items, [([3, 1],)]),
    (of_generators, [(5,), (0,)]),
    (of_arguments, [(1, -2), (-7, 3), (2, -2)]),
    (of_texts, [("abc", "b"), ("z", "yy")]),
    (of_tuples, [((1, 2), (1, 3)), ((2, 0), (1, 9))]),
    (of_containers, [({3: 1, 2: 5}, {1.5, 2.5})]),
    (of_bytes, [(b"hello",)]),
    (of_an_array, [(np.array([3.0, 0.5, 2.0]),)]),
    (ranges, [(9,), (3,)]),
]
