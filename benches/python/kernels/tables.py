"""Dicts and sets that a function makes, fills, looks up and walks through."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _size(size):
    return (size,)


_NAMES = "the quick brown fox jumps over lazy dog grüßt alle Füchse".split()


def _numbers(size):
    return (np.random.default_rng(20).integers(0, size // 4 + 1, size),)


@jit
def dict_count(numbers):
    counts = {}
    for number in numbers:
        key = int(number)
        if key in counts:
            counts[key] += 1
        else:
            counts[key] = 1
    most = 0
    for key in counts:
        most = max(most, counts[key])
    return most + len(counts)


@jit
def set_members(numbers):
    seen = {0}
    repeated = 0
    for number in numbers:
        key = int(number)
        if key in seen:
            repeated += 1
        else:
            seen.add(key)
    return repeated + len(seen)


@jit
def dict_get(numbers):
    last = {}
    distance = 0
    for place, number in enumerate(numbers):
        key = int(number)
        distance += place - last.get(key, place)
        last[key] = place
    return distance


@jit
def dict_setdefault(numbers):
    names = {-1: 0}
    total = 0
    for number in numbers:
        total += names.setdefault(int(number), len(names))
    return total


@jit
def dict_items(n):
    squares = {i * 3: i * i for i in range(n)}
    total = 0
    for key, value in squares.items():
        total += key ^ value
    for value in squares.values():
        total -= value >> 1
    return total


@jit
def dict_pop(n):
    waiting = {i: i + 1 for i in range(n)}
    total = 0
    for i in range(0, n, 3):
        total += waiting.pop(i)
    for i in range(1, n, 3):
        del waiting[i]
    return total + len(waiting)


@jit
def dict_tuple_keys(n):
    cells = {(0, 0): 1}
    for i in range(n):
        cell = (i * 7 % 300, i * 11 % 200)
        if cell in cells:
            cells[cell] += i
        else:
            cells[cell] = 1
    return cells[(0, 0)] + len(cells)


@jit
def dict_str_keys(text):
    counts = {"": 0}
    for word in text.split(" "):
        counts[word] = counts.get(word, 0) + 1
    return counts["fox"] + len(counts)


@jit
def dict_floats(n):
    found = {0.5: 0}
    for i in range(n):
        found[(i % 5000) * 0.25] = i
    total = 0
    for key in found:
        total += found[key]
    return total


@jit
def memo_paths(n):
    known = {0: 1}
    for i in range(1, n):
        ways = 0
        for step in range(1, 4):
            if i - step in known:
                ways += known[i - step]
        known[i] = ways % 1_000_007
    return known[n - 1]


@jit
def set_add(n):
    seen = {0}
    for i in range(n):
        seen.add(i * i % 65_537)
    return len(seen)


@jit
def set_union(numbers):
    left = {0}
    right = {1}
    for place, number in enumerate(numbers):
        if place & 1:
            left.add(int(number))
        else:
            right.add(int(number))
    both = left & right
    either = left | right
    return len(both) + 2 * len(either) + 3 * len(left - right) + 4 * len(left ^ right)


@jit
def set_iterate(n):
    chosen = {0}
    for i in range(n):
        chosen.add(i * 7)
    total = 0
    for _ in range(5):
        for value in chosen:
            total += value
    return total


@jit
def set_discard(n):
    left = {0}
    for i in range(1, n):
        left.add(i)
    for i in range(0, n, 2):
        left.discard(i)
    for i in range(1, n, 4):
        left.remove(i)
    return len(left)


@jit
def set_tuples(n):
    seen = {(0, 0)}
    for i in range(n):
        seen.add((i * 7 % 300, i * 11 % 200))
    return len(seen)


def _words(size):
    return (" ".join([_NAMES[i * i % 17 % 11] + str(i % 40) for i in range(size)]) + " fox",)


KERNELS = [
    Kernel("dict_count", dict_count, _numbers, 50, 100_000),
    Kernel("set_members", set_members, _numbers, 50, 100_000),
    Kernel("dict_get", dict_get, _numbers, 50, 100_000),
    Kernel("dict_setdefault", dict_setdefault, _numbers, 50, 100_000),
    Kernel("dict_items", dict_items, _size, 50, 100_000),
    Kernel("dict_pop", dict_pop, _size, 50, 100_000),
    Kernel("dict_tuple_keys", dict_tuple_keys, _size, 50, 50_000),
    Kernel("dict_str_keys", dict_str_keys, _words, 50, 20_000),
    Kernel("dict_floats", dict_floats, _size, 50, 50_000),
    Kernel("memo_paths", memo_paths, _size, 50, 50_000),
    Kernel("set_add", set_add, _size, 50, 100_000),
    Kernel("set_union", set_union, _numbers, 50, 50_000),
    Kernel("set_iterate", set_iterate, _size, 50, 50_000),
    Kernel("set_discard", set_discard, _size, 50, 50_000),
    Kernel("set_tuples", set_tuples, _size, 50, 50_000),
]
