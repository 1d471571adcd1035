"""C functions by `ctypes` pointers: called from compiled code with ctypes' conversions, with and without the GIL."""

import ctypes
import ctypes.util

import pytest

from upshift import errors, jit

LIBM = ctypes.CDLL(ctypes.util.find_library("m"))
LIBC = ctypes.CDLL(None)


def declared(library, name, result, *parameters):
    function = library[name]
    function.__name__ = name
    function.argtypes, function.restype = parameters, result
    return function


cosine = declared(LIBM, "cos", ctypes.c_double, ctypes.c_double)
root = declared(LIBM, "sqrtf", ctypes.c_float, ctypes.c_float)
scaled = declared(LIBM, "ldexp", ctypes.c_double, ctypes.c_double, ctypes.c_int)
fused = declared(LIBM, "fma", ctypes.c_double, *[ctypes.c_double] * 3)
magnitude = declared(LIBC, "abs", ctypes.c_int, ctypes.c_int)
wide = declared(LIBC, "llabs", ctypes.c_longlong, ctypes.c_longlong)
is_digit = declared(LIBC, "isdigit", ctypes.c_bool, ctypes.c_int)
seed = declared(LIBC, "srand", None, ctypes.c_uint)
undeclared = LIBC["labs"]
pointing = declared(LIBC, "strlen", ctypes.c_size_t, ctypes.c_char_p)


@ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int8, ctypes.c_uint16, ctypes.c_float, ctypes.c_double, ctypes.c_bool)
def callback(a, b, x, y, flag):
    return a + 1000 * b + int(x * 10) + int(y * 100) + flag


def floats(x, n):
    return cosine(x), cosine(n), root(x + 2), scaled(x, n), fused(x, x, n)


def integers(n):
    seed(n)
    return magnitude(n), magnitude(True), wide(n), is_digit(48 + n % 16)


def through(function, n):
    total = 0.0
    for i in range(n):
        total += function(i * 0.5)
    return total


def back(a, b, x, y, flag):
    return callback(a, b, x, y, flag)


def too_many(x):
    return cosine(x, x)


def of_float(x):
    return magnitude(x)


def of_undeclared(x):
    return undeclared(x)


@pytest.mark.parametrize("options", [{"tier": 1}, {"tier": 2}, {"tier": 1, "nogil": True}], ids=str)
def test_they_answer_what_ctypes_does(options):
    for function, arguments in [
        (floats, [(0.5, 3), (-0.0, -2), (1e300, 0)]),
        (integers, [(5,), (-7,), (2**31 + 1,), (-(2**40),)]),
        (through, [(cosine, 10), (root, 10)]),
        (back, [(-3, 40_000, 1.5, 2.25, True), (127, 65_535, -0.5, 0.0, False), (300, -1, 2, 3, 5)]),
    ]:
        compiled = jit(**options)(function)
        for args in arguments:
            answer, expected = compiled(*args), function(*args)
            assert repr(answer) == repr(expected), args


def test_wrong_arguments_are_refused():
    with pytest.raises(errors.TypingError, match=r"cos\(\): this function takes 1 argument \(2 given\)"):
        jit(too_many)(1.0)
    with pytest.raises(errors.TypingError, match="argument 1 of the C function is int32; convert the number"):
        jit(of_float)(1.5)


def test_functions_that_are_not_declared_are_refused():
    with pytest.raises(errors.UpshiftError):
        jit(of_undeclared)(1)
    with pytest.raises(errors.TypingError, match="without argument types; set its argtypes and restype"):
        jit(through)(undeclared, 1)
    with pytest.raises(errors.TypingError, match="C functions; use integers and floats"):
        jit(through)(pointing, 1)
