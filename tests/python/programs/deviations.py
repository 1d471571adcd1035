"""What the README documents as different from CPython: each row states what compiled code does instead."""

import numpy as np


TABLE = np.arange(2)


def add(a, b):
    return a + b


def power(a, b):
    return a**b


def int_(x):
    return int(x)


def joined(flag):
    x = 1
    if flag:
        x = 2.5
    return x


def sum_of(a):
    total = 0
    for x in a:
        total += x
    return total


def global_array():
    return TABLE[:1]


def and_not(a, b):
    return a and not b


CASES = [
    # Ints have 64 bits and wrap.
    (add, [(2**63 - 1, 1)], "int(-9223372036854775808)"),
    # The type of a power does not depend on values.
    (power, [(2, -1)], "ValueError('an int to a negative power is a float; write float(x) ** n') at line 14"),
    (power, [(-8.0, 0.5)], "ValueError('a negative float to a fractional power is complex; write complex(x) ** y') at line 14"),
    (int_, [(1e22,)], "OverflowError('float exceeds a 64-bit integer') at line 18"),
    # A variable has one type: that which holds what all paths assign.
    (joined, [(False,)], "float(1.0)"),
    (sum_of, [(np.full(3, 100, np.uint8),)], "numpy.int64(300)"),
    (sum_of, [(np.zeros(0),)], "numpy.float64(0.0)"),
    # Arrays that are globals are constants.
    (global_array, [()], "array([0], int64, shape=(1,), strides=any readonly)"),
    (and_not, [(1, 0)], "int(1)"),
]
