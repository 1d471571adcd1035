"""Generator expressions, iterators as values, and what is made of them: `iter`, `next`, `map`, `filter`, lazy `zip`."""

import math

import numpy as np


def expressions(a, n):
    scale = n * 2
    total = sum(x * scale for x in a)
    best = max(abs(x - n) for x in a)
    evens = [i for i in (j * j for j in range(n)) if i % 2 == 0]
    nested = sum(i * j for i in range(n) for j in range(i) if (i + j) % 3)
    flags = any(x > n for x in a), all(x > -n for x in a)
    return total, best, evens, nested, flags


def more_expressions(text, n):
    letters = sorted({letter for letter in text})
    counted = {letter: sum(1 for other in text if other == letter) for letter in letters}
    joined = "-".join(str(i) for i in range(n))
    roots = list(math.sqrt(i) for i in range(n))
    smallest = min((len(word), word) for word in text.split())
    return counted, joined, roots, smallest, set(i % 3 for i in range(n)), dict((i, i * i) for i in range(n))


def expression_in_a_loop(n):
    found = []
    for i in range(n):
        found.append(sum(i * j for j in range(i)))
        i += 1
        found.append(sum(i * j for j in range(i)))
    return found


def nexts(n):
    def numbers(n):
        for i in range(n):
            yield i * i

    g = numbers(n)
    first = next(g)
    found = [first, next(g, -1), next(g, -1)]
    rest = list(g)
    found.append(next(g, -2))
    return found, rest


def next_at_the_end(n):
    def numbers(n):
        yield n

    g = numbers(n)
    total = next(g)
    try:
        total += next(g)
    except StopIteration:
        total += 1000
    return total


def next_raises(n):
    it = iter([n])
    return next(it) + next(it)


def iterators(a, items, text, d, s):
    it = iter(items)
    head = next(it)
    rest = [x for x in it]
    over_array = iter(a)
    total = next(over_array) * 100
    for x in over_array:
        total += x
    letters = iter(text)
    first = next(letters, "")
    keys = iter(d)
    key = next(keys)
    numbers = iter(range(3))
    again = iter(numbers)
    next(again)
    return head, rest, total, first, list(letters), key, list(keys), list(numbers), next(iter(s)), next(iter((4, 5)))


def pairs_from_one(items):
    it = iter(items)
    return [(a, b) for a, b in zip(it, it)]


def maps(n, a):
    doubled = map(lambda x: x * 2, range(n))
    first = next(doubled)
    both = list(map(lambda x, y: x - y, [10, 20, 30], range(n)))
    kept = list(filter(lambda x: x % 3 == 0, range(n)))
    true = list(filter(None, [0, 1, 2, 0]))
    return first, list(doubled), both, kept, true, sum(map(abs, a)), list(map(float, range(n)))


def lazy_objects(items, n):
    pairs = zip(items, range(n))
    numbered = enumerate(items, 5)
    back = reversed(items)
    found = [next(pairs), next(numbered)]
    last = next(back)
    for i in range(2):
        for pair in pairs:
            found.append(pair)
            break
    return found, list(pairs), list(numbered), last, list(back), list(numbered)


def sentinel(n):
    values = [n]

    def step():
        values[0] -= 1
        return values[0]

    return list(iter(step, 3))


def optional_generator(n):
    def numbers(n):
        for i in range(n):
            yield i

    g = None
    if n > 2:
        g = numbers(n)
    if g is None:
        return -1
    return sum(g)


def deep_recursion(n):
    def walk(n):
        if n > 0:
            yield n
            yield from walk(n - 1)

    total = 0
    for x in walk(n):
        total += x
    return total


def late_expression(n):
    k = 1
    g = (i * k for i in range(n))
    k = 10
    found = list(g)
    k = 20
    return found, list(g), k


def expression_of_expression(n):
    g = (i + 1 for i in range(n))
    h = (i * 2 for i in g)
    return list(h), list(g)


def over_rows(m):
    def rows(m):
        for i in range(m.shape[0]):
            yield m[i]

    total = 0.0
    for i, row in enumerate(rows(m)):
        row[0] = i
        total += row.sum()
    return total, m


def many_values(n):
    def numbers(n):
        a, b, c, d, e, f = 1, 2.5, 3j, "text", (4, 5), np.float32(6)
        g = np.arange(n)
        h = [n]
        for i in range(n):
            yield a + i
            a += 1
            b *= 2
            c += b
            d += str(i)
            e = (e[1], e[0] + i)
            f += np.float32(1)
            g = g + 1
            h.append(i)
        yield len(d) + e[0] + e[1] + len(h) + int(b) + int(c.real) + int(f) + int(g.sum())

    return [x for x in numbers(n)]


def float_and_int(n):
    def numbers(n):
        yield 1
        for i in range(n):
            yield i * 0.5

    return sum(numbers(n))


def maybe_none(n):
    def numbers(n):
        for i in range(n):
            if i % 2:
                yield None
            else:
                yield i

    return [x for x in numbers(n) if x is not None]


def while_else(n):
    def numbers(n):
        i = 0
        while i < n:
            i += 1
            if i == 7:
                break
            yield i
        else:
            yield -1
        yield -2

    return list(numbers(n))


CASES = [
    (expressions, [(np.arange(5.0), 3), ([1, 2, 3], 2)]),
    (more_expressions, [("ab abc a", 4)]),
    (expression_in_a_loop, [(5,)]),
    (nexts, [(1,), (2,), (6,)]),
    (next_at_the_end, [(1,)]),
    (next_raises, [(1,)]),
    (iterators, [(np.arange(1.0, 4.0), [1, 2, 3], "abc", {5: 1, 6: 2}, {7})]),
    (pairs_from_one, [([1, 2, 3, 4],), ([1, 2, 3],)]),
    (maps, [(4, np.array([-1.5, 2.0]))]),
    (lazy_objects, [([1, 2, 3, 4], 4)]),
    (sentinel, [(8,)]),
    (optional_generator, [(1,), (4,)]),
    (deep_recursion, [(50,)]),
    (late_expression, [(4,)]),
    (expression_of_expression, [(4,)]),
    (over_rows, [(np.ones((3, 2)),)]),
    (many_values, [(4,)]),
    (float_and_int, [(3,)]),
    (maybe_none, [(5,)]),
    (while_else, [(3,), (9,)]),
]
