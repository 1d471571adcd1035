"""Arrays indexed by masks and by arrays of positions: read and assigned, of numbers and of records."""

import numpy as np

RECORD = np.dtype([("n", np.int64), ("x", np.float32)])


def grid():
    return np.arange(12.0).reshape(3, 4)


def cube():
    return np.arange(24).reshape(3, 4, 2)


def line():
    return np.arange(6)


def records():
    a = np.zeros(5, RECORD)
    a["n"] = np.arange(5)
    a["x"] = a["n"] / 2
    return a


def take(a, index):
    return a[index]


def put(a, index, value):
    a[index] = value
    return a


def take_pair(a, rows, columns):
    return a[rows, columns]


def put_pair(a, rows, columns, value):
    a[rows, columns] = value
    return a


def columns(a, index):
    return a[:, index], a[1:, index], a[..., 0][index]


def rows(a, index):
    return a[index, 1:3], a[index, ::-1]


def put_columns(a, index, value):
    a[:, index] = value
    return a


def put_columns_below(a, index, value):
    a[1:, index] = value
    return a


def updated(a, index):
    a[index] += 10
    return a


def positive(a):
    a[a < 0] = 0
    return a[a > 2].sum(), a


def overlapping(a):
    a[np.arange(3)] = a[1:4]
    return a


def of_list(a, positions):
    a[positions] = 1
    return a[positions]


def large_records(a):
    chosen = a[a["n"] > 2]
    return chosen, chosen["x"].sum(), a[a["x"] < 0]


def put_record(a, index):
    a[index] = a[4]
    return a


def put_records(a, index):
    a[index] = a[3:]
    return a


def put_tuple(a, index):
    a[index] = (9, 1.5)
    return a


MASK = np.array([True, False, True])
POSITIONS = [np.array([0, 2]), np.array([-1, 0, 0]), np.array([5]), np.array([-4]), MASK, np.array([True]),
    np.array([], np.int64), np.array([0, 1], np.uint8), np.array([[0, 1], [2, 0]])]  # fmt: skip
ARRAYS = [grid, lambda: grid()[::-1], lambda: grid().T[:3], lambda: line()[:3], cube, lambda: records()[:3]]
VALUES = [7, 7.5, np.arange(4.0), np.arange(2.0), np.array(4.0), True, np.arange(8.0).reshape(2, 4)]
PAIRS = [(np.array([0, 2]), np.array([1, 1])), (np.array([0, 2]), 1), (0, np.array([1, -2])),
    (np.array([0]), np.arange(3)), (np.array([0, 2, 1]), np.array([1, 1])), (np.array([0, 9]), np.array([1, 2])), (np.array([0, 1]), 4)]  # fmt: skip
COLUMNS = [np.array([0, 2]), np.array([True, False, True, False]), np.array([0, 4]), np.array([True])]
CASES = [
    (take, [lambda a=a, i=i: (a(), i) for a in ARRAYS for i in POSITIONS]),
    (take, [lambda a=a: (a(), a() > 3) for a in (grid, lambda: grid().T, line)]),
    (take, [lambda: (cube(), grid() > 5), lambda: (grid(), grid()[:2] > 5)]),
    (put, [lambda i=i, v=v: (grid(), i, v) for i in [POSITIONS[0], *POSITIONS[2:6]] for v in VALUES]),
    (put, [lambda v=v: (line()[:3], MASK, v) for v in (np.arange(2), np.arange(1), np.arange(4), 3.7)]),
    (put, [lambda v=v: (grid(), grid() > 5, v) for v in (1, np.arange(6.0), np.arange(1.0), np.arange(5.0))]),
    (take_pair, [lambda a=a, p=p: (a(), *p) for a in (grid, cube) for p in PAIRS]),
    (put_pair, [lambda p=p, v=v: (grid(), *p, v) for p in PAIRS for v in (5.0, np.arange(2.0))]),
    (columns, [lambda i=i: (grid(), i) for i in (np.array([0, 2]), np.array([3]))]),
    (rows, [lambda i=i: (grid(), i) for i in POSITIONS[:6]]),
    (put_columns, [lambda i=i, v=v: (grid(), i, v) for i in COLUMNS
        for v in (1.0, np.arange(2.0), np.arange(3.0).reshape(3, 1), np.arange(6.0).reshape(3, 2), np.arange(3.0))]),
    (put_columns_below, [lambda i=i: (grid(), i, 1) for i in COLUMNS]),
    (updated, [lambda i=i: (grid(), i) for i in POSITIONS[:-1]]),
    (positive, [lambda: (np.array([1.0, -2.0, 3.0, np.nan]),), lambda: (np.arange(-3, 5),)]),
    (overlapping, [lambda: (line(),)]),
    (of_list, [lambda: (line(), [1, 3]), lambda: (line(), [-1]), lambda: (line(), [6])]),
    (large_records, [lambda: (records(),), lambda: (records()[::2],)]),
    (put_record, [lambda i=i: (records(), i) for i in (np.array([0, 2]), np.array([True, False, True, False, False]))]),
    (put_records, [lambda i=i: (records(), i) for i in (np.array([0, 2]), np.array([1]), np.array([0, 1, 2]))]),
    (put_tuple, [lambda: (records(), np.array([0, 2])), lambda: (records(), np.array([5]))]),
]  # fmt: skip
