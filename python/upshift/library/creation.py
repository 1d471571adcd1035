"""New arrays that Python says best: `linspace eye identity array asarray`.

A list's items have one type, so that an empty list makes an array of that type.
"""

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
        return _array_of(object, intrinsics.element_dtype(object) if dtype is None else dtype)
    elif dtype is None:
        return np.copy(object)
    else:
        return object.astype(dtype)


def asarray(a, dtype=None):
    if not isinstance(a, np.ndarray):
        return _array_of(a, intrinsics.element_dtype(a) if dtype is None else dtype)
    elif dtype is None:
        return a
    elif a.dtype == dtype:
        return a
    else:
        return a.astype(dtype)


def _array_of(object, dtype):
    depth = intrinsics.depth(object)
    if depth == 0:
        result = np.empty((), dtype)
        result[()] = object
        return result
    elif depth == 1:
        result = np.empty(len(object), dtype)
        position = 0
        for item in object:
            result[position] = item
            position += 1
        return result
    elif depth == 2:
        return _matrix_of(object, dtype)
    elif depth == 3:
        return _cube_of(object, dtype)
    else:
        intrinsics.refuse("it takes at most three levels of lists and tuples; fill an array made by np.empty")


def _matrix_of(rows, dtype):
    columns = 0
    for row in rows:
        columns = len(row)
        break
    result = np.empty((len(rows), columns), dtype)
    i = 0
    for row in rows:
        if len(row) != columns:
            _raise_ragged(1, f"({len(rows)},)")
        j = 0
        for item in row:
            result[i, j] = item
            j += 1
        i += 1
    return result


def _cube_of(layers, dtype):
    rows, columns = 0, 0
    for layer in layers:
        rows = len(layer)
        for row in layer:
            columns = len(row)
            break
        break
    result = np.empty((len(layers), rows, columns), dtype)
    for layer in layers:
        if len(layer) != rows:
            _raise_ragged(1, f"({len(layers)},)")
    i = 0
    for layer in layers:
        j = 0
        for row in layer:
            if len(row) != columns:
                _raise_ragged(2, f"({len(layers)}, {rows})")
            k = 0
            for item in row:
                result[i, j, k] = item
                k += 1
            j += 1
        i += 1
    return result


def _raise_ragged(known, shape):
    raise ValueError(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after "
        f"{known} dimensions. The detected shape was {shape} + inhomogeneous part."
    )
