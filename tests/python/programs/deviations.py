"""What the README documents as different from CPython: each row states what compiled code does instead."""

import numpy as np


def add(a, b):
    return a + b


def power(a, b):
    return a**b


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


def and_not(a, b):
    return a and not b


CASES = [
    # Ints have 64 bits and wrap.
    (add, [(2**63 - 1, 1)], "int(-9223372036854775808)"),
    # The type of a power does not depend on values.
    (power, [(2, -1)], "ValueError('an int to a negative power is a float; write float(x) ** n') at line 11"),
    (power, [(-8.0, 0.5)], "ValueError('a negative float to a fractional power is complex; write complex(x) ** y') at line 11"),
    # A variable has one type: that which holds what all paths assign.
    (joined, [(False,)], "float(1.0)"),
    (sum_of, [(np.full(3, 100, np.uint8),)], "numpy.int64(300)"),
    (sum_of, [(np.zeros(0),)], "numpy.float64(0.0)"),
    (and_not, [(1, 0)], "int(1)"),
]
