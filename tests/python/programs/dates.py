"""Dates and durations of NumPy: scalars and arrays, units, NaT, operators, comparisons, conversions."""

import numpy as np
from numpy import datetime64 as date
from numpy import timedelta64 as delta

START = date("2020-01-31", "D")
HOUR = delta(1, "h")
DAYS = np.arange("2020-02-27", "2020-03-03", dtype="M8[D]")


def same(a):
    return a


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


def remainder(a, b):
    return a % b


def compare(a, b):
    return a == b, a != b, a < b, a <= b, a > b, a >= b


def equal(a, b):
    return a == b, a != b


def unary(a):
    return -a, +a, abs(a), np.abs(a)


def is_nat(a):
    return np.isnat(a)


def to_units(a):
    return a.astype("M8[s]"), a.astype("M8[ms]"), a.astype("M8[m]"), a.astype("M8[2h]"), a.astype("datetime64[D]")


def to_delta_units(a):
    return a.astype("m8[s]"), a.astype("m8[us]"), a.astype("m8[h]"), a.astype("timedelta64[W]")


def to_int(a):
    return a.astype(np.int64), a.astype("int64")


def from_int(a):
    return a.astype("M8[s]"), a.astype("m8[3D]")


def make(n):
    return delta(n, "s"), delta(5, "2D"), delta("NaT", "ms"), date("NaT", "D")


def of_globals(n):
    return START + n, START + HOUR * n, DAYS[1], DAYS - START, HOUR


def index(a, i):
    return a[i], a[::2], a[-1], len(a)


def assign(a, value):
    a[0] = value
    a[1:3] = value
    a[3:] = a[:-3]
    return a


def loop(a):
    largest = a[0]
    for d in a:
        if d > largest:
            largest = d
    return largest


def total(a):
    result = delta(0, "s")
    for d in a:
        result = result + d
    return result, a.sum(), np.sum(a)


def extremes(a):
    return a.min(), a.max(), np.min(a)


def new(n):
    a = np.zeros(n, DAYS.dtype)
    for i in range(n):
        a[i] = START + i * 2
    return a


def gaps(a):
    widest = delta(0, "D")
    for i in range(1, len(a)):
        gap = a[i] - a[i - 1]
        if gap > widest:
            widest = gap
    return widest, widest / delta(1, "D"), widest // delta(1, "h")


def in_containers(a, b):
    pair = (a, b)
    dates = [a, b]
    dates.append(a)
    return pair, dates, dates[1]


def chosen(flag, a, b):
    return a if flag else b


def optional(flag, a):
    d = None
    if flag:
        d = a
    return d


def copied(a):
    b = a.copy()
    b[0] = a[1]
    return b


NAT_DATE, NAT_DELTA = date("NaT", "s"), delta("NaT", "s")
DATES = [date(5, "s"), date(-7, "s"), NAT_DATE, date(3, "ms"), date(2, "D"), date(9, "3h"), date(2**62, "s")]
DELTAS = [delta(7, "s"), delta(-7, "s"), NAT_DELTA, delta(2, "ms"), delta(3, "2m"), delta(0, "s"), delta(1, "W"), delta(4)]
ARRAYS = [np.array([7, -7, 0, 3], "m8[s]"), np.array(["NaT", 5, -2, 0], "m8[ms]")]
DATE_ARRAYS = [np.array([7, -7, 0, 3], "M8[s]"), np.array(["NaT", "2020-02-29", "1969-12-31", "1970-01-01"], "M8[D]")]
NUMBERS = [2, -3, 0, True, np.int32(4), np.int64(-1)]
FLOATS = [2.5, -0.5, 0.0, float("nan"), float("inf"), 1e300, np.float64(0.1)]

def of_texts(n):
    first, hour = np.datetime64("2020-02-29"), np.datetime64("2020-02-29T12")
    fine = np.datetime64("1969-12-31T23:59:59.999999999")
    return first + n, hour, fine, np.datetime64("2020"), np.datetime64("-0044-03"), np.datetime64("2020-03-01 01:02:03.5")


def of_texts_in_units():
    text = "2020-02-29T12:30"
    return np.datetime64(text, "s"), np.datetime64(text, "D"), np.datetime64(text, "M"), np.datetime64(text, "W"), np.datetime64("2020", "15m")


def months_and_days(month, day):
    return day - month, month - day, month < day, month == day, month + np.timedelta64(3, "D"), day > month


def months_to(month):
    return month.astype("M8[D]"), month.astype("M8[s]"), month.astype("M8[W]")


