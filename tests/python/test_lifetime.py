"""Functions as objects: attributes, pickling, copies, garbage."""

import copy
import gc
import inspect
import pickle
import weakref

import pytest

from upshift import Dispatcher, _upshift, jit


@jit
def documented(a, b: int = 2) -> int:
    """Adds."""
    return a + b


def test_a_jitted_function_looks_like_its_function():
    function = documented.py_func
    assert documented.__wrapped__ is function
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__code__", "__defaults__", "__annotations__"):
        assert getattr(documented, name) == getattr(function, name)
    assert str(inspect.signature(documented)) == "(a, b: int = 2) -> int"
    assert isinstance(documented, Dispatcher)
    assert repr(documented).startswith("upshift.Dispatcher(<function documented")
    assert not hasattr(documented, "no_such_attribute")
    documented.note = 3
    assert documented.note == 3
    assert jit(documented).py_func is function


def test_functions_of_modules_pickle_by_name():
    assert pickle.loads(pickle.dumps(documented)) is documented
    assert copy.copy(documented) is documented and copy.deepcopy(documented) is documented
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(jit(lambda x: x))


def test_a_function_that_nobody_names_goes():
    def make():
        @jit
        def recursive(n):
            return n if n < 2 else recursive(n - 1) + recursive(n - 2)

        assert recursive(10) == 55
        return weakref.ref(recursive)

    before = len(_upshift.dispatchers())
    references = [make() for _ in range(5)]
    gc.collect()
    assert all(reference() is None for reference in references)
    assert len(_upshift.dispatchers()) <= before


def test_a_callee_lives_as_long_as_its_callers():
    def make():
        @jit
        def inner(x):
            return x * 2

        @jit
        def outer(x):
            return inner(x) + 1

        assert outer(1) == 3
        return outer

    outer = make()
    gc.collect()
    for _ in range(100):
        jit(lambda x: x - 1)(1)
    assert [outer(x) for x in range(5)] == [1, 3, 5, 7, 9]


def test_code_is_used_again_and_freed():
    for number in range(200):
        function = jit(eval(f"lambda x: x + {number}"))
        assert function(1) == number + 1


def test_globals_are_frozen_when_first_read():
    namespace = {}
    exec("factor = 2\ndef scale(x): return x * factor", namespace)
    scale = jit(namespace["scale"])
    assert scale(3) == 6
    namespace["factor"] = 10
    assert scale(3) == 6


def test_functions_of_modules_and_tuples_outlive_their_names():
    import sys
    import types

    module = types.ModuleType("upshift_lifetime")
    module.inner = jit(lambda x: x * 2)
    sys.modules[module.__name__] = module
    try:
        outer = jit(eval("lambda x: module.inner(x) + 1", {"module": module}))
        assert outer(1) == 3
        del module.inner
        gc.collect()
        for number in range(20):
            jit(eval(f"lambda x: x - {number}"))(1)
        assert outer(2) == 5
    finally:
        del sys.modules[module.__name__]
