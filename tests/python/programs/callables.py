"""Functions as values: in tuples, lists and dicts, as arguments; partials, reductions, and the functions of `operator`."""

import functools
import math
import operator
from functools import partial, reduce

import numpy as np


def double(x):
    return x * 2


def square(x):
    return x * x


def half(x):
    return x / 2


def add(a, b=10, *, scale=1):
    return (a + b) * scale


def fails(x):
    raise ValueError("never")


def apply(function, x):
    return function(x)


def in_tuples(x):
    functions = (double, square, half)
    total = 0.0
    for function in functions:
        total += function(x)
    return total, functions[0](x), functions[-1](x)


def in_lists(x, n):
    functions = [double, square]
    functions.append(half)
    results = []
    for function in functions:
        results.append(function(x))
    return results, functions[n](x), len(functions)


def in_dicts(name, x):
    table = {"double": double, "square": square}
    table["half"] = half
    return table[name](x)


def chosen(flag, x):
    function = double if flag else square
    if x > 100:
        function = half
    return function(x), apply(function, x)


def chosen_in_a_loop(n):
    function = double
    total = 1
    for i in range(n):
        total += function(i)
        function = square if i % 2 == 0 else double
    return total


def lambdas(x, n):
    steps = [lambda y: y + 1, lambda y: y * 3, lambda y: y - 2]
    for step in steps:
        x = step(x)
    return x, steps[n](x)


def with_defaults(flag, x):
    function = add if flag else double
    return function(x)


def texts(n):
    makers = [str, str]
    return [maker(n) for maker in makers]


def raising(n, x):
    functions = [double, fails]
    try:
        return functions[n](x)
    except ValueError:
        return -1


def containers_through(n, items):
    functions = [lambda a: a + [1], lambda a: a[:1]]
    return functions[n](items)


def partials(x):
    plus = partial(add, x)
    times = partial(add, scale=3)
    both = functools.partial(add, 1, scale=x)
    return plus(), plus(5), plus(5, scale=2), times(x), times(x, 2), times(x, scale=4), both(2)


def partials_of_the_library(x):
    most = partial(max, x)
    power = partial(pow, 2)
    text = partial(str, x)
    return most(3), power(3), text(), partial(len, (x, x))()


def partials_hold(text, items):
    joined = partial(lambda a, b: a + b, text + "!")
    longer = partial(lambda a, b: a + b, items + [1])
    return joined(text), longer(items), [partial(square, x)() for x in items]


def mapped_partials(items, x):
    results = []
    for item in items:
        results.append(partial(add, item, scale=x)(1))
    return results


def reduces(items):
    return (
        reduce(operator.add, items), reduce(lambda a, b: a * b, items, 1), functools.reduce(max, items),
        reduce(add, items, 0.5), reduce(operator.mul, (1, 2.5, 3)),
    )  # fmt: skip


def reduces_nothing(items):
    return reduce(operator.add, items[:0], 7), reduce(operator.add, items[:0])


def operators(a, b):
    return (
        operator.add(a, b), operator.sub(a, b), operator.mul(a, b), operator.truediv(a, b), operator.floordiv(a, b),
        operator.mod(a, b), operator.pow(a, 2), operator.neg(a), operator.pos(a), operator.abs(a), operator.not_(a),
        operator.truth(b), operator.eq(a, b), operator.ne(a, b), operator.lt(a, b), operator.le(a, b),
        operator.gt(a, b), operator.ge(a, b), operator.iadd(a, b), operator.isub(a, b), operator.imul(a, b),
        operator.itruediv(a, b), operator.ipow(a, 2),
    )  # fmt: skip


def products(a, b):
    return operator.matmul(a, b), operator.imatmul(a.copy(), b)


def operators_of_ints(a, b):
    return (
        operator.and_(a, b), operator.or_(a, b), operator.xor(a, b), operator.lshift(a, 3), operator.rshift(a, 1),
        operator.invert(a), operator.index(a), operator.index(True), operator.iand(a, b), operator.ior(a, b),
        operator.ixor(a, b), operator.ilshift(a, 2), operator.irshift(a, 1), operator.ifloordiv(a, b), operator.imod(a, b),
    )  # fmt: skip


def operators_of_containers(items, item):
    copied = items[:]
    operator.setitem(copied, 0, item)
    operator.delitem(copied, -1)
    operator.iconcat(copied, [item])
    return (
        copied, operator.getitem(items, 1), operator.contains(items, item), operator.concat(items, items),
        operator.countOf(items, item), operator.indexOf(items, items[-1]), operator.length_hint(items),
        operator.is_(items, items), operator.is_not(items, copied),
    )  # fmt: skip


def missing(items, item):
    return operator.indexOf(items, item)


