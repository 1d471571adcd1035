"""Reductions of whole arrays: `sum prod mean any all count_nonzero`, in NumPy's order of additions.

NumPy adds the elements of a row pairwise (`_pairwise`), and rows in the order in which they lie in memory. Where the
elements do not lie in one row, its iterator gathers up to 8192 of them in a buffer, which then is a row. Sums of
integers wrap, so their order does not matter.
"""

import numpy as np

from upshift.library import intrinsics

BUFFER = 8192


def _refuse_options(axis, dtype, out):
    if axis is not None:
        intrinsics.refuse("axis is not supported yet; write a loop over the other axes")
    if dtype is not None:
        intrinsics.refuse("dtype is not supported here; convert the array with astype")
    if out is not None:
        intrinsics.refuse("out is not supported here; assign the result")


def zero_of_sum(a):
    if intrinsics.kind(a) == "b" or intrinsics.kind(a) == "i":
        return np.int64(0)
    elif intrinsics.kind(a) == "u":
        return np.uint64(0)
    else:
        return a.dtype.type(0)


def sum(a, axis=None, dtype=None, out=None):
    _refuse_options(axis, dtype, out)
    if isinstance(a, np.ndarray):
        return _sum_from(a, zero_of_sum(a))
    elif isinstance(a, (bool, int)):
        return np.int64(a)
    elif isinstance(a, float):
        return np.float64(a)
    elif isinstance(a, complex):
        return np.complex128(a)
    elif isinstance(a, (list, tuple)):
        return sum(np.array(a))
    else:
        return a


def _sum_from(a, zero):
    if intrinsics.layout(a) == "C":
        return zero + _row_sum(a.ravel(), zero)
    elif intrinsics.layout(a) == "F":
        return zero + _row_sum(a.T.ravel(), zero)
    else:
        return _strided_sum(intrinsics.coalesced(a), zero)


def _strided_sum(a, total):
    if a.ndim == 1:
        if a.strides[0] == a.itemsize:
            return total + _row_sum(intrinsics.contiguous(a), total)
        return total + _row_sum(a, total)
    else:
        core = 1
        for length in a.shape[1:]:
            core *= length
        if core == 0:
            return total
        if core >= BUFFER:
            for i in range(a.shape[0]):
                total = _strided_sum(a[i], total)
            return total
        if a.shape[0] == 1:
            return _strided_sum(a[0], total)
        rows = BUFFER // core
        for start in range(0, a.shape[0], rows):
            total = total + _row_sum(a[start : start + rows].ravel(), total)
        return total


def _row_sum(a, total):
    if intrinsics.kind(a) == "f":
        return _pairwise(a, 0, a.shape[0])
    elif intrinsics.kind(a) == "c":
        return _pairwise_complex(a, 0, a.shape[0])
    else:
        return _plain_sum(a, total - total)


def _plain_sum(a, total):
    for i in range(a.shape[0]):
        total += intrinsics.item(a, i)
    return total


def _pairwise(a, start, count):
    if count > 128:
        half = count // 2
        half -= half % 8
        return _pairwise(a, start, half) + _pairwise(a, start + half, count - half)
    if count < 8:
        total = a.dtype.type(-0.0)
        for i in range(start, start + count):
            total += intrinsics.item(a, i)
        return total
    return _block_sum(a, start, count)


def _block_sum(a, start, count):
    r0 = intrinsics.item(a, start)
    r1 = intrinsics.item(a, start + 1)
    r2 = intrinsics.item(a, start + 2)
    r3 = intrinsics.item(a, start + 3)
    r4 = intrinsics.item(a, start + 4)
    r5 = intrinsics.item(a, start + 5)
    r6 = intrinsics.item(a, start + 6)
    r7 = intrinsics.item(a, start + 7)
    end = start + (count - count % 8)
    for i in range(start + 8, end, 8):
        r0 += intrinsics.item(a, i)
        r1 += intrinsics.item(a, i + 1)
        r2 += intrinsics.item(a, i + 2)
        r3 += intrinsics.item(a, i + 3)
        r4 += intrinsics.item(a, i + 4)
        r5 += intrinsics.item(a, i + 5)
        r6 += intrinsics.item(a, i + 6)
        r7 += intrinsics.item(a, i + 7)
    total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    for i in range(end, start + count):
        total += intrinsics.item(a, i)
    return total


def _pairwise_complex(a, start, count):
    # NumPy counts real and imaginary parts: blocks have 64 numbers, with four accumulators.
    if count > 64:
        half = (count - count % 8) // 2
        return _pairwise_complex(a, start, half) + _pairwise_complex(a, start + half, count - half)
    if count < 4:
        total = a.dtype.type(complex(-0.0, -0.0))
        for i in range(start, start + count):
            total += intrinsics.item(a, i)
        return total
    r0 = intrinsics.item(a, start)
    r1 = intrinsics.item(a, start + 1)
    r2 = intrinsics.item(a, start + 2)
    r3 = intrinsics.item(a, start + 3)
    end = start + (count - count % 4)
    for i in range(start + 4, end, 4):
        r0 += intrinsics.item(a, i)
        r1 += intrinsics.item(a, i + 1)
        r2 += intrinsics.item(a, i + 2)
        r3 += intrinsics.item(a, i + 3)
    total = (r0 + r1) + (r2 + r3)
    for i in range(end, start + count):
        total += intrinsics.item(a, i)
    return total


