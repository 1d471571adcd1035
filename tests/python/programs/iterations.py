"""The functions of `itertools`."""

import itertools
from itertools import chain, combinations, count, groupby, islice, permutations, product

import numpy as np


def add(a, b):
    return a + b


def accumulated(items):
    return (
        list(itertools.accumulate(items)), list(itertools.accumulate(items, lambda a, b: a * b)),
        list(itertools.accumulate(items, max, initial=items[-1])), list(itertools.accumulate(items, initial=0.5)),
    )  # fmt: skip


def chained(items, a):
    total = 0.0
    for item in chain(items, (1, 2.5), a, range(3)):
        total = total * 2 + item
    return total, list(chain(items, items)), list(chain.from_iterable([items, items[:1]])), list(chain(items))


def chosen(items):
    return (
        list(itertools.compress(items, [1, 0, 1, 1])), list(itertools.dropwhile(lambda x: x < 2, items)),
        list(itertools.takewhile(lambda x: x < 2, items)), list(itertools.filterfalse(lambda x: x % 2, items)),
        list(itertools.filterfalse(None, items)),
    )  # fmt: skip


def endless(n):
    found = []
    for i in itertools.count():
        if i > n:
            break
        found.append(i)
    for i in itertools.count(10, -3):
        if i < 0:
            break
        found.append(i)
    for i, letter in enumerate(itertools.cycle("abc")):
        if i > n:
            break
        found.append(ord(letter))
    for i, x in enumerate(itertools.repeat(7)):
        if i == 2:
            break
        found.append(x)
    return found, list(itertools.repeat("x", 3)), [0.5 for _ in itertools.cycle(found[:0])]


def sliced(items, start, stop, step):
    return (
        list(islice(items, stop)), list(islice(items, start, stop)), list(islice(items, start, None, step)),
        list(islice(itertools.count(), start, stop + 5, step)), list(islice(items, None)),
    )  # fmt: skip


def chosen_tuples(items):
    return (
        list(combinations(items, 2)), list(combinations(items, 3)), list(permutations(items, 2)), list(combinations(items, 0)),
        list(itertools.combinations_with_replacement(items, 2)), list(permutations(items, 3)), list(combinations(items, 6)),
    )  # fmt: skip


def products(items, text):
    return (
        list(product(items, text)), list(product(items, repeat=2)), list(product(text)), list(product(items, text, (1, 2))),
        len(list(product(items, items, repeat=2))),
    )  # fmt: skip


def grouped(items, words):
    found = []
    for key, group in groupby(items):
        found.append((key, len(list(group))))
    lengths = []
    for length, group in groupby(words, key=len):
        lengths.append((length, "".join(list(group))))
    return found, lengths


def paired(items):
    return list(itertools.pairwise(items)), list(itertools.pairwise(items[:1]))


def starred(items):
    pairs = [(item, item + 1) for item in items]
    return list(itertools.starmap(add, pairs)), list(itertools.starmap(pow, pairs))


def zipped(items, text):
    found = []
    for number, letter in itertools.zip_longest(items, text):
        if number is None:
            found.append(letter)
        elif letter is not None:
            found.append(letter * number)
    return found, list(itertools.zip_longest(items, items[1:], fillvalue=-1)), list(itertools.zip_longest(items))


def held(words):
    return [word + "!" for word in chain(words, words[:1])], list(islice(itertools.cycle(words), 5)), list(combinations(words, 2))


def raising(items):
    return list(itertools.starmap(lambda a, b: 10 // (a - b), combinations(items, 2)))


def negative(items):
    return list(islice(items, -1, 2))


def three_zipped(a, b, text):
    zipped = list(itertools.zip_longest(a, b, text))
    return zipped, list(itertools.zip_longest(a, a[1:], a[2:], a, fillvalue=0)), [len(row) for row in zipped]


def teed(items):
    log = []

    def each():
        for item in items:
            log.append(item)
            yield item * 2

    a, b, c = itertools.tee(each(), 3)
    first = [next(a), next(a)]
    seen = len(log)
    d, e = itertools.tee(items)
    return first, seen, list(b), list(a), sum(c), log, list(d), list(e)


def teed_endless(n):
    a, b = itertools.tee(count(n))
    return next(a), next(a), next(b), list(islice(b, 3)), next(a)


def neighbours(items):
    a, b = itertools.tee(items)
    next(b, None)
    return list(zip(a, b))


FUNCTIONS = [add]

CASES = [
    (three_zipped, [([1, 2, 3], [1.5], "ab"), ([1], [0.5, 2.5], "abcd")]),
    (teed, [([1, 2, 3],), ([1.5, 2.5],)]),
    (teed_endless, [(5,)]),
    (neighbours, [([1, 2, 3],), ([1.5],)]),
    (accumulated, [([1, 2, 3],), ([1.5, 2.5],), ((3, 1),)]),
    (chained, [([1, 2], np.arange(3.0)), ([0.5], np.arange(2.0))]),
    (chosen, [([1, 2, 3, 0],), ([1.5, 0.0, 2.0],)]),
    (endless, [(5,), (0,)]),
    (sliced, [([1, 2, 3, 4, 5], 1, 4, 2), ("abcdef", 0, 10, 3), ([1.5], 0, 0, 1)]),
    (chosen_tuples, [([1, 2, 3, 4],), ("abc",), ([1.5],), (range(3),)]),
    (products, [([1, 2], "ab"), ([1.5], "")]),
    (grouped, [([1, 1, 2, 2, 2, 1], ["a", "b", "cc", "d"]), ([1.5], ["abc"])]),
    (paired, [([1, 2, 3],), ("abc",)]),
    (starred, [([1, 2, 3],)]),
    (zipped, [([1, 2, 3], "ab"), ([1], "abc")]),
    (held, [(["ab", "c", "d"],)]),
    (raising, [([1, 2, 3],), ([1, 2, 1],)]),
    (negative, [([1, 2, 3],)]),
]
