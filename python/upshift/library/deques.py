"""Methods of `collections.deque` that keep to its limit, look at its items, or go through others."""

from collections import deque

from upshift.library import intrinsics


def deque_(iterable=(), maxlen=None):
    result = deque(maxlen=maxlen)
    result.extend(iterable)
    return result


def append(a, item, /):
    if len(a) == intrinsics.deque_limit(a):
        if len(a) == 0:
            return
        a.popleft()
    intrinsics.deque_append(a, item)


def appendleft(a, item, /):
    if len(a) == intrinsics.deque_limit(a):
        if len(a) == 0:
            return
        a.pop()
    intrinsics.deque_insert(a, 0, item)


def insert(a, index, item, /):
    if len(a) == intrinsics.deque_limit(a):
        raise IndexError("deque already at its maximum size")
    intrinsics.deque_insert(a, index, item)


def extend(a, iterable, /):
    if intrinsics.has_same_type(a, iterable):
        if a is iterable:
            iterable = a.copy()
    for item in iterable:
        append(a, item)


def extendleft(a, iterable, /):
    if intrinsics.has_same_type(a, iterable):
        if a is iterable:
            iterable = a.copy()
    for item in iterable:
        appendleft(a, item)


def extended(a, iterable, /):
    extend(a, iterable)
    return a


def joined(a, b, /):
    result = a.copy()
    extend(result, b)
    return result


def repeated(a, count, /):
    result = a.copy()
    return repeated_in_place(result, count)


def repeated_in_place(a, count, /):
    if count <= 0:
        a.clear()
    elif count > 1:
        items = a.copy()
        for _ in range(count - 1):
            for item in items:
                append(a, item)
    return a


def contains(a, value, /):
    for item in a:
        if item == value:
            return True
    return False


def count(a, value, /):
    number = 0
    for item in a:
        if item == value:
            number += 1
    return number


def index(a, value, start=0, stop=9223372036854775807, /):
    length = len(a)
    if start < 0:
        start = max(start + length, 0)
    if stop < 0:
        stop = max(stop + length, 0)
    i = start
    while i < stop and i < len(a):
        if intrinsics.list_item(a, i) == value:
            return i
        i += 1
    raise ValueError(f"{value!r} is not in deque")


def remove(a, value, /):
    for i in range(len(a)):
        if intrinsics.list_item(a, i) == value:
            del a[i]
            return
    raise ValueError(f"{value!r} is not in deque")


def reversed_(a, /):
    changes = intrinsics.deque_changes(a)
    i = len(a) - 1
    while True:
        if intrinsics.deque_changes(a) != changes:
            raise RuntimeError("deque mutated during iteration")
        if i < 0:
            return
        yield intrinsics.list_item(a, i)
        i -= 1
