"""Branches and loops: every kind of iterable, `else`, `break`, `continue`, nesting, and what is bound after them."""

import numpy as np

BIG = 2**63 - 1
STARTS = [-3, 0, 2, 7]
STEPS = [-3, -1, 1, 2]


def stop(n):
    total = 0
    for i in range(n):
        total = total * 3 + i
    return total


def three(start, end, step):
    count = 0
    total = 0
    for i in range(start, end, step):
        total = total * 7 + i
        count += 1
        if count > 50:
            break
    else:
        count = -count
    return total, count


def two(start, end):
    total = 0
    for i in range(start, end):
        total += i
        if total > 1000:
            break
    return total


def constant_steps(a, b):
    total = 0
    for i in range(a, b, 3):
        total = total * 5 + i
    for i in range(b, a, -2):
        total = total * 5 + i
    for i in range(b, a, -1):
        total = total * 5 + i
    return total


def changed_in_the_loop(n):
    total = 0
    for i in range(n):
        i += 10
        n -= 1
        total += i
    return total, n


def near_the_top(start):
    count = 0
    for i in range(start, 9223372036854775807):
        count += 1
    for i in range(start, 9223372036854775807, 2):
        count += 10
    for i in range(-9223372036854775807, -start, -1):
        count += 1000
    for i in range(-start, -9223372036854775807 - 1, -1):
        count += 100
    return count


def whole_range(step):
    count = 0
    last = 0
    for i in range(-9223372036854775807 - 1, 9223372036854775807, step):
        count += 1
        last = i
    return count, last


def range_as_a_value(a, b, c, x):
    r = range(a, b, c)
    return len(r), x in r, x not in r, bool(r)


def range_reused(n):
    r = range(n)
    total = 0
    for i in r:
        for j in r:
            total += i * j
    return total


def nested_breaks(n):
    found = -1
    for i in range(n):
        for j in range(n):
            if i * j == 12:
                found = i * 100 + j
                break
            if j > i:
                continue
        else:
            continue
        break
    else:
        found = -2
    return found


def while_loop(n):
    steps = 0
    while n != 1:
        if n % 2:
            n = 3 * n + 1
        else:
            n //= 2
        steps += 1
        if steps > 100:
            break
    else:
        steps += 1000
    return steps


def while_true(n):
    while True:
        n -= 3
        if n < 0:
            return n


def while_continue(n):
    total = 0
    while n:
        n -= 1
        if n & 1:
            continue
        total += n
    return total


def if_chain(x):
    if x < 0:
        y = -1
    elif x == 0:
        y = 0
    elif x < 10 and x != 5:
        y = 1
    elif x == 5 or x > 100:
        y = 2
    else:
        y = 3
    return y


def chained(a, b, c):
    return a < b < c, a < b > c, a == b == c, a < b <= c != a, not a < b < c


def short_circuit(a, b):
    return a and b, a or b, (a or b) and a


def short_circuit_saves(a, b):
    return b != 0 and a // b > 1, b == 0 or a % b > 0


def conditional(a, b):
    return a if a > b else b


def conditional_mixed(flag, a, b):
    x = a if flag else b
    return x + 1


def over_array(a):
    total = 0
    for x in a:
        total = total * 2 + x.real
    return total + 1.0


def rows(a):
    total = 0.0
    for row in a:
        for x in row:
            total = total * 2 + x
    return total * np.float64(2)


def row_sums_in_place(a):
    for i, row in enumerate(a):
        row[0] = i
        row *= 2
    return a


def enumerated(a, start):
    total = 0
    for i, x in enumerate(a, start):
        total += i * x
    return total


def zipped(a, b, n):
    total = 0
    for x, y, i in zip(a, b, range(n)):
        total += x * y + i
    return total + 1.0


def zip_enumerate(a, b):
    total = 0
    for i, (x, y) in enumerate(zip(a, b)):
        total += i * (x - y)
    return total


def enumerate_enumerate(a):
    total = 0
    for i, (j, x) in enumerate(enumerate(a, 5)):
        total += i * j + x
    return total


def zip_nothing(n):
    count = 0
    for _ in zip():
        count += 1
    return count


