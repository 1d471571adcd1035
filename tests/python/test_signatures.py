"""Explicit signatures, types as objects, and `typeof`."""

import pickle

import numpy as np
import pytest

import upshift
from upshift import errors, jit, typeof, types
from upshift.types import parse_signature

SIGNATURES = {
    "f8(f8[:], i8)": ("(array(float64, 1d, A), int64)", "float64"),
    "float64(float64[:, ::1])": ("(array(float64, 2d, C),)", "float64"),
    "(int32, uint8)": ("(int32, uint8)", "None"),
    "void(c16[::1, :], b1)": ("(array(complex128, 2d, F), bool)", "none"),
    "UniTuple(i8, 2)(Tuple((i8, f4)))": ("(Tuple(int64, float32),)", "Tuple(int64, int64)"),
    "i8()": ("()", "int64"),
}


@pytest.mark.parametrize("text", SIGNATURES)
def test_text_signatures(text):
    arguments, result = parse_signature(text)
    assert (repr(arguments), repr(result)) == SIGNATURES[text]


def test_signatures_as_objects():
    arguments, result = parse_signature(types.float64(types.int64, types.float64[:]))
    assert (repr(arguments), result) == ("(int64, array(float64, 1d, A))", types.float64)
    assert parse_signature((int, float)) == ((types.int64, types.float64), None)


@pytest.mark.parametrize("text", ["f8", "f8(", "f8(nope)", "__import__('os')", 3, "f8(f8[1])", "f8(f8[::1, ::1])"])
def test_bad_signatures(text):
    with pytest.raises(TypeError, match="invalid signature"):
        parse_signature(text)


TYPEOF = {
    "int64": 1, "float64": 1.5, "complex128": 1j, "bool": True, "none": None, "int8": np.int8(1), "float32": np.float32(1),
    "numpy.float64": np.float64(1), "numpy.int64": np.int64(1), "numpy.bool": np.bool_(1), "array(float64, 2d, C)": np.zeros((2, 2)),
    "array(int32, 2d, F)": np.zeros((2, 3), "i4", order="F"), "array(bool, 1d, A)": np.zeros(4, "?")[::2],
    "Tuple(int64, Tuple(float64))": (1, (2.0,)), "readonly array(float64, 1d, A)": np.broadcast_to(1.0, 3),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPEOF)
def test_typeof(name):
    assert repr(typeof(TYPEOF[name])) == name
    assert pickle.loads(pickle.dumps(typeof(TYPEOF[name]))) == typeof(TYPEOF[name])


def test_typeof_refuses():
    with pytest.raises(ValueError, match="an empty list"):
        typeof([])


def test_types_convert_numbers():
    assert types.float64(3) == 3.0 and type(types.float64(3)) is float
    assert types.uint8(3) == np.uint8(3) and type(types.uint8(3)) is np.uint8
    assert upshift.int32 is types.int32


def test_a_signature_compiles_at_once_and_converts():
    @jit("float64(float64, float64)")
    def add(a, b):
        return a + b

    assert len(add.signatures) == 1
    for a, b in ((1, 2), (1, 2.5), (True, np.float32(2)), (np.float64(1), np.int8(3))):
        result = add(a, b)
        assert result == float(a) + float(b)
        assert type(result) is float
    assert len(add.signatures) == 1
    for bad in ((1j, 2), ("a", 2), (None, 1), ([1], 2)):
        with pytest.raises(TypeError, match="No matching definition for argument type"):
            add(*bad)


def test_the_nearest_signature_is_taken():
    @jit(["float64(float64)", "int64(int64)"])
    def same(x):
        return x

    assert type(same(2)) is int and type(same(2.0)) is float
    assert type(same(np.int16(2))) is int and type(same(np.float32(2))) is float


def test_declared_results_are_converted_or_refused():
    assert type(jit("float64(int64)")(lambda x: x)(3)) is float
    with pytest.raises(errors.TypingError, match="declares the result"):
        jit("int64(float64[:])")(lambda x: x)


def test_array_signatures_take_arrays_that_are_more():
    @jit("float64(float64[:], int64)")
    def item(array, index):
        return array[index]

    array = np.arange(6.0)
    assert item(array, 2) == item(array[::2], 1) == 2.0
    with pytest.raises(TypeError, match="No matching definition"):
        item(array.astype("f4"), 1)


def test_a_wrong_number_of_types_is_refused():
    with pytest.raises(errors.TypingError, match="2 arguments, but the function has 1"):
        jit("int64(int64, int64)")(lambda x: x)


def test_compile_and_disable():
    @jit
    def same(x):
        return x

    same.compile("(float64,)")
    same.disable_compile()
    assert same(2) == 2.0 and type(same(2)) is float
