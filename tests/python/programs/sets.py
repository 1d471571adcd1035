"""Sets: made, changed, set algebra; the order of iteration is CPython's."""


def display(a, b):
    return {a, b}, {1, 2, 3}, {a}


def collect(x, m):
    s = set()
    for v in x:
        s.add(v % m)
    return s, list(s)


def add(s, v):
    s.add(v)
    return s, len(s), v in s, v not in s


def remove(s, v):
    s.discard(v + 1)
    s.remove(v)
    return s, list(s)


def pop(s):
    a = s.pop()
    b = s.pop()
    s.add(1000)
    return a, b, s.pop(), s


def pop_empty(s):
    while True:
        s.pop()


def clear(s):
    s.clear()
    s.add(3)
    return s


def copies(s):
    t = s.copy()
    u = set(s)
    t.add(77)
    return s, t, u


def algebra(s, t):
    return s | t, s & t, s - t, s ^ t, t - s, list(s | t), list(s & t), list(s ^ t)


def algebra_in_place(s, t):
    s |= {100, 200}
    s -= t
    u = s.copy()
    u ^= t
    u &= {1, 2, 3, 100, 200}
    return s, u, list(u)


def methods(s, t):
    return s.union(t), s.intersection(t), s.difference(t), s.symmetric_difference(t), s.isdisjoint(t)


def methods_in_place(s, x):
    s.update(x)
    s.update([50, 51], (52,))
    s.difference_update([50])
    s.intersection_update(range(60))
    s.symmetric_difference_update([51, 99])
    return s, list(s)


def compare(s, t):
    return s == t, s != t, s < t, s <= t, s > t, s >= t, s.issubset(t), s.issuperset(t)


def totals(s):
    return sum(s), min(s), max(s), len(s), sorted(s), any(s), all(s)


def iterate(s):
    result = 0
    for i, v in enumerate(s):
        result += i * v
    return result


def grow_while_iterating(s):
    for v in s:
        s.add(v + 100)
    return s


def comprehension(n):
    return {i * i % 7 for i in range(n)}, {(i % 2, i % 3) for i in range(n)}


def order(n, step):
    s = set()
    for i in range(n):
        s.add(i * step)
        if i % 4 == 3:
            s.discard((i - 2) * step)
    return list(s), list(set(s)), list(s | {5, 6}), list(s.copy())


def order_of_floats(n):
    s = {i / 8 for i in range(-n, n)}
    return list(s), list({-i for i in s})


def order_of_tuples(n):
    return list({(i * 7 % 5, i) for i in range(n)})


def from_list(x):
    s = set(x)
    return s, list(s), len(s)


def letters(s):
    found = {c for c in s}
    found.add("x")
    return len(found), "a" in found, sorted(found)


def truth(s):
    return bool(s), not s


def membership(x):
    count = 0
    for v in x:
        if v in {1, 2, 3}:
            count += 1
        if v not in (2, 5):
            count += 10
    return count


def raises_after_change(s, v):
    s.add(12345)
    s.remove(v)


def components(n):
    seen = set()
    count = 0
    for start in range(n):
        if start in seen:
            continue
        count += 1
        stack = [start]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            stack.append(node * 2 % n)
            stack.append(node * 3 % n)
    return count, seen


def with_several(a, b, c):
    x = a.copy()
    x.difference_update(b, c)
    y = a.copy()
    y.intersection_update(b, c)
    return a.difference(b, c), a.intersection(b, c), a.difference(), a.intersection(), a.difference(b, c, b), x, y


CASES = [
    (with_several, [({1, 2, 3, 4}, [1, 2], {2, 3}), ({1, 2}, [5], set(range(9)))]),
    (display, [(1, 2), (3, 3), (0.5, 1.5)]),
    (collect, [(list(range(50)), 13), ([5, 3, 1], 100)]),
    (add, [({1, 2}, 3), ({1, 2}, 2), ({0.5}, 1.5), ({(1, 2)}, (3, 4))]),
    (remove, [({1, 2, 3}, 2), ({1, 2}, 1), ({1}, 9)]),
    (pop, [({5, 1, 9, 30},), ({1},)]),
    (pop_empty, [({1, 2},)]),
    (clear, [({1, 2},)]),
    (copies, [({1, 2, 40},)]),
    (algebra, [({1, 2, 3}, {2, 3, 4}), (set(range(0, 100, 3)), set(range(0, 60, 2))), (set(range(40)), {3}), ({0.5, 1.5}, {1.5})]),
    (algebra_in_place, [({1, 2, 3}, {2, 30}), (set(range(100)), set(range(50, 150)))]),
    (methods, [({1, 2, 3}, {2, 3, 4}), ({1, 2, 3}, {9})]),
    (methods_in_place, [({1, 2, 3}, [5, 6, 7]), ({1, 2, 3}, {5, 6})]),
    (compare, [({1, 2}, {1, 2, 3}), ({1, 2}, {2, 1}), ({1, 5}, {2, 1})]),
    (totals, [({3, 1, 2},), ({0.5, -1.5},)]),
    (iterate, [({30, 8, 16, 2},)]),
    (grow_while_iterating, [({1, 2},)]),
    (comprehension, [(20,), (1,)]),
    (order, [(60, 1), (200, 17), (1000, 8), (9, -3)]),
    (order_of_floats, [(20,)]),
    (order_of_tuples, [(40,)]),
    (from_list, [([5, 3, 5, 100, 8, 16],), ([0.5, 0.25, 0.5],), ([(1, 2), (1, 2)],)]),
    (letters, [("banana",)]),
    (truth, [({1},)]),
    (membership, [([1, 2, 5, 7],), ([0.5, 2.0],)]),
    (raises_after_change, [({1, 2}, 1)]),
    (components, [(30,)]),
]
