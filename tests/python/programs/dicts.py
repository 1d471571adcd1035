"""Dicts: made, looked up, changed, iterated over, joined; passed in and out; with keys of all kinds."""


def display(a, b):
    return {1: a, 2: b}, {a: 1.5}, {(a, 1): [b]}, {1: 2, 3: 4}


def count(x):
    d = {}
    for v in x:
        if v in d:
            d[v] += 1
        else:
            d[v] = 1
    return d


def count_with_get(x):
    d = {}
    for v in x:
        d[v] = d.get(v, 0) + 1
    return d


def group(x):
    d = {}
    for i, v in enumerate(x):
        d.setdefault(v % 3, []).append(i)
    return d


def item(d, k):
    return d[k]


def set_item(d, k, v):
    d[k] = v
    return d, len(d)


def delete(d, k):
    del d[k]
    return d, k in d, k not in d


def get(d, k):
    return d.get(k, -1), d.get(k)


def setdefault(d, k, v):
    a = d.setdefault(k, v)
    b = d.setdefault(k, v + v)
    return a, b, d


def pop(d, k):
    a = d.pop(k)
    b = d.pop(k, a)
    return a, b, d


def popitem(d):
    a = d.popitem()
    d[100] = a[1]
    b = d.popitem()
    return a, b, d


def clear(d):
    d.clear()
    d[7] = 7
    return d


def copies(d):
    e = d.copy()
    f = dict(d)
    e[99] = 0
    return d, e, f, len(d)


def update(d, e):
    d.update(e)
    d.update([(1, 5), (2, 6)])
    return d, d | e, e | d


def update_in_place(d, e):
    d |= e
    return d


def iterate(d):
    keys, values, items = [], [], []
    for k in d:
        keys.append(k)
    for v in d.values():
        values.append(v)
    for k, v in d.items():
        items.append((v, k))
    for k in d.keys():
        keys.append(k)
    return keys, values, items, list(d), list(d.values()), list(d.items()), sorted(d.keys())


def totals(d):
    return sum(d.values()), max(d), min(d.values()), len(d.items()), sum([k * v for k, v in d.items()])


def enumerated(d):
    result = 0
    for i, (k, v) in enumerate(d.items()):
        result = result * 3 + i * k - v
    for k, j in zip(d, range(10)):
        result += k * j
    return result


def compare(d, e):
    return d == e, d != e, d == d


def comprehension(n):
    return {i: i * i for i in range(n) if i % 3}, {(i, j): i + j for i in range(n) for j in range(2)}


def truth(d):
    return bool(d), not d, 1 if d else 0


def grow_while_iterating(d):
    for k in d:
        d[k + 100] = 1
    return d


def shrink_while_iterating(d):
    for k in d:
        del d[k]
    return d


def change_while_iterating(d):
    for k in d:
        d[k] *= 2
    return d


def insert_and_delete(n):
    d = {}
    for i in range(n):
        d[i * 7 % 64] = i
        if i % 3 == 0 and i * 5 % 64 in d:
            del d[i * 5 % 64]
    return d, list(d)


def queue(n):
    d = {}
    for i in range(n):
        d[i] = i
        d.pop(i)
    return d, len(d)


def nested(n):
    d = {}
    for i in range(n):
        d[i] = {j: float(i + j) for j in range(i)}
        d[i][50] = 0.5
    return d, d[n - 1][50]


def lists_in(d, k, v):
    d[k].append(v)
    d[k + 1] = d[k]
    return d, d[k] == d[k + 1]


def raises_after_change(d, k):
    d[1] = 10
    return d[k]


def float_keys(x):
    d = {}
    for v in x:
        d[v] = d.get(v, 0) + 1
    return d, 1.0 in d, d.get(0.0, 7)


def mixed_width(n):
    d = {}
    for i in range(n):
        d[(i, i * 0.5, i % 2 == 0)] = (i, i / 4)
    return d, (1, 0.5, False) in d


def memoized(n):
    known = {0: 0, 1: 1}
    for i in range(2, n + 1):
        known[i] = known[i - 1] + known[i - 2]
    return known[n]


def two_sum(x, target):
    seen = {}
    for i, v in enumerate(x):
        if target - v in seen:
            return seen[target - v], i
        seen[v] = i
    return -1, -1


def hashes(a):
    return hash(a), hash((a, 1)), hash((a, (a, 2)))


def characters(s):
    d = {}
    for c in s:
        d[c] = d.get(c, 0) + 1
    return d, "a" in d, d.get("zz", -1), sorted(d)


def by_name(d, k):
    d["new"] = len(d)
    return d, d[k], {"a": 1, "b": 2}, k in d


def item_or(d, k):
    try:
        return d[k]
    except KeyError as error:
        d[k] = 0
        raise ValueError(k) from error


def value_or_none(d, k):
    v = d.get(k)
    if v is None:
        return -1
    return 1


def far_apart(shift, count):
    result = {}
    for i in range(count):
        result[i << shift] = i
        result[-(i << shift)] = -i
    total = 0
    for i in range(count):
        total = total * 3 % 1_000_003 + result[i << shift] + result.get(-(i << shift), 7)
    for i in range(0, count, 3):
        del result[i << shift]
    return total, result, (1 << shift) in result


