"""Structured dtypes: records and arrays of them, packed and aligned, nested, with fields that are arrays."""

import numpy as np

PLAIN = np.dtype([("x", np.float64), ("n", np.int32), ("flag", np.bool_)])
ALIGNED = np.dtype([("n", np.int32), ("x", np.float64), ("b", np.uint8)], align=True)
PACKED = np.dtype([("b", np.int8), ("x", np.float64), ("h", np.int16), ("z", np.complex128)])
NESTED = np.dtype([("tag", np.int8), ("point", [("x", np.float32), ("y", np.float64)]), ("n", np.int64)])
WITH_ARRAYS = np.dtype([("b", np.int8), ("v", np.float64, (3,)), ("m", np.int16, (2, 2))])
SINGLE = np.dtype([("x", np.float64)])
ODD = np.dtype([("x", np.float64), ("name", "S5"), ("big", ">i4"), ("y", np.int64)])


def plain(n, dtype=PLAIN):
    a = np.zeros(n, dtype)
    for index, name in enumerate(dtype.names):
        a[name] = np.arange(n) * (index + 1) + 0.5
    return a


def nested(n):
    a = np.zeros(n, NESTED)
    a["tag"] = np.arange(n)
    a["point"]["x"] = np.arange(n) * 0.5
    a["point"]["y"] = np.arange(n) * 2.5
    a["n"] = -np.arange(n)
    return a


def with_arrays(n):
    a = np.zeros(n, WITH_ARRAYS)
    a["v"] = np.arange(3 * n).reshape(n, 3)
    a["m"] = np.arange(4 * n).reshape(n, 2, 2)
    return a


GLOBAL = plain(3)


def sum_by_name(a):
    total = 0.0
    for i in range(len(a)):
        total += a[i]["x"] * a["n"][i]
    return total


def sum_by_attribute(a):
    total = 0.0
    for r in a:
        total += r["x"]
    return total


def write_items(a, i, value):
    a[i]["x"] = value
    a["n"][i] += 7
    return a[i]["x"], a["n"][i]


def view(a):
    return a["x"]


def views(a):
    v = a["x"]
    v[0] = 100
    v *= 2
    return v, a["n"][::-1], a[1:]["x"], v.sum(), a["x"].max()


def assign_views(a, b):
    a["x"] = 1.5
    a["n"] = b
    a["x"][1:] = a["n"][:-1]
    return a


def expression(a, b):
    return a["x"] * b["x"] + a["n"], a["x"] > 1.0


def item(a, i):
    return a[i]


def items(a):
    r = a[0]
    s = a[-1]
    r["x"] = s["x"] + 1
    return r, s, r["n"], a[0]["x"]


def by_position(a):
    return a[0][0], a[0][1], a[1][-1]


def same(r):
    return r


def change_record(r):
    r["x"] = 7.25
    r["n"] += 1
    return r["x"], r["n"]


def copy_item(a):
    a[0] = a[1]
    a[1]["x"] = -1
    return a


def swap(a):
    a[0], a[1] = a[1], a[0]
    return a


def assign_tuple(a, x, n):
    a[1] = (x, n, True)
    return a[1]


def new(n):
    a = np.zeros(n, dtype=PLAIN)
    for i in range(n):
        a[i]["x"] = i * 0.5
        a[i]["n"] = i
    return a


def new_packed(n):
    a = np.zeros(n, PACKED)
    b = np.empty(n, PACKED)
    for i in range(n):
        a[i]["z"] = i + 2j
        a[i]["h"] = -i
        b[i] = a[i]
        b[i]["x"] = 0.25
    return a, b


def new_of_shape(n):
    a = np.zeros((2, n), PLAIN)
    a[1]["x"] = 3
    a["n"][0, 1] = 4
    return a, a[1, 0]["x"], a.shape, a.itemsize, a.nbytes, a.ndim, a.strides


def transposed(a):
    return a.T["x"], a.T.shape


def two_dimensions(a):
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total = total * 2 + a[i, j]["x"]
    return total, a[:, 1]["n"], a[0]


def nested_fields(a):
    a[0]["point"]["x"] = 5.5
    a["point"]["y"][1] = -2
    p = a[1]["point"]
    p["x"] += 1
    return a["point"]["x"], p, p["y"], a["point"][0]["x"], a["point"]


def nested_tuple(a):
    a[0] = (1, (2.5, 3.5), 4)
    a[1]["point"] = (7.5, 8.5)
    a[2]["point"] = a[0]["point"]
    return a


def array_fields(a):
    a[0]["v"][1] = 99
    a[1]["v"] = 0.5
    a["v"][0, 2] = -1
    a[1]["m"][1] = a[0]["m"][0]
    total = 0.0
    for r in a:
        for x in r["v"]:
            total += x
    return total, a["v"], a["m"], a[0]["v"], a["v"].shape


def cast_on_store(a):
    a[0]["x"] = 3
    a[0]["n"] = 2.75
    a[1]["n"] = True
    return a


def read_global(i):
    return GLOBAL[i]["x"], GLOBAL["n"].sum(), len(GLOBAL)


def flat(a):
    total = 0.0
    for r in a.flat:
        total += r["x"]
    return total, a.flat[1]["n"]


