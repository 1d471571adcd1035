"""Bad input gives an exception that points to the user's own line."""

import re
import traceback

import numpy as np
import pytest

from upshift import errors, jit


@jit
def same(value):
    return value


@jit
def item(array, index):
    return array[index]


@jit
def outer(array, index):
    inner = item(array, index)
    return inner


BAD_ARGUMENTS = {
    "a list of two types": ([1, 2.5], "a list that holds int and float"),
    "a subclass of str": (type("Text", (str,), {})("abc"), "Text"),
    "an empty dict": ({}, "an empty dict"),
    "a function": (lambda: 0, "a function"),
    "float16": (np.zeros(2, "f2"), "dtype float16"),
    "big-endian": (np.zeros(2, ">f8"), "dtype >f8"),
    "objects": (np.zeros(2, object), "dtype object"),
    "masked": (np.ma.array([1]), "numpy.asarray"),
    "inside a tuple": ((1, [2, 2.5]), "a tuple that holds a list"),
    "unaligned": (np.frombuffer(bytes(17), np.uint8)[1:].view(np.float64), "aligned"),
}


@pytest.mark.parametrize("name", BAD_ARGUMENTS)
def test_bad_arguments_are_named(name):
    value, text = BAD_ARGUMENTS[name]
    with pytest.raises(errors.TypingError) as raised:
        same(value)
    message = str(raised.value)
    assert message.startswith(f"{__file__}:"), message
    assert "in function same: argument 'value' is" in message
    assert text in message


def test_an_exception_shows_the_users_lines():
    array = np.arange(3.0)
    with pytest.raises(IndexError) as raised:
        outer(array, 5)
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert [frame.name for frame in frames[-2:]] == ["outer", "item"]
    assert [frame.line for frame in frames[-2:]] == ["inner = item(array, index)", "return array[index]"]
    assert all(frame.filename == __file__ for frame in frames)


def test_an_index_error_says_what_numpy_says():
    array = np.arange(3.0)
    for index in (3, -4, 10**9):
        with pytest.raises(IndexError) as expected:
            array[index]
        with pytest.raises(IndexError) as raised:
            item(array, index)
        assert str(raised.value) == str(expected.value)


def test_raise_statements():
    @jit
    def check(x):
        if x < 0:
            raise ValueError("x is negative")
        return x

    assert check(1) == 1
    with pytest.raises(ValueError, match="^x is negative$"):
        check(-1)
    with pytest.raises(ZeroDivisionError, match="^integer division or modulo by zero$"):
        jit(lambda a, b: a // b)(1, 0)


def chain(error):
    """Every exception that another one came from: class, arguments, cause and lines."""
    while error is not None:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if "chained" in frame.name]
        yield type(error), error.args, error.__suppress_context__, type(error.__cause__), lines
        error = error.__context__


def test_contexts_causes_and_tracebacks_are_those_of_cpython():
    def chained(x):
        try:
            try:
                1 // x
            except ZeroDivisionError as e:
                if x == 0:
                    raise KeyError("first", x) from e
            if x == 1:
                raise IndexError
        except LookupError as e:
            try:
                raise ValueError(x)
            finally:
                if x < 2:
                    raise e
        raise RuntimeError from None

    for x in range(3):
        outcomes = []
        for function in (chained, jit(chained)):
            with pytest.raises((LookupError, RuntimeError)) as raised:
                function(x)
            outcomes.append(list(chain(raised.value)))
        assert outcomes[0] == outcomes[1]


def test_an_exception_in_a_handler_of_pythons_has_its_context():
    @jit
    def divide(a, b):
        return a // b

    with pytest.raises(ZeroDivisionError) as raised:
        try:
            raise KeyError("outer")
        except KeyError:
            divide(1, 0)
    assert repr(raised.value.__context__) == "KeyError('outer')"


def test_two_classes_of_one_name_are_two():
    def make():
        class Failure(Exception):
            pass

        return Failure

    first, second = make(), make()

    @jit
    def raises(flag):
        try:
            if flag:
                raise first(1)
            raise second(2)
        except second as e:
            raise e

    with pytest.raises(first):
        raises(True)
    with pytest.raises(second):
        raises(False)


def test_a_refusal_shows_the_expression():
    @jit
    def unknown(x):
        y = x + 1
        return y + does_not_exist  # noqa: F821

    with pytest.raises(errors.TypingError) as raised:
        unknown(1)
    message = str(raised.value)
    assert "name 'does_not_exist' is not defined" in message
    source, marks = message.splitlines()[1:3]
    start = re.search(r"\^+", marks)
    assert source[start.start() : start.end()] == "does_not_exist"
    with pytest.raises(errors.TypingError):
        unknown(1)


def test_errors_have_one_base_and_numbas_names():
    for name in ("TypingError", "UnsupportedError", "LimitError", "InternalError"):
        assert issubclass(getattr(errors, name), errors.UpshiftError)
    assert errors.NumbaError is errors.UpshiftError
