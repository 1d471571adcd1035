"""Attributes and methods of numbers, NumPy's scalars and dtypes; rare functions of NumPy."""

import numpy as np


def parts(x):
    return x.real, x.imag, x.conjugate()


def numpy_parts(x):
    return x.real, x.imag, x.conjugate(), x.conj(), x.item(), x.itemsize


def bits(x):
    return x.bit_length(), x.bit_count()


def is_integer(x):
    return x.is_integer()


def of_dtype(array):
    dtype = array.dtype
    return dtype.itemsize, dtype.type(3), array[0].dtype.type(2)


def of_elements(array):
    return array.clip(1, 3), array.conj(), array.conjugate(), array.round(), np.amax(array), np.amin(array)


def like(array):
    made = np.empty_like(array)
    made[:] = 2
    return made


def instances(x):
    return (
        isinstance(x, np.generic), isinstance(x, np.number), isinstance(x, np.integer), isinstance(x, np.signedinteger),
        isinstance(x, np.unsignedinteger), isinstance(x, (np.floating, np.bool_)), isinstance(x, np.inexact),
        isinstance(x, np.complexfloating), isinstance(x, object),
    )  # fmt: skip


SCALARS = [np.int8(-3), np.int64(2**40), np.uint8(200), np.float32(0.1), np.float64(-0.0), np.complex64(1 - 2j), np.complex128(2j)]
FLOATS = [0.0, -0.0, 1.5, -2.0, 1e300, float("inf"), float("nan")]
def to_bytes(x, length):
    return x.to_bytes(length, "big"), x.to_bytes(length, "little")


def to_signed_bytes(x, length):
    return x.to_bytes(length, "big", signed=True), x.to_bytes(length, byteorder="little", signed=True)


def from_bytes(a):
    return (int.from_bytes(a, "big"), int.from_bytes(a, byteorder="little"), int.from_bytes(a, "big", signed=True),
            int.from_bytes(a, "little", signed=True), int.from_bytes(a))  # fmt: skip


def byte_order(x, order):
    return x.to_bytes(2, order)


def round_trip(x):
    return int.from_bytes(x.to_bytes(8, "big", signed=True), "big", signed=True)


INTS = (0, 1, -1, 127, 128, -128, -129, 255, 256, 65535, -32768, 2**63 - 1, -(2**63))


CASES = [
    (to_bytes, [(x, length) for x in INTS for length in (0, 1, 2, 8, -1)]),
    (to_signed_bytes, [(x, length) for x in INTS for length in (0, 1, 2, 8, 9)]),
    (from_bytes, [(b"",), (b"\x01",), (b"\xff\xfe",), (b"\x00" * 3 + b"\x05\x00",), (bytearray(b"\x7fab"),), (b"\x80" + b"a" * 6,)]),
    (byte_order, [(1, "big"), (1, "little"), (1, "middle")]),
    (round_trip, [(x,) for x in INTS]),
    (parts, [(x,) for x in (0, -7, True, 2.5, -0.0, 1 + 2j, complex(0.0, -0.0))]),
    (numpy_parts, [(x,) for x in SCALARS]),
    (bits, [(x,) for x in (0, 1, -1, 255, -256, 2**62, True, 2**63 - 1, -(2**63) + 1)]),
    (is_integer, [(x,) for x in FLOATS]),
    (is_integer, [(x,) for x in (np.float64(2.0), np.float32(2.5))]),
    (of_dtype, [(np.arange(3, dtype=dtype),) for dtype in ("i1", "u8", "f4", "f8", "c16")]),
    (of_elements, [(np.array([0.5, 1.5, 2.5, -7.0, 4.0]),), (np.arange(6),)]),
    (like, [(np.zeros((2, 3)),), (np.arange(4, dtype="u1"),)]),
    (instances, [(x,) for x in (1, 1.5, 'a', np.bool_(True), *SCALARS)]),
]
