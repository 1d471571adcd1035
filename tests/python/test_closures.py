"""Functions that compiled code returns to Python: closures, lambdas and partials, with what they capture."""

import copy
import functools
import gc
import inspect
import math
import operator
import pickle
import random
import sys
import weakref

import numpy as np
import outcomes
import pytest
import tiers

from upshift import _upshift, errors, jit


def linear(x):
    def inner(a, b=2):
        """A line."""
        return a * x + b

    return inner


def counter(start):
    count = start

    def increment(by):
        nonlocal count
        count += by
        return count

    return increment


def pair_of(x):
    total = x

    def add(by):
        nonlocal total
        total = total + by
        return total

    return add, lambda: total


def drawing(generator, *, low=0.0):
    def draw(width, *, more=low):
        return generator.random() * width + more

    return draw


def draws(generator, count):
    for _ in range(count):
        yield generator.random()


def test_what_a_result_draws_from_lives_as_long_as_it():
    draw, items = jit(drawing)(random.Random(3)), jit(draws)(random.Random(3), 3)
    gc.collect()
    others = [random.Random(seed) for seed in range(50)]
    expected = random.Random(3)
    numbers = [expected.random() for _ in range(3)]
    assert [draw(1.0), draw(1.0, more=0.0), draw(1.0)] == numbers
    assert list(items) == numbers
    generator = random.Random(5)
    count = sys.getrefcount(generator)
    draw = jit(drawing)(generator)
    assert draw(2.0) == random.Random(5).random() * 2.0
    assert sys.getrefcount(generator) > count
    del draw
    assert sys.getrefcount(generator) == count and len(others) == 50


def test_keyword_defaults_of_a_closure():
    draw = jit(drawing)(random.Random(3), low=0.5)
    assert (draw.__defaults__, draw.__kwdefaults__) == (None, {"more": 0.5})
    with pytest.raises(TypeError, match=r"draw\(\) takes 1 positional argument but 2 were given"):
        draw(1.0, 2.0)


def appends(items):
    def add(item):
        items.append(item)
        return len(items)

    return add


def element(a, text):
    def get(i):
        return a[i], text + "!", len(a)

    return get


def fills(a):
    def fill(value):
        a[:] = value
        return a

    return fill


def nested(x):
    def outer(y):
        return lambda z: x * 100 + y * 10 + z

    return outer


def factorial_of(step):
    def factorial(k):
        return 1 if k < 2 else k * factorial(k - step)

    return factorial


def chosen(flag):
    return (lambda a: a + 1) if flag else (lambda a: a * 2)


def in_a_list(n):
    return [lambda a: a * n + b for b in range(n)]


def in_a_dict(n):
    add = lambda a: a + n  # noqa: E731
    return {"add": add, "same": add}


def generating(n):
    def generate(m):
        for i in range(m):
            yield i * n

    return generate


def generates_closures(n, items):
    def add(item):
        items.append(item + n)
        return len(items)

    for _ in range(n):
        yield add


def variadic(x):
    def total(*values, scale):
        s = x
        for value in values:
            s += value * scale
        return s

    return total


def divides(x):
    def divide(a):
        if a < 0:
            raise ValueError("negative", a)
        return x // a

    return divide


def maybe(x):
    def inner(a):
        return None if a > x else a

    return inner


def captures_a_function(f, x):
    return lambda a: f(a) + x


def power(a, b):
    return a**b


def partials(n):
    def power(a, b):
        return a**b

    return functools.partial(power, n), functools.partial(power, b=n), functools.partial(max, n, 2), functools.partial(int)


def partial_of_an_array(a):
    return functools.partial(np.add, a)


# How a closure is made, from which arguments, and what is done with it.
SCENARIOS = [
    (linear, (3,), lambda f: (f(2), f(2.5), f(2, 5), f(b=1, a=4), f(np.float32(2)))),
    (linear, (1.5,), lambda f: [f(i) for i in range(3)]),
    (counter, (0,), lambda f: (f(1), f(2), f(-5))),
    (counter, (0.5,), lambda f: (f(1), f(2.5))),
    (pair_of, (2,), lambda f: (f[0](3), f[1](), f[0](4), f[1]())),
    (element, (np.arange(3.0), "abcé"), lambda f: (f(0), f(-1))),
    (element, ([1, 2, 3], ""), lambda f: (f(0), f(2))),
    (nested, (1,), lambda f: (f(2)(3), f(2)(4), f(5)(6.5))),
    (factorial_of, (1,), lambda f: (f(5), f(1))),
    (chosen, (True,), lambda f: (f(1), f(1.5))),
    (chosen, (False,), lambda f: (f(1), f(1.5))),
    (in_a_list, (3,), lambda fs: [f(2) for f in fs]),
    (in_a_dict, (3,), lambda table: (table["add"](2), table["same"](2.5))),
    (generating, (3,), lambda f: (list(f(4)), sum(f(3)))),
    (variadic, (5,), lambda f: (f(scale=1), f(1, 2, scale=3), f(1, scale=0.5), f(*range(1, 12), scale=1))),
    (divides, (7,), lambda f: (f(2), outcomes.outcome(f, 0), outcomes.outcome(f, -1))),
    (maybe, (3,), lambda f: (f(2), f(4))),
    (captures_a_function, (math.floor, 2), lambda f: (f(2.5), f(-0.5))),
    (partials, (3,), lambda f: (f[0](2), f[1](2), f[2](1), f[2](9, 4), f[3]("12"))),
    (partial_of_an_array, (np.arange(3.0),), lambda f: (f(1), f(np.ones(3)))),
]


