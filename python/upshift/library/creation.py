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
    if isinstance(object, (list, tuple)):
        return _of_items(object, dtype)
    elif not isinstance(object, np.ndarray):
        intrinsics.refuse("it takes an array, a list or a tuple here; fill an array made by np.empty")
    elif dtype is None:
        return np.copy(object)
    else:
        return object.astype(dtype)


def asarray(a, dtype=None):
    if isinstance(a, (list, tuple)):
        return _of_items(a, dtype)
    elif not isinstance(a, np.ndarray):
        intrinsics.refuse("it takes an array, a list or a tuple here; fill an array made by np.empty")
    elif dtype is None:
        return a
    elif a.dtype == dtype:
        return a
    else:
        return a.astype(dtype)


def _of_items(items, dtype):
    """The array of a list or tuple of numbers, or of lists and tuples of these."""
    shape = _shape(items)
    if dtype is None:
        result = np.full(shape, intrinsics.zero_item(items))
        _fill(result, items)
        return result
    else:
        result = np.empty(shape, dtype)
        _fill(result, items)
        return result


def _shape(items):
    if isinstance(items, tuple) and len(items) > 0 and isinstance(items[0], (list, tuple)):
        return (len(items),) + _shape(items[0])
    elif isinstance(items, tuple):
        return (len(items),)
    else:
        return _shape_of_list(items)


def _shape_of_list(items):
    for item in items:
        if isinstance(item, (list, tuple)):
            return (len(items),) + _shape(item)
        else:
            return (len(items),)
    return intrinsics.zero_shape(items)


def _fill(result, items):
    place = 0
    for item in items:
        if isinstance(item, (list, tuple)):
            if len(item) != result.shape[1]:
                _refuse_ragged(result)
            _fill(result[place], item)
        else:
            result[place] = item
        place += 1


def _refuse_ragged(result):
    raise ValueError(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. "
        f"The detected shape was ({result.shape[0]},) + inhomogeneous part."
    )