def items_of(pairs):
    first = operator.itemgetter(0)
    return (
        sorted(pairs, key=operator.itemgetter(1)), [first(pair) for pair in pairs], operator.itemgetter(1, 0)(pairs[0]),
        operator.itemgetter(0, 1, 0)(pairs[0]), operator.itemgetter(-1)(pairs),
    )  # fmt: skip


def items_of_others(table, a):
    return operator.itemgetter("b")(table), operator.itemgetter(slice(1, 3))(a), operator.itemgetter(2)(a)


def attributes_of(z, a):
    return operator.attrgetter("imag")(z), operator.attrgetter("real", "imag", "real")(z), operator.attrgetter("size")(a)


def methods_of(text, items):
    copied = items[:]
    operator.methodcaller("append", 5)(copied)
    return operator.methodcaller("upper")(text), operator.methodcaller("split", "a")(text), copied


def call_all(functions, x):
    results = []
    for function in functions:
        results.append(function(x))
    return results


def calls_all(x):
    return call_all([double, square], x), call_all((half, double), x), apply(double, x)


def returned(flag):
    return double if flag else square


def calls_returned(flag, x):
    return returned(flag)(x)


def partials_of_closures(x):
    def line(a, b=1):
        return a * x + b

    two = functools.partial(line, 2)
    by_name = functools.partial(line, b=x)
    both = functools.partial(two, 5)
    table = [functools.partial(line, i) for i in range(3)]
    return two(), two(3), by_name(4), by_name(4, b=0), both(), [one() for one in table], functools.partial(max, x)(1)


def nested_partials(x):
    inner = functools.partial(max, x)
    outer = functools.partial(inner, 3)
    named = functools.partial(functools.partial(sorted, reverse=True), key=abs)
    return outer(1), outer(9), named([x, -5, 3])


def functions_of_the_library(values, x):
    table = (math.sqrt, math.floor, abs)
    return [function(x) for function in table[:1]], table[1](x), table[2](-x), sorted(values, key=functools.partial(pow, 2))


def perhaps(flag, x):
    scale = None
    if flag > 0:
        scale = lambda a: a * x  # noqa: E731
    first = -1 if scale is None else scale(2)
    chosen = double if flag > 1 else None
    return first, scale(3), chosen(x)


def none_or_a_function(flag, x):
    def make(flag):
        return (lambda a: a + x) if flag else None

    made = make(flag)
    return made is None, made(1) if made else 0


FUNCTIONS = [double, square, half, add, fails, apply, call_all, returned]
PAIRS = [("b", 2.5), ("a", 3.5), ("c", 0.5)]

CASES = [
    (perhaps, [(2, 3), (1, 3), (0, 3)]),
    (none_or_a_function, [(True, 3), (False, 3)]),
    (partials_of_closures, [(3,), (2,)]),
    (nested_partials, [(2,), (7,)]),
    (functions_of_the_library, [([3, 1, 2], 2.5)]),
    (products, [(np.arange(4.0).reshape(2, 2), np.eye(2)), (np.ones((2, 3)), np.ones((2, 2)))]),
    (in_tuples, [(3,), (1.5,)]),
    (in_lists, [(3.0, 0), (1.5, 2), (1.5, -1), (1.5, 3)]),
    (in_dicts, [("double", 3.0), ("half", 3.0), ("none", 3.0)]),
    (chosen, [(True, 3.0), (False, 3.0), (True, 300.0)]),
    (chosen_in_a_loop, [(0,), (1,), (7,)]),
    (lambdas, [(3, 0), (3, 1), (2.5, -1)]),
    (with_defaults, [(True, 3), (False, 3)]),
    (texts, [(3,)]),
    (raising, [(0, 3), (1, 3)]),
    (containers_through, [(0, [1, 2]), (1, [1, 2])]),
    (partials, [(3,), (2,)]),
    (partials_of_the_library, [(3,), (2,)]),
    (partials_hold, [("a", [1, 2])]),
    (mapped_partials, [([1, 2, 3], 2)]),
    (reduces, [([1.5, 2.0, 3.0],), ((1.0, 2.0),)]),
    (reduces_nothing, [([1, 2],)]),
    (operators, [(7, 2), (7.5, -2.0), (True, 3)]),
    (operators_of_ints, [(7, 2), (-7, 3)]),
    (operators_of_containers, [([1, 2, 3, 2], 2), ([1.5, 2.5], 2.5)]),
    (missing, [([1, 2], 3)]),
    (items_of, [(PAIRS,)]),
    (items_of_others, [({"a": 1, "b": 2}, np.arange(5)), ({"b": 1.5}, [1, 2, 3, 4])]),
    (attributes_of, [(1 + 2j, np.arange(3))]),
    (methods_of, [("banana", [1])]),
    (calls_all, [(3,), (1.5,)]),
    (calls_returned, [(True, 3), (False, 3)]),
]