def plain_and_compiled(make, args):
    return make(*copy.deepcopy(args)), jit(make)(*copy.deepcopy(args))


@pytest.mark.parametrize("make, args, use", SCENARIOS, ids=[row[0].__name__ for row in SCENARIOS])
def test_it_does_what_cpython_does(make, args, use):
    plain, compiled = plain_and_compiled(make, args)
    assert outcomes.bits(use(compiled)) == outcomes.bits(use(plain))


@pytest.mark.parametrize("mode", tiers.MODES)
def test_it_does_so_in_every_mode(mode, run_on_tier):
    run_on_tier(__file__, mode)


WRONG_CALLS = [
    ((), {}),
    ((1, 2, 3), {}),
    ((1,), {"c": 2}),
    ((1, 2), {"a": 2}),
    (tuple(range(12)), {}),
]


@pytest.mark.parametrize("args, keywords", WRONG_CALLS)
def test_wrong_arguments_raise_as_in_cpython(args, keywords):
    plain, compiled = plain_and_compiled(linear, (3,))
    messages = []
    for function in (plain, compiled):
        with pytest.raises(TypeError) as raised:
            function(*args, **keywords)
        messages.append(str(raised.value))
    # CPython's message has the qualified name.
    assert messages[1] == messages[0]


def test_a_list_is_changed_where_it_was_captured():
    items = [1]
    add = jit(appends)(items)
    assert (add(5), items) == (2, [1, 5])
    assert (jit(lambda f: f(7))(add), items) == (3, [1, 5, 7])
    with pytest.raises(OverflowError):
        add(2**70)
    assert items == [1, 5, 7]


def test_what_a_generator_yields_changes_the_list_too():
    items = [1]
    functions = list(jit(generates_closures)(2, items))
    assert [function(1) for function in functions] == [2, 3]
    assert items == [1, 3, 3]


def test_what_is_put_into_a_list_lives_as_long_as_it_does():
    make = jit(lambda a: lambda: a.sum())

    @jit
    def put(functions, a):
        functions.append(make(a))

    functions = [make(np.arange(3.0))]
    put(functions, np.arange(5.0))
    gc.collect()
    others = [np.full(5, 9.0) for _ in range(100)]
    assert [function() for function in functions] == [3.0, 10.0]
    assert len(others) == 100


def test_an_array_is_the_one_that_was_captured():
    a = np.zeros(3)
    fill = jit(fills)(a)
    assert fill(2.5) is a
    assert list(a) == [2.5] * 3


def test_it_looks_like_a_function():
    plain, compiled = plain_and_compiled(linear, (3,))
    for name in ("__name__", "__qualname__", "__doc__", "__module__", "__code__", "__kwdefaults__"):
        assert getattr(compiled, name) == getattr(plain, name)
    assert compiled.__defaults__ == (2,)
    assert inspect.signature(compiled) == inspect.signature(plain)
    assert repr(compiled).startswith("<upshift.Closure linear.<locals>.inner at 0x")
    assert callable(compiled) and not hasattr(compiled, "__closure__")
    assert copy.copy(compiled) is compiled and copy.deepcopy([compiled])[0] is compiled
    assert weakref.ref(compiled)() is compiled


def test_it_is_a_method_in_a_class():
    class Scaled:
        scale = jit(linear)(2)

    with pytest.raises(errors.TypingError, match="argument 'a0' is a .*Scaled"):
        Scaled().scale()
    assert Scaled.scale(4) == 10


def test_pickling_it_is_refused_as_in_cpython():
    texts = []
    for function in plain_and_compiled(linear, (3,)):
        with pytest.raises(AttributeError) as raised:
            pickle.dumps(function)
        texts.append(str(raised.value))
    assert texts[0] == texts[1]


def test_partials_are_those_of_functools():
    fixed, by_name, library, empty = jit(partials)(3)
    assert [type(one) for one in (fixed, by_name, library, empty)] == [functools.partial] * 4
    assert (fixed.args, by_name.keywords, library.func, empty.func) == ((3,), {"b": 3}, max, int)


@jit
def apply(f, x):
    return f(x)


