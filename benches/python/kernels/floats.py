"""Scalar floating point: iterations and `math` functions."""

import math

import numpy as np
from engine import jit

from .kernel import Kernel


@jit
def mandelbrot(size):
    counts = np.zeros((size, size), dtype=np.int32)
    for row in range(size):
        imag = -1.25 + 2.5 * row / size
        for column in range(size):
            real = -2.0 + 2.5 * column / size
            x = 0.0
            y = 0.0
            count = 0
            while x * x + y * y <= 4.0 and count < 100:
                x, y = x * x - y * y + real, 2.0 * x * y + imag
                count += 1
            counts[row, column] = count
    return counts


@jit
def julia(size):
    counts = np.zeros((size, size), dtype=np.int64)
    constant = complex(-0.8, 0.156)
    for row in range(size):
        for column in range(size):
            z = complex(3.0 * column / size - 1.5, 3.0 * row / size - 1.5)
            count = 0
            while z.real * z.real + z.imag * z.imag < 4.0 and count < 100:
                z = z * z + constant
                count += 1
            counts[row, column] = count
    return counts


@jit
def exp_sin(count):
    total = 0.0
    for i in range(count):
        x = i * 1e-4
        total += math.exp(-x) * math.sin(x)
    return total


@jit
def monte_carlo_pi(count):
    state = 12345
    inside = 0
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        x = state / 2147483648.0
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        y = state / 2147483648.0
        if x * x + y * y <= 1.0:
            inside += 1
    return 4.0 * inside / count


@jit
def polynomial32(values):
    result = np.empty(values.shape[0], dtype=np.float32)
    for i in range(values.shape[0]):
        x = values[i]
        result[i] = x * x * x - x * x + x
    return result


def _vector32(size):
    return (np.random.default_rng(3).random(size).astype(np.float32),)


KERNELS = [
    Kernel("mandelbrot", mandelbrot, lambda size: (size,), 20, 120),
    Kernel("julia", julia, lambda size: (size,), 20, 120),
    Kernel("exp_sin", exp_sin, lambda size: (size,), 1_000, 100_000, 1e-13),
    Kernel("monte_carlo_pi", monte_carlo_pi, lambda size: (size,), 1_000, 500_000),
    Kernel("polynomial32", polynomial32, _vector32, 1_000, 100_000),
]
