"""Arrays: elements and views by every kind of index, assignment, operators with broadcasting, attributes, aliasing."""

import numpy as np


def item(a, i):
    return a[i]


def item2(a, i, j):
    return a[i, j], a[i][j]


def item_of_tuple(a, t):
    return a[t]


def store(a, i, x):
    a[i] = x
    return a


def store2(a, i, j, x):
    a[i, j] = x
    a[i][j] = x
    return a


def slice3(a, start, stop, step):
    return a[start:stop:step]


def slice_parts(a):
    return a[1:], a[:-1], a[::-1], a[::2], a[-3:-1], a[10:], a[:0], a[:], a[-1:0:-2], a[2:1]


def indexes_of_matrix(a):
    return a[0], a[-1], a[:, 0], a[0, :], a[1:, ::-1], a[..., 0], a[None], a[:, None, 1], a[...], a[0, ...], a[:, :]


def ellipsis_is_an_array(a):
    return a[0, 0, ...], a[...]


def assign_slice(a, x):
    a[1:3] = x
    return a


def assign_all(a, x):
    a[:] = x
    return a


def assign_ellipsis(a, x):
    a[...] = x
    return a


def assign_row(a, x):
    a[0] = x
    a[:, 1] = x[0]
    return a


def shift_right(a):
    a[1:] = a[:-1]
    return a


def shift_left(a):
    a[:-1] = a[1:]
    return a


def reverse(a):
    a[:] = a[::-1]
    return a


def reverse_expression(a):
    a[:] = a[::-1] + 1
    return a


def transpose_in_place(a):
    a[:] = a.T
    return a


def add_transposed(a):
    a += a.T
    return a


def add_first_row(a):
    a += a[:1]
    return a


def add_first_item(a):
    a += a[0]
    return a


def add_shifted(a):
    a[1:] += a[:-1]
    return a


def scale_by_own_element(a):
    a *= a[1]
    return a


def inplace(a, b):
    a += b
    a -= b
    a *= b
    return a


def inplace_divide(a, b):
    a /= b
    return a


def inplace_integer(a, b):
    a //= b
    a %= 7
    a <<= 1
    a >>= 1
    a |= b
    a &= 0xFF
    a ^= b
    return a


def inplace_power(a, b):
    a **= b
    return a


def inplace_element(a, i, x):
    a[i] += x
    a[i] *= 2
    return a[i]


def inplace_slice(a, x):
    a[::2] -= x
    return a


def inplace_scalar(x, a):
    x += a
    return x


def inplace_alias(a):
    b = a
    b += 1
    return a, b


def inplace_row(a):
    for row in a:
        row -= row[0]
    return a


def arithmetic(a, b):
    return a + b, a - b, a * b


def bits(a, b):
    return a & b, a | b, a ^ b


def division(a, b):
    return a / b, a // b, a % b


def comparisons(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


def unary(a):
    return -a, +a, abs(a)


def invert(a):
    return ~a


def power(a, b):
    return a**b


def expression(a, b, c):
    return (a + b) * c - a / (b + 1)


def expression_used_twice(a, b):
    t = a + b
    return t * t, t


def expression_across_store(a, b):
    t = a + b
    a[0] = 100
    return t * 2, a


def attributes(a):
    return a.shape, a.ndim, a.size, a.T, a.itemsize, a.nbytes, len(a)


def real_imag(a):
    return a.real, a.imag


def truth(a):
    if a:
        return 1
    return 0


def same(a):
    return a


def sum_of_items(a):
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j] * (i + 1)
    return total


def negative_indexes(a, n):
    total = 0
    for i in range(1, n + 1):
        total = total * 3 + a[-i]
    return total


def fill_diagonal(a):
    for i in range(min(a.shape[0], a.shape[1])):
        a[i, i] = i
        a[-1 - i, i] = -1.5
    return a


def view_of_view(a):
    b = a[1:]
    c = b[::2]
    c[0] = 99
    return a, b, c


def view_of_fresh(a):
    b = (a + 1)[1:]
    return b[::-1]


