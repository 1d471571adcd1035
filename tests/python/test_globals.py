"""What compiled code may name: numbers, arrays, tuples, modules, functions, dtypes."""

import math
import sys
import threading
import types as python_types

import numpy as np
import numpy as numerical
import pytest
from numpy import zeros as nothing

from upshift import errors, jit

FACTOR = 3
RATIO = 0.5
FLAG = True
PAIR = (2, 0.5)
TABLE = np.arange(5.0)
SMALL = np.int8(5)
HALF = np.float32(0.5)


@jit
def triple(x):
    return x * FACTOR


def outer_variable():
    offset = 10

    def use(x):
        return x + offset

    return use


CASES = {
    "int": (lambda x: x * FACTOR, 6),
    "float": (lambda x: x * RATIO, 1.0),
    "bool": (lambda x: x if FLAG else 0, 2),
    "tuple": (lambda x: x * PAIR[0] + PAIR[1], 4.5),
    "array": (lambda x: TABLE[x], np.float64(2.0)),
    "numpy scalar": (lambda x: HALF, np.float32(0.5)),
    "module": (lambda x: len(np.zeros(x)), 2),
    "module by another name": (lambda x: numerical.pi, math.pi),
    "function by another name": (lambda x: nothing(x).ndim, 1),
    "built-in": (lambda x: abs(-x), 2),
    "jitted function": (lambda x: triple(x), 6),
    "outer variable": (outer_variable(), 12),
    "dtype": (lambda x: np.float32(x), np.float32(2)),
}


@pytest.mark.parametrize("name", CASES)
def test_globals(name):
    function, expected = CASES[name]
    result = jit(function)(2)
    assert result == expected == function(2) if name != "jitted function" else result == expected
    assert type(result) is type(expected)


def test_a_global_array_is_readonly_and_shared():
    @jit
    def store(x):
        TABLE[0] = x
        return x

    @jit
    def whole():
        return TABLE

    with pytest.raises((errors.TypingError, ValueError), match="read-?only"):
        store(1.0)
    assert whole() is TABLE


def test_what_cannot_be_used_is_named():
    thing = {}
    with pytest.raises(errors.TypingError, match="'thing' is a dict"):
        jit(lambda x: thing)(1)

    def plain(x):
        return x

    with pytest.raises(errors.TypingError, match="'plain' is a function"):
        jit(lambda x: plain(x))(1)


def test_a_module_that_raises():
    module = python_types.ModuleType("upshift_test_module")

    def missing(name):
        raise RuntimeError(f"no {name} today")

    module.__getattr__ = missing
    sys.modules[module.__name__] = module
    try:
        with pytest.raises(RuntimeError, match="no value today"):
            jit(lambda x: module.value)(1)
    finally:
        del sys.modules[module.__name__]


def test_compiling_while_compiling_is_refused():
    module = python_types.ModuleType("upshift_test_module")
    inner = jit(lambda x: x + 1)
    module.__getattr__ = lambda name: inner(1)
    sys.modules[module.__name__] = module
    try:
        with pytest.raises(RuntimeError, match="compiles another"):
            jit(lambda x: module.value)(1)
    finally:
        del sys.modules[module.__name__]
    assert inner(1) == 2


def test_two_threads_compile_functions_that_call_each_other():
    for _ in range(20):
        first = jit(lambda x: x + 1)
        second = jit(eval("lambda x: first(x) * 2", {"first": first}))
        results = []
        threads = [threading.Thread(target=lambda f=f: results.append(f(3))) for f in (first, second, first, second)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert sorted(results) == [4, 4, 8, 8]
