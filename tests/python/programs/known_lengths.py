"""Tuples and calls of what has a length that is known when compiling, and calls with as many items as there are."""

import itertools
import math

import numpy as np


def tuples_of(a, n):
    def twice(x):
        return x * 2

    shape = tuple(size * 2 for size in a.shape)
    mapped = tuple(map(twice, (n, n + 1)))
    zipped = tuple(zip((n, 2), (0.5, 1.5), "abc"))
    numbered = tuple(enumerate((n, -n), 1))
    ordered = tuple(sorted((n, 1, -n)))
    return shape, mapped, zipped, numbered, ordered, tuple([n, n]), tuple(range(4, -2, -3)), tuple("ab"), tuple(range(2, 2))


def chosen_items(n):
    return tuple(i if i > n else -i for i in (1, 2, 3)), tuple(sum(j for j in range(i)) for i in (n, n + 1))


def of_an_iterator(n):
    items = map(abs, (n, -n, 5))
    first = next(items)
    return first, next(items)


def star_of_a_display(n):
    def rest(*items):
        return items

    return rest(*[n, 2.5]), rest(*sorted((n, 1))), rest(*[]), max(*[n, 2, 3])


def star_with_defaults(items, n):
    def three(a, b=n, *, c=1):
        return a * 100 + b * 10 + c

    def none_needed(a=1, b=2, c=3):
        return a * 100 + b * 10 + c

    return three(*items), three(*items, c=5), none_needed(*items), none_needed(*(i for i in range(n)))


def several(a, b=10):
    return a - b


def star_of_a_function(items):
    return several(*items)


def transposed(n):
    first, second = zip((1, 2), (n, 3))
    a, b = zip(*[(1, n), (2, 3)])
    return first, second, a, b


def orders(n):
    five = sum(p[0] * p[4] for p in itertools.product([0, n], repeat=5))
    seven = [c[6] for c in itertools.combinations(range(9), 7)]
    return list(itertools.permutations((n, 1, 2))), list(itertools.permutations([n, 1])), five, seven


def product_of_a_generator(n):
    return list(itertools.product((i for i in range(n)), repeat=2)), list(itertools.product([n], repeat=0))


def negative_repeat(n):
    return list(itertools.product([n], repeat=-1))


def negative_count(n):
    return list(itertools.combinations([n], -1))


def arrays_of(n, items):
    squares = np.array([[i * j for j in range(n)] for i in range(n + 1)])
    halves = np.array([i * 0.5 for i in range(n)])
    narrow = np.array([np.float32(i) for i in range(n)], dtype=np.float64)
    cube = np.array([[[n, 1], [2, 3]]])
    return squares, halves, narrow, cube, np.array((1, n, 2.5)), np.asarray(items), np.array([(1, n), (2, 3)])


def arrays_of_arrays(n):
    return np.array([np.arange(n), np.arange(n) * 2]), np.array([True, n > 2]), np.array([1j, 2j]), np.array(n)


def array_of(rows):
    return np.array(rows)


def array_of_a_dtype(items):
    return np.array(items, dtype=np.uint8)


def multiplied_in_place(a, b):
    c = a
    c @= b
    return a, c


def mapping_of_numbers(items):
    counts = {item: items.count(item) for item in items}
    return max(counts, key=counts.get), min(counts, key=counts.get), sorted(counts, key=lambda item: (-counts[item], item))


def largest_of_nothing(items):
    return max(items, key={1: 2}.get)


def products(items):
    return math.prod(items), math.prod(items, start=2), math.prod(i for i in range(1, 4))


FUNCTIONS = [several]
CASES = [
    (tuples_of, [(np.zeros((2, 3)), 2)]),
    (chosen_items, [(2,)]),
    (of_an_iterator, [(-3,)]),
    (star_of_a_display, [(3,), (1,)]),
    (star_with_defaults, [([1], 3), ([1, 2], 2), ([], 1), ([1, 2, 3], 2), ([1.5], 2)]),
    (star_of_a_function, [([1],), ([1.5, 2.5],), ([1, 2, 3],), ([],)][:3]),
    (transposed, [(7,)]),
    (orders, [(3,)]),
    (product_of_a_generator, [(3,)]),
    (negative_repeat, [(3,)]),
    (negative_count, [(3,)]),
    (arrays_of, [(3, [1, 2]), (2, [1.5])]),
    (arrays_of_arrays, [(3,)]),
    (array_of, [([[1, 2], [3, 4]],), ([[1, 2], [3]],), ([[[1], [2]], [[1]]],), ([[[1], [2, 3]]],), ((1.5, 2),), ([1, 2],)]),
    (array_of_a_dtype, [([1, 2],), ([300],), ([1.5],)]),
    (multiplied_in_place, [
        (np.eye(2) * 2, np.arange(4.0).reshape(2, 2)), (np.ones((2, 3)), np.ones((3, 3))), (np.ones((3, 3)), np.ones((3, 2))),
        (np.ones(2), np.ones((2, 2))), (np.ones(2), np.ones(2)), (np.ones((2, 2)), np.ones((3, 3))),
    ]),
    (mapping_of_numbers, [([3, 1, 3, 2],)]),
    (products, [([3, 4],), ([1.5, 2.0],), (np.arange(1, 4),)]),
    (largest_of_nothing, [([1],), ([1, 5],), ([5, 1],), ([5, 6],)]),
]  # fmt: skip
