"""`statistics`: exact averages and spreads, rounded once. Answers for ints are floats, as the README says."""

import statistics
from statistics import fmean, mean

import numpy as np


def means(data):
    return float(mean(data)), fmean(data), statistics.fmean(data, [1.5 for _ in data]), float(statistics.median(data))


def medians(data):
    return statistics.median_low(data), statistics.median_high(data), statistics.median_grouped(data, 2)


def modes(data):
    return statistics.mode(data), statistics.multimode(data)


def spreads(data):
    return (
        float(statistics.pvariance(data)),
        float(statistics.variance(data)),
        statistics.pstdev(data),
        statistics.stdev(data),
    )


def geometric(data):
    return statistics.geometric_mean(data)


def of_empty(data, kind):
    none = data[:0]
    if kind == 0:
        return statistics.mean(none)
    if kind == 1:
        return statistics.fmean(none)
    if kind == 2:
        return statistics.median(none)
    if kind == 3:
        return statistics.mode(none)
    if kind == 4:
        return statistics.pvariance(none)
    if kind == 5:
        return statistics.stdev(data[:1])
    return statistics.variance(data[:1])


def caught(data):
    try:
        return statistics.stdev(data)
    except statistics.StatisticsError as e:
        return float(len(str(e)))


RNG = np.random.default_rng(5)
DATA = [
    [1.0, 2.0, 4.5, 3.25],
    [0.1, 0.2, 0.3],
    [1e300, 1.0, -1e300, 1e-300],
    [5e-324, 1e-310, 2.5e-320],
    [1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.3, 1e8 + 0.1],
    [-0.0, 0.0],
    [float("inf"), 1.0],
    [float("nan"), 1.0, 2.0],
    [1e-160, 3e-160, 7e-160],
    [2.0, 2.0, 2.0],
    *(RNG.standard_normal(50).tolist() for _ in range(8)),
    *((RNG.standard_normal(20) * 10.0 ** RNG.integers(-300, 150, 20)).tolist() for _ in range(8)),
]
INTS = [[1, 2, 3, 4], [5, 5, 7], [2**40, 1, -3], [3, 1, 2, 2, 1]]
CASES = [
    (means, [(data,) for data in DATA + INTS]),
    (medians, [(data,) for data in DATA[:6] + INTS]),
    (modes, [(data,) for data in DATA[:5] + INTS] + [(["a", "b", "b", "a"],), (("x", "y", "y"),)]),
    (spreads, [(data,) for data in DATA + INTS]),
    (geometric, [([1.0, 2.0, 4.0],), ([0.5, 0.25],), ([1.0, -1.0],), ([0.0],)]),
    (of_empty, [([1.5, 2.5], kind) for kind in range(7)]),
    (caught, [([1.0, 2.0],), ([1.0],)]),
]
