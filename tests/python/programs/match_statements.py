"""`match`: patterns that types decide when compiling, and those that values decide when running."""

import numpy as np


def literals(x):
    match x:
        case 0:
            return 10
        case 1 | 2:
            return 20
        case -3:
            return 30
        case _ if x > 100:
            return 40
    return 50


def sequences(a):
    match a:
        case ():
            return 0
        case (x,):
            return x
        case (1, y) if y > 2:
            return y
        case (x, y):
            return x * 100 + y
        case (x, (y, z), _):
            return x + y + z
        case _:
            return -1


def classes(x):
    match x:
        case bool():
            return 1
        case int(n):
            return n + 1
        case float():
            return 3
        case np.ndarray():
            return len(x)
        case None:
            return 5
        case (int(), float() as y):
            return y
        case tuple():
            return 7
    return 8


def captures(x, y):
    match x, y:
        case 0, b:
            return b
        case a, 0:
            return a
        case a, b if a == b:
            return a * 2
        case other:
            return other[0] - other[1]


def in_a_loop(n):
    total = 0
    for i in range(n):
        match i % 5:
            case 0:
                continue
            case 1 | 3 as odd:
                total += odd
            case even:
                total -= even
                if total < -3:
                    break
    return total


CASES = [
    (literals, [(i,) for i in (0, 1, 2, -3, 101, 7)]),
    (sequences, [((),), ((3,),), ((1, 5),), ((1, 2),), ((4, 2),), ((1, (2, 3), 4),), ((1, 2, 3, 4),), (1,), (np.zeros(2),)]),
    (classes, [(True,), (4,), (2.5,), (np.zeros(3),), (None,), ((1, 2.5),), ((1, 2),), (1j,)]),
    (captures, [(0, 3), (3, 0), (4, 4), (5, 2)]),
    (in_a_loop, [(3,), (20,)]),
]
