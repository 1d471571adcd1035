"""Sorting, searching and comparing sequences."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _numbers(size):
    return (np.random.default_rng(10).permutation(size),)


@jit
def insertion_sort(values):
    result = values.copy()
    for i in range(1, result.shape[0]):
        value = result[i]
        j = i - 1
        while j >= 0 and result[j] > value:
            result[j + 1] = result[j]
            j -= 1
        result[j + 1] = value
    return result


@jit
def bubble_sort(values):
    result = values.copy()
    count = result.shape[0]
    for end in range(count - 1, 0, -1):
        for i in range(end):
            if result[i] > result[i + 1]:
                result[i], result[i + 1] = result[i + 1], result[i]
    return result


@jit
def binary_search(values, queries):
    found = 0
    for k in range(queries.shape[0]):
        query = queries[k]
        low = 0
        high = values.shape[0]
        while low < high:
            middle = (low + high) // 2
            if values[middle] < query:
                low = middle + 1
            else:
                high = middle
        found += low
    return found


@jit
def levenshtein(left, right):
    columns = right.shape[0] + 1
    previous = np.arange(columns)
    current = np.zeros(columns, dtype=np.int64)
    for i in range(left.shape[0]):
        current[0] = i + 1
        for j in range(1, columns):
            cost = 0 if left[i] == right[j - 1] else 1
            current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
        previous, current = current, previous
    return previous[columns - 1]


def _texts(size):
    generator = np.random.default_rng(11)
    return generator.integers(0, 4, size), generator.integers(0, 4, size)


def _queries(size):
    return np.arange(0, 2 * size, 2), np.random.default_rng(12).integers(0, 2 * size, size)


KERNELS = [
    Kernel("insertion_sort", insertion_sort, _numbers, 50, 2_000),
    Kernel("bubble_sort", bubble_sort, _numbers, 50, 1_000),
    Kernel("binary_search", binary_search, _queries, 100, 30_000),
    Kernel("levenshtein", levenshtein, _texts, 30, 700),
]
