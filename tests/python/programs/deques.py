"""`collections.deque`: made, filled at both ends, with and without a limit; passed in, changed in place, returned."""

import collections
from collections import deque


def both_ends(n):
    d = deque()
    for i in range(n):
        d.append(i)
        d.appendleft(-i)
    a, b = d.pop(), d.popleft()
    return d, a, b, len(d)


def queue(n):
    waiting, order = deque([0]), []
    while waiting:
        node = waiting.popleft()
        order.append(node)
        for next_node in (2 * node + 1, 2 * node + 2):
            if next_node < n:
                waiting.append(next_node)
    return order


def limited(limit, n):
    d = deque(maxlen=limit)
    for i in range(n):
        d.append(i * 0.5)
        if i % 3 == 0:
            d.appendleft(-0.5)
    d.extend([1.0, 2.0])
    d.extendleft((3.0, 4.0))
    return d, d.maxlen, d.maxlen is None


def made_of(x, limit):
    return deque(x, limit), deque(x), deque(iterable=x, maxlen=limit)


def no_items():
    d, e = deque([]), deque((), 3)
    d.append("a")
    e.extend("bcde")
    return d, e


def wrong_limit(n):
    return deque([1], maxlen=n)


def maybe_limit(is_limited):
    limit = 2 if is_limited else None
    d = deque([1, 2, 3], limit)
    return d, d.maxlen


def pop_empty(d):
    d.clear()
    return d.pop()


def popleft_empty(d):
    d.clear()
    return d.popleft()


def items(d, i):
    d[i] = d[i] + d[-1]
    return d[i], d[0], d


def out_of_range(d, i):
    return d[i]


def set_out_of_range(d, i):
    d[i] = d[0]


def delete(d, i):
    del d[i]
    return d, len(d)


def rotate(d, n):
    d.rotate(n)
    e = d.copy()
    e.rotate()
    e.rotate(-2)
    return d, e


def reverse(d):
    d.reverse()
    return d, list(reversed(d)), [x for x in d]


def find(d, x):
    return d.count(x), x in d, x not in d, d.index(x), d.index(x, -3), d.index(x, 0, 4)


def remove(d, x):
    d.remove(x)
    d.insert(1, x)
    d.insert(-1, x)
    d.insert(100, x)
    d.insert(-100, x)
    return d


def insert_full(n):
    d = deque(range(n), n)
    d.insert(1, 5)
    return d


def grow_while_iterating(d):
    total = 0
    for x in d:
        total += x
        d.append(x)
    return total


def shift_while_iterating(d):
    total = 0
    for x in d:
        total += x
        d.append(x)
        d.popleft()
    return total


def change_while_iterating(d):
    total = 0
    for x in d:
        total += x
        d[0] = 9
    return total, d


def change_while_reversed(d):
    total = 0
    for x in reversed(d):
        total += x
        d.appendleft(x)
    return total


def compare(a, b):
    return a == b, a != b, a < b, a <= b, a > b, a >= b, a == a.copy(), a is b, a is a


def other_class(a):
    return a == [1, 2, 3], a != (1, 2, 3), isinstance(a, deque), isinstance(a, list), type(a) is deque


def texts(n):
    d = deque(range(n), n + 1)
    return str(d), repr(deque(["a", "b"])), f"{d}", str([d, d]), str(deque([[1.5], [n + 0.5]]))


def truth(d):
    e = d.copy()
    e.clear()
    return bool(d), not e, 1 if e else 2


def joined(a, b, n):
    c = a + b
    a += b
    d = a * n
    e = n * b
    b *= n
    return a, b, c, d, e


def add_anything(a):
    a += [1, 2]
    a += range(2)
    a += a
    return a


def extend_itself(d):
    d.extend(d)
    d.extendleft(d)
    return d


def used_as_iterable(d):
    first, *rest = list(d)
    a, b, c = d
    numbered = [i * x for i, x in enumerate(d)]
    paired = [x * y for x, y in zip(d, d)]
    return sum(d), min(d), max(d), sorted(d), set(d), numbered, paired, first, rest, a, b, c


def unpack_wrong(d):
    a, b = d
    return a, b


def of_texts(n):
    d = deque()
    for i in range(n):
        d.append(str(i))
        d.appendleft("x" * i)
    d.popleft()
    del d[1]
    return d, "".join(d)


def of_lists(n):
    d = deque(maxlen=4)
    for i in range(n):
        d.append([i])
        d[0].append(-i)
    return d, d.copy()


def of_tuples(x):
    d = deque()
    for i, v in enumerate(x):
        d.append((v, i))
        while d[0][1] <= i - 3:
            d.popleft()
    return d, max(d)


