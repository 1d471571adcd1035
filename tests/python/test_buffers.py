"""Bytearrays, memoryviews and `array.array` between Python and compiled code: shared, kept alive, locked while in use."""

import array
import gc
import pickle
import sys

import numpy as np
import pytest

from upshift import _upshift, errors, jit, types


@jit
def first(a):
    return a[0]


@jit
def itself(a):
    return a


@jit
def view_of(a):
    return memoryview(a)


@jit
def append(a, value):
    a.append(value)


@jit
def array_over(a):
    return np.frombuffer(a, np.uint8)


@jit
def double(a):
    for i in range(len(a)):
        a[i] *= 2


def test_what_is_passed_in_comes_back_as_the_same_object():
    for one in (bytearray(b"abc"), memoryview(b"abc"), memoryview(np.arange(3))[::2], array.array("d", [1, 2])):
        assert itself(one) is one and first(one) == one[0]


def test_memory_is_shared_and_not_copied():
    a = bytearray(b"\x01\x02")
    m, b = memoryview(a), array.array("h", [1, 2])
    double(a)
    double(m)
    double(b)
    assert a == b"\x04\x08" and m.tolist() == [4, 8] and b.tolist() == [2, 4]
    m.release()
    before = sys.getrefcount(a), _upshift.live_blocks()
    append(a, 7)
    append(a, 8)
    a.append(9)
    assert a == b"\x04\x08\x07\x08\x09" and (sys.getrefcount(a), _upshift.live_blocks()) == before


def test_a_bytearray_that_someone_looks_at_keeps_its_size():
    a = bytearray(b"abc")
    with memoryview(a):
        with pytest.raises(BufferError, match="Existing exports of data: object cannot be re-sized"):
            append(a, 1)
    append(a, 100)
    assert a == b"abcd"
    made = array_over(a)
    with pytest.raises(BufferError):
        a.append(1)
    assert made.tolist() == list(b"abcd") and made.base.obj is a
    made[0] = 0
    assert a[0] == 0
    del made
    a.append(1)


def test_a_view_that_is_returned_keeps_its_owner_alive():
    @jit
    def made(n):
        a = bytearray(n)
        a[0] = 5
        return memoryview(a)[:2]

    @jit
    def of_array(n):
        a = np.ones(n)
        return memoryview(a)

    before = _upshift.live_blocks()
    m, of_floats = made(1000), of_array(1000)
    gc.collect()
    assert m.tolist() == [5, 0] and m.obj == bytearray([5] + [0] * 999) and of_floats.tolist() == [1.0] * 1000
    assert view_of(b"abc").obj == b"abc"
    own = np.arange(3)
    assert view_of(own).obj is own or np.shares_memory(np.asarray(view_of(own)), own)
    del m, of_floats
    assert _upshift.live_blocks() == before


def test_what_compiled_code_releases_is_released():
    @jit
    def release(m):
        m.release()

    @jit
    def use_twice(m, n):
        with m as own:
            total = own[0]
        return total + n[0]

    a = bytearray(b"abc")
    m = memoryview(a)
    release(m)
    release(itself(memoryview(a)))
    a.append(1)
    with pytest.raises(ValueError, match="operation forbidden on released memoryview object"):
        m[0]
    with pytest.raises(errors.TypingError, match="a memoryview that was released"):
        first(m)
    same = memoryview(a)
    with pytest.raises(ValueError, match="released"):
        use_twice(same, same)
    held = memoryview(a)
    exported = pickle.PickleBuffer(held)
    with pytest.raises(BufferError, match="memoryview has 1 exported buffer"):
        release(held)
    exported.release()
    assert first(held) == 97


def test_signatures_name_them():
    f = jit("int64(bytearray_)")(lambda a: len(a))
    assert f(bytearray(3)) == 3
    g = jit((types.MemoryView(types.uint8, readonly=True), types.PyArray(types.float64)))(lambda a, b: a[0] + b[0])
    assert g(memoryview(b"\x01"), array.array("d", [1.5])) == 2.5
    for value, name in (
        (bytearray(), "bytearray"),
        (memoryview(b""), "readonly memoryview(B, 1d, C)"),
        (memoryview(np.zeros((4, 3)))[::2], "memoryview(d, 2d, A)"),
        (array.array("i", [1]), "pyarray(i, 1d, C)"),
    ):
        one = types.typeof(value)
        assert repr(one) == name and one.ndim == (value.ndim if isinstance(value, memoryview) else 1)
        assert one.dtype == types.typeof(np.asarray(value)).dtype and types.from_code(one.code) == one


def test_generators_hold_what_they_look_at():
    @jit
    def items(a):
        for item in a:
            yield item

    a = bytearray(b"abc")
    running = items(a)
    assert next(running) == 97
    with pytest.raises(BufferError):
        a.append(1)
    assert list(running) == [98, 99]
    del running
    gc.collect()
    a.append(1)


def test_without_the_gil_buffers_are_given_back_later():
    @jit(nogil=True)
    def many(n):
        total = 0
        for _ in range(n):
            a = bytearray(3)
            a.append(1)
            total += len(memoryview(a)[1:])
        return total

    before = _upshift.live_blocks()
    assert many(1000) == 3000
    assert many(1) == 3
    assert _upshift.live_blocks() == before
