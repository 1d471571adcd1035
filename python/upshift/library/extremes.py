"""`min max argmin argmax` of whole arrays. NaN wins, the first of several; complex numbers compare by parts.

Floats without NaN are compared in eight lanes, which tier 2 makes vector code of. Which zero wins of 0.0 and -0.0 is not said, as
in NumPy, where it depends on the processor.
"""

import numpy as np

from upshift.library import intrinsics


def _refuse_options(axis, out):
    if axis is not None:
        intrinsics.refuse("axis is not supported yet; write a loop over the other axes")
    if out is not None:
        intrinsics.refuse("out is not supported here; assign the result")


def min(a, axis=None, out=None):
    if isinstance(a, (list, tuple)):
        return min(np.array(a), axis, out)
    _refuse_options(axis, out)
    if a.size == 0:
        raise ValueError("zero-size array to reduction operation minimum which has no identity")
    if intrinsics.layout(a) == "C":
        return _row_min(a.ravel())
    elif intrinsics.layout(a) == "F":
        return _row_min(a.T.ravel())
    else:
        return _strided_min(intrinsics.coalesced(a))


def _strided_min(a):
    if a.ndim == 1:
        if a.strides[0] == a.itemsize:
            return _row_min(intrinsics.contiguous(a))
        return _row_min(a)
    else:
        best = _strided_min(a[0])
        for i in range(1, a.shape[0]):
            best = _minimum(best, _strided_min(a[i]))
        return best


def _minimum(x, y):
    if isinstance(x, (np.complex64, np.complex128)):
        is_first = (x.real < y.real and y.imag == y.imag) or (x.real == y.real and x.imag <= y.imag)
        return x if is_first or x != x else y
    else:
        return np.minimum(x, y)


def _row_min(a):
    count = a.shape[0]
    best = intrinsics.item(a, 0)
    if intrinsics.kind(a) == "c":
        for i in range(1, count):
            best = _minimum(best, intrinsics.item(a, i))
        return best
    elif intrinsics.kind(a) == "f":
        if count < 16:
            for i in range(1, count):
                best = np.minimum(best, intrinsics.item(a, i))
            return best
        return _lanes_min(a, count)
    else:
        for i in range(1, count):
            best = np.minimum(best, intrinsics.item(a, i))
        return best


def _lanes_min(a, count):
    if _has_nan(a):
        return _first_nan(a)
    r0 = intrinsics.item(a, 0)
    r1 = intrinsics.item(a, 1)
    r2 = intrinsics.item(a, 2)
    r3 = intrinsics.item(a, 3)
    r4 = intrinsics.item(a, 4)
    r5 = intrinsics.item(a, 5)
    r6 = intrinsics.item(a, 6)
    r7 = intrinsics.item(a, 7)
    end = count - count % 8
    for i in range(8, end, 8):
        x0 = intrinsics.item(a, i)
        r0 = x0 if x0 < r0 else r0
        x1 = intrinsics.item(a, i + 1)
        r1 = x1 if x1 < r1 else r1
        x2 = intrinsics.item(a, i + 2)
        r2 = x2 if x2 < r2 else r2
        x3 = intrinsics.item(a, i + 3)
        r3 = x3 if x3 < r3 else r3
        x4 = intrinsics.item(a, i + 4)
        r4 = x4 if x4 < r4 else r4
        x5 = intrinsics.item(a, i + 5)
        r5 = x5 if x5 < r5 else r5
        x6 = intrinsics.item(a, i + 6)
        r6 = x6 if x6 < r6 else r6
        x7 = intrinsics.item(a, i + 7)
        r7 = x7 if x7 < r7 else r7
    r0 = np.minimum(np.minimum(np.minimum(r0, r1), np.minimum(r2, r3)), np.minimum(np.minimum(r4, r5), np.minimum(r6, r7)))
    for i in range(end, count):
        r0 = np.minimum(r0, intrinsics.item(a, i))
    return r0


def argmin(a, axis=None, out=None):
    if isinstance(a, (list, tuple)):
        return argmin(np.array(a), axis, out)
    _refuse_options(axis, out)
    if a.size == 0:
        raise ValueError("attempt to get argmin of an empty sequence")
    if a.ndim == 1:
        return np.int64(_position_of_min(a))
    else:
        return np.int64(_position_of_min(a.ravel()))


def _position_of_min(a):
    if intrinsics.kind(a) == "c":
        best = intrinsics.item(a, 0)
        position = 0
        for i in range(1, a.shape[0]):
            if best != best:
                break
            x = intrinsics.item(a, i)
            if _is_before(x, best) or x != x:
                best = x
                position = i
        return position
    else:
        return _position(a, _strided_min(a) if intrinsics.layout(a) == "A" else _row_min(a))


def max(a, axis=None, out=None):
    if isinstance(a, (list, tuple)):
        return max(np.array(a), axis, out)
    _refuse_options(axis, out)
    if a.size == 0:
        raise ValueError("zero-size array to reduction operation maximum which has no identity")
    if intrinsics.layout(a) == "C":
        return _row_max(a.ravel())
    elif intrinsics.layout(a) == "F":
        return _row_max(a.T.ravel())
    else:
        return _strided_max(intrinsics.coalesced(a))


