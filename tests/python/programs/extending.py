"""Overloads of plain functions: what compiled code calls in their place means the same."""

import operator

import numpy as np

from upshift import types
from upshift.extending import implements, overload, register_jitable


def spread(values, scale=1):
    return (max(values) - min(values)) * scale


@overload(spread)
def typed_spread(values, scale=1):
    if isinstance(values, types.Array):
        return lambda values, scale=1: (values.max() - values.min()) * scale
    if isinstance(values, (types.ListType, types.BaseTuple)):

        def of_items(values, scale=1):
            least = most = values[0]
            for value in values:
                least, most = min(least, value), max(most, value)
            return (most - least) * scale

        return of_items


def joined(first, *rest):
    return "-".join([first, *rest])


@overload(joined)
def typed_joined(first, *rest):
    if isinstance(first, types.UnicodeType):

        def implementation(first, *rest):
            text = first
            for part in rest:
                text += "-" + part
            return text

        return implementation


class Doubling:
    """A callable object that compiled code knows by its overload."""

    def __call__(self, x):
        return x + x


doubled = Doubling()


@implements(doubled)
def of_doubled(x):
    return x + x


def fails_below(x, limit):
    if x < limit:
        raise ValueError("below the limit")
    return x


@overload(fails_below)
def typed_fails_below(x, limit):
    return fails_below


@register_jitable
def clipped(x, low, high):
    if x < low:
        return low
    return high if x > high else x


@register_jitable
def falling(n):
    return [n] if n <= 0 else [n] + falling(n - 1)


@implements(operator.concat)
def concatenated(a, b):
    return a + b


def spreads(values):
    return spread(values), spread(values, 2), spread(values=values, scale=0.5)


def joins(text):
    return joined(text), joined(text, "b"), joined(text, text, "c")


def doubles(x):
    return doubled(x), doubled(doubled(x))


def failing(x, limit):
    try:
        return fails_below(x, limit)
    except ValueError:
        return -1


def fails(items, limit):
    kept = [item * 2 for item in items]
    return fails_below(kept[0], limit)


def clips(x):
    return clipped(x, 0, 10), clipped(x * 1.5, 0.0, 3.0), falling(2)


def concatenates(a, b):
    return operator.concat(a, b)


def in_a_loop(values):
    total = 0
    for i in range(len(values)):
        total += spread(values[i:], i)
    return total


CASES = [
    (spreads, [(np.array([1.0, 5.0, 2.5]),), ([3, 1, 2],), ((1, 2.5, -3),)]),
    (joins, [("a",), ("ä",), ("",)]),
    (doubles, [(1,), (2.5,), ("ab",), ((1, 2),), ([1, 2],), (np.arange(3),)]),
    (failing, [(1, 2), (3, 2), (1.5, 1)]),
    (fails, [([1, 2], 4), ([1, 2], 1), ([1.5], 4)]),
    (clips, [(-3,), (4,), (14,)]),
    (concatenates, [("a", "b"), ([1], [2, 3]), ((1,), (2.5,))]),
    (in_a_loop, [([1, 5, 2, 8],), (np.array([1.0, 5.0, 2.0]),)]),
]
