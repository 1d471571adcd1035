"""Lists, dicts and sets that a function makes, fills and reads."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _size(size):
    return (size,)


def _numbers(size):
    return (np.random.default_rng(20).integers(0, size // 4 + 1, size),)


@jit
def list_append(n):
    values = []
    for i in range(n):
        values.append(i * 7 % 1000)
    total = 0
    for value in values:
        total += value
    return total


@jit
def list_index(n):
    values = [0] * n
    for i in range(n):
        values[i] = i ^ 5
    for i in range(1, n):
        values[i] += values[i - 1] & 255
    total = 0
    for i in range(n - 1, -1, -2):
        total += values[i]
    return total


@jit
def list_sort(numbers):
    values = [int(number) for number in numbers]
    values.sort()
    return values[0] + values[len(values) // 2] + values[-1]


@jit
def list_of_lists(n):
    rows = [[i + j for j in range(16)] for i in range(n)]
    total = 0
    for row in rows:
        for value in row:
            total += value
    return total


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


KERNELS = [
    Kernel("list_append", list_append, _size, 50, 300_000),
    Kernel("list_index", list_index, _size, 50, 300_000),
    Kernel("list_sort", list_sort, _numbers, 50, 50_000),
    Kernel("list_of_lists", list_of_lists, _size, 20, 5_000),
    Kernel("dict_count", dict_count, _numbers, 50, 100_000),
    Kernel("set_members", set_members, _numbers, 50, 100_000),
]
