"""New arrays that Python says best: `linspace eye identity array asarray`."""

import numpy as np

from upshift.library import intrinsics


def linspace(start, stop, num=50, endpoint=True):
    intrinsics.raise_unless(num >= 0, "ValueError", "Number of samples, {0}, must be non-negative.", num)
    count = int(num)
    intervals = count - 1 if endpoint else count
    wide = start + stop + 1.0
    if isinstance(wide, float):
        return _linspace(start, stop, count, intervals, endpoint, np.float64)
    elif isinstance(wide, complex):
        return _linspace(start, stop, count, intervals, endpoint, np.complex128)
    else:
        return _linspace(start, stop, count, intervals, endpoint, wide.dtype)


def _linspace(start, stop, count, intervals, endpoint, dtype):
    first = dtype.type(start)
    delta = dtype.type(stop) - first
    result = np.empty(count, dtype)
    if intervals > 0:
        divisor = dtype.type(intervals)
        step = delta / divisor
        if step == 0:
            for i in range(count):
                result[i] = dtype.type(i) / divisor * delta + first
        else:
            for i in range(count):
                result[i] = dtype.type(i) * step + first
    else:
        for i in range(count):
            result[i] = dtype.type(i) * delta + first
    if endpoint and count > 1:
        result[count - 1] = dtype.type(stop)
    return result


def eye(N, M=None, k=0, dtype=np.float64):
    columns = N if M is None else M
    intrinsics.raise_unless(N >= 0 and columns >= 0, "ValueError", "negative dimensions are not allowed")
    result = np.zeros((N, columns), dtype)
    for i in range(max(0, -k), min(N, columns - k)):
        result[i, i + k] = 1
    return result


def identity(n, dtype=np.float64):
    return eye(n, n, 0, dtype)


def array(object, dtype=None):
    if not isinstance(object, np.ndarray):
        intrinsics.refuse("it takes an array here; fill an array made by np.empty")
    elif dtype is None:
        return np.copy(object)
    else:
        return object.astype(dtype)


def asarray(a, dtype=None):
    if not isinstance(a, np.ndarray):
        intrinsics.refuse("it takes an array here; fill an array made by np.empty")
    elif dtype is None:
        return a
    elif a.dtype == dtype:
        return a
    else:
        return a.astype(dtype)
