"""Every operator on every pairing of number types, at the values where they go wrong."""

import operator

import numpy as np

PYTHON = [
    False, True, 0, 1, -1, 2, -3, 7, 63, 64, 2**31, 2**53 + 1, 2**62, -(2**63), 2**63 - 1,
    0.0, -0.0, 1.0, -1.5, 3.7, 2.0**53, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"),
    0j, 1 + 2j, complex(-0.0, 3.5), complex(float("inf"), 1.0),
]  # fmt: skip
NUMPY = [
    np.bool_(False), np.bool_(True),
    *(np.dtype(name).type(value) for name in ("int8", "int16", "int32", "int64")
      for value in (0, 1, -1, 7, np.iinfo(name).min, np.iinfo(name).max)),
    *(np.dtype(name).type(value) for name in ("uint8", "uint16", "uint32", "uint64")
      for value in (0, 1, 5, np.iinfo(name).max)),
    *(kind(value) for kind in (np.float32, np.float64) for value in (0.0, -0.0, 1.5, -2.5, 1e30, np.inf, np.nan)),
    *(kind(value) for kind in (np.complex64, np.complex128) for value in (0j, 1 - 2j, complex(-0.0, 1.5))),
]  # fmt: skip


def add(a, b):
    return a + b


def subtract(a, b):
    return a - b


def multiply(a, b):
    return a * b


def divide(a, b):
    return a / b


def floor_divide(a, b):
    return a // b


def modulo(a, b):
    return a % b


def power(a, b):
    return a**b


def shift_left(a, b):
    return a << b


def shift_right(a, b):
    return a >> b


def and_(a, b):
    return a & b


def or_(a, b):
    return a | b


def xor(a, b):
    return a ^ b


def less(a, b):
    return a < b


def less_equal(a, b):
    return a <= b


def equal(a, b):
    return a == b


def not_equal(a, b):
    return a != b


def greater(a, b):
    return a > b


def greater_equal(a, b):
    return a >= b


def negative(a):
    return -a


def positive(a):
    return +a


def invert(a):
    return ~a


def not_(a):
    return not a


def truth(a):
    return 1 if a else 0


BINARY = [
    add, subtract, multiply, divide, floor_divide, modulo, power, shift_left, shift_right, and_, or_, xor, less,
    less_equal, equal, not_equal, greater, greater_equal,
]  # fmt: skip
UNARY = [negative, positive, invert, not_, truth]