def _strided_max(a):
    if a.ndim == 1:
        if a.strides[0] == a.itemsize:
            return _row_max(intrinsics.contiguous(a))
        return _row_max(a)
    else:
        best = _strided_max(a[0])
        for i in range(1, a.shape[0]):
            best = _maximum(best, _strided_max(a[i]))
        return best


def _maximum(x, y):
    if isinstance(x, (np.complex64, np.complex128)):
        is_first = (x.real > y.real and y.imag == y.imag) or (x.real == y.real and x.imag >= y.imag)
        return x if is_first or x != x else y
    else:
        return np.maximum(x, y)


def _row_max(a):
    count = a.shape[0]
    best = intrinsics.item(a, 0)
    if intrinsics.kind(a) == "c":
        for i in range(1, count):
            best = _maximum(best, intrinsics.item(a, i))
        return best
    elif intrinsics.kind(a) == "f":
        if count < 16:
            for i in range(1, count):
                best = np.maximum(best, intrinsics.item(a, i))
            return best
        return _lanes_max(a, count)
    else:
        for i in range(1, count):
            best = np.maximum(best, intrinsics.item(a, i))
        return best


def _lanes_max(a, count):
    if _has_nan(a):
        return _first_nan(a)
    r0 = intrinsics.item(a, 0)
    r1 = intrinsics.item(a, 1)
    r2 = intrinsics.item(a, 2)
    r3 = intrinsics.item(a, 3)
    r4 = intrinsics.item(a, 4)
    r5 = intrinsics.item(a, 5)
    r6 = intrinsics.item(a, 6)
    r7 = intrinsics.item(a, 7)
    end = count - count % 8
    for i in range(8, end, 8):
        x0 = intrinsics.item(a, i)
        r0 = x0 if x0 > r0 else r0
        x1 = intrinsics.item(a, i + 1)
        r1 = x1 if x1 > r1 else r1
        x2 = intrinsics.item(a, i + 2)
        r2 = x2 if x2 > r2 else r2
        x3 = intrinsics.item(a, i + 3)
        r3 = x3 if x3 > r3 else r3
        x4 = intrinsics.item(a, i + 4)
        r4 = x4 if x4 > r4 else r4
        x5 = intrinsics.item(a, i + 5)
        r5 = x5 if x5 > r5 else r5
        x6 = intrinsics.item(a, i + 6)
        r6 = x6 if x6 > r6 else r6
        x7 = intrinsics.item(a, i + 7)
        r7 = x7 if x7 > r7 else r7
    r0 = np.maximum(np.maximum(np.maximum(r0, r1), np.maximum(r2, r3)), np.maximum(np.maximum(r4, r5), np.maximum(r6, r7)))
    for i in range(end, count):
        r0 = np.maximum(r0, intrinsics.item(a, i))
    return r0


def argmax(a, axis=None, out=None):
    if isinstance(a, (list, tuple)):
        return argmax(np.array(a), axis, out)
    _refuse_options(axis, out)
    if a.size == 0:
        raise ValueError("attempt to get argmax of an empty sequence")
    if a.ndim == 1:
        return np.int64(_position_of_max(a))
    else:
        return np.int64(_position_of_max(a.ravel()))


def _position_of_max(a):
    if intrinsics.kind(a) == "c":
        best = intrinsics.item(a, 0)
        position = 0
        for i in range(1, a.shape[0]):
            if best != best:
                break
            x = intrinsics.item(a, i)
            if _is_before(best, x) or x != x:
                best = x
                position = i
        return position
    else:
        return _position(a, _strided_max(a) if intrinsics.layout(a) == "A" else _row_max(a))


def _is_before(x, y):
    """x < y of complex numbers without NaN."""
    return x.real < y.real or (x.real == y.real and x.imag < y.imag)


def _has_nan(a):
    found = False
    for i in range(a.shape[0]):
        x = intrinsics.item(a, i)
        found |= bool(x != x)
    return found


def _first_nan(a):
    for i in range(a.shape[0]):
        x = intrinsics.item(a, i)
        if x != x:
            return x
    return intrinsics.item(a, 0)


def _position(a, best):
    """The first place of a number, or of NaN. Blocks without a way out in the middle become vector code."""
    count = a.shape[0]
    start = 0
    while start + 64 <= count:
        found = False
        for i in range(start, start + 64):
            x = intrinsics.item(a, i)
            found |= bool(x == best) | bool(x != x)
        if found:
            break
        start += 64
    for i in range(start, count):
        x = intrinsics.item(a, i)
        if x == best or x != x:
            return i
    return 0


def builtin_min(a):
    """Python's `min` of a vector: the first of equal numbers wins, and a NaN only in front."""
    if a.size == 0:
        raise ValueError("min() arg is an empty sequence")
    best = a[0]
    for x in a:
        if x < best:
            best = x
    return best


def builtin_max(a):
    if a.size == 0:
        raise ValueError("max() arg is an empty sequence")
    best = a[0]
    for x in a:
        if x > best:
            best = x
    return best
