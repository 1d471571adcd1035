"""Lists: made, changed, passed in and out, sorted, nested; iterated over while they change."""

import bisect
import heapq

import numpy as np


def display(a, b):
    return [a, b, a + b], [a], [1, 2, 3], [1.5], [True, False]


def grow(n):
    x = []
    for i in range(n):
        x.append(i * i)
    return x


def grow_to_float(n):
    x = [0.0]
    for i in range(n):
        x.append(i / 2)
    return x


def empty_then_filled(n):
    x = list()
    y = []
    while len(x) < n:
        x.append(len(x))
        y.insert(0, x[-1])
    return x, y


def item(x, i):
    return x[i]


def set_item(x, i, v):
    x[i] = v
    return x


def augment_item(x, i):
    x[i] += 3
    x[-1] *= 2
    return x[i]


def delete(x, i):
    del x[i]
    return len(x)


def delete_slice(x, a, b, c):
    del x[a:b]
    del x[::c]
    return x


def slices(x, a, b, c):
    return x[a:b], x[a:], x[:b], x[:], x[::c], x[a:b:c], x[::-1], x[-2:]


def assign_slice(x, y, a, b):
    x[a:b] = y
    return x


def assign_extended(x, y, c):
    x[::c] = y
    return x


def assign_itself(x):
    x[1:2] = x
    x[::-1] = x
    return x


def pop(x):
    a = x.pop()
    b = x.pop(0)
    c = x.pop(-2)
    return a, b, c, x


def pop_all(x):
    total = 0
    while x:
        total = total * 3 + x.pop()
    return total


def pop_at(x, i):
    return x.pop(i), x


def insert(x, i, v):
    x.insert(i, v)
    x.insert(-1, v)
    return x


def extend(x, y):
    x.extend(y)
    x.extend(range(3))
    x.extend((7, 8))
    x += y
    x += (1, 2)
    return x


def extend_itself(x):
    x.extend(x)
    x += x
    return x


def methods(x, v):
    return x.count(v), v in x, v not in x, x.copy(), len(x)


def index(x, v):
    return x.index(v), x.index(v, 1), x.index(v, -3)


def remove(x, v):
    x.remove(v)
    return x


def clear(x):
    x.clear()
    x.append(4)
    return x


def reverse(x):
    x.reverse()
    return x


def join(x, y):
    return x + y, y + x, x * 2, 3 * y, x * 0, x * -1, x + []


def repeat_in_place(x, n):
    x *= n
    return x


def compare(x, y):
    return x == y, x != y, x < y, x <= y, x > y, x >= y, x == x


def truth(x):
    return bool(x), not x, 1 if x else 2


def total(x):
    return sum(x), min(x), max(x), len(x), any(x), all(x)


def loop(x):
    result = 0
    for v in x:
        if v < 0:
            continue
        if v > 100:
            break
        result = result * 2 + v
    else:
        result += 1000
    return result


def enumerated(x, y):
    result = 0
    for i, v in enumerate(x):
        result += i * v
    for i, (v, w) in enumerate(zip(x, y), 5):
        result += i * v * w
    for v in reversed(x):
        result = result * 3 + v
    return result


def grow_while_iterating(x):
    for v in x:
        if len(x) < 12:
            x.append(v + 10)
    return x


def shrink_while_iterating(x):
    seen = []
    for v in x:
        seen.append(v)
        x.remove(v)
    return seen, x


def unpack(x):
    a, b, c = x
    return c, b, a


def unpack_starred(x):
    a, *b, c = x
    *d, e = x
    f, *g = x
    return a, b, c, d, e, f, g


def unpack_starred_tuple(t):
    a, *b = t
    *c, d = t
    return a, b, c, d


def comprehension(n, k):
    squares = [i * i for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i) if (i + j) % k]
    nested = [[j + i * k for j in range(3)] for i in range(n)]
    return squares, pairs, nested, [x for x in squares if x > 4 if x % 2 == 0]


def comprehension_captures(values, a):
    b = a + 1
    return [v * a + b for v in values], [v for v in [w + b for w in values] if v > a]


