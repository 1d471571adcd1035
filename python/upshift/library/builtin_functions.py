"""Python's `sum any all tuple` of tuples, ranges and arrays, with CPython's order and types.

Short tuples are taken apart when compiling, so that their items may have different types.
"""

import numpy as np

from upshift.library import intrinsics


def sum(iterable, /, start=0):
    if isinstance(iterable, tuple):
        if len(iterable) == 0:
            return start
        elif len(iterable) <= 16:
            return sum(iterable[1:], start + iterable[0])
        else:
            total = start + iterable[0]
            for item in iterable[1:]:
                total = total + item
            return total
    elif isinstance(iterable, np.ndarray):
        if iterable.ndim == 1:
            total = start + iterable.dtype.type(0)
            for i in range(iterable.shape[0]):
                total = total + intrinsics.item(iterable, i)
            return total
        else:
            totals = start + np.zeros(iterable.shape[1:], iterable.dtype)
            for row in iterable:
                totals = totals + row
            return totals
    else:
        total = start
        for item in iterable:
            total = total + item
        return total


def any(iterable, /):
    if isinstance(iterable, tuple) and len(iterable) <= 16:
        if len(iterable) == 0:
            return False
        elif iterable[0]:
            return True
        else:
            return any(iterable[1:])
    else:
        for item in iterable:
            if item:
                return True
        return False


def all(iterable, /):
    if isinstance(iterable, tuple) and len(iterable) <= 16:
        if len(iterable) == 0:
            return True
        elif iterable[0]:
            return all(iterable[1:])
        else:
            return False
    else:
        for item in iterable:
            if not item:
                return False
        return True


def tuple_(iterable=(), /):
    if isinstance(iterable, tuple):
        return iterable
    intrinsics.refuse("tuple() of this is not supported; a tuple's length must be known when compiling")


def print_items(iterable, /, *, sep=" ", end="\n"):
    """`print(*iterable)`"""
    text = ""
    is_first = True
    for item in iterable:
        text += f"{item}" if is_first else f"{sep}{item}"
        is_first = False
    print(text, end=end)