CASES = [
    (same, [(d,) for d in [*DATES, *DELTAS, *ARRAYS, *DATE_ARRAYS, date(5, "Y"), delta(3, "M")]]),
    (add, [(d, e) for d in DATES[:6] for e in [*DELTAS, 3, np.int8(2)]]),
    (add, [(e, d) for d in DATES[:3] for e in [*DELTAS[:4], 3]]),
    (add, [(d, e) for d in DELTAS for e in DELTAS[:5]]),
    (add, [(a, e) for a in [*ARRAYS, *DATE_ARRAYS] for e in [*ARRAYS, delta(7, "s"), 4, np.arange(4)]]),
    (subtract, [(d, e) for d in DATES for e in DATES[:4]] + [(d, e) for d in DATES[:4] for e in [*DELTAS, 1]]),
    (subtract, [(a, b) for a in DATE_ARRAYS for b in [*DATE_ARRAYS, DATES[0], ARRAYS[0], 1]]),
    (subtract, [(a, b) for a in DELTAS[:4] for b in DELTAS[:5]] + [(date(5, "Y"), date(2, "M"))]),
    (multiply, [(d, n) for d in DELTAS for n in NUMBERS] + [(n, d) for d in DELTAS[:3] for n in NUMBERS]),
    (multiply, [(d, n) for d in DELTAS for n in FLOATS] + [(n, d) for d in DELTAS[:3] for n in FLOATS]),
    (multiply, [(a, n) for a in ARRAYS for n in [3, 2.5, float("nan"), np.arange(4), np.arange(4) * 0.5]]),
    (divide, [(d, n) for d in DELTAS for n in [*NUMBERS, *FLOATS, *DELTAS]]),
    (divide, [(a, n) for a in ARRAYS for n in [3, -2, 0, 2.5, np.arange(4), *ARRAYS, delta(2, "s")]]),
    (floor_divide, [(d, n) for d in DELTAS for n in [*NUMBERS, *FLOATS, *DELTAS]]),
    (floor_divide, [(a, n) for a in ARRAYS for n in [3, -2, *ARRAYS, delta(2, "s"), delta(0, "s")]]),
    (remainder, [(d, e) for d in DELTAS for e in DELTAS]),
    (remainder, [(a, n) for a in ARRAYS for n in [*ARRAYS, delta(-2, "s")]]),
    (compare, [(d, e) for d in DATES for e in DATES] + [(d, e) for d in DELTAS for e in [*DELTAS, 3]]),
    (compare, [(a, e) for a in ARRAYS for e in [*ARRAYS, delta(3, "s"), 5]]),
    (compare, [(a, e) for a in DATE_ARRAYS for e in [*DATE_ARRAYS, date(3, "s")]]),
    (unary, [(d,) for d in [*DELTAS, *ARRAYS]]),
    (is_nat, [(d,) for d in [*DATES, *DELTAS, *ARRAYS, *DATE_ARRAYS]]),
    (to_units, [(d,) for d in [*DATES, *DATE_ARRAYS]]),
    (to_delta_units, [(d,) for d in [*DELTAS[:7], *ARRAYS]]),
    (to_int, [(d,) for d in [*DATES, *DELTAS, *ARRAYS, *DATE_ARRAYS]]),
    (from_int, [(np.arange(4),), (np.arange(8)[::2],)]),
    (make, [(3,), (-(2**40),)]),
    (of_globals, [(3,), (-30,)]),
    (index, [(a, i) for a in [*ARRAYS, *DATE_ARRAYS] for i in (0, -1, 4)]),
    (assign, [lambda: (np.arange(6).astype("M8[s]"), date(100, "s")), lambda: (np.arange(6).astype("m8[D]"), delta(9, "D"))]),
    (loop, [(a,) for a in DATE_ARRAYS]),
    (total, [(ARRAYS[0],), (np.array(["NaT", 5], "m8[s]"),), (np.zeros(0, "m8[s]"),)]),
    (extremes, [(a,) for a in [*ARRAYS, *DATE_ARRAYS, np.arange(6).astype("m8[s]").reshape(2, 3)]]),
    (new, [(0,), (4,)]),
    (gaps, [(DAYS,), (np.array(["2020-01-01", "2020-03-01", "2020-03-05"], "M8[D]"),)]),
    (in_containers, [(date(5, "s"), date(6, "s")), (delta(5, "s"), NAT_DELTA)]),
    (chosen, [(True, date(5, "s"), date(6, "s")), (False, delta(5, "s"), NAT_DELTA)]),
    (optional, [(True, date(5, "s")), (False, delta(5, "s"))]),
    (of_texts, [(1,), (-400,)]),
    (of_texts_in_units, [()]),
    (months_and_days, [(np.datetime64(m, u), d) for m in (0, 601, -3000) for u in ("M", "Y") for d in (date(5, "D"), date(10**6, "s"))]),
    (months_and_days, [(np.datetime64("NaT", "M"), date(5, "D")), (np.arange(-30, 30).astype("M8[M]"), date(5, "D"))]),
    (months_to, [(np.datetime64(5, "M"),), (np.arange(-50, 700, 7).astype("M8[M]"),), (np.arange(-3, 60).astype("M8[Y]"),), (np.datetime64("NaT", "Y"),)]),
    (copied, [(DATE_ARRAYS[0],), (ARRAYS[1],)]),
]  # fmt: skip
