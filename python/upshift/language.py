"""Python's constructs by example, for `upshift info --language`: what compiles is found out by compiling it.

A row is a name, the example, and the test program that covers it thoroughly. An example is the body of a function of `x`,
which is called with 3: the table says what became of it, so no list of what is supported is kept by hand.
"""

import re

from . import _upshift, errors

# Name of the construct; the body; the test programs.
CONSTRUCTS = [
    ("assignment, chained, to tuples and stars", "a = b = x\nc, *d = [a, b, 2]\nreturn c + len(d)", "programs/tuples.py"),
    ("augmented assignment to any target", "a = [x]\na[0] += 1\na[:1] *= 2\nreturn a", "programs/lists.py"),
    ("assignment expressions", "return (a := x) + a", "programs/operators_of_numbers.py"),
    ("`if`, conditional expressions", "if x > 2 and not x == 4:\n    return 1 if x else 2\nreturn 0", "programs/loops.py"),
    ("`while`, `for`, `break`, `continue`, `else`", "for i in range(x):\n    if i == 2:\n        continue\nelse:\n    i += 5\nreturn i", "programs/loops.py"),
    ("chained comparison, `in`, `is`", "return 1 < x <= 3 and x in (1, 3) and None is None", "programs/operators_of_numbers.py"),
    ("`try`, `except`, `else`, `finally`", "try:\n    return 1 // (x - 3)\nexcept (ZeroDivisionError, KeyError):\n    x += 1\nfinally:\n    x += 1\nreturn x", "programs/exceptions.py"),
    ("`raise`, `raise ... from`, `assert`", "try:\n    assert x > 3, x\nexcept AssertionError as error:\n    raise ValueError('x', x) from error", "programs/exceptions.py"),
    ("`except*`", "try:\n    x += 1\nexcept* ValueError:\n    x += 2\nreturn x", "test_refusals.py"),
    ("`match`: literals, sequences, classes, guards", "match (x, 1):\n    case (3, int(a)) if a > 0:\n        return a\n    case _:\n        return 0", "programs/match_statements.py"),
    ("`match`: mappings", "match {1: x}:\n    case {1: a}:\n        return a\nreturn 0", "test_refusals.py"),
    ("inner functions, `nonlocal`, defaults", "def add(a, b=1):\n    nonlocal x\n    x += a + b\nadd(1)\nadd(2, 3)\nreturn x", "programs/inner_functions.py"),
    ("`lambda`", "return (lambda a, b=2: a * b)(x)", "programs/inner_functions.py"),
    ("list comprehensions", "return [i * j for i in range(x) if i for j in range(i)]", "programs/lists.py"),
    ("set and dict comprehensions", "return {i % 2 for i in range(x)}, {i: i * i for i in range(x)}", "programs/dicts.py"),
    ("generator expressions", "return sum(i for i in range(x))", "programs/generators.py"),
    ("generators", "def each():\n    yield x\n    yield 2\nreturn [i for i in each()]", "programs/generators.py programs/generator_methods.py"),
    ("`yield from`", "def each():\n    yield from range(x)\n    return 2\ndef all():\n    y = yield from each()\n    yield y\nreturn list(all())", "programs/generators.py"),
    ("`with` on `contextlib.contextmanager`", "@contextlib.contextmanager\ndef twice(a):\n    yield a * 2\nwith twice(x) as y:\n    return y", "programs/with_statements.py"),
    ("`with` on dataclasses, `suppress`, `closing`", "with contextlib.suppress(ZeroDivisionError):\n    x = x // (x - 3)\nreturn x", "programs/with_statements.py"),
    ("`with` on other objects", "with np.errstate():\n    return x", "test_refusals.py"),
    ("`*` in calls and assignments, of any iterable", "def add(a, b, c):\n    return a - b + c\nd, *e = range(x)\nreturn add(*range(x)) + d + len(e)", "programs/calls.py"),
    ("keyword arguments, defaults, `*args` in calls", "def add(a, b=1, *c):\n    return a + b + len(c)\nreturn add(b=x, a=1) + add(*(1, 2, 3))", "programs/calls.py"),
    ("`**kwargs`", "def add(**named):\n    return len(named)\nreturn add(a=x, **{'b': 2})", "programs/keywords.py"),
    ("loops over tuples of different types", "for item in (x, 'a', 2.5):\n    y = str(item)\nreturn y", "programs/keywords.py"),
    ("functions as values, in lists and dicts too", "return [f(x) for f in [lambda a: a, lambda a: -a]]", "programs/callables.py"),
    ("keyword-only and positional-only parameters", "def add(a, /, *, b):\n    return a - b\nreturn add(x, b=1)", "programs/calls.py"),
    ("slices", "return [1, 2, 3, 4][x:0:-2], 'abcd'[1:x]", "programs/lists.py"),
    ("starred displays", "return [*(1, 2), *[x]], (*(x, 1), 2)", "programs/tuples.py"),
    ("f-strings", "return f'{x:>4d}|{x!r}|{x / 7:.2f}'", "programs/strings.py"),
    ("`%` and `str.format`", "return '%d %s' % (x, 'a') + '{:x} {!r}'.format(x, 'b')", "programs/strings.py"),
    ("`del` of variables and items", "a = [1, x]\ndel a[0]\nb = a\ndel a\nreturn b", "programs/lists.py"),
    ("`del` of attributes", "del x.a\nreturn x", "test_refusals.py"),
    ("`global`, reading", "return LIMIT + x", "test_globals.py"),
    ("`global`, assignment", "global LIMIT\nLIMIT = x", "test_refusals.py"),
    ("`import` in a function, of a module that is loaded", "import math\nreturn math.pi", "programs/imports.py"),
    ("class definitions in a function", "class A:\n    pass\nreturn x", "test_refusals.py"),
    ("recursion", "def factorial(n):\n    return n * factorial(n - 1) if n else 1\nreturn factorial(x)", "test_recursion.py"),
    ("unbound variables", "if x > 5:\n    a = 1\nreturn a", "programs/unbound.py"),
]  # fmt: skip


