"""Single elements: `a.item()`, `x in a`, and `a.flat`."""

import numpy as np

from upshift.library import intrinsics, reductions

MESSAGES = tuple(f"index {{0}} is out of bounds for axis {axis} with size {{1}}" for axis in range(8))


def item(a, *index):
    if len(index) == 0:
        if a.size != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return intrinsics.item(a.ravel(), 0).item()
    elif len(index) == 1 and isinstance(index[0], tuple):
        return item(a, *index[0])
    elif len(index) == 1 and a.ndim != 1:
        return intrinsics.item(a.ravel(), _position(index[0], a.size)).item()
    else:
        if len(index) != a.ndim:
            raise ValueError("incorrect number of indices for array")
        _check(index, a.shape, MESSAGES)
        return a[index].item()


def conjugate(a):
    # NumPy answers the array itself where there is nothing to conjugate.
    if intrinsics.kind(a) == "c":
        return np.conjugate(a)
    return a


def _check(index, shape, messages):
    if len(index) > 0:
        is_inside = -shape[0] <= index[0] < shape[0]
        intrinsics.raise_unless(is_inside, "IndexError", messages[0], index[0], shape[0])
        _check(index[1:], shape[1:], messages[1:])


def _position(index, size):
    message = "index {0} is out of bounds for size {1}"
    intrinsics.raise_unless(-size <= index < size, "IndexError", message, index, size)
    return index + size if index < 0 else index


def contains(a, element):
    return bool(reductions.any(a == element))


def not_contains(a, element):
    return not reductions.any(a == element)