@jit
def apply_all(functions, x):
    return [f(x) for f in functions]


@jit
def compose(f, g):
    return lambda x: f(g(x))


@jit
def same(f):
    return f


jitted_linear = jit(linear)
jitted_power = jit(power)
times_ten = jitted_linear(10)
cube = functools.partial(jitted_power, b=3)
two_to = functools.partial(jitted_power, 2)
shared = jit(counter)(100)
pair = (times_ten, cube)


changing = jit(appends)([1])


@jit
def uses_what_changes_a_list(x):
    return changing(x)


@jit
def uses_globals(x):
    return times_ten(x) + cube(x) + two_to(x) + pair[0](x) + pair[1](x)


@jit
def uses_a_shared_variable(x):
    return shared(x)


PASSED = [
    (lambda: apply(jitted_linear(3), 2), 8),
    (lambda: apply(jitted_linear(3.5), 2), 9.0),
    (lambda: apply(functools.partial(jitted_power, 3), 2), 9),
    (lambda: apply(functools.partial(jitted_power, b=3), 2), 8),
    (lambda: apply(functools.partial(apply, jitted_linear(4)), 2), 10),
    (lambda: apply(functools.partial(max, 4), 2), 4),
    (lambda: apply(math.sqrt, 4.0), 2.0),
    (lambda: apply(len, [1, 2]), 2),
    (lambda: apply(float, "2.5"), 2.5),
    (lambda: apply(operator.neg, 2), -2),
    (lambda: apply(np.sqrt, np.float64(4.0)), np.float64(2.0)),
    (lambda: apply_all([jitted_linear(2), jitted_linear(3)], 2), [6, 8]),
    (lambda: apply_all((jitted_linear(2), jitted_power(2, 3), 4)[:1], 2), [6]),
    (lambda: apply_all((jitted_linear(2), functools.partial(jitted_power, 2)), 3), [8, 8]),
    (lambda: apply_all([jit(chosen)(True), jit(chosen)(True)], 3), [4, 4]),
    (lambda: compose(jitted_linear(2), jitted_linear(3))(1), 12),
    (lambda: compose(jitted_linear(2), compose(math.floor, math.sqrt))(10.0), 8),
    (lambda: same(jitted_linear(2))(4), 10),
    (lambda: same(functools.partial(jitted_power, 2)).args, (2,)),
    (lambda: same([jitted_linear(2)])[0](4), 10),
    (lambda: same(math.sin), math.sin),
    (lambda: same(ValueError), ValueError),
    (lambda: uses_globals(2), 22 + 8 + 4 + 22 + 8),
    (lambda: [uses_a_shared_variable(1) - shared(0), shared(5) - shared(0)], [0, 0]),
    (lambda: list(map(jitted_linear(2), [1, 2])), [4, 6]),
    (lambda: sorted([3, 1, 2], key=jitted_linear(-1)), [3, 2, 1]),
]


@pytest.mark.parametrize("call, expected", PASSED, ids=range(len(PASSED)))
def test_functions_are_passed_in(call, expected):
    assert outcomes.bits(call()) == outcomes.bits(expected)


def test_each_type_of_arguments_is_compiled_once_for_all_closures_of_a_type():
    first = jitted_linear(1)
    first(1), first(1.5)
    before = _upshift.census()
    for number in range(20):
        other = jitted_linear(number)
        other(2), other(2.5)
    assert _upshift.census() == before


def test_what_it_captures_lives_as_long_as_it_does():
    a = np.arange(3.0)
    before = sys.getrefcount(a)
    get = jit(element)(a, "x")
    assert sys.getrefcount(a) > before
    assert get(1)[0] == 1.0
    del get
    gc.collect()
    assert sys.getrefcount(a) == before


def test_the_function_around_it_lives_as_long_as_it_does():
    def make():
        outer = jit(lambda x: lambda a: a + x)
        return outer(1), weakref.ref(outer)

    inner, outer = make()
    gc.collect()
    assert inner(2) == 3 and outer() is not None
    del inner
    gc.collect()
    assert outer() is None


REFUSED = [
    (lambda: apply(lambda a: a, 1), "argument 'f' is a function, which compiled code does not take; decorate it with"),
    (
        lambda: apply(functools.partial(lambda a, b: a, 1), 1),
        "argument 'f' is a partial of a function, which compiled code does not take; decorate it with upshift.jit",
    ),
    (lambda: uses_what_changes_a_list(2), "'changing' is a closure that changes a list, dict or set of Python's, which"),
    (lambda: jitted_linear(1)(object()), "argument 'a0' is a object, which compiled code does not take"),
]


@pytest.mark.parametrize("call, message", REFUSED, ids=range(len(REFUSED)))
def test_refusals_say_what_to_do(call, message):
    with pytest.raises(errors.TypingError, match=message):
        call()
