"""The methods of `random.Random`, which are the functions of `random`: CPython 3.11's, number for number.

Each draws from the state of the generator object itself, so that compiled and plain calls continue one stream.
"""

from bisect import bisect as bisect_
from math import acos, ceil, cos, e, exp, floor, isfinite, log, pi, sin, sqrt

from upshift.library import intrinsics

TWOPI = 2.0 * pi
NV_MAGICCONST = 4 * exp(-0.5) / sqrt(2.0)
LOG4 = log(4.0)
SG_MAGICCONST = 1.0 + log(4.5)


def random(self, /):
    return intrinsics.random_float(self)


def seed(self, a=None, version=2):
    if version != 2:
        raise NotImplementedError("compiled code seeds with version 2")
    intrinsics.random_seed(self, a)


def getrandbits(self, k, /):
    if k < 0:
        raise ValueError("number of bits must be non-negative")
    if k > 63:
        raise OverflowError("compiled code has integers of 64 bits: ask for at most 63 random bits")
    return intrinsics.random_bits(self, k)


def _below(self, n):
    k = n.bit_length()
    r = intrinsics.random_bits(self, k)
    while r >= n:
        r = intrinsics.random_bits(self, k)
    return r


def randrange(self, start, stop=None, step=1):
    if stop is None:
        if start > 0:
            return _below(self, start)
        raise ValueError("empty range for randrange()")
    else:
        width = stop - start
        if step == 1:
            if width > 0:
                return start + _below(self, width)
            raise ValueError(f"empty range for randrange() ({start}, {stop}, {width})")
        if step > 0:
            n = (width + step - 1) // step
        elif step < 0:
            n = (width + step + 1) // step
        else:
            raise ValueError("zero step for randrange()")
        if n <= 0:
            raise ValueError("empty range for randrange()")
        return start + step * _below(self, n)


def randint(self, a, b):
    return randrange(self, a, b + 1)


def choice(self, seq):
    if not len(seq):
        raise IndexError("Cannot choose from an empty sequence")
    return seq[_below(self, len(seq))]


def shuffle(self, x):
    for i in range(len(x) - 1, 0, -1):
        j = _below(self, i + 1)
        x[i], x[j] = x[j], x[i]


def sample(self, population, k, *, counts=None):
    n = len(population)
    if counts is None:
        return _sample(self, population, n, k)
    else:
        sums = _sums(counts)
        if len(sums) != n:
            raise ValueError("The number of counts does not match the population")
        total = sums.pop()
        if total <= 0:
            raise ValueError("Total of counts must be greater than zero")
        return [population[bisect_(sums, s)] for s in _sample(self, range(total), total, k)]


def _sample(self, population, n, k):
    if not 0 <= k <= n:
        raise ValueError("Sample larger than population or is negative")
    setsize = 21
    if k > 5:
        setsize += 4 ** ceil(log(k * 3, 4))
    result = []
    if n <= setsize:
        pool = list(population)
        for i in range(k):
            j = _below(self, n - i)
            result.append(pool[j])
            pool[j] = pool[n - i - 1]
    else:
        selected = set()
        for i in range(k):
            j = _below(self, n)
            while j in selected:
                j = _below(self, n)
            selected.add(j)
            result.append(population[j])
    return result


def _sums(weights):
    sums = [weights[0]][:0]
    for weight in weights:
        if sums:
            sums.append(sums[-1] + weight)
        else:
            sums.append(weight)
    return sums


def choices(self, population, weights=None, *, cum_weights=None, k=1):
    if cum_weights is None:
        if weights is None:
            size = len(population) + 0.0
            return [population[floor(random(self) * size)] for _ in range(k)]
        else:
            return _weighted(self, population, _sums(weights), k)
    else:
        if weights is not None:
            raise TypeError("Cannot specify both weights and cumulative weights")
        return _weighted(self, population, list(cum_weights), k)


