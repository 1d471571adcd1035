"""`statistics` of numbers: exact where CPython's is, which computes with fractions."""

from bisect import bisect_left, bisect_right
from math import exp, fsum, isfinite, log
from statistics import StatisticsError

from upshift.library import intrinsics


def _floats(data):
    return [float(x) for x in data]


def mean(data):
    numbers = _floats(data)
    if len(numbers) < 1:
        raise StatisticsError("mean requires at least one data point")
    return intrinsics.spread(numbers, 0, 0)


def fmean(data, weights=None):
    if weights is None:
        numbers = _floats(data)
        total = fsum(numbers)
        if not numbers:
            raise StatisticsError("fmean requires at least one data point")
        return total / len(numbers)
    else:
        numbers = _floats(data)
        sizes = _floats(weights)
        products = [x * size for x, size in zip(numbers, sizes)]
        if len(numbers) != len(sizes):
            raise StatisticsError("data and weights must be the same length")
        whole = fsum(sizes)
        if not whole:
            raise StatisticsError("sum of weights must be non-zero")
        return fsum(products) / whole


def geometric_mean(data):
    numbers = _floats(data)
    for x in numbers:
        if x <= 0.0:
            raise StatisticsError("geometric mean requires a non-empty dataset containing positive numbers")
    if not numbers:
        raise StatisticsError("geometric mean requires a non-empty dataset containing positive numbers")
    return exp(fsum([log(x) for x in numbers]) / len(numbers))


def median(data):
    ordered = sorted(data)
    n = len(ordered)
    if n == 0:
        raise StatisticsError("no median for empty data")
    if n % 2 == 1:
        return float(ordered[n // 2])
    i = n // 2
    return (ordered[i - 1] + ordered[i]) / 2


def median_low(data):
    ordered = sorted(data)
    n = len(ordered)
    if n == 0:
        raise StatisticsError("no median for empty data")
    return ordered[(n - 1) // 2]


def median_high(data):
    ordered = sorted(data)
    if len(ordered) == 0:
        raise StatisticsError("no median for empty data")
    return ordered[len(ordered) // 2]


def median_grouped(data, interval=1.0):
    ordered = sorted(data)
    n = len(ordered)
    if not n:
        raise StatisticsError("no median for empty data")
    x = ordered[n // 2]
    i = bisect_left(ordered, x)
    j = bisect_right(ordered, x, i)
    width = float(interval)
    return float(x) - width / 2.0 + width * (n / 2 - i) / (j - i)


def mode(data):
    items = list(data)
    if not items:
        raise StatisticsError("no mode for empty data")
    counts = {items[0]: 0}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    best = items[0]
    most = 0
    for item, count in counts.items():
        if count > most:
            best = item
            most = count
    return best


def multimode(data):
    items = list(data)
    counts = {item: 0 for item in items}
    most = 0
    for item in items:
        counts[item] += 1
        most = max(most, counts[item])
    return [item for item, count in counts.items() if count == most]


def _check(numbers, least, message):
    if len(numbers) < least:
        raise StatisticsError(message)


def pvariance(data):
    numbers = _floats(data)
    _check(numbers, 1, "pvariance requires at least one data point")
    return intrinsics.spread(numbers, 1, 0)


def variance(data):
    numbers = _floats(data)
    _check(numbers, 2, "variance requires at least two data points")
    return intrinsics.spread(numbers, 1, 1)


def _check_finite(numbers):
    """What CPython 3.11 says of a deviation that is no number."""
    for x in numbers:
        if not isfinite(x):
            raise AttributeError("'float' object has no attribute 'numerator'")


def pstdev(data):
    numbers = _floats(data)
    _check(numbers, 1, "pstdev requires at least one data point")
    _check_finite(numbers)
    return intrinsics.spread(numbers, 2, 0)


def stdev(data):
    numbers = _floats(data)
    _check(numbers, 2, "stdev requires at least two data points")
    _check_finite(numbers)
    return intrinsics.spread(numbers, 2, 1)