def comprehension_shadows(x):
    v = 5
    y = [v * 2 for v in x]
    return v, y


def conditional_display(c, a):
    x = [a] if c else [a, a, a]
    y = x or [1]
    return x, y


def grid(n, m):
    rows = [[0] * m for _ in range(n)]
    for i in range(n):
        for j in range(m):
            rows[i][j] = i * j
    rows[0], rows[-1] = rows[-1], rows[0]
    return rows


def shared_rows(n):
    rows = [[1, 2]] * n
    rows[0].append(3)
    return rows


def rows_of(x):
    result = []
    for row in x:
        row.append(len(row))
        result.append(row)
    return result, x


def append_rows(n):
    rows = []
    for i in range(n):
        row = []
        for j in range(i):
            row.append(j * 0.5)
        rows.append(row)
    return rows


def tuples(n):
    x = [(0, 1.5)]
    for i in range(n):
        x.append((i, i / 4))
    x.sort()
    return x, x[0], x[-1][1]


def arrays(n):
    x = [np.zeros(2), np.ones(3)]
    for i in range(n):
        x.append(np.full(i + 1, i + 0.5))
    y = x[1]
    x[1] = x[0]
    x.pop()
    return x, y, sum([a.sum() for a in x])


def arrays_in(x, a):
    x.append(a)
    x[0] = a
    a[0] = 7.0
    return x, len(x)


def same_twice(x, y):
    x.append(1)
    y.append(2)
    return x, y


def alias(x):
    y = x
    y.append(9)
    z = [x, y]
    z[0].append(8)
    return x, y, z


def sort(x, descending):
    y = sorted(x)
    z = sorted(x, reverse=True)
    x.sort(reverse=descending)
    return x, y, z


def negative(v):
    return -v


def last(t):
    return t[1]


def list_of(x):
    return list(x), list(range(4)), list((1, 2)), list(reversed(x)), list(enumerate(x)), list(zip(x, x))


def raises_after_change(x, i):
    x.append(100)
    x[0] = 50
    return x[i]


def raises_in_the_middle(n):
    x = [[1.5] for _ in range(n)]
    y = [np.zeros(3) for _ in range(n)]
    return x[n - 1][0] + y[n - 1][n]


def sieve(n):
    is_prime = [True] * (n + 1)
    is_prime[0] = is_prime[1] = False
    for i in range(2, int(n**0.5) + 1):
        if is_prime[i]:
            for j in range(i * i, n + 1, i):
                is_prime[j] = False
    return [i for i in range(n + 1) if is_prime[i]]


def longest_increasing(x):
    tails = []
    for v in x:
        i = bisect.bisect_left(tails, v)
        if i == len(tails):
            tails.append(v)
        else:
            tails[i] = v
    return tails


def heap(x):
    h = []
    for v in x:
        heapq.heappush(h, (v % 7, v))
    result = []
    while h:
        result.append(heapq.heappop(h))
    heapq.heapify(x)
    return result, x, heapq.heappushpop(x, 4), heapq.heapreplace(x, 5)


def insort(x):
    y = []
    for v in x:
        bisect.insort(y, v)
    return y, bisect.bisect(y, 3), bisect.bisect_left(y, 3), bisect.bisect_right(y, 3, 1)


def shortest_paths(n):
    graph = [[] for _ in range(n)]
    for i in range(n):
        graph[i].append(((i * 7 + 3) % n, i % 5 + 1))
        graph[i].append(((i * 3 + 1) % n, i % 3 + 2))
    distance = [-1] * n
    queue = [(0, 0)]
    while queue:
        d, node = heapq.heappop(queue)
        if distance[node] >= 0:
            continue
        distance[node] = d
        for other, weight in graph[node]:
            if distance[other] < 0:
                heapq.heappush(queue, (d + weight, other))
    return distance


def matrix_product(a, b):
    return [[sum([x * y for x, y in zip(row, column)]) for column in zip(b[0], b[1])] for row in a]