def enumerated(a):
    total = 0.0
    for i, r in enumerate(a):
        total += i * r["x"]
    for r, s in zip(a, a[1:]):
        total -= r["x"] * s["x"]
    return total


def list_of_records(a):
    records = [a[0]]
    records.append(a[1])
    records[0]["x"] = 11
    total = 0.0
    for r in records:
        total += r["x"]
    return total


def passed_on(a):
    return helper(a[1]) + helper(a[0])


def helper(r):
    return r["x"] * 2


def some_fields(a):
    return a["x"].sum(), a["y"][0]


def fresh_item(n):
    a = np.zeros(n, PLAIN)
    a[n - 1]["x"] = 4.5
    return a[n - 1]


def fresh_view(n):
    a = np.zeros(n, PACKED)
    a["x"] = 0.5
    return a["x"]


def zero_dimensions(a):
    a["x"] = 2.5
    return a["x"], a[()]["n"]


def attributes(a):
    a.x[0] = 3
    r = a[1]
    r.n = r.n + 5
    r.x += 0.5
    return a.x, a[1].n, r, a.n.sum()


def moved(a):
    a["x"][:] = a["x"] - a["x"].min()
    return a


def empty(a):
    return a["x"], len(a), a[:0]


DTYPES = [PLAIN, ALIGNED, np.dtype([("n", np.int64), ("x", np.float64), ("f", np.float32)])]
FUNCTIONS = [helper]
def assign_slices(x, y):
    x[0:2] = x[2:4]
    x[1:] = x[:-1]
    x[::2] = x[1]
    x[-1:] = (7, 3, 1)
    x[:3] = y
    x[3:] = y[1]
    return x


def assign_wrong_count(x):
    x[:2] = x[:3]
    return x


def copies(x):
    y = x.copy()
    z = np.copy(x[::2])
    x[0] = x[1]
    return y, z


CASES = [
    (sum_by_name, [lambda d=d: (plain(4, d),) for d in DTYPES]),
    (sum_by_attribute, [lambda d=d: (plain(4, d)[::2],) for d in [*DTYPES, PACKED]]),
    (write_items, [lambda d=d, i=i: (plain(4, d), i, 2.25) for d in DTYPES for i in (0, -1, 4)]),
    (view, [lambda d=d: (plain(4, d),) for d in [*DTYPES, PACKED, SINGLE]]),
    (views, [lambda d=d: (plain(4, d),) for d in DTYPES]),
    (assign_views, [lambda d=d: (plain(4, d), np.arange(4)) for d in DTYPES]),
    (expression, [lambda d=d: (plain(4, d), plain(4, PACKED)) for d in DTYPES]),
    (item, [lambda d=d, i=i: (plain(3, d), i) for d in [*DTYPES, PACKED] for i in (0, -1, 3)]),
    (items, [lambda d=d: (plain(3, d),) for d in DTYPES]),
    (by_position, [lambda: (plain(3),)]),
    (same, [lambda: (plain(3)[1],), lambda: (np.array((1, 2.5, 3), ALIGNED)[()],)]),
    (change_record, [lambda: (plain(3)[1],), lambda: (plain(3, ALIGNED)[0],)]),
    (copy_item, [lambda d=d: (plain(3, d),) for d in [*DTYPES, PACKED]]),
    (swap, [lambda: (plain(3),)]),
    (assign_tuple, [lambda: (plain(3), 1.5, 3), lambda: (plain(3), 2, 4)]),
    (new, [(0,), (4,)]),
    (new_packed, [(0,), (3,)]),
    (new_of_shape, [(3,)]),
    (transposed, [lambda: (np.zeros((2, 3), PLAIN),)]),
    (two_dimensions, [lambda: (plain(6).reshape(2, 3),), lambda: (plain(6, PACKED[["x", "h"]]).reshape(2, 3),)][:1]),
    (nested_fields, [lambda: (nested(3),)]),
    (nested_tuple, [lambda: (nested(3),)]),
    (array_fields, [lambda: (with_arrays(2),)]),
    (cast_on_store, [lambda: (plain(3),)]),
    (read_global, [(0,), (-1,), (3,)]),
    (flat, [lambda: (plain(6).reshape(2, 3),), lambda: (plain(6)[::2],)]),
    (enumerated, [lambda: (plain(4),)]),
    (list_of_records, [lambda: (plain(4),)]),
    (passed_on, [lambda: (plain(4),)]),
    (some_fields, [lambda: (np.zeros(3, ODD),)]),
    (fresh_item, [(1,), (4,)]),
    (fresh_view, [(0,), (5,)]),
    (zero_dimensions, [lambda: (np.zeros((), PLAIN),)]),
    (attributes, [lambda: (plain(3).view(np.recarray),), lambda: (plain(4, ALIGNED).view(np.recarray),)]),
    (moved, [lambda: (plain(33, PACKED),), lambda: (plain(33),)]),
    (assign_slices, [lambda: (plain(6), plain(3)), lambda: (plain(5), plain(6)[::2])]),
    (assign_wrong_count, [lambda: (plain(5),)]),
    (copies, [lambda: (plain(5),), lambda: (plain(5, PACKED),)]),
    (empty, [lambda: (plain(0),), lambda: (plain(2),)]),
]  # fmt: skip