def element_of_fresh(a, i):
    return (a * 2)[i]


def chained_rows(a, i, j):
    return a[i:][j]


def bounds_midway(a, n):
    for i in range(n):
        a[i] = i
    return a


def fresh_then_out_of_range(a, i):
    b = a + 1
    c = b * b
    return c[i] + b[i]


def mixed_index_types(a, i):
    return a[i], a[-i]


VECTORS = [np.arange(6), np.arange(6.0)[::-1], np.arange(12, dtype=np.uint8)[::2], np.arange(6) * 1j]
MATRIX = np.arange(12.0).reshape(3, 4)
MATRICES = [MATRIX, np.asfortranarray(MATRIX), MATRIX[::-1, ::2], MATRIX.T, np.zeros((2, 3), np.int16)]
STRIDED = [lambda: (np.arange(24.0).reshape(4, 6)[::2, 1::2],), lambda: (np.asfortranarray(np.arange(6).reshape(2, 3)),),
    lambda: (np.arange(24.0).reshape(2, 3, 4)[1],), lambda: (np.arange(6).reshape(2, 3),)]  # fmt: skip
DTYPES = "? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()
ONES = [np.array([0, 1, 3], dtype) for dtype in DTYPES]
PAIRS = [(a, b) for a in ONES for b in ONES]
SCALARS = [True, 2, 2.5, 2j, np.int8(2), np.uint64(2), np.float32(2.5), np.complex64(2j), np.bool_(True), np.float64(1.5)]
WITH_SCALARS = [(a, x) for a in ONES for x in SCALARS] + [(x, a) for a in ONES for x in SCALARS]
REAL = [(a, b) for a, b in PAIRS + WITH_SCALARS if np.asarray(a).dtype.kind != "c" and np.asarray(b).dtype.kind != "c"]
INTEGER = [(a, b) for a, b in REAL if np.asarray(a).dtype.kind in "biu" and np.asarray(b).dtype.kind in "biu"]
SHAPES = [((3,), (1,)), ((3,), ()), ((2, 3), (3,)), ((2, 3), (2, 1)), ((3, 1), (1, 4)), ((2, 1, 3), (4, 1)), ((0,), (1,)),
    ((2, 0), (1,)), ((1,), (5,)), ((2, 3), (2, 3)), ((3,), (2,)), ((4,), (0,))]  # fmt: skip
BROADCAST = [(np.arange(int(np.prod(s))).reshape(s) + 1.0, np.arange(int(np.prod(t))).reshape(t) + 2) for s, t in SHAPES]
INDEXES = [0, 5, -1, -6, 6, -7, 2**62, -(2**63), np.int8(-2), np.uint8(3), np.uint64(1)]
PARTS = [None, 0, 2, -2, 9, -9, 2**63 - 1, -(2**63)]


def readonly():
    a = np.arange(4.0)
    a.flags.writeable = False
    return (a,)


def from_items(items):
    return np.array(items), np.asarray(items), np.array(items, dtype=np.float64), np.array(items, np.complex64)


def from_small(items):
    return np.array(items, dtype=np.int8)


def reduced_items(items):
    return (np.sum(items), np.prod(items), np.mean(items), np.min(items), np.max(items), np.argmin(items), np.argmax(items),
            np.any(items), np.all(items), np.count_nonzero(items), np.cumsum(items), np.cumprod(items))  # fmt: skip


def new_items(n):
    return np.array([1, 2, n]), np.array((1.5, n)), np.array([[1.0, n], [3.0, 4.0]]), np.array([(n, 1), (2, 3)]), np.array([i * i for i in range(n)])