def _weighted(self, population, sums, k):
    n = len(population)
    if len(sums) != n:
        raise ValueError("The number of weights does not match the population")
    total = sums[-1] + 0.0
    if total <= 0.0:
        raise ValueError("Total of weights must be greater than zero")
    if not isfinite(total):
        raise ValueError("Total of weights must be finite")
    return [population[bisect_(sums, random(self) * total, 0, n - 1)] for _ in range(k)]


def uniform(self, a, b):
    return a + (b - a) * random(self)


def triangular(self, low=0.0, high=1.0, mode=None):
    u = random(self)
    c = 0.5
    if mode is not None:
        if high - low == 0:
            return low + 0.0
        c = (mode - low) / (high - low)
    if u > c:
        return high + (low - high) * sqrt((1.0 - u) * (1.0 - c))
    return low + (high - low) * sqrt(u * c)


def normalvariate(self, mu=0.0, sigma=1.0):
    while True:
        u1 = random(self)
        u2 = 1.0 - random(self)
        z = NV_MAGICCONST * (u1 - 0.5) / u2
        zz = z * z / 4.0
        if zz <= -log(u2):
            break
    return mu + z * sigma


def gauss(self, mu=0.0, sigma=1.0):
    z = intrinsics.take_normal(self)
    if z != z:
        x2pi = random(self) * TWOPI
        g2rad = sqrt(-2.0 * log(1.0 - random(self)))
        z = cos(x2pi) * g2rad
        intrinsics.keep_normal(self, sin(x2pi) * g2rad)
    return mu + z * sigma


def lognormvariate(self, mu, sigma):
    return exp(normalvariate(self, mu, sigma))


def expovariate(self, lambd):
    return -log(1.0 - random(self)) / lambd


def vonmisesvariate(self, mu, kappa):
    if kappa <= 1e-6:
        return TWOPI * random(self)
    s = 0.5 / kappa
    r = s + sqrt(1.0 + s * s)
    while True:
        u1 = random(self)
        z = cos(pi * u1)
        d = z / (r + z)
        u2 = random(self)
        if u2 < 1.0 - d * d or u2 <= (1.0 - d) * exp(d):
            break
    q = 1.0 / r
    f = (q + z) / (1.0 + q * z)
    u3 = random(self)
    if u3 > 0.5:
        return (mu + acos(f)) % TWOPI
    return (mu - acos(f)) % TWOPI


def gammavariate(self, alpha, beta):
    if alpha <= 0.0 or beta <= 0.0:
        raise ValueError("gammavariate: alpha and beta must be > 0.0")
    if alpha > 1.0:
        ainv = sqrt(2.0 * alpha - 1.0)
        bbb = alpha - LOG4
        ccc = alpha + ainv
        while True:
            u1 = random(self)
            if not 1e-7 < u1 < 0.9999999:
                continue
            u2 = 1.0 - random(self)
            v = log(u1 / (1.0 - u1)) / ainv
            x = alpha * exp(v)
            z = u1 * u1 * u2
            r = bbb + ccc * v - x
            if r + SG_MAGICCONST - 4.5 * z >= 0.0 or r >= log(z):
                return x * beta
    elif alpha == 1.0:
        return -log(1.0 - random(self)) * beta
    else:
        while True:
            u = random(self)
            b = (e + alpha) / e
            p = b * u
            if p <= 1.0:
                x = p ** (1.0 / alpha)
            else:
                x = -log((b - p) / alpha)
            u1 = random(self)
            if p > 1.0:
                if u1 <= x ** (alpha - 1.0):
                    break
            elif u1 <= exp(-x):
                break
        return x * beta


def betavariate(self, alpha, beta):
    y = gammavariate(self, alpha, 1.0)
    if y:
        return y / (y + gammavariate(self, beta, 1.0))
    return 0.0


def paretovariate(self, alpha):
    u = 1.0 - random(self)
    return u ** (-1.0 / alpha)


def weibullvariate(self, alpha, beta):
    u = 1.0 - random(self)
    return alpha * (-log(u)) ** (1.0 / beta)
