"""Every kind of argument goes into compiled code and comes back."""

import sys

import numpy as np
import pytest

from upshift import errors, jit, typeof


@jit
def same(value):
    return value


@jit
def add(a, b):
    return a + b


@jit
def item(array, index):
    return array[index]


SCALARS = [
    np.bool_(True), np.bool_(False), np.int8(-3), np.int16(-300), np.int32(-70_000), np.int64(2**40), np.uint8(200),
    np.uint16(60_000), np.uint32(2**31), np.uint64(2**63), np.float32(1.25), np.float64(-0.0), np.float64("nan"),
    np.complex64(1 - 2j), np.complex128(3 + 4j),
]  # fmt: skip
INTS = [0, 1, -1, 256, 257, -6, 2**30 - 1, 2**30, -(2**30), 2**60 - 1, 2**60, -(2**60), 2**63 - 1, -(2**63)]
VALUES = [None, True, False, 1.5, -0.0, float("inf"), 1 + 2j, (), (1, 2.0), ((1, None), (True,)), *INTS, *SCALARS]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_with_its_type(value):
    for _ in range(3):
        result = same(value)
        assert type(result) is type(value)
        assert repr(result) == repr(value)


ARRAYS = {
    "c": np.arange(6.0).reshape(2, 3),
    "f": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "strided": np.arange(20)[::3],
    "reversed": np.arange(5.0)[::-1],
    "0-d": np.array(3.0),
    "empty": np.zeros((3, 0, 2), np.complex64),
    "5-d": np.zeros((1, 2, 3, 2, 1), np.uint8),
    "bool": np.array([True, False]),
    "broadcast": np.broadcast_to(np.float32(1), (4, 4)),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_as_the_same_object(name):
    assert same(ARRAYS[name]) is ARRAYS[name]


@pytest.mark.parametrize("dtype", "? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16 q Q".split())
def test_elements_of_every_dtype(dtype):
    array = np.array([0, 1, 0], dtype)
    result = item(array, 1)
    assert result == 1
    assert result.dtype == array.dtype


def test_a_readonly_array_is_another_type():
    array = np.arange(3)
    array.flags.writeable = False
    assert same(array) is array
    assert "readonly" in repr(typeof(array))


def test_a_result_is_a_view_or_new_memory():
    @jit
    def tail(array):
        return array[1:]

    array = np.arange(4)
    view = tail(array)
    assert view.base is array
    view[0] = 7
    assert array[1] == 7

    @jit
    def fresh(count):
        return np.zeros(count)

    made = fresh(5)
    assert made.flags.writeable and made.flags.c_contiguous and made.flags.aligned
    made[2] = 1.0
    np.testing.assert_array_equal(made, [0, 0, 1, 0, 0])


def test_types_have_specializations_of_their_own():
    @jit
    def double(x):
        return x + x

    for value in (1, 1.5, np.float32(1.5), 2j, 1, 2.5):
        assert double(value) == value + value
    assert len(double.specializations) == 4


def test_many_arguments_do_not_fit_the_stack():
    array = np.arange(3.0)
    many = (array,) * 12
    result = same(many)
    assert all(one is array for one in result)


def test_a_large_int_raises():
    for number in (2**63, -(2**63) - 1, 10**40):
        with pytest.raises(OverflowError, match="too large"):
            same(number)


def test_subclasses_are_not_taken_for_their_bases():
    class Number(int):
        pass

    with pytest.raises(errors.TypingError, match="plain int or float"):
        same(Number(3))


def test_jitted_functions_are_arguments():
    @jit
    def apply(function, value):
        return function(value)

    @jit
    def increment(value):
        return value + 1

    @jit
    def negate(value):
        return -value

    assert [apply(increment, 3), apply(negate, 3), apply(increment, 4)] == [4, -3, 5]


def test_references_are_balanced(balanced, array):
    balanced(same, array)
    balanced(same, (array, 10**12))
    balanced(add, 10**12, 10**13)
    balanced(item, array, 3)
    balanced(item, array, 300, raises=IndexError)
    before = sys.getrefcount(array)
    results = [same(array) for _ in range(5)]
    assert sys.getrefcount(array) == before + 5
    del results
    assert sys.getrefcount(array) == before
