"""Running sums and products of all elements in C order."""

import numpy as np

from upshift.library import intrinsics, reductions


def _refuse_options(a, axis, dtype, out):
    if axis is not None and a.ndim != 1:
        intrinsics.refuse("axis is not supported yet; write a loop over the other axes")
    if dtype is not None:
        intrinsics.refuse("dtype is not supported here; convert the array with astype")
    if out is not None:
        intrinsics.refuse("out is not supported here; assign the result")


def cumsum(a, axis=None, dtype=None, out=None):
    if isinstance(a, (list, tuple)):
        return cumsum(np.array(a), axis, dtype, out)
    _refuse_options(a, axis, dtype, out)
    flat = a.ravel()
    result = np.empty(flat.shape[0], reductions.zero_of_sum(a).dtype)
    if flat.shape[0] > 0:
        # The first sum is the element itself, a -0.0 too.
        result[0] = flat[0]
        total = result[0]
        for i in range(1, flat.shape[0]):
            total += flat[i]
            result[i] = total
    return result


def cumprod(a, axis=None, dtype=None, out=None):
    if isinstance(a, (list, tuple)):
        return cumprod(np.array(a), axis, dtype, out)
    _refuse_options(a, axis, dtype, out)
    flat = a.ravel()
    result = np.empty(flat.shape[0], reductions.zero_of_sum(a).dtype)
    if flat.shape[0] > 0:
        result[0] = flat[0]
        total = result[0]
        for i in range(1, flat.shape[0]):
            total *= flat[i]
            result[i] = total
    return result