def permutations(n):
    result = []
    current = list(range(n))
    c = [0] * n
    result.append(current.copy())
    i = 0
    while i < n:
        if c[i] < i:
            if i % 2 == 0:
                current[0], current[i] = current[i], current[0]
            else:
                current[c[i]], current[i] = current[i], current[c[i]]
            result.append(current[:])
            c[i] += 1
            i = 0
        else:
            c[i] = 0
            i += 1
    return result


def optional(x):
    best = None
    for v in x:
        if v > 2:
            best = v
    return best


def narrowed(x):
    best = None
    for v in x:
        if best is None or v < best:
            best = v
    if best is not None:
        return best + 1
    return -1


def first_row(x, n):
    found = None
    for row in x:
        if len(row) == n:
            found = row
            break
    if found is None:
        return 0
    found.append(5)
    return len(found)


def is_same(x, y):
    z = x
    return x is y, x is z, x is not y


def caught(x, i):
    y = [[1], [2]]
    try:
        y.append(x)
        z = y[i]
        z.append(i)
        return z[0], y
    except IndexError:
        y.pop()
        return len(y), y
    finally:
        x.append(i)


def caught_in_loop(x, n):
    total = 0
    for i in range(n):
        try:
            row = [x[i], i]
            total += row[i]
        except IndexError:
            total += 100
    return total


def strings(x, s):
    x.append(s)
    y = sorted(x)
    return x, y, s in x, [c + "!" for c in s], [(s, 1)], x.index(s)


def nested_sort(x):
    y = sorted(x)
    x.sort(reverse=True)
    return x, y


NUMBERS = [3, 1, 2, 5, 4, 3]
FLOATS = [0.5, -1.5, 2.25, 0.0, -0.0]
ROWS = [[3, 1], [2], [2, 0]]