def from_keys(keys, text):
    return dict.fromkeys(keys, 0), dict.fromkeys(text, 1.5), dict.fromkeys(keys), {1: 2}.fromkeys(keys, "a")


def with_names(pairs):
    d = dict(a=1, b=2)
    d.update(c=3)
    d.update(pairs, a=7)
    return d, dict(pairs, z=5), dict({"q": 4}, q=9)


def views_as_sets(d, s):
    keys = d.keys()
    return (sorted(keys & s), sorted(keys | s), sorted(keys - s), sorted(keys ^ s), sorted(keys & d.keys()), sorted(d.items() & {(1, 2)}),
            sorted(keys - [1]), (1, 2) in d.items(), (1, 3) not in d.items(), 2 in d.values(), 9 not in d.values())  # fmt: skip


def by_value(d):
    return max(d, key=d.get), min(d, key=d.get), sorted(d, key=lambda k: d[k]), list(reversed(d)), [k for k in reversed(d)]


CASES = [
    (from_keys, [([3, 1, 3], "aba"), ([1], "")]),
    (with_names, [([("x", 1), ("b", 8)],), ([("a", 0)],)]),
    (views_as_sets, [({1: 2, 3: 4}, {1, 7}), ({9: 2}, {9})]),
    (by_value, [({1: 5, 2: 3, 7: 9},), ({"b": 2.5, "a": 0.5},)]),
    (display, [(1, 2), (5, 7)]),
    (count, [([1, 2, 1, 3, 2, 1],), ([0.5, 0.5, 1.5],), ([(1, 2), (1, 2), (2, 1)],), ([True, False, True],)]),
    (count_with_get, [(list(range(200)) + list(range(100)),), ([1.5, -0.0, 0.0],)]),
    (group, [(list(range(10)),)]),
    (item, [({1: 2, 3: 4}, 3), ({1.5: 2}, 1.5), ({1: [1]}, 1), ({(1, 2): 3.5}, (1, 2)), ({1: 2}, 5)]),
    (set_item, [({1: 2}, 1, 5), ({1: 2}, 7, 5), ({1: [2]}, 1, [3]), ({1.5: 2.5}, 0.5, 1.5)]),
    (delete, [({1: 2, 3: 4}, 1), ({1: 2}, 2), ({1: [1]}, 1)]),
    (get, [({1: 2}, 1), ({1: 2}, 3), ({1: 2.5}, 1)]),
    (setdefault, [({1: 2}, 1, 5), ({1: 2}, 3, 5), ({1: [2]}, 3, [4])]),
    (pop, [({1: 2, 3: 4}, 1), ({1: [2], 3: [4]}, 3), ({1: 2}, 9)]),
    (popitem, [({1: 2, 3: 4},), ({1: [2]},)]),
    (clear, [({1: 2},)]),
    (copies, [({1: 2, 3: 4},)]),
    (update, [({1: 2}, {3: 4, 1: 0})]),
    (update_in_place, [({1: 2}, {3: 4, 1: 0})]),
    (iterate, [({3: 1, 1: 2, 2: 0},), ({3.5: 1, 1.5: 2},)]),
    (totals, [({3: 1, 1: 2, 2: 0},)]),
    (enumerated, [({3: 1, 1: 2, 2: 0},)]),
    (compare, [({1: 2, 3: 4}, {3: 4, 1: 2}), ({1: 2}, {1: 3}), ({1: 2}, {2: 2}), ({1: [1]}, {1: [2]}), ({1: 2}, {1: 2, 2: 3})]),
    (comprehension, [(7,), (1,)]),
    (truth, [({1: 2},)]),
    (grow_while_iterating, [({1: 2, 3: 4},)]),
    (shrink_while_iterating, [({1: 2, 3: 4},)]),
    (change_while_iterating, [({1: 2, 3: 4},), ({1: 0.5},)]),
    (insert_and_delete, [(500,)]),
    (queue, [(1000,)]),
    (far_apart, [(0, 50), (7, 300), (40, 60), (61, 3), (62, 2)]),
    (nested, [(4,)]),
    (lists_in, [({1: [5], 2: [6]}, 1, 7)]),
    (raises_after_change, [({1: 2}, 1)]),
    (float_keys, [([1.0, 2.5, 1.0, -0.0],)]),
    (mixed_width, [(6,)]),
    (memoized, [(50,)]),
    (two_sum, [([3, 8, 1, 9], 10), ([1, 2], 10)]),
    (hashes, [(5,), (-1,), (2**62,), (-(2**63),), (0.5,), (-1.0,), (1e300,), (True,), (2.5j,)]),
    (characters, [("banana",), ("äöa",)]),
    (by_name, [({"x": 1, "y": 2}, "y"), ({"x": 1}, "z")]),
    (item_or, [({1: 2}, 1), ({1: 2}, 5)]),
    (value_or_none, [({1: 2}, 1), ({1: 2}, 2)]),
]
