"""Loops that end in one number."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _vector(size):
    return (np.random.default_rng(1).random(size),)


def _vectors(size):
    generator = np.random.default_rng(2)
    return generator.random(size), generator.random(size)


@jit
def scalar_sum(count):
    total = 0
    for i in range(count):
        total = (total + (i * i ^ total)) & 0xFFFFFFFF
    return total


@jit
def strict_sum(values):
    total = 0.0
    for i in range(len(values)):
        total += values[i]
    return total


@jit(fastmath=True)
def fast_sum(values):
    total = 0.0
    for i in range(len(values)):
        total += values[i]
    return total


@jit
def dot(left, right):
    total = 0.0
    for i in range(left.shape[0]):
        total += left[i] * right[i]
    return total


@jit
def integer_sum(values):
    total = 0
    for value in values:
        total += value
    return total


@jit
def prefix_sum(values):
    result = np.empty_like(values)
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
        result[i] = total
    return result


KERNELS = [
    Kernel("scalar_sum", scalar_sum, lambda size: (size,), 1_000, 2_000_000),
    Kernel("strict_sum", strict_sum, _vector, 1_000, 1_000_000),
    Kernel("fast_sum", fast_sum, _vector, 1_000, 100_000, 1e-12),
    Kernel("dot", dot, _vectors, 1_000, 1_000_000),
    Kernel("integer_sum", integer_sum, lambda size: (np.arange(size) * 7 % 1013,), 1_000, 100_000),
    Kernel("prefix_sum", prefix_sum, _vector, 1_000, 500_000),
]
