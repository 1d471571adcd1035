"""Lists that a function makes, grows, cuts, searches and sorts."""

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
def list_stack(n):
    stack = [1]
    total = 0
    while stack:
        value = stack.pop()
        total += value
        if value < n:
            stack.append(value * 2)
            if value % 3 != 0:
                stack.append(value * 2 + 1)
    return total


@jit
def list_queue(n):
    queue = [0]
    total = 0
    for i in range(n):
        queue.append(i)
        if len(queue) > 100:
            total += queue.pop(0)
    return total


@jit
def list_insert(n):
    values = [0]
    for i in range(n):
        values.insert(i * 7 % len(values), i)
    return values[0] + values[len(values) // 2]


@jit
def list_extend(n):
    values = [0]
    part = [1, 2, 3, 4, 5, 6, 7, 8]
    for i in range(n):
        part[i & 7] = i
        values.extend(part)
    return len(values) + values[-3]


@jit
def list_slices(n):
    values = list(range(64))
    total = 0
    for i in range(n):
        part = values[i % 32 : i % 32 + 16]
        total += part[0] + len(part)
        every = values[i % 8 :: 3]
        total += every[-1]
        values[i % 16 : i % 16 + 4] = values[32:36]
    return total


@jit
def list_search(n):
    values = [i * 3 for i in range(500)]
    total = 0
    for i in range(n):
        if i * 7 % 1500 in values:
            total += values.index(i * 7 % 1500)
        total += values.count(i)
    return total


@jit
def list_comprehension(n):
    total = 0
    for i in range(n):
        squares = [j * j for j in range(20) if (i + j) & 1]
        total += len(squares) + squares[-1]
    return total


@jit
def list_reverse(n):
    values = list(range(n))
    for _ in range(10):
        values.reverse()
        values = values[::-1]
        values[0], values[-1] = values[-1], values[0]
    return values[0] + values[1]


@jit
def list_copies(n):
    board = [0] * 40
    total = 0
    for i in range(n):
        copied = board.copy()
        copied[i % 40] += i
        board = copied + [i % 5]
        board = board[1:]
        total += max(board) - min(board) + sum(board)
    return total


@jit
def list_of_tuples(n):
    pairs = [(i, i * 0.5) for i in range(n)]
    total = 0.0
    for number, half in pairs:
        total += number * half
    return total


@jit
def grid_of_lists(n):
    grid = [[0] * n for _ in range(n)]
    for i in range(1, n):
        for j in range(1, n):
            grid[i][j] = max(grid[i - 1][j], grid[i][j - 1]) + ((i * j) & 1)
    return grid[n - 1][n - 1]


@jit
def sort_floats(numbers):
    values = [number * 0.37 % 1.0 for number in numbers]
    values.sort()
    return values[len(values) // 2]


@jit
def _last_digits(number):
    return number % 1000


@jit
def sort_by_key(numbers):
    values = [int(number) for number in numbers]
    values.sort(key=_last_digits)
    return values[0] + values[len(values) // 2] + values[-1]


@jit
def sort_tuples(numbers):
    pairs = [(int(number) % 100, place) for place, number in enumerate(numbers)]
    pairs.sort()
    return pairs[len(pairs) // 2][1]


@jit
def sort_reversed(numbers):
    values = sorted([int(number) for number in numbers], reverse=True)
    return values[0] - values[len(values) // 3]


@jit
def sort_words(text):
    words = text.split()
    words.sort()
    return words[len(words) // 2]


def _words(size):
    return (" ".join([str(i * i * 7919 % 10_007) for i in range(size)]),)


KERNELS = [
    Kernel("list_append", list_append, _size, 50, 300_000),
    Kernel("list_index", list_index, _size, 50, 300_000),
    Kernel("list_sort", list_sort, _numbers, 50, 50_000),
    Kernel("list_of_lists", list_of_lists, _size, 20, 5_000),
    Kernel("list_stack", list_stack, _size, 50, 50_000),
    Kernel("list_queue", list_queue, _size, 200, 50_000),
    Kernel("list_insert", list_insert, _size, 50, 5_000),
    Kernel("list_extend", list_extend, _size, 50, 10_000),
    Kernel("list_slices", list_slices, _size, 50, 10_000),
    Kernel("list_search", list_search, _size, 50, 2_000),
    Kernel("list_comprehension", list_comprehension, _size, 50, 10_000),
    Kernel("list_reverse", list_reverse, _size, 50, 20_000),
    Kernel("list_copies", list_copies, _size, 50, 10_000),
    Kernel("list_of_tuples", list_of_tuples, _size, 50, 50_000),
    Kernel("grid_of_lists", grid_of_lists, _size, 20, 300),
    Kernel("sort_floats", sort_floats, _numbers, 50, 50_000),
    Kernel("sort_by_key", sort_by_key, _numbers, 50, 50_000),
    Kernel("sort_tuples", sort_tuples, _numbers, 50, 20_000),
    Kernel("sort_reversed", sort_reversed, _numbers, 50, 50_000),
    Kernel("sort_words", sort_words, _words, 50, 5_000),
]
