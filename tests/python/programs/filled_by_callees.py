"""Containers that are made empty and filled by the functions that they are passed to: what they hold is theirs to say."""

from differential import describe


def fill(items, n):
    for i in range(n):
        items.append(i * 0.5)


def fill_both(items, names, n):
    for i in range(n):
        items.append((i, str(i)))
        names[str(i)] = [i]


def count(words, counts):
    for word in words:
        counts[word] = counts.get(word, 0) + 1


def through(items, n):
    fill(items, n)


def grow(items, n):
    if n > 0:
        items.append(n)
        grow(items, n - 1)


def put(seen, item):
    seen.add(item)


def list_of_callee(n):
    items = []
    fill(items, n)
    return items


def list_of_callees_callee(n):
    items = []
    through(items, n)
    return items, len(items)


def list_and_dict(n):
    items = []
    names = {}
    fill_both(items, names, n)
    return items, names


def counted(words):
    counts = dict()
    count(words, counts)
    return counts


def set_of_callee(n):
    seen = set()
    for i in range(n):
        put(seen, (i % 3, "x"))
    return sorted(seen)


def recursive(n):
    items = []
    grow(items, n)
    return items


def nested(n):
    rows = []
    for i in range(n):
        row = []
        fill(row, i)
        rows.append(row)
    return rows


def by_inner_function(n):
    items = []

    def add(x):
        items.append(x * 2)

    for i in range(n):
        add(i)
    return items


def by_inner_function_with_parameter(n):
    def add(into, x):
        into.append(x + 0.5)

    items = []
    for i in range(n):
        add(items, i)
    return items


FUNCTIONS = [fill, fill_both, count, through, grow, put]
CALLS = [
    (list_of_callee, (3,)),
    (list_of_callee, (0,)),
    (list_of_callees_callee, (3,)),
    (list_and_dict, (2,)),
    (counted, (["a", "b", "a"],)),
    (set_of_callee, (5,)),
    (recursive, (4,)),
    (nested, (3,)),
    (by_inner_function, (3,)),
    (by_inner_function_with_parameter, (3,)),
]
# What they answer now, while all that they call is plain Python: a compiled function that plain Python calls is not told
# what an empty container is for.
CASES = [(function, [args], describe(function(*args))) for function, args in CALLS]
