"""C functions by pointers of `ctypes` and `cffi`: called from compiled code with their conversions, with and without the
GIL."""

import ctypes
import ctypes.util

import cffi
import outcomes
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


FFI = cffi.FFI()
FFI.cdef("""
    double cos(double); float sqrtf(float); double ldexp(double, int); double fma(double, double, double); int abs(int);
    long long llabs(long long); void srand(unsigned int); size_t strlen(const char*); int printf(const char*, ...);
    int toupper(int); long double sqrtl(long double);
""")
FFI_LIBM, FFI_LIBC = FFI.dlopen(ctypes.util.find_library("m")), FFI.dlopen(None)
ffi_cosine, ffi_root, ffi_scaled, ffi_fused = FFI_LIBM.cos, FFI_LIBM.sqrtf, FFI_LIBM.ldexp, FFI_LIBM.fma
ffi_magnitude, ffi_wide, ffi_seed = FFI_LIBC.abs, FFI_LIBC.llabs, FFI_LIBC.srand


@FFI.callback("int64_t(int8_t, uint16_t, float, double, _Bool, uint64_t)")
def ffi_callback(a, b, x, y, flag, c):
    return a + 1000 * b + int(x * 10) + int(y * 100) + flag + c


@FFI.callback("_Bool(int8_t)")
def ffi_is_positive(a):
    return a > 0


def ffi_floats(x, n):
    return ffi_cosine(x), ffi_cosine(n), ffi_root(x + 2), ffi_scaled(x, n), ffi_fused(x, x, n)


def ffi_integers(n):
    ffi_seed(n)
    return ffi_magnitude(-n), ffi_magnitude(True), ffi_wide(-n), ffi_is_positive(n - 3)


def ffi_back(a, b, x, y, flag, c):
    return ffi_callback(a, b, x, y, flag, c)


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


# What does not fit raises, as in cffi.
FFI_CALLS = [
    (ffi_floats, (0.5, 3)),
    (ffi_floats, (-0.0, -2)),
    (ffi_integers, (5,)),
    (ffi_integers, (127,)),
    (ffi_integers, (-7,)),
    (ffi_integers, (2**31 + 1,)),
    (ffi_integers, (200,)),
    (ffi_back, (-3, 40_000, 1.5, 2.25, True, 7)),
    (ffi_back, (127, 65_535, -0.5, 0.0, False, 2**40)),
    (ffi_back, (-128, 0, 1e3, 0.0, 1, 0)),
    (ffi_back, (128, 0, 0.0, 0.0, 1, 0)),
    (ffi_back, (-129, 0, 0.0, 0.0, 1, 0)),
    (ffi_back, (0, 65_536, 0.0, 0.0, 1, 0)),
    (ffi_back, (0, -1, 0.0, 0.0, 1, 0)),
    (ffi_back, (0, 0, 0, 0, 2, 0)),
    (ffi_back, (0, 0, True, 0, -1, 0)),
    (ffi_back, (0, 0, 0.0, 0.0, 0, -1)),
    (through, (ffi_cosine, 10)),
    (through, (ffi_root, 10)),
]


@pytest.mark.parametrize("options", [{"tier": 1}, {"tier": 2}, {"tier": 1, "nogil": True}], ids=str)
def test_they_answer_what_cffi_does(options):
    # A callback that raises does not reach its caller, so that none does here.
    for function in dict.fromkeys(function for function, _ in FFI_CALLS):
        compiled = jit(**options)(function)
        outcomes.assert_same(compiled, function, [args for known, args in FFI_CALLS if known is function])


FFI_REFUSED = [
    (FFI_LIBC.strlen, r"cffi function of char \*, but compiled code passes numbers to C functions"),
    (FFI_LIBC.printf, "cffi function of variable arguments, but compiled code passes numbers to C functions"),
    (FFI_LIBM.sqrtl, "cffi function of long double, but compiled code passes numbers to C functions"),
]


@pytest.mark.parametrize("function, message", FFI_REFUSED, ids=["strlen", "printf", "sqrtl"])
def test_cffi_functions_of_no_numbers_are_refused(function, message):
    with pytest.raises(errors.TypingError, match=message):
        jit(through)(function, 1)


def test_a_float_is_no_integer_of_cffi():
    with pytest.raises(errors.TypingError, match="argument 1 of the C function is int32; convert the number"):
        jit(lambda x: ffi_magnitude(x))(1.5)


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