CASES = [
    (display, [(1, 2), (1.5, 2.5)]),
    (grow, [(0,), (1,), (50,)]),
    (grow_to_float, [(5,)]),
    (empty_then_filled, [(7,)]),
    (item, [([1, 2, 3], 0), ([1, 2, 3], -3), ([1, 2, 3], 3), ([1.5], -2), ([1, 2], True), ([(1, 2.5)], 0), ([[1], [2]], 1)]),
    (set_item, [([1, 2, 3], 1, 9), ([1, 2, 3], -1, 9), ([1, 2, 3], 3, 9), ([1.5, 2.5], 0, 3.5), ([[1], [2]], 0, [3])]),
    (augment_item, [([1, 2, 3], 0), ([1.5, 2.5], 1), ([1], 4)]),
    (delete, [([1, 2, 3], 1), ([1, 2, 3], -1), ([1, 2, 3], 3), ([[1], [2]], 0)]),
    (delete_slice, [(list(range(10)), 2, 5, 2), (list(range(10)), 5, 2, -3), ([[1], [2], [3], [4]], 0, 1, 2), ([1, 2], 0, 9, 1)]),
    (slices, [(list(range(8)), 1, 6, 2), (list(range(8)), -3, 100, -1), ([1.5], 0, 0, 3), ([1], 0, 1, 0)]),
    (assign_slice, [([1, 2, 3, 4], [7, 8, 9], 1, 2), ([1, 2, 3], [5], 0, 3), ([1, 2, 3], [9], 3, 1), ([1], [2], -9, 9)]),
    (assign_extended, [([1, 2, 3, 4], [7, 8], 2), ([1, 2, 3, 4], [7, 8, 9], 2), ([1, 2, 3], [7, 8, 9], -1), ([1, 2], [5, 6, 7], 1)]),
    (assign_itself, [([1, 2, 3],)]),
    (pop, [(list(range(8)),), ([1.5, 2.5, 3.5, 4.5],), ([1],)]),
    (pop_all, [([1, 2, 3],), ([0.5, 1.5],)]),
    (pop_at, [([1, 2, 3], 1), ([1, 2, 3], 3), ([1], -2), ([[1], [2]], 0)]),
    (insert, [([1, 2, 3], 0, 9), ([1, 2, 3], 100, 9), ([1, 2, 3], -100, 9), ([1.5], 1, 2.5)]),
    (extend, [([1, 2], [3, 4]), ([1], [2])]),
    (extend_itself, [([1, 2],), ([[1]],)]),
    (methods, [([1, 2, 1], 1), ([*range(100)] * 2, 77), ([*range(100)], 100), ([0.5], 0.5), ([1, 2], 7), ([(1, 2), (3, 4)], (3, 4)), ([[1], [2]], [2])]),
    (index, [([1, 2, 1, 2], 2), ([1, 2, 3], 9), ([*range(40), *range(40)], 33), ([*range(40)], 0)]),
    (remove, [([1, 2, 1], 1), ([1, 2], 5), ([[1], [2]], [2])]),
    (clear, [([1, 2],)]),
    (reverse, [([1, 2, 3],), ([[1], [2]],), ([0.5],)]),
    (join, [([1, 2], [3]), ([0.5], [1.5]), ([[1]], [[2]])]),
    (repeat_in_place, [([1, 2], 3), ([1, 2], 0), ([1, 2], -1), ([[1]], 2)]),
    (compare, [([1, 2], [1, 3]), ([1, 2], [1, 2, 0]), ([1], [1.0]), ([(1, 2)], [(1, 3)]), ([[1], [2]], [[1], [3]])]),
    (truth, [([0],)]),
    (total, [(NUMBERS,), (FLOATS,), ([True, False],)]),
    (loop, [([1, -1, 2],), ([1, 200, 3],), ([0.5],)]),
    (enumerated, [([1, 2, 3], [4, 5]), ([1], [2.5])]),
    (grow_while_iterating, [([1, 2],)]),
    (shrink_while_iterating, [([1, 2, 3, 4, 5],)]),
    (unpack, [([1, 2, 3],), ([1, 2],), ([1, 2, 3, 4],), ([[1], [2], [3]],)]),
    (unpack_starred, [([1, 2, 3, 4],), ([1, 2],), ([1],), ([[1], [2], [3]],)]),
    (unpack_starred_tuple, [((1, 2, 3),), ((0.5, 1.5),)]),
    (comprehension, [(5, 2), (1, 3)]),
    (comprehension_captures, [([1, 2, 3], 2)]),
    (comprehension_shadows, [([1, 2],)]),
    (conditional_display, [(True, 1), (False, 2.5)]),
    (grid, [(3, 4), (1, 1)]),
    (shared_rows, [(3,)]),
    (rows_of, [([[1], [2, 3]],)]),
    (append_rows, [(4,)]),
    (tuples, [(5,)]),
    (arrays, [(3,)]),
    (arrays_in, [([np.zeros(2), np.ones(2)], np.arange(3.0))]),
    (same_twice, [([0], [5])]),
    (alias, [([1],)]),
    (sort, [(NUMBERS, True), (FLOATS, False), ([(2, 1.5), (1, 2.5), (2, 0.5)], True), ([True, False, True], False), (list(range(100, 0, -1)), False)]),
    (list_of, [([1, 2, 3],), ([0.5, 1.5],)]),
    (raises_after_change, [([1, 2], 5), ([1, 2], 1)]),
    (raises_in_the_middle, [(3,), (2,)]),
    (sieve, [(60,)]),
    (longest_increasing, [([5, 1, 6, 2, 7, 3, 8],)]),
    (heap, [([5, 12, 3, 8, 1, 14, 9],)]),
    (insort, [([3, 1, 4, 1, 5, 3],)]),
    (shortest_paths, [(40,)]),
    (matrix_product, [([[1, 2], [3, 4]], [[5, 6], [7, 8]])]),
    (permutations, [(4,)]),
    (optional, [([1, 2, 3, 4],), ([1, 2],)]),
    (narrowed, [([3, 1, 2],), ([0.5],)]),
    (first_row, [([[1], [2, 3]], 2), ([[1], [2, 3]], 3)]),
    (is_same, [([1], [1])]),
    (caught, [([5], 2), ([5], 3), ([5], -1)]),
    (caught_in_loop, [([4, 5, 6], 5)]),
    (strings, [(["pear", "fig"], "apple")]),
    (nested_sort, [(ROWS,), ([[0.5], [-1.5, 2.0]],)]),
]
