"""Generators that compiled code returns to Python: iterators that run compiled code."""

import contextlib
import gc
import sys
import traceback

import numpy as np
import pytest

from upshift import _upshift, jit


@jit
def count(n):
    for i in range(n):
        yield i
    return n * 10


@jit
def elements(a, scale):
    b = a * scale
    for i in range(len(a)):
        yield a[i] + b[i]
        a[i] = -1


@jit
def cleans_up(log, n):
    try:
        for i in range(n):
            yield i
    finally:
        log[0] += 1


@jit
def fails(n):
    yield n
    yield 1 // n


@jit
def strings(text):
    for letter in text:
        yield letter * 2


@jit
def appends(items):
    for i in range(3):
        items.append(i)
        yield len(items)


def test_it_is_an_iterator():
    generator = count(3)
    assert iter(generator) is generator
    assert [next(generator), next(generator), next(generator)] == [0, 1, 2]
    with pytest.raises(StopIteration) as stopped:
        next(generator)
    assert stopped.value.value == 30
    with pytest.raises(StopIteration) as stopped:
        next(generator)
    assert stopped.value.value is None
    assert next(generator, "end") == "end"
    assert list(count(4)) == [0, 1, 2, 3]
    assert sum(count(1000)) == 499500


def test_what_it_returned_is_what_yield_from_gives():
    def outer():
        result = yield from count(2)
        yield result

    assert list(outer()) == [0, 1, 20]


def test_arguments_live_as_long_as_it_does():
    array = np.arange(3.0)
    before = sys.getrefcount(array)
    blocks = _upshift.live_blocks()
    generator = elements(array, 10.0)
    assert sys.getrefcount(array) == before + 1
    assert next(generator) == 0.0
    del generator
    assert sys.getrefcount(array) == before
    assert [float(x) for x in elements(array, 2.0)] == [0.0, 3.0, 6.0]
    assert array.tolist() == [-1.0, -1.0, -1.0]
    generator = elements(np.ones(2), 1.0)
    assert list(generator) == [2.0, 2.0]
    del generator
    assert _upshift.live_blocks() == blocks


def test_strings():
    assert list(strings("aé")) == ["aa", "éé"]
    generator = strings("xyz")
    assert next(generator) == "xx"


def test_lists_are_written_back_whenever_it_has_run():
    items = [7]
    generator = appends(items)
    assert next(generator) == 2 and items == [7, 0]
    assert next(generator) == 3 and items == [7, 0, 1]
    del generator
    assert items == [7, 0, 1]


def test_exceptions_have_the_line():
    generator = fails(0)
    assert next(generator) == 0
    with pytest.raises(ZeroDivisionError) as raised:
        next(generator)
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert (frames[-1].name, frames[-1].line) == ("fails", "yield 1 // n")
    assert list(generator) == []


def test_it_is_closed():
    log = np.zeros(1)
    generator = cleans_up(log, 5)
    assert next(generator) == 0
    generator.close()
    assert log[0] == 1
    assert list(generator) == []
    generator.close()
    assert log[0] == 1
    # It has not begun.
    cleans_up(log, 5).close()
    assert log[0] == 1


def test_it_is_closed_when_it_goes():
    log = np.zeros(1)
    generator = cleans_up(log, 5)
    next(generator)
    del generator
    assert log[0] == 1
    assert list(cleans_up(log, 2)) == [0, 1]
    assert log[0] == 2
    cleans_up(log, 5)
    assert log[0] == 2


def test_it_is_closed_when_it_goes_inside_of_compiled_code():
    @jit
    def first(log):
        for x in cleans_up(log, 5):
            return x
        return -1

    log = np.zeros(1)
    assert first(log) == 0 and log[0] == 1
    assert first(log) == 0 and log[0] == 2


def test_throw():
    log = np.zeros(1)
    generator = cleans_up(log, 5)
    next(generator)
    with pytest.raises(KeyError, match="mine"):
        generator.throw(KeyError("mine"))
    assert log[0] == 1

    @jit
    def catches(n):
        try:
            yield 1
        except ValueError:
            yield 2

    generator = catches(1)
    assert next(generator) == 1
    assert generator.throw(ValueError) == 2
    with pytest.raises(StopIteration):
        next(generator)
    with pytest.raises(TypeError, match="exceptions must be classes or instances"):
        catches(1).throw(1)


def test_send_takes_no_values():
    generator = count(2)
    assert generator.send(None) == 0
    with pytest.raises(TypeError, match="send.. of a value is not supported"):
        generator.send(5)
    assert next(generator) == 1


def test_it_keeps_its_function():
    def make():
        @jit
        def numbers(n):
            for i in range(n):
                yield i * n

        return numbers(4)

    generator = make()
    gc.collect()
    assert next(generator) == 0

    @jit
    def other(x):
        return x + 1

    other(2)
    gc.collect()
    assert list(generator) == [4, 8, 12]


def test_compiled_code_takes_it():
    @jit
    def total(numbers):
        result = 0
        for number in numbers:
            result += number
        return result

    generator = count(5)
    assert next(generator) == 0
    assert total(generator) == 10
    assert total(generator) == 0
    assert list(generator) == []


def test_several_results():
    @jit
    def both(n):
        return count(n), count(n + 1)

    first, second = both(2)
    assert (list(first), list(second)) == ([0, 1], [0, 1, 2])


def test_a_running_generator_is_not_resumed():
    @jit
    def resumes(n):
        def own(n):
            yield n

        return list(own(n))

    assert resumes(3) == [3]


def test_context_managers_of_jitted_generator_functions():
    log = np.zeros(2)

    @contextlib.contextmanager
    @jit
    def noted(log):
        log[0] += 1
        try:
            yield log[0]
        finally:
            log[1] += 1

    with noted(log) as value:
        assert value == 1.0 and log.tolist() == [1.0, 0.0]
    assert log.tolist() == [1.0, 1.0]
    with pytest.raises(KeyError), noted(log):
        raise KeyError
    assert log.tolist() == [2.0, 2.0]

    @jit
    def uses(log, x):
        with noted(log):
            return 1 // x

    assert uses(log, 1) == 1 and log.tolist() == [3.0, 3.0]
    with pytest.raises(ZeroDivisionError):
        uses(log, 0)
    assert log.tolist() == [4.0, 4.0]


def test_jit_of_a_context_manager():
    @jit
    @contextlib.contextmanager
    def noted(log):
        try:
            yield log[0]
        finally:
            log[0] += 1

    log = np.zeros(1)
    with noted(log) as value:
        assert value == 0.0
    assert log[0] == 1.0