def after_the_loop(n):
    for i in range(n):
        pass
    return i


def maybe_unbound(flag):
    if flag:
        x = 1
    return x


def deleted(flag):
    x = 1.5
    if flag:
        del x
    return x


def deleted_in_a_loop(n):
    x = 0
    for i in range(n):
        if i == 3:
            del x
        else:
            x = i
    return x


def assigned_in_one_iteration(n):
    for i in range(n):
        if i == 0:
            first = 1.5
        else:
            first = first * 2
    return first


def int_then_float(n):
    x = 0
    for i in range(n):
        x = x + 0.5
    return x


def returns_in_loops(a, limit):
    for i, x in enumerate(a):
        if x > limit:
            return i
    return -1


def return_none(x):
    if x > 0:
        return
    return None


def walrus(n):
    total = 0
    while (n := n - 1) > 0:
        total += n
    return total, n


def is_none(x):
    return x is None, x is not None


def is_true(x):
    return x is True, x is not False


def array_loop_carried(a, n):
    for i in range(n):
        a = a + i
    return a


def array_conditional(a, flag):
    b = a
    if flag:
        b = a * 2
    return b


def array_conditional_view(a, n):
    b = a
    while b.size > n:
        b = b[1:]
    return b


def fresh_view_loop(a, n):
    b = a + 1
    while b.size > n:
        b = b[1:]
    return b


def break_with_arrays(a, n):
    best = a
    for i in range(n):
        t = a * i
        if t[0] > 5:
            break
        u = t + best
        if u[1] > 50:
            continue
        best = u
    return best


def raises_midway(a, n):
    b = a + 1
    c = (b, a * 2)
    for i in range(n):
        b = b + c[0]
        d = b[i:]
        if d[0] > 1000:
            c = (d + 1, c[0])
    return b[n], c


def raise_with_live_arrays(a, n):
    b = a * 2
    for i in range(10):
        c = b + i
        if i == n:
            raise ValueError("stop")
        b = c
    return b


def assert_with_live_arrays(a, n):
    b = a * 2
    for row in (b, b + 1, b[1:]):
        c = row * 2
        assert row[0] < n, "too large"
    return c


def return_from_iteration(a):
    for row in a + 1:
        if row[0] > 2:
            return row
    return a[0]


def nested_fresh_iteration(a):
    total = 0.0
    for x, y in zip(a + 1, (a * 2)[::-1]):
        for z in x * y:
            total += z
    return total


