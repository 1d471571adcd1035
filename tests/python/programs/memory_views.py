"""Memoryviews and `array.array`: made inside and passed in, items, slices, casts, comparison, release."""

import array

import numpy as np


def described(a):
    m = memoryview(a)
    return m.format, m.itemsize, m.nbytes, m.readonly, m.shape, m.strides, m.suboffsets, m.ndim, len(m), m.tolist(), m.tobytes()


def flags(a):
    m = memoryview(a)
    return m.contiguous, m.c_contiguous, m.f_contiguous, m[::2].c_contiguous, m[::-1].contiguous


def read(a, i):
    m = memoryview(a)
    return m[i], [item for item in m], list(m), sum(m)


def sliced(a, i, j, step):
    m = memoryview(a)
    return m[i:j].tolist(), m[i:j:step].tolist(), m[::-1].tobytes(), m[i:j].nbytes, m[::step].strides


def written(a, i, value):
    m = memoryview(a)
    m[i] = value
    m[::2][0] = value
    return a, m[i]


def slice_written(a, b):
    m = memoryview(a)
    m[1:3] = b
    return a


def cast(a):
    m = memoryview(a).cast("B")
    return m.tolist(), m.cast("H").tolist(), m.cast("b")[0], m.cast("c")[0], m.cast("?").tolist()


def cast_back(a):
    m = memoryview(a).cast("d")
    m[0] = 2.5
    return a, m[0]


def compared(a, b):
    m = memoryview(a)
    return m == b, m != b, b == m, m == memoryview(b), m[:1] == b[:1], m == 5, m != "a"


def items_in(a, b):
    m = memoryview(a)
    return b in m, m.hex(), bytes(m), bytes(m[::2]), bytearray(m[::2]), m.toreadonly().readonly


def released(a):
    m = memoryview(a)
    m.release()
    m.release()
    return m[0]


def released_on_leaving(a):
    with memoryview(a) as m:
        first = m[0]
    a.append(first)
    try:
        m.tolist()
    except ValueError as error:
        return str(error), a
    return "", a


def resized_while_viewed(a):
    m = memoryview(a)
    try:
        a.append(1)
    except BufferError as error:
        text = str(error)
    m.release()
    a.append(2)
    return text, a


def rows(a):
    m = memoryview(a)
    total = 0
    for i in range(m.shape[0]):
        for j in range(m.shape[1]):
            total += m[i, j]
    m[0, 1] = 7
    return total, m.ndim, m.shape, m.strides, m.nbytes, m.tobytes(), a


def of_own_array(n):
    a = np.arange(n)
    m = memoryview(a)
    a[0] = 5
    return m.tolist(), m.format


def parsed(a):
    m = memoryview(a)
    words = []
    while len(m) > 0:
        length = m[0]
        words.append(bytes(m[1 : 1 + length]))
        m = m[1 + length :]
    return words


def array_read(a):
    return a[0], a[-1], len(a), a.typecode, a.itemsize, a.tolist(), [item for item in a], 2 in a, a.count(2), a.tobytes(), sum(a)


def array_item(a, i):
    return a[i]


def array_found(a, value):
    return a.index(value)


def array_written(a, i, value):
    a[i] = value
    return a


def array_slices(a):
    b = a[1:]
    b[0] = 9
    a.reverse()
    return a, b, a[::-1], a == b, a != a, a < b, a is a


def array_deleted(a):
    del a[0]
    a[0:1] = a
    return a


def array_viewed(a):
    m = memoryview(a)
    m[0] = 1
    return m.format, m.tolist(), a


def from_buffer(a):
    b = np.frombuffer(a, np.uint8)
    return b.sum(), np.frombuffer(a, dtype=np.int16, count=2), np.frombuffer(a, np.int16, -1, 2), len(b)


def from_buffer_of(a, count, offset):
    return np.frombuffer(a, np.int16, count, offset)


def filled_from_buffer(a):
    b = np.frombuffer(a, np.uint8)
    b[0] = 65
    return a


B = bytearray(b"hello!")
INTS, FLOATS, BYTES = array.array("i", [3, 1, 2]), array.array("d", [3, 1, 2]), array.array("B", [3, 1, 2])
ARRAYS = [array.array(code, [3, 1, 2]) for code in "bBhHiIlLqQfd"]
CASES = [
    (described, [(a,) for a in (B, b"abc", b"", np.arange(4), np.arange(4.0), np.arange(6, dtype=np.int16)[::2], BYTES, FLOATS)]),
    (flags, [(B,), (b"abc",), (np.arange(4),)]),
    (read, [(a, i) for a in (B, b"abc", np.arange(3), np.array([0.5, 1.5, 2]), INTS) for i in (0, -1, 2, 9, -9)]),
    (sliced, [(a, i, j, step) for a in (B, np.arange(5)) for i in (0, 1) for j in (3, -1, 9) for step in (2, -1)]),
    (written, [(B, 0, 255), (B, 9, 1), (B, 1, 256), (np.arange(3), 0, -5), (np.arange(3, dtype=np.int8), 1, 128)]),
    (written, [(np.arange(3.0), 1, 2.5), (np.array([True, False]), 1, 2)]),
    (slice_written, [(B, b"zz"), (B, b"z"), (B, bytearray(b"yy"))]),
    (cast, [(b"\x01\x02\x03\x04",), (bytearray(b"\xff\x00"),), (np.arange(2),), (b"abc",)]),
    (cast_back, [(bytearray(8),), (bytearray(9),)]),
    (compared, [(B, b"hello!"), (B, b"h"), (b"abc", bytearray(b"abc")), (INTS, INTS), (INTS, FLOATS), (np.arange(3), b"abc")]),
    (items_in, [(B, 104), (B, 0)]),
    (released, [(B,), (b"a",)]),
    (released_on_leaving, [(B,)]),
    (resized_while_viewed, [(B,)]),
    (rows, [(np.arange(6).reshape(2, 3),), (np.arange(6.0).reshape(3, 2).T,)]),
    (of_own_array, [(3,)]),
    (parsed, [(b"\x03abc\x00\x01d",), (b"",)]),
    (array_read, [(a,) for a in ARRAYS]),
    (array_item, [(a, i) for a in (INTS, FLOATS) for i in (0, -3, 3, -4)]),
    (array_found, [(INTS, 2), (INTS, 7)]),
    (array_written, [(a, i, value) for a in ARRAYS[:10] for i in (0, 3) for value in (5, -1, 2**7, 2**15, 2**31, 2**40)]),
    (array_written, [(FLOATS, 0, 2.5), (FLOATS, 1, 3), (ARRAYS[10], 0, 0.1)]),
    (array_slices, [(INTS,), (FLOATS,), (BYTES,)]),
    (array_deleted, [(INTS,), (FLOATS,)]),
    (array_viewed, [(INTS,), (FLOATS,)]),
    (from_buffer, [(B,), (b"hello!",)]),
    (from_buffer_of, [(B, count, offset) for count in (-1, 1, 4) for offset in (0, 2, 6, 8, -1)]),
    (filled_from_buffer, [(B,)]),
]
