"""The modules `heapq` and `bisect`."""

import bisect
import heapq


def of_heap(items, count):
    heapq.heapify(items)
    first = heapq.heappushpop(items, items[-1])
    second = heapq.heapreplace(items, first)
    heapq.heappush(items, second)
    return items, heapq.nlargest(count, items), heapq.nsmallest(count, items), [heapq.heappop(items) for _ in range(2)]


def bisected(items, item):
    return bisect.bisect(items, item), bisect.bisect_left(items, item), bisect.bisect_right(items, item)


def inserted(items, item):
    bisect.insort(items, item)
    bisect.insort_left(items, item)
    bisect.insort_right(items, item)
    return items


def popped(items):
    items.clear()
    return heapq.heappop(items)


def replaced(items):
    items.clear()
    return heapq.heapreplace(items, 1)


SORTED = [([1, 3, 3, 7], 3), ([1, 3], 9), ([1.5, 2.5], 0.5), (["a", "c"], "b"), ([(1, "x"), (2, "y")], (1, "z"))]
CASES = [
    (of_heap, [([5, 1, 4, 1, 3, 9, -2], count) for count in (0, 1, 3, 20, -1)]),
    (of_heap, [([0.5, -0.0, 0.0, 1e300], 2), (["b", "a", "", "ab"], 3), ([(1, "b"), (1, "a"), (0, "z")], 2)]),
    (bisected, SORTED),
    (inserted, SORTED),
    (popped, [([1],)]),
    (replaced, [([1],)]),
]
