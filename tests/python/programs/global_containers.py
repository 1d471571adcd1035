"""Global lists, dicts and sets, which compiled code reads; and what `if x` says of a value that may be absent."""

import numpy as np

DAYS = [-1, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
WEIGHTS = [0.5, -0.0, 1e300]
WORDS = ["one", "two", "Grüße", ""]
ROWS = [[1, 2], [3], [4, 5, 6]]
PAIRS = [(1, "a"), (2, "b")]
PRICES = {"apple": 3, "pear": 5}
NAMES = {1: "one", 2: "two"}
EDGES = {0: [1, 2], 1: [2], 2: [0]}
VOWELS = {"a", "e", "i", "o", "u"}
PRIMES = {2, 3, 5, 7}
DEEP = {"x": {1: [0.5, 1.5]}, "y": {2: [2.5, 3.5]}}
ARRAYS = [np.arange(3.0), np.ones(2)]


def item(i):
    return DAYS[i], DAYS[-i], DAYS[1:i], len(DAYS)


def total():
    result = 0
    for day in DAYS:
        result += day
    return result, sum(DAYS), max(DAYS), min(DAYS), sorted(DAYS)[:3], DAYS.index(30), DAYS.count(31)


def searched(x):
    return x in DAYS, x not in PRIMES, x in NAMES, x in ROWS[0]


def floats(i):
    return WEIGHTS[i] * 2, WEIGHTS + [1.0], WEIGHTS * 2, WEIGHTS == [0.5, 0.0, 1e300]


def words(i):
    result = []
    for position, word in enumerate(WORDS):
        result.append(word + str(position))
    return result, WORDS[i], ", ".join(WORDS), WORDS[i].upper(), "|".join(reversed(WORDS))


def rows(i):
    result = 0
    for row in ROWS:
        for x in row:
            result = result * 10 + x
    row = ROWS[i]
    row_count = 0
    while row_count < len(row):
        row_count += 1
    return result, ROWS[i][0], [x for row in ROWS for x in row if x > i], row_count, len(ROWS[i])


def pairs():
    numbers = [number for number, _ in PAIRS]
    return numbers, PAIRS[1], dict(PAIRS), [name for _, name in PAIRS]


def prices(name):
    result = {key: price * 2 for key, price in PRICES.items()}
    try:
        return PRICES[name], PRICES.get(name), PRICES.get(name, 0), list(PRICES), list(PRICES.values()), result
    except KeyError:
        return 0, None, PRICES.get(name, -1), list(PRICES.keys()), [price for price in PRICES.values()], result


def copied(x):
    days, prices, primes = DAYS.copy(), dict(PRICES), PRIMES | {x}
    days.append(x)
    days[0] = 7
    prices["new"] = x
    primes.add(100)
    names = list(WORDS)
    names.append("more")
    return days, prices, sorted(primes), names


def walked(start):
    seen, waiting = [], [start]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.append(node)
            waiting.extend(EDGES[node])
    return seen


def vowels(text):
    return [c for c in text if c in VOWELS], VOWELS & {"a", "z"}, VOWELS >= {"a"}, len(PRIMES)


def deep(key, number):
    return DEEP[key][number][1], [len(inner) for inner in DEEP.values()]


def arrays(i):
    return ARRAYS[i] + 1, ARRAYS[i].sum()


def inside(i):
    def price(name):
        return PRICES[name] + DAYS[i]

    return price("apple") + (lambda: len(WORDS))()


def zipped():
    result = 0.0
    for day, weight in zip(DAYS, WEIGHTS):
        result += day * weight
    return result, [(a, b) for a, b in zip(WORDS, DAYS)]


def chosen(flag, i):
    table = DAYS if flag else [7, 8, 9]
    return table[i], len(table)


def found(items, wanted):
    for position, item in enumerate(items):
        if item == wanted:
            return position, item
    return None


def walrus(items, wanted):
    if place := found(items, wanted):
        position, item = place
        return position + item
    return -1


def truthy(items, wanted):
    place = found(items, wanted)
    if not place:
        return -1
    position, item = place
    return position - item


def absent(x):
    number = x if x > 2 else None
    if number:
        return number + 1
    return 0 if number is None else -1


def while_truthy(n):
    left = n if n else None
    result = 0
    while left:
        result += left
        left = left - 1 if left > 1 else None
    return result


def both(x, y):
    a, b = x if x != 1 else None, y if y != 1 else None
    if a and b:
        return a + b
    return (a or 0) - (b or 0)


FUNCTIONS = [found]
CASES = [
    (item, [(1,), (5,), (13,)]),
    (total, [()]),
    (searched, [(x,) for x in (1, 2, 30, -1)]),
    (floats, [(0,), (1,), (3,)]),
    (words, [(0,), (2,), (-1,)]),
    (rows, [(0,), (2,)]),
    (pairs, [()]),
    (prices, [("apple",), ("plum",)]),
    (copied, [(5,)]),
    (walked, [(0,), (1,), (7,)]),
    (vowels, [("education",), ("",)]),
    (deep, [("x", 1), ("y", 2), ("x", 2)]),
    (arrays, [(0,), (1,)]),
    (inside, [(3,)]),
    (zipped, [()]),
    (chosen, [(True, 1), (False, 2)]),
    (walrus, [([5, 6, 7], 7), ([5], 5), ([5], 1)]),
    (truthy, [([5, 6, 7], 7), ([5], 5), ([5], 1)]),
    (absent, [(0,), (2,), (3,), (-1,)]),
    (while_truthy, [(0,), (5,)]),
    (both, [(0, 2), (3, 4), (1, 2), (1, 1), (2, 1)]),
]
