"""Nested loops over matrices."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _matrix(size):
    return (np.random.default_rng(4).random((size, size)),)


def _matrices(size):
    generator = np.random.default_rng(5)
    return generator.random((size, size)), generator.random((size, size))


@jit
def matmul(left, right):
    rows, inner = left.shape
    columns = right.shape[1]
    result = np.zeros((rows, columns))
    for i in range(rows):
        for k in range(inner):
            factor = left[i, k]
            for j in range(columns):
                result[i, j] += factor * right[k, j]
    return result


@jit
def matmul_inner(left, right):
    rows, inner = left.shape
    columns = right.shape[1]
    result = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += left[i, k] * right[k, j]
            result[i, j] = total
    return result


@jit
def jacobi(grid, steps):
    rows, columns = grid.shape
    old = grid.copy()
    new = grid.copy()
    for _ in range(steps):
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                new[i, j] = 0.25 * (old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1])
        old, new = new, old
    return old


@jit
def pairwise(points):
    count, dimensions = points.shape
    result = np.empty((count, count))
    for i in range(count):
        for j in range(count):
            total = 0.0
            for k in range(dimensions):
                step = points[i, k] - points[j, k]
                total += step * step
            result[i, j] = total**0.5
    return result


KERNELS = [
    Kernel("matmul", matmul, _matrices, 12, 150),
    Kernel("matmul_inner", matmul_inner, _matrices, 12, 150),
    Kernel("jacobi", jacobi, lambda size: (*_matrix(size), 10), 16, 256),
    Kernel("pairwise", pairwise, lambda size: (np.random.default_rng(6).random((size, 3)),), 16, 500),
]
