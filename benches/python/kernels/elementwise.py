"""One result per element: written as a loop, and as NumPy writes it."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _three(size):
    generator = np.random.default_rng(7)
    return generator.random(size), generator.random(size), generator.random(size)


@jit
def multiply_add_loop(a, b, c):
    result = np.empty(a.shape[0])
    for i in range(a.shape[0]):
        result[i] = a[i] * b[i] + c[i]
    return result


@jit
def multiply_add_into(a, b, c, result):
    for i in range(a.shape[0]):
        result[i] = a[i] * b[i] + c[i]
    return result


@jit
def multiply_add_array(a, b, c):
    return a * b + c


@jit
def array_exp(values):
    return np.exp(values)


@jit
def array_wave(values):
    return np.sin(values) * np.sqrt(values) + 1.0


KERNELS = [
    Kernel("multiply_add_loop", multiply_add_loop, _three, 1_000, 100_000),
    Kernel("multiply_add_into", multiply_add_into, lambda size: (*_three(size), np.zeros(size)), 1_000, 10_000),
    Kernel("multiply_add_array", multiply_add_array, _three, 1_000, 100_000),
    Kernel("array_exp", array_exp, lambda size: _three(size)[:1], 1_000, 100_000, 1e-15),
    Kernel("array_wave", array_wave, lambda size: _three(size)[:1], 1_000, 100_000, 1e-15),
]
