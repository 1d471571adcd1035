"""Memoryviews and `array.array`, comparisons of buffers, and arrays over their memory."""

import numpy as np

from upshift.library import intrinsics, texts


def equal(a, b):
    if intrinsics.is_bytes_like(a) and intrinsics.is_bytes_like(b):
        if isinstance(a, memoryview) or isinstance(b, memoryview):
            return intrinsics.has_same_items(a, b)
        else:
            return intrinsics.as_bytes(a) == intrinsics.as_bytes(b)
    else:
        return intrinsics.has_same_items(a, b)


def not_equal(a, b):
    return not equal(a, b)


def _first_difference(a, b):
    for i in range(min(len(a), len(b))):
        if a[i] != b[i]:
            return i
    return -1


def less(a, b):
    if intrinsics.is_bytes_like(a):
        return intrinsics.as_bytes(a) < intrinsics.as_bytes(b)
    else:
        i = _first_difference(a, b)
        return len(a) < len(b) if i < 0 else a[i] < b[i]


def less_equal(a, b):
    if intrinsics.is_bytes_like(a):
        return intrinsics.as_bytes(a) <= intrinsics.as_bytes(b)
    else:
        i = _first_difference(a, b)
        return len(a) <= len(b) if i < 0 else a[i] <= b[i]


def greater(a, b):
    return less(b, a)


def greater_equal(a, b):
    return less_equal(b, a)


def contains(a, item, /):
    for other in a:
        if other == item:
            return True
    return False


def tolist(self):
    return [item for item in self]


def enter(self):
    intrinsics.check_released(self)
    return self


def exit_(self, kind, value, traceback):
    self.release()


def hex(self, sep=None, bytes_per_sep=1):
    if sep is None:
        return self.tobytes().hex()
    else:
        return texts.hex_with(self.tobytes(), sep, bytes_per_sep)


def count(self, value, /):
    number = 0
    for item in self:
        if item == value:
            number += 1
    return number


def index(self, value, start=0, stop=9223372036854775807, /):
    length = len(self)
    if start < 0:
        start = max(start + length, 0)
    if stop < 0:
        stop = max(stop + length, 0)
    i = start
    while i < stop and i < len(self):
        if self[i] == value:
            return i
        i += 1
    raise ValueError("array.index(x): x not in array")


def reverse(self):
    last = len(self) - 1
    for i in range(len(self) // 2):
        self[i], self[last - i] = self[last - i], self[i]


def frombuffer(buffer, dtype=float, count=-1, offset=0):
    if not intrinsics.is_bytes_like(buffer):
        buffer = memoryview(buffer).cast("B")
    sample = np.empty(0, dtype)
    size = sample.itemsize
    length = len(buffer)
    if offset < 0 or offset > length:
        raise ValueError(f"offset must be non-negative and no greater than buffer length ({length})")
    rest = length - offset
    if count < 0:
        if rest % size != 0:
            raise ValueError("buffer size must be a multiple of element size")
        count = rest // size
    elif rest < count * size:
        raise ValueError("buffer is smaller than requested size")
    if offset % size != 0:
        raise ValueError("offset must be a multiple of the element size in compiled code")
    return intrinsics.array_over(buffer, sample, offset, count)
