"""`random`: the stream of CPython's generator from the same seed, number for number, of the module and of generators."""

import random
from random import randint as draw_int

import numpy as np

GENERATOR = random.Random(7)


def floats(seed, n):
    random.seed(seed)
    return [random.random() for i in range(n)]


def seeded_by_others(x, s, b):
    random.seed(x)
    first = random.random()
    random.seed(s)
    second = random.random()
    random.seed(b)
    third = random.random()
    random.seed(True)
    return first, second, third, random.random()


def bits(seed, n):
    random.seed(seed)
    return [random.getrandbits(i % 64) for i in range(n)]


def bits_of(seed, k):
    random.seed(seed)
    return random.getrandbits(k)


def integers(seed, n):
    random.seed(seed)
    found = []
    for i in range(1, n):
        found.append(random.randrange(i))
        found.append(random.randrange(-i, i * i))
        found.append(random.randrange(0, 100 * i, 7))
        found.append(random.randrange(50 * i, -3, -i))
        found.append(random.randint(-i, i))
        found.append(draw_int(1, 6))
        found.append(random.randrange(2**61 + i))
    return found


def empty_range(kind):
    random.seed(1)
    if kind == 0:
        return random.randrange(0)
    if kind == 1:
        return random.randrange(5, 5)
    if kind == 2:
        return random.randrange(5, 9, -1)
    if kind == 3:
        return random.randint(3, 1)
    return random.randrange(1, 2, 0)


def from_sequences(seed, items, text, pair):
    random.seed(seed)
    chosen = [random.choice(items) for _ in range(20)]
    letters = "".join([random.choice(text) for _ in range(20)])
    numbers = [random.choice(range(10, 100, 3)) for _ in range(20)]
    return chosen, letters, numbers, [random.choice(pair) for _ in range(5)]


def from_empty(items):
    return random.choice(items[:0])


def shuffled(seed, items):
    random.seed(seed)
    random.shuffle(items)
    copy = items.copy()
    random.shuffle(copy)
    return copy


def shuffled_array(seed, a):
    random.seed(seed)
    random.shuffle(a)
    return a


def samples(seed, items, k):
    random.seed(seed)
    first = random.sample(items, k)
    second = random.sample(range(1000), k)
    third = random.sample(range(0, 10**9, 5), k)
    return first, second, third


def sample_with_counts(seed, items, counts, k):
    random.seed(seed)
    return random.sample(items, k, counts=counts)


def weighted(seed, items, weights, n):
    random.seed(seed)
    first = random.choices(items, k=n)
    second = random.choices(items, weights, k=n)
    third = random.choices(items, weights=[1 for _ in items], k=n)
    sums = [i + 1.5 for i in range(len(items))]
    return first, second, third, random.choices(items, cum_weights=sums, k=n)


def weighted_wrong(seed, items, weights):
    random.seed(seed)
    return random.choices(items, weights)


def distributions(seed, n):
    random.seed(seed)
    found = []
    for i in range(1, n):
        found.append(random.uniform(-i, i * 1.5))
        found.append(random.triangular())
        found.append(random.triangular(0, i, i / 3))
        found.append(random.triangular(i, i + 2))
        found.append(random.gauss(0, i))
        found.append(random.gauss())
        found.append(random.gauss(mu=1.5, sigma=2))
        found.append(random.normalvariate(i, 2.0))
        found.append(random.normalvariate())
        found.append(random.lognormvariate(0, 0.5))
        found.append(random.expovariate(1.0 / i))
        found.append(random.vonmisesvariate(i, 0.5 * i))
        found.append(random.vonmisesvariate(0.0, 0.0))
        found.append(random.gammavariate(0.3 * i, 2.0))
        found.append(random.gammavariate(1.0, i))
        found.append(random.betavariate(i, 0.7))
        found.append(random.paretovariate(i))
        found.append(random.weibullvariate(i, 1.5))
    return found


def gamma_of(alpha):
    random.seed(3)
    return random.gammavariate(alpha, 1.0)


def of_a_generator(generator, seed, n):
    generator.seed(seed)
    found = [generator.random() for i in range(n)]
    found.append(generator.gauss(1.0, 2.0))
    random.seed(seed)
    found.append(random.gauss(1.0, 2.0))
    found.append(generator.gauss(1.0, 2.0))
    return found, generator.randint(1, 100), generator.choice("abc"), generator.sample(range(50), 5)


def of_a_global_generator(n):
    GENERATOR.seed(n)
    return [GENERATOR.uniform(1, n) for i in range(n)]


def estimate_of_pi(seed, n):
    random.seed(seed)
    inside = 0
    for i in range(n):
        x, y = random.random(), random.random()
        inside += x * x + y * y < 1.0
    return 4.0 * inside / n


CASES = [
    (floats, [(0, 5), (12345, 700), (-3, 3), (2**62, 2)]),
    (seeded_by_others, [(1.5, "text", b"bytes"), (-0.0, "", b"")]),
    (bits, [(5, 200)]),
    (bits_of, [(5, 0), (5, 63), (5, -1)]),
    (integers, [(1, 40), (99, 10)]),
    (empty_range, [(kind,) for kind in range(5)]),
    (from_sequences, [(4, [1.5, 2.5, 3.5], "letters", (1, 2, 3))]),
    (from_empty, [([1],), ("a",)]),
    (shuffled, [(3, [1, 2, 3, 4, 5]), (3, ["a", "b", "c"]), (8, [(1, 2.5), (2, 3.5)])]),
    (shuffled_array, [(3, np.arange(10)), (4, np.linspace(0, 1, 7))]),
    (samples, [(3, [1, 2, 3, 4, 5, 6, 7], 5), (4, ["a", "b", "c"], 3), (5, list(range(2000)), 30), (6, [1.5], 0)]),
    (samples, [(3, [1, 2, 3], 5)]),
    (sample_with_counts, [(1, ["red", "blue"], [4, 2], 5), (2, [1, 2], [0, 0], 1), (2, [1, 2], [1], 1)]),
    (weighted, [(1, ["a", "b", "c"], [1, 2, 3], 10), (2, [1, 2], [0.5, 0.1], 20)]),
    (weighted_wrong, [(1, [1, 2], [1.0]), (1, [1, 2], [0.0, 0.0]), (1, [1, 2], [1.0, float("inf")])]),
    (distributions, [(1, 30), (77, 10)]),
    (gamma_of, [(0.0,), (2.5,)]),
    (of_a_generator, [lambda: (random.Random(3), 11, 5), lambda: (random.Random(), 0, 1)]),
    (of_a_global_generator, [(5,)]),
    (estimate_of_pi, [(1, 5000)]),
]