CASES = [
    (from_items, [lambda i=i: (i,) for i in ([1, 2, 3], [1.5], [True, False], [[1, 2], [3, 4]], (1, 2.5), ((1, 2), (3, 4)), [(1, 2)],
        [np.float32(2.5)], [[1, 2], [3]], [[[1], [2]], [[3], [4]]])]),
    (from_small, [([1, -128],), ([300],)]),
    (reduced_items, [([1, 2, 0],), ([1.5, -2.0],), ((1, 2.5),), ([[1, 2], [3, 4]],)]),
    (new_items, [(1,), (3,)]),
    (item, [(a, i) for a in VECTORS for i in INDEXES] + [(a, i) for a in MATRICES for i in (0, -1, 3, -4)]
        + [(np.zeros(0), 0), (np.zeros(0), -1)]),
    (item2, [(a, i, j) for a in MATRICES for i, j in ((0, 0), (-1, -1), (2, 1), (0, 4), (3, 0), (-4, 0))]),
    (item_of_tuple, [(MATRIX, (1, 2)), (MATRIX, (1,)), (MATRIX, ()), (MATRIX, (1, None)), (MATRIX, (None, 1, 2))]),
    (store, [(np.zeros(3, dtype), i, x) for dtype in DTYPES for i in (1, -1) for x in (1, True, 1.5, np.uint8(7), np.int64(-1))]
        + [(np.zeros(3), i, 1.0) for i in (3, -4)] + [(np.zeros(3, "u1"), 0, x) for x in (-1, 256, 255)]
        + [(np.zeros(3, "i8"), 0, x) for x in (float("inf"), float("nan"), 1e300)][:0]
        + [(np.zeros((2, 3)), 1, np.arange(3)), (np.zeros((2, 3)), 1, 7), (np.zeros((2, 3)), 1, np.arange(2)),
           (np.zeros((2, 3)), 1, np.array(2.5)), (np.zeros(3), 1, np.array(2)), (np.zeros(3, "c8"), 1, 2j)]),
    (store2, [(np.zeros((2, 3)), i, j, 1.5) for i, j in ((0, 0), (-1, -1), (2, 0), (0, 3))]),
    (slice3, [(np.arange(5), a, b, c) for a in PARTS for b in PARTS for c in (None, 1, 2, -1, -2, 2**63 - 1, -(2**63))]
        + [(np.arange(5), 0, 3, 0), (np.zeros(0), 1, -1, -1), (MATRIX, 2, 0, -1)]),
    (slice_parts, [(a,) for a in VECTORS] + [(np.zeros((5, 2)),), (np.zeros(0),), (np.zeros(1),)]),
    (indexes_of_matrix, STRIDED + [(np.zeros((1, 1)),)]),
    (ellipsis_is_an_array, STRIDED),
    (assign_slice, [(np.arange(5), x) for x in (7, True, np.int8(3), np.arange(2), np.arange(1), np.arange(3), 2.5,
        np.arange(2.0))] + [(np.zeros((4, 2)), x) for x in (1, np.arange(2), np.ones((2, 2)), np.ones((2, 1)), np.ones((1, 2)),
        )]),
    (assign_all, [(np.zeros((2, 3)), x) for x in (1, 2.5, np.arange(3), np.arange(6).reshape(2, 3), np.ones((2, 1)),
        np.array(4))] + [(np.zeros(3, np.uint8), 300), (np.zeros(3, np.uint8), 3.7)]),
    (assign_ellipsis, [(np.zeros((2, 3)), 1), (np.array(1.5), 2), (np.zeros(3), np.arange(3))]),
    (assign_row, [(np.zeros((2, 3)), np.arange(3)), (np.zeros((2, 3), order="F"), np.arange(3)),
        (np.zeros((2, 3)), np.arange(2))]),
    (shift_right, [(np.arange(5),), (np.zeros((3, 2)) + np.arange(2),), (np.arange(1),), (np.arange(0),)] + STRIDED),
    (shift_left, [(np.arange(5),), (np.arange(6.0).reshape(3, 2),)] + STRIDED),
    (reverse, [(np.arange(5),), (np.arange(6.0).reshape(3, 2),)] + STRIDED),
    (reverse_expression, [(np.arange(5),), (np.arange(6.0).reshape(3, 2),)] + STRIDED),
    (transpose_in_place, [(np.arange(9).reshape(3, 3),)]),
    (add_transposed, [(np.arange(9).reshape(3, 3),), (np.asfortranarray(np.arange(9.0).reshape(3, 3)),)]),
    (add_first_row, [(np.arange(9).reshape(3, 3) + 1,), (np.arange(4) + 1,)]),
    (add_first_item, [(np.arange(4) + 1,), (np.arange(6.0).reshape(2, 3) + 1,)]),
    (add_shifted, [(np.arange(5) + 1,), (np.arange(6.0).reshape(3, 2),)]),
    (scale_by_own_element, [(np.arange(5) + 1,), (np.arange(9.0).reshape(3, 3),)]),
    (inplace, [(a, b) for a, b in PAIRS + WITH_SCALARS if isinstance(a, np.ndarray)] + BROADCAST[:4] + BROADCAST[6:]),
    (inplace_divide, [(a, b) for a, b in PAIRS + WITH_SCALARS if isinstance(a, np.ndarray)]),
    (inplace_integer, [(a, b) for a, b in INTEGER if isinstance(a, np.ndarray)]),
    (inplace_power, [(np.arange(4), 2), (np.arange(4.0), 2), (np.arange(4), np.array([0, 1, 2, 3])), (np.arange(4), -1)]),
    (inplace_element, [(np.arange(5), i, 3) for i in (0, -1, 5)] + [(np.arange(5.0), 1, np.float32(2.5)),
        (np.arange(5, dtype="u1"), 4, 3)]),
    (inplace_slice, [(np.arange(5), 1), (np.arange(6.0).reshape(3, 2), np.array([1, 2]))]),
    (inplace_scalar, [(1, np.arange(3)), (2.5, np.arange(3)), (np.float32(1), np.arange(3))]),
    (inplace_alias, [(np.arange(3),)]),
    (inplace_row, STRIDED),
    (arithmetic, PAIRS + WITH_SCALARS + BROADCAST),
    (bits, INTEGER),
    (division, REAL + BROADCAST),
    (comparisons, PAIRS + WITH_SCALARS + BROADCAST),
    (unary, [(a,) for a in ONES] + STRIDED),
    (invert, [(a,) for a in ONES]),
    (power, [(a, b) for a, b in INTEGER if not isinstance(b, int) or a.dtype != bool] + [(np.arange(3.0), 2), (np.arange(4.0), 3), (np.arange(3), 2.0)]),
    (expression, [(a, b, 2) for a, b in BROADCAST] + [(MATRIX, MATRIX, MATRIX)]),
    (expression_used_twice, BROADCAST),
    (expression_across_store, [(np.arange(3), np.arange(3.0))]),
    (attributes, [(a,) for a in VECTORS + MATRICES] + STRIDED + [(np.zeros((2, 0, 3)),)]),
    (real_imag, [(np.arange(3) * 1j,), (np.arange(3, dtype="c8")[::2],)]),
    (truth, [(np.zeros(1),), (np.ones(1),), (np.zeros(0),), (np.zeros(2),), (np.array(3),), (np.array([[0j]]),)]),
    (same, [(a,) for a in VECTORS + MATRICES] + STRIDED + [readonly]),
    (sum_of_items, [(a,) for a in MATRICES] + STRIDED),
    (negative_indexes, [(np.arange(4.0) + 1, n) for n in (1, 4, 5)]),
    (fill_diagonal, STRIDED + [(np.zeros((3, 3)),), (np.zeros((2, 4)),)]),
    (view_of_view, [(np.arange(6),), (np.arange(1),)]),
    (view_of_fresh, [(np.arange(6),), (np.arange(6.0).reshape(3, 2),)]),
    (element_of_fresh, [(np.arange(6), i) for i in (0, -1, 6)] + [(np.arange(6.0).reshape(3, 2), 1)]),
    (chained_rows, [(np.arange(6), 2, 3), (np.arange(6), 2, 4), (MATRIX, 1, -1)]),
    (bounds_midway, [(np.zeros(3), 3), (np.zeros(3), 5)]),
    (fresh_then_out_of_range, [(np.arange(4.0), 2), (np.arange(4.0), 4)]),
    (mixed_index_types, [(np.arange(4), kind(2)) for kind in (int, np.int8, np.int64)]),
]  # fmt: skip
