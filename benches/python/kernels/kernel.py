"""What the benchmark knows about a kernel."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Kernel:
    """A jitted function, its arguments by size, and how far its answer may be from CPython's."""

    name: str
    function: Callable
    # Makes the arguments for a size.
    arguments: Callable
    # The size whose answer CPython computes too, and the size that is timed.
    check: int
    timed: int
    # Relative distance allowed from CPython's answer; 0 asks for the same bits.
    tolerance: float = 0.0
    # What is added to the size to make the work longer; without it the size is multiplied.
    step: int = 0


def same(found, expected, tolerance):
    """Is this the answer that CPython gives?"""
    if isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(same, found, expected, [tolerance] * len(expected)))
    found, expected = np.asarray(found), np.asarray(expected)
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    if tolerance:
        return np.allclose(found, expected, rtol=tolerance, atol=0.0)
    return np.array_equal(found, expected, equal_nan=found.dtype.kind in "fc")
