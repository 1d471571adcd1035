"""Dates and durations: operators and functions on their counts, in which the smallest int is NaT.

Factors bring operands to a common unit; `None` says that there is nothing to do. Scalars are plain ints here.
"""

import numpy as np

NAT = -9223372036854775808


def same(a, /):
    return a


def copy(a, /):
    if isinstance(a, np.ndarray):
        return a.copy()
    else:
        return int(a)


def _scaled(a, factor):
    if factor is None:
        return a
    elif isinstance(factor, tuple):
        return from_months(a, factor)
    else:
        return a * factor


def _days_before(months):
    """Days from 1970-01-01 to the beginning of a month: years begin in March, centuries of leap years at 0."""
    since_march = months + 12 * 1970 - 2
    year, month = since_march // 12, since_march % 12
    century, within = year // 400, year % 400
    return century * 146097 + within * 365 + within // 4 - within // 100 + (153 * month + 2) // 5 - 719468


def from_months(a, numbers, /):
    """Dates of months or years as counts of a finer unit: NaT stays."""
    months, of_a_day, divisor = numbers
    if isinstance(a, np.ndarray):
        return np.where(a == NAT, NAT, _days_before(a * months) * of_a_day // divisor)
    else:
        return NAT if a == NAT else _days_before(int(a) * months) * of_a_day // divisor


def _holds_nat(a, b):
    return (a == NAT) | (b == NAT)


def add(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.where(_holds_nat(a, b), NAT, x + y)
    else:
        return NAT if a == NAT or b == NAT else int(x + y)


def subtract(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.where(_holds_nat(a, b), NAT, x - y)
    else:
        return NAT if a == NAT or b == NAT else int(x - y)


def multiply(a, number, /):
    if isinstance(a, np.ndarray) or isinstance(number, np.ndarray):
        return np.where(a == NAT, NAT, a * number)
    else:
        return NAT if a == NAT else int(a * int(number))


def multiply_right(number, a, /):
    return multiply(a, number)


def multiply_float(a, number, /):
    if isinstance(a, np.ndarray) or isinstance(number, np.ndarray):
        return np.where(a == NAT, NAT, (a * number).astype(np.int64))
    else:
        return NAT if a == NAT else int(np.int64(np.float64(a) * np.float64(number)))


def multiply_float_right(number, a, /):
    return multiply_float(a, number)


def divide_by_int(a, number, /):
    """C's division, which cuts."""
    if isinstance(a, np.ndarray) or isinstance(number, np.ndarray):
        quotient = a // number
        is_cut = (a - quotient * number != 0) & ((a < 0) != (number < 0))
        return np.where((a == NAT) | (number == 0), NAT, np.where(is_cut, quotient + 1, quotient))
    else:
        divisor = int(number)
        if a == NAT or divisor == 0:
            return NAT
        quotient = a // divisor
        if quotient * divisor != a and (a < 0) != (divisor < 0):
            quotient += 1
        return quotient


def divide_by_float(a, number, /):
    if isinstance(a, np.ndarray) or isinstance(number, np.ndarray):
        return np.where(a == NAT, NAT, (a / number).astype(np.int64))
    else:
        return NAT if a == NAT else int(np.int64(np.float64(a) / np.float64(number)))


def true_divide(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.where(_holds_nat(a, b), np.nan, x / y)
    else:
        return np.float64(np.nan) if a == NAT or b == NAT else np.float64(x) / np.float64(y)


def floor_divide(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.where(_holds_nat(a, b) | (y == 0), 0, x // y)
    else:
        return 0 if a == NAT or b == NAT or y == 0 else x // y


def remainder(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.where(_holds_nat(a, b) | (y == 0), NAT, x % y)
    else:
        return NAT if a == NAT or b == NAT or y == 0 else x % y


def equal(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    return (x == y) & (a != NAT) & (b != NAT)


def not_equal(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    return (x != y) | (a == NAT) | (b == NAT)


def less(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    return (x < y) & (a != NAT) & (b != NAT)


def less_equal(a, b, left, right, /):
    x, y = _scaled(a, left), _scaled(b, right)
    return (x <= y) & (a != NAT) & (b != NAT)


def greater(a, b, left, right, /):
    return less(b, a, right, left)


def greater_equal(a, b, left, right, /):
    return less_equal(b, a, right, left)


def negative(a, /):
    return -a


def positive(a, /):
    return +a


def absolute(a, /):
    return abs(a)


def isnat(a, /):
    return a == NAT


def sum(a, /):
    total = 0
    has_nat = False
    for count in a.flat:
        has_nat |= bool(count == NAT)
        total += int(count)
    return NAT if has_nat else total


def min(a, /):
    return int(a.min())


def max(a, /):
    largest = int(a.max())
    return NAT if int(a.min()) == NAT else largest


def convert(a, up, down, /):
    """Counts of one unit as counts of another: down to the last whole one."""
    if isinstance(a, np.ndarray):
        return np.where(a == NAT, NAT, a * up // down)
    else:
        return NAT if a == NAT else a * up // down
