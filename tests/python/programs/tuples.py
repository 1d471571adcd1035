"""Tuples: made, taken apart, compared, joined, iterated over; they hold numbers, arrays and tuples."""

import numpy as np


def make(a, b):
    return (a, (b, a), ())


def item(t, i):
    return t[i]


def first_and_last(t):
    return t[0], t[-1]


def slices(t):
    return t[1:], t[:-1], t[::-1], t[::2], t[-2:], t[5:], t[3:1], t[-1:0:-2], t[:]


def unpack(t):
    a, b, c = t
    return c, b, a


def unpack_nested(t):
    a, (b, c) = t
    return a + b, c


def swap(a, b):
    a, b = b, a
    return a, b


def rotate(a, b, n):
    for _ in range(n):
        a, b = b, a + b
    return a, b


def less(s, t):
    return s < t, s <= t, s > t, s >= t, s == t, s != t


def equal(s, t):
    return s == t, s != t


def join(s, t):
    return s + t, t + s, s * 2, s * 0, s * -1


def contains(t, x):
    return x in t, x not in t


def total(t):
    result = 0
    for x in t:
        result += x
    return result


def length(t):
    return len(t), bool(t), not t


def loop_carried(n):
    state = (0, 1.5)
    for i in range(n):
        state = (state[0] + i, state[1] * 2)
    return state


def widened(flag):
    t = (1, 2)
    if flag:
        t = (1.5, 2)
    return t


def arrays_in_tuples(a, b):
    t = (a, b[1:], a + 1)
    u = t[::-1]
    return u[0], u[1], t


def swapped_arrays(a, b, n):
    for _ in range(n):
        a, b = b, a
    return a, b


def fresh_swapped(a, n):
    b = a * 2
    c = a * 3
    for i in range(n):
        b, c = c, b + i
    return b, c


def tuple_of_fresh(a, n):
    t = (a + 1, a + 2)
    for i in range(n):
        t = (t[1], t[0] * 2)
    return t


def unpack_array(a):
    x, y, z = a
    return z, y, x


def unpack_matrix(a):
    x, y = a
    return y, x


def enumerate_tuple(t):
    result = 0
    for i, x in enumerate(t, 10):
        result += i * x
    return result


def zip_tuple(s, t):
    result = 0
    for x, y in zip(s, t):
        result = result * 3 + x - y
    return result


def starred_iterables(n, text):
    def each():
        for i in range(n):
            yield i * 1.5

    a, *b = each()
    *c, d = each()
    e, *f, g = each()
    h, *i = range(n)
    j, *k = {n: 1, n + 1: 2}
    o, *p = text
    q, *r = {n}
    s, *t = zip(range(n), text)
    return a, b, c, d, e, f, g, h, i, j, k, o, p, q, r, s, t


def displays(n):
    def each():
        for i in range(n):
            yield i * 1.5

    return [*each()], {*each()}, [0.5, *each(), 2.5], {*range(n), 7}, [*"ab"], [*{n: 1}]


def counted(a, x):
    return a.count(x), x in a


def position(a, x, start, stop):
    return a.index(x, start, stop), a.index(x)


CASES = [
    (counted, [((1, 2, 1.0), 1), (("a", 1), "a"), ((), 1), ((True, 1), 1), (((1, 2), (3, 4)), (3, 4))]),
    (position, [((1, 2, 1), x, start, stop) for x in (1, 2, 9) for start in (0, 1, -1, -9) for stop in (1, 3, -1)]),
    (position, [(("a", 1, 2.5), "a", 0, 9), (("a", 1, 2.5), 1, 0, 9), ((), 1, 0, 9)]),
    (starred_iterables, [(3, "hey"), (2, "h"), (1, "h"), (0, "h")]),
    (displays, [(3,), (0,)]),
    (make, [(1, 2.5), (True, 2j), (np.int8(3), None), ((), ((),))]),
    (item, [((1, 2, 3), i) for i in (0, 2, -1, -3, 3, -4, 2**40, True, np.int8(1), np.uint64(2))]
        + [((1.5, 2.5), -1)]),
    (first_and_last, [((1, 2.5),), ((np.float32(2),),), (((1, 2), 3j),)]),
    (slices, [((1, 2.0, 3j, True),), ((),), ((1,),), (((1, 2), 3),)]),
    (unpack, [((1, 2.5, True),), ((np.int8(1), (), (1, 2)),)]),
    (unpack_nested, [((1, (2.5, 3j)),)]),
    (swap, [(1, 2), (1, 2.5), (np.arange(3), 1)]),
    (rotate, [(0, 1, 50), (0, 1, 100), (0.5, 1.0, 3), (1, 2, 0)]),
    (less, [((1, 2), (1, 3)), ((1, 2), (1, 2)), ((1, 2), (1, 2, 3)), ((), (1,)), ((), ()), ((2,), (1, 5)),
        ((1.0, float("nan")), (1, 2)), ((float("nan"), 1), (float("nan"), 2)), ((1, 2.5), (1, 2)),
        ((True, 1), (1, True)), ((2**53 + 1,), (2.0**53,)), ((np.int8(1), 2), (1, 3)), (((1, 2), 3), ((1, 2), 4)),]),
    (equal, [((1, 2j), (1, 2j)), ((1, 2), (1.0, 2.0)), ((1,), (1, 2)), ((np.uint64(2**63),), (-(2**63),)),
        ((1, (2, 3)), (1, (2, 4))), ((1j,), (np.complex64(1j),)), ((0.0,), (-0.0,))]),
    (join, [((1, 2), (3.5,)), ((), ()), (((1,),), (2j, True))]),
    (contains, [((1, 2, 3), 2), ((1, 2, 3), 2.0), ((1, 2.5), 2.5), ((1, 2), 5), ((), 1), ((1, 2j), 2j),
        ((1.0, float("nan")), 7), ((np.int8(1), 2), 1), ((True, False), 1)]),
    (total, [((1, 2, 3),), ((1, 2.5),), ((),), ((1, 2j, 3.5),), ((True, True),)]),
    (length, [((1, 2),), ((),), (((),),)]),
    (loop_carried, [(0,), (5,)]),
    (arrays_in_tuples, [(np.arange(3), np.arange(4.0)), (np.zeros((2, 2)), np.arange(4.0))]),
    (swapped_arrays, [(np.arange(3), np.zeros(2, int), 3), (np.arange(3), np.zeros(2, int), 4)]),
    (fresh_swapped, [(np.arange(3), n) for n in (0, 1, 2, 5)]),
    (tuple_of_fresh, [(np.arange(3.0), n) for n in (0, 1, 2, 5)]),
    (unpack_array, [(np.arange(3),), (np.arange(2),), (np.arange(4.0),), (np.zeros((3, 2)),), (np.zeros((4, 2)),)]),
    (unpack_matrix, [(np.arange(6.0).reshape(2, 3),), (np.arange(6.0).reshape(3, 2),)]),
    (enumerate_tuple, [((1, 2.5),), ((),), ((True, 2),)]),
    (zip_tuple, [((1, 2, 3), (4.5, 5)), ((), (1,)), ((1,), (2, 3))]),
    (widened, [(True,)]),
]  # fmt: skip