RANGES = [(start, end, step) for start in STARTS for end in STARTS for step in STEPS]
CASES = [
    (stop, [(-3,), (0,), (1,), (5,), (True,), (np.int8(4),), (np.uint64(3),)]),
    (three, RANGES + [(1, 5, 0), (0, 10, BIG), (BIG, -(2**63), -BIG), (0, BIG, 2**62), (-(2**63), BIG, BIG),
        (0, -(2**63), -(2**63)), (5, 1, -(2**63))]),
    (two, [(a, b) for a in STARTS for b in STARTS] + [(0, BIG), (BIG - 2, BIG), (-(2**63), -(2**63) + 3)]),
    (constant_steps, [(a, b) for a in STARTS for b in STARTS]),
    (changed_in_the_loop, [(0,), (5,)]),
    (near_the_top, [(BIG,), (BIG - 1,), (BIG - 4,)]),
    (whole_range, [(BIG,), (2**62,), (2**61,)]),
    (range_as_a_value, [(0, 10, 3, x) for x in (0, 3, 4, 9, 10, 12, -3, True)]
        + [(10, 0, -3, x) for x in (10, 7, 1, 0, 13, -2)] + [(0, 0, 1, 0), (5, 1, 1, 5), (1, 2, 0, 1),
        (-(2**63), BIG, 3, BIG - 3), (-(2**63), BIG, 7, 5), (0, BIG, 2, 2**62), (0, 10, 3, np.int64(3))],
        ),
    (range_reused, [(0,), (4,)]),
    (nested_breaks, [(0,), (3,), (5,), (7,)]),
    (while_loop, [(1,), (7,), (27,), (0,)]),
    (while_true, [(10,), (-1,), (2.5,)]),
    (while_continue, [(0,), (10,)]),
    (if_chain, [(x,) for x in (-1, 0, 3, 5, 50, 101, 2.5, 5.0, float("nan"), np.float32(5))]),
    (chained, [(1, 2, 3), (1, 1, 1), (3, 2, 1), (1.5, 2, float("nan")), (1, 2, 1), (np.int8(1), np.int8(2), np.int8(3))]),
    (short_circuit, [(a, b) for a in (0, 1, 5) for b in (0, 2)] + [(0.0, 1.5), (True, False), (0j, 1j),
        (-0.0, 0.0), (float("nan"), 2.0), (np.float32(0), np.float32(1)), (np.bool_(False), np.bool_(True))]),
    (short_circuit_saves, [(7, 2), (7, 0), (1, 2)]),
    (conditional, [(1, 2), (2, 1), (1.5, 2.5), (np.int8(3), np.int8(2))]),
    (conditional_mixed, [(True, 1, 2), (False, 1.0, 2.0)]),
    (over_array, [(np.arange(4),), (np.arange(4.0)[::-1],), (np.arange(10)[::3],),
        (np.array([True, False]),), (np.arange(3) * 1j,), (np.array(3.0),)]),
    (rows, [(np.arange(6.0).reshape(2, 3),), (np.asfortranarray(np.arange(6.0).reshape(2, 3)),),
        (np.arange(24.0).reshape(4, 6)[::-2, 1::2],), (np.zeros((0, 3)),), (np.zeros((3, 0)),)]),
    (row_sums_in_place, [(np.arange(6.0).reshape(2, 3),), (np.asfortranarray(np.arange(6).reshape(2, 3)),)]),
    (enumerated, [(np.arange(4), 0), (np.arange(4.0), -3), ((1, 2, 3), 10), (range(5, 2, -1), 1)][:3]),
    (zipped, [(np.arange(4), np.arange(3.0), 5), (np.arange(4), np.arange(3.0), 2), 
        ((1, 2), np.arange(3), 9)]),
    (zip_enumerate, [(np.arange(4), np.arange(3.0)), ((1, 2), (3, 4.5))]),
    (enumerate_enumerate, [(np.arange(4),), ((1.5, 2),)]),
    (zip_nothing, [(1,)]),
    (after_the_loop, [(0,), (3,)]),
    (maybe_unbound, [(True,), (False,)]),
    (deleted, [(True,), (False,)]),
    (deleted_in_a_loop, [(3,), (4,), (5,), (1,)]),
    (assigned_in_one_iteration, [(0,), (1,), (4,)]),
    (int_then_float, [(3,)]),
    (returns_in_loops, [(np.arange(5), 2), (np.arange(5), 20)]),
    (return_none, [(1,), (-1,)]),
    (walrus, [(5,), (0,)]),
    (is_none, [(None,), (1,), ((),), (np.arange(2),)]),
    (is_true, [(True,), (False,), (1,), (None,), (np.True_,)]),
    (array_loop_carried, [(np.arange(3), n) for n in (0, 1, 3)]),
    (array_conditional, [(np.arange(3), flag) for flag in (True, False)]),
    (array_conditional_view, [(np.arange(5), n) for n in (0, 3, 7)]),
    (fresh_view_loop, [(np.arange(5), n) for n in (0, 3, 7)]),
    (break_with_arrays, [(np.arange(1.0, 4.0), n) for n in (0, 3, 10)]),
    (raises_midway, [(np.arange(5.0), n) for n in (0, 3, 5, 9)]),
    (raise_with_live_arrays, [(np.arange(5.0), n) for n in (0, 3, 20)]),
    (assert_with_live_arrays, [(np.arange(1.0, 5.0), n) for n in (1, 3, 4, 20)]),
    (return_from_iteration, [(np.arange(6).reshape(3, 2),), (np.zeros((2, 2), int),)]),
    (nested_fresh_iteration, [(np.arange(6.0).reshape(3, 2),), (np.arange(6.0).reshape(2, 3).T,)]),
]  # fmt: skip