def mean(a, axis=None, dtype=None, out=None):
    if isinstance(a, (list, tuple)):
        return mean(np.array(a), axis, dtype, out)
    _refuse_options(axis, dtype, out)
    if not isinstance(a, np.ndarray):
        return np.float64(1.0) * a
    elif intrinsics.kind(a) == "f" or intrinsics.kind(a) == "c":
        # Divided in the next wider type, as NumPy's integer count makes it, then rounded.
        return a.dtype.type(_sum_from(a, a.dtype.type(0)) / np.int64(a.size))
    else:
        return _converted_sum(intrinsics.coalesced(a), np.float64(0)) / np.int64(a.size)


def _converted_sum(a, total):
    """The sum of integers as floats: NumPy converts them in its buffer."""
    if a.ndim == 1:
        for start in range(0, a.shape[0], BUFFER):
            total = total + _converted_row_sum(a[start : start + BUFFER])
        return total
    else:
        core = 1
        for length in a.shape[1:]:
            core *= length
        if core == 0:
            return total
        if core >= BUFFER or a.shape[0] == 1:
            for i in range(a.shape[0]):
                total = _converted_sum(a[i], total)
            return total
        rows = BUFFER // core
        for start in range(0, a.shape[0], rows):
            total = total + _converted_row_sum(a[start : start + rows])
        return total


def _converted_row_sum(a):
    row = a.astype(np.float64).ravel()
    return _pairwise(row, 0, row.shape[0])


def prod(a, axis=None, dtype=None, out=None):
    if isinstance(a, (list, tuple)):
        return prod(np.array(a), axis, dtype, out)
    _refuse_options(axis, dtype, out)
    if isinstance(a, np.ndarray):
        one = zero_of_sum(a) + zero_of_sum(a).dtype.type(1)
        if intrinsics.layout(a) == "C":
            return _row_product(a.ravel(), one)
        elif intrinsics.layout(a) == "F":
            return _row_product(a.T.ravel(), one)
        else:
            return _strided_product(intrinsics.coalesced(a), one)
    else:
        return sum(a)


def _strided_product(a, total):
    if a.ndim == 1:
        if a.strides[0] == a.itemsize:
            return _row_product(intrinsics.contiguous(a), total)
        return _row_product(a, total)
    else:
        for i in range(a.shape[0]):
            total = _strided_product(a[i], total)
        return total


def _row_product(a, total):
    for i in range(a.shape[0]):
        total *= intrinsics.item(a, i)
    return total


def any(a, axis=None, out=None):
    if isinstance(a, (list, tuple)):
        return any(np.array(a), axis, out)
    _refuse_options(axis, None, out)
    if not isinstance(a, np.ndarray):
        return np.bool_(a)
    elif intrinsics.layout(a) == "C":
        return np.bool_(_has(a.ravel(), True))
    elif intrinsics.layout(a) == "F":
        return np.bool_(_has(a.T.ravel(), True))
    else:
        return np.bool_(_strided_has(intrinsics.coalesced(a), True))


def all(a, axis=None, out=None):
    if isinstance(a, (list, tuple)):
        return all(np.array(a), axis, out)
    _refuse_options(axis, None, out)
    if not isinstance(a, np.ndarray):
        return np.bool_(a)
    elif intrinsics.layout(a) == "C":
        return np.bool_(not _has(a.ravel(), False))
    elif intrinsics.layout(a) == "F":
        return np.bool_(not _has(a.T.ravel(), False))
    else:
        return np.bool_(not _strided_has(intrinsics.coalesced(a), False))


def _strided_has(a, truth):
    if a.ndim == 1:
        if a.strides[0] == a.itemsize:
            return _has(intrinsics.contiguous(a), truth)
        return _has(a, truth)
    else:
        for i in range(a.shape[0]):
            if _strided_has(a[i], truth):
                return True
        return False


def _has(a, truth):
    """Whether an element has this truth value. Blocks without a way out in the middle become vector code."""
    count = a.shape[0]
    whole = count - count % 64
    for start in range(0, whole, 64):
        found = False
        for i in range(start, start + 64):
            found |= bool(intrinsics.item(a, i)) == truth
        if found:
            return True
    for i in range(whole, count):
        if bool(intrinsics.item(a, i)) == truth:
            return True
    return False


def count_nonzero(a, axis=None):
    if isinstance(a, (list, tuple)):
        return count_nonzero(np.array(a), axis)
    _refuse_options(axis, None, None)
    if not isinstance(a, np.ndarray):
        return np.int64(bool(a))
    elif intrinsics.layout(a) == "F":
        return _count(a.T.ravel())
    else:
        return _count(a.ravel())


def _count(a):
    total = np.int64(0)
    for i in range(a.shape[0]):
        total += bool(intrinsics.item(a, i))
    return total