# A value of each type that can be passed and returned, as an expression; the test programs.
TYPES = [
    ("int", "3", "programs/operators_of_numbers.py"),
    ("bool", "True", "programs/operators_of_numbers.py"),
    ("float", "0.5", "programs/operators_of_numbers.py"),
    ("complex", "1j", "programs/operators_of_numbers.py"),
    ("NumPy's scalars", "np.float32(1)", "test_typing.py"),
    ("arrays", "np.zeros((2, 3))", "programs/arrays.py"),
    ("str", "'text'", "programs/strings.py"),
    ("bytes", "b'text'", "programs/byte_strings.py"),
    ("bytearray", "bytearray(b'text')", "programs/byte_arrays.py"),
    ("memoryview", "memoryview(b'text')", "programs/memory_views.py"),
    ("array.array", "array('d', [1])", "programs/memory_views.py"),
    ("None", "None", "programs/builtin_functions.py"),
    ("tuple", "(1, 0.5)", "programs/tuples.py"),
    ("list", "[1, 2]", "programs/lists.py"),
    ("dict", "{1: 0.5}", "programs/dicts.py"),
    ("`collections.deque`", "deque([1, 2], 3)", "programs/deques.py"),
    ("`collections.Counter`", "Counter('text')", "programs/counters.py"),
    ("`collections.defaultdict`", "defaultdict(list, {1: [0.5]})", "programs/counters.py"),
    ("`collections.OrderedDict`", "OrderedDict({1: 0.5})", "programs/counters.py"),
    ("set", "{1, 2}", "programs/sets.py"),
    ("slice", "slice(1, 2)", "programs/ranges.py"),
    ("range", "range(3)", "programs/ranges.py"),
    ("dtype", "np.dtype('f4')", "test_creation.py"),
    ("datetime64, timedelta64", "np.datetime64('2024-01-01')", "programs/dates.py"),
    ("records", "np.zeros(2, [('a', 'i8')])", "programs/structured_arrays.py"),
    ("named tuples", "namedtuple('Point', 'x y')(1, 0.5)", "programs/named_tuples.py"),
    ("members of `enum`", "Enum('Color', 'RED BLUE').RED", "programs/enumerations.py"),
    ("dataclasses", "make_dataclass('Body', ['mass'])(1.5)", "programs/dataclass_instances.py"),
    ("generators", "numbers(3)", "programs/generators.py"),
    ("jitted functions", "upshift.jit(absolute)", "programs/calls.py"),
    ("closures that compiled code returned", "adder(3)", "test_closures.py"),
    ("`functools.partial`", "functools.partial(max, 3)", "test_closures.py"),
    ("functions of the library", "abs", "test_closures.py"),
]  # fmt: skip


def function_of(body):
    """The function of an example."""
    import contextlib

    import numpy

    namespace = {"np": numpy, "contextlib": contextlib, "LIMIT": 4}
    exec("def example(x):\n" + "".join(f"    {line}\n" for line in body.splitlines()), namespace)
    return namespace["example"]


def refusal_of(function, *args):
    """Why the compiler refuses a call: the first line of its message, without the place; None if it does not."""
    from .decorators import jit

    try:
        jit(tier=1)(function)(*args)
    except errors.UpshiftError as error:
        return re.sub(r"^(\S+: in function \S+: )?(argument 'x' is )?", "", str(error).splitlines()[0])
    except Exception:
        # What the example raises as in CPython.
        return None
    return None


def constructs():
    """For each construct its name, why it is refused or None, and its test programs."""
    return [(name, refusal_of(function_of(body), 3), tests) for name, body, tests in CONSTRUCTS]


def value_of(text):
    """The value of a type."""
    import functools
    from array import array
    from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
    from dataclasses import make_dataclass
    from enum import Enum

    import numpy

    import upshift

    names = {"array": array, "np": numpy, "upshift": upshift, "namedtuple": namedtuple, "Enum": Enum, "make_dataclass": make_dataclass}
    names |= {"functools": functools, "adder": upshift.jit(function_of("return lambda a: a + x"))}
    names.update({"deque": deque, "Counter": Counter, "OrderedDict": OrderedDict, "defaultdict": defaultdict})
    names |= {"absolute": function_of("return abs(x)"), "numbers": upshift.jit(function_of("yield x"))}
    return eval(text, names)


def types():
    """For each type its name, what the compiler calls it or why it is refused, whether it takes it, and its tests."""
    found = []
    for name, text, tests in TYPES:
        value = value_of(text)
        refusal = refusal_of(function_of("y = x\nreturn 1"), value)
        found.append((name, refusal or re.sub(r" #\d+$", "", _upshift.type_code(value)), refusal is None, tests))
    return found
