"""Containers that a function makes and others fill: what they hold follows from what the callees put into them."""


def add_to(items, x):
    items.append(x)


def count_in(counts, text):
    for c in text:
        counts[c] = counts.get(c, 0) + 1


def add_both(numbers, names, n):
    add_to(numbers, n)
    names.add(str(n))


def push(heap, item):
    heap.append(item)
    sift(heap, len(heap) - 1)


def sift(heap, position):
    item = heap[position]
    while position > 0 and item < heap[(position - 1) // 2]:
        heap[position] = heap[(position - 1) // 2]
        position = (position - 1) // 2
    heap[position] = item


def collect(graph, node, found):
    found.append(node)
    for other in graph[node]:
        if other not in found:
            collect(graph, other, found)


def even(n, out):
    if n > 0:
        odd(n - 1, out)
    out.append(n)


def odd(n, out):
    if n > 0:
        even(n - 1, out)


def one(x):
    items = []
    add_to(items, x)
    return items


def several(texts):
    counts = {}
    for text in texts:
        count_in(counts, text)
    return counts


def both(n):
    numbers, names = [], set()
    for i in range(n):
        add_both(numbers, names, i)
    return numbers, sorted(names)


def heap_of(items):
    heap = []
    for item in items:
        push(heap, (item, "x"))
    return heap[0], len(heap)


def walk(graph, start):
    found = []
    collect(graph, start, found)
    return found


def mutual(n):
    out = []
    even(n, out)
    return out


def inside(n):
    out = []

    def visit(k):
        if k > 0:
            visit(k - 1)
            out.append(k * 2)

    visit(n)
    return out


def passed_inside(n):
    def visit(k, out):
        if k > 0:
            visit(k - 1, out)
            out.append((k, float(k)))

    out = []
    visit(n, out)
    return out


def nested(n):
    rows = []
    for i in range(n):
        row = []
        add_to(row, i)
        add_to(rows, row)
    return rows


def joined(n):
    items = []
    add_to(items, n)
    items.append(0.5)
    return items[1]


def never_called(n):
    items = []
    if n > 100:
        add_to(items, n)
    return len(items)


# Plain functions pass empty containers to each other, which have no type outside of compiled code.
STAY_PLAIN = True
FUNCTIONS = [add_to, count_in, add_both, push, sift, collect, even, odd]
CASES = [
    (one, [(1,), (0.5,), ("a",)]),
    (several, [(["abc", "cab", "c"],)]),
    (both, [(0,), (3,)]),
    (heap_of, [([5, 3, 8, 1],)]),
    (walk, [({0: [1, 2], 1: [2], 2: [0]}, 0)]),
    (mutual, [(5,), (4,), (0,)]),
    (inside, [(4,), (0,)]),
    (passed_inside, [(3,)]),
    (nested, [(3,)]),
    (joined, [(1.0,)]),
    (never_called, [(1,), (101,)]),
]
