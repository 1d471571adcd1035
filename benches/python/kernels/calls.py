"""Calls between jitted functions, recursion and tuples."""

from engine import jit

from .kernel import Kernel


@jit
def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


@jit
def _add(a, b):
    return a + b


@jit
def _scale(a, factor):
    return _add(a, a * factor)


@jit
def small_calls(count):
    total = 0.0
    for i in range(count):
        total = _scale(_add(total, i), 0.25) * 0.5
    return total


@jit
def _rotate(vector):
    x, y, z = vector
    return (y, z, x)


@jit
def _combine(left, right):
    return (left[0] * right[1], left[1] + right[2], left[2] - right[0])


@jit
def tuples(count):
    state = (1.0, 0.5, 0.25)
    step = (0.5, 1.0, 0.125)
    for _ in range(count):
        state = _combine(_rotate(state), step)
    return state


KERNELS = [
    Kernel("fibonacci", fibonacci, lambda size: (size,), 12, 27, step=2),
    Kernel("small_calls", small_calls, lambda size: (size,), 1_000, 500_000),
    Kernel("tuples", tuples, lambda size: (size,), 1_000, 500_000),
]
