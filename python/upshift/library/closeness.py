"""Comparing floats with tolerances."""

import numpy as np


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    # The second operand is made a float, as in NumPy, so that integers do not wrap.
    y = b * 1.0
    close = np.logical_or(np.logical_and(np.abs(a - y) <= atol + rtol * np.abs(y), np.isfinite(y)), a == y)
    if equal_nan:
        return np.logical_or(close, np.logical_and(np.isnan(a), np.isnan(y)))
    return close