def sliding_maximum(x, width):
    d = deque()
    found = []
    for i, v in enumerate(x):
        while d and x[d[-1]] <= v:
            d.pop()
        d.append(i)
        if d[0] == i - width:
            d.popleft()
        if i >= width - 1:
            found.append(x[d[0]])
    return found


def filled_by_callee(n):
    def fill(items, n):
        for i in range(n):
            items.appendleft(i)

    d = deque()
    fill(d, n)
    return d


def in_containers(n):
    by_rest = {}
    for i in range(n):
        by_rest.setdefault(i % 2, deque()).append(i)
    return by_rest, [deque([i]) for i in range(n)], collections.deque([n])


def maybe(n):
    d = None
    if n > 2:
        d = deque([n])
    return d, d is None


def changed_and_raised(d):
    d.append(7)
    d.popleft()
    raise ValueError(len(d))


def same(d, e):
    d.append(1)
    e.append(2)
    return d is e, d


def pass_same(d):
    return same(d, d)


def long_run(n):
    d, total = deque(range(100)), 0
    for i in range(n):
        d.append(i)
        total += d.popleft()
        if i % 7 == 0:
            d.rotate(3)
        if i % 1000 == 0:
            d.extendleft([i, i])
    return total, len(d)


FUNCTIONS = [same]
THREE = [(deque([3, 1, 2]),)]
CASES = [
    (both_ends, [(5,), (50,), (1,)]),
    (queue, [(20,), (1,)]),
    (limited, [(3, 10), (0, 4), (1, 4), (100, 4)]),
    (made_of, [([1, 2, 3], 2), (range(5), 2), ("abc", 5), ((1.5, 2.5), 1), ({1: 2}, 1), (deque([1, 2]), 1), ([1], 0)]),
    (no_items, [()]),
    (wrong_limit, [(-1,), (0,)]),
    (maybe_limit, [(True,), (False,)]),
    (pop_empty, THREE),
    (popleft_empty, [*THREE, (deque(["a"]),)]),
    (items, [(deque([3, 1, 2]), 1), (deque([3, 1, 2]), -3), (deque([0.5]), 0), (deque(["a", "b"], 4), 1)]),
    (out_of_range, [(deque([1, 2]), 2), (deque([1, 2]), -3), (deque(["a"]), 1)]),
    (set_out_of_range, [(deque([1, 2]), 2), (deque(["a"]), -2)]),
    (delete, [(deque([1, 2, 3]), 0), (deque([1, 2, 3]), -2), (deque([1, 2, 3]), 3), (deque(["a", "b"]), 1)]),
    (rotate, [(deque(range(7)), n) for n in (0, 1, 2, 3, 4, 6, 7, 9, -1, -5, -100)] + [(deque([1]), 1), (deque([1, 2], 2), 1)]),
    (reverse, [*THREE, (deque(["a", "b"]),)]),
    (find, [(deque([1, 2, 3, 2]), 2), (deque([1, 2, 3, 2]), 5), (deque([1.5]), 0.5), (deque("abc"), "z"), (deque([1, 2, 3, 9]), 1)]),
    (remove, [(deque([1, 2, 3]), 2), (deque([1, 2, 3]), 5), (deque("abc"), "c")]),
    (insert_full, [(3,), (0,)]),
    (grow_while_iterating, THREE),
    (shift_while_iterating, THREE),
    (change_while_iterating, THREE),
    (change_while_reversed, THREE),
    (compare, [(deque([1, 2]), deque([1, 3])), (deque([1, 2]), deque([1, 2])), (deque([1]), deque([1, 2])), (deque("ab"), deque("aa"))]),
    (other_class, [(deque([1, 2, 3]),)]),
    (texts, [(3,), (0,)]),
    (truth, THREE),
    (joined, [(deque([1, 2]), deque([3]), 2), (deque([1, 2], 3), deque([3, 4], 2), 3), (deque([1]), deque([2]), 0), (deque([1]), deque([2]), -1)]),
    (add_anything, [(deque([1]),), (deque([1], 2),)]),
    (extend_itself, [(deque([1, 2]),), (deque([1, 2], 3),)]),
    (used_as_iterable, [(deque([3, 1, 2]),), (deque([0.5, 2.5, 1.5]),)]),
    (unpack_wrong, THREE),
    (of_texts, [(6,)]),
    (of_lists, [(7,)]),
    (of_tuples, [([3, 1, 4, 1, 5],)]),
    (sliding_maximum, [([3, 1, 4, 1, 5, 9, 2, 6], 3), ([1.5, 0.5], 1)]),
    (filled_by_callee, [(4,)]),
    (in_containers, [(5,)]),
    (maybe, [(1,), (3,)]),
    (changed_and_raised, [*THREE, (deque([1, 2], 2),)]),
    (pass_same, THREE),
    (long_run, [(5000,)]),
]
