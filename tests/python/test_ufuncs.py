"""NumPy's ufuncs against NumPy, bit for bit: tables of functions and dtypes."""

import itertools
import os

import numpy as np
import pytest

from outcomes import assert_same, bits
from upshift import errors, jit

# The slow compiler gets fewer types and layouts: what it compiles comes from the same lir.
IS_SLOW = os.environ.get("UPSHIFT_TIER") == "2"
RANDOM = np.random.default_rng(3)
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 2.5, -3.5, np.inf, -np.inf, np.nan, 1e-30, -1e30, 88.8, -104.0, 0.999999, 1e4]
FLOATS = {
    "f8": np.array(SPECIAL + [5e-324, -1e-310, 1.7e308, 709.8, -745.2, 1e22] + list(RANDOM.normal(size=70) * 8)),
    "f4": np.array(SPECIAL + [1e-45, 3e38, 1e10] + list(RANDOM.normal(size=70) * 8), "f4"),
}
COMPLEX = np.array([complex(re, im) for re, im in itertools.product(SPECIAL[:11], SPECIAL[:11])] + [0.3 - 2j, 40 + 1e-9j])
INTEGERS = {
    "i8": np.array([0, 1, -1, 2, 7, -8, 100, 2**53 + 1, 2**63 - 1, -(2**63), 12, 18], "i8"),
    "i4": np.array([0, 1, -1, 2, 7, -8, 100, 2**31 - 1, -(2**31), 12, 18, 3], "i4"),
    "i2": np.array([0, 1, -1, 2, 7, -8, 100, 2**15 - 1, -(2**15), 12, 18, 3], "i2"),
    "u8": np.array([0, 1, 2, 7, 100, 2**64 - 1, 2**63, 12, 18, 3], "u8"),
    "i1": np.array([0, 1, -1, 127, -128, 12], "i1"),
    "u1": np.array([0, 1, 2, 255, 128, 12], "u1"),
    "?": np.array([True, False, True, True]),
}
ARRAYS = {**FLOATS, **INTEGERS, "c16": COMPLEX, "c8": COMPLEX.astype("c8")}

REAL = "f8 f4 i8 i4 i2 u8"
INEXACT = "f8 f4 i4 c16"
EVERY = "f8 f4 i8 i4 i2 u8 i1 u1 ? c16 c8"
NO_BOOL = "f8 f4 i8 u8 i1 c16"
UNARY = {
    "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh": INEXACT,
    "arcsin arccos arctan arcsinh arccosh arctanh sqrt": INEXACT,
    "cbrt fabs deg2rad rad2deg degrees radians spacing": REAL,
    "square reciprocal conjugate absolute isnan isinf isfinite logical_not": EVERY,
    "negative positive": NO_BOOL,
    "sign": "f8 f4 i8 u8 i1",
    "signbit": "f8 f4 i8 i1 u1 ?",
    "rint": "f8 f4 i4 c16",
    "floor ceil trunc": "f8 f4 i8 u1 ?",
    "invert": "i8 u8 i1 ?",
    "round around": "f8 f4 i8 u1 c16",
    "frexp modf": "f8 f4 i4",
}
BINARY = {
    "add subtract multiply": "f8 f4 i8 u8 i1 c16 c8",
    "divide": "f8 f4 i8 u8 c16 c8",
    "floor_divide remainder divmod": "f8 f4 i8 u8 i1",
    "fmod": "f8 f4 i8 u8 i1 ?",
    "power": "f8 f4 u8",
    "float_power": "f8 f4 i4",
    "arctan2 hypot copysign nextafter logaddexp logaddexp2 heaviside": "f8 f4 i4 i2",
    "equal not_equal logical_and logical_or logical_xor": EVERY,
    "less less_equal greater greater_equal": "f8 f4 i8 u8 i1 ?",
    "bitwise_and bitwise_or bitwise_xor": "i8 u8 i1 ?",
    "left_shift right_shift": "i8 u8 i1",
    "gcd lcm": "i8 i4 u8 i1",
    "isclose": "f8 f4 i4",
}
EXTREMES = "maximum minimum fmax fmin".split()


def some(dtypes):
    return [dtype for dtype in dtypes.split() if not IS_SLOW or dtype in ("f4", "u8", "i1", "c16")]


def cases(table):
    return [(name, some(dtypes)) for names, dtypes in table.items() for name in names.split()]


def check(function, call, inputs):
    assert_same(call, function, inputs)


def views(array):
    """The array in the layouts that compiled code tells apart, and without elements."""
    pairs = np.stack([array, array[::-1]])
    if IS_SLOW:
        return [array, array[::-1]]
    return [array, array[::2], array[::-1], np.asfortranarray(pairs), pairs[:, 1::2], array[:0], np.array(array[3 % array.size])]


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)


def test_loops_that_go_over(run_on_tier):
    run_on_tier(__file__, "stress", one_of=12)


@pytest.mark.parametrize(("name", "dtypes"), cases(UNARY))
def test_functions_of_one_operand(name, dtypes):
    function = getattr(np, name)
    call = jit(lambda a: function(a))
    for dtype in dtypes:
        array = ARRAYS[dtype]
        check(function, call, [(view,) for view in views(array)])
        check(function, call, [(number,) for number in array[:24]])
    if name not in ("invert", "reciprocal"):
        check(function, call, [(2.5,), (-0.0,), (3,)])


@pytest.mark.parametrize(("name", "dtypes"), cases(BINARY))
def test_functions_of_two_operands(name, dtypes):
    function = getattr(np, name)
    call = jit(lambda a, b: function(a, b))
    for dtype in dtypes:
        array = ARRAYS[dtype]
        other = np.roll(array, 3)
        if name == "power" and dtype == "u8":
            other = other % np.uint64(5)
        column = np.ascontiguousarray(other[:4]).reshape(4, 1)
        check(function, call, list(zip(views(array), views(other))))
        check(function, call, [(array, column), (column, array[:1]), (array[0], other), (array[1:2], array[:3])])
        check(function, call, list(zip(array[:16], other[:16])))
    if "f4" in dtypes:
        check(function, call, [(FLOATS["f4"], 3.0), (2, FLOATS["f8"]), (2.5, 3), (FLOATS["f4"], INTEGERS["i2"][2]), (np.float32(2), 0.1)])


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("dtype", some("f8 f4 i8 u8 i1 ?"))
def test_extremes(name, dtype):
    function = getattr(np, name)
    call = jit(lambda a, b: function(a, b))
    # Which zero wins depends on NumPy's vector width.
    array = ARRAYS[dtype][ARRAYS[dtype] != 0] if dtype != "?" else ARRAYS[dtype]
    check(function, call, list(zip(views(array), views(np.roll(array, 1)))))


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_powers_of_arrays(dtype):
    array = ARRAYS[dtype]
    for exponent in (2, 2.0, 0.5, -1, 1, 0, 3, 1.3, -0.5):
        check(lambda a: a**exponent, jit(lambda a: a**exponent), [(view,) for view in views(array)[:-1]])
        check(lambda a: 2 * a**exponent + 1, jit(lambda a: 2 * a**exponent + 1), [(array,)])
    call = jit(lambda a, b: a**b)
    check(lambda a, b: a**b, call, [(array, number) for number in (2.0, 0.5, -1.0, 1.0, 0.0, 3.0, 1.3)])
    check(lambda a, b: a**b, call, [(array, np.roll(array, 2)), (1.5, array)])


def test_complex_products():
    z = COMPLEX[np.isfinite(COMPLEX)]
    w = np.roll(z, 5) + (0.1 - 0.7j)
    for dtype in ("c16", "c8"):
        a, b = z.astype(dtype), w.astype(dtype)
        check(lambda a, b: a * b, jit(lambda a, b: a * b), [(a, b), (a[::2], b[1::2]), (a, b[:1])])
        check(lambda a, b: abs(a * b + a) * b, jit(lambda a, b: abs(a * b + a) * b), [(a, b)])
        check(lambda a: a**2, jit(lambda a: a**2), [(a,)])
        check(lambda a: a * (1 + 2j), jit(lambda a: a * (1 + 2j)), [(a,)])


def test_expressions_with_loops_inside():
    def expression(a, b):
        return np.exp(-a * a) + np.sin(a + 2 * b) * np.log1p(np.abs(b)) - np.arctan2(a, b + 1)

    a, b = RANDOM.normal(size=(2, 400))
    check(expression, jit(expression), [(a, b), (a[::2], b[::-2]), (a.reshape(5, 80), b[:80]), (a[:1], b), (0.5, b)])


def test_in_place_and_out():
    def update(a, b):
        a *= np.exp(b)
        a **= 2
        np.sin(a, a)
        np.exp(a, a)
        np.add(a, b, out=a)
        np.multiply(a[1:], 2, a[:-1])
        return np.hypot(a, b, out=a)

    for dtype in ("f8", "f4"):
        a, b = RANDOM.normal(size=(2, 400)).astype(dtype) / 2
        first, second = a.copy(), a.copy()
        result = jit(update)(first, b)
        assert result is first or np.shares_memory(result, first)
        assert bits(update(second, b)) == bits(result)


def test_out_casts_and_broadcasts():
    cases = [
        (lambda a, out: np.add(a, 1, out), np.arange(4), np.zeros(4)),
        (lambda a, out: np.exp(a, out=out), np.arange(4.0), np.zeros((3, 4), "f4")),
        (lambda a, out: np.less(a, 2, out=out), np.arange(4.0), np.zeros(4)),
        (lambda a, out: np.sqrt(2.0, out=out), np.arange(4.0), np.zeros(4)),
        (lambda a, out: np.multiply(a, a, out), np.arange(4) * 1j, np.zeros(4, "c8")),
    ]
    for function, a, out in cases:
        expected = function(a, out.copy())
        target = out.copy()
        assert bits(jit(function)(a, target)) == bits(expected) == bits(target)
    with pytest.raises(ValueError, match="could not be broadcast"):
        jit(lambda a, out: np.add(a, 1, out))(np.arange(4), np.zeros(3))
    with pytest.raises(ValueError, match="could not"):
        jit(lambda a, out: np.exp(a, out))(np.arange(4.0), np.zeros(3))


def test_out_keeps_references(balanced):
    call = jit(lambda a, out: np.add(np.exp(a), 1, out))
    balanced(call, np.arange(4.0), np.zeros(4))
    balanced(call, np.arange(4.0), np.zeros(3), raises=ValueError)
    balanced(jit(lambda a, b: np.arctan2(a + 1, b)), np.arange(4.0), np.arange(3.0), raises=ValueError)
    balanced(jit(lambda a: np.modf(a * 2)), np.arange(4.0))


def test_ldexp():
    exponents = np.array([0, 1, -1, 300, -1100], "i4")
    call = jit(lambda a, n: np.ldexp(a, n))
    check(np.ldexp, call, [(FLOATS["f8"][:5], exponents), (FLOATS["f4"], 3), (2.5, 4), (np.float32(1.5), np.int8(2)), (INTEGERS["i4"], 2)])


@pytest.mark.parametrize("dtype", some("f8 f4 i8 i2 u8"))
def test_clip(dtype):
    array = ARRAYS[dtype]
    check(lambda a: np.clip(a, 1, 7), jit(lambda a: np.clip(a, 1, 7)), [(view,) for view in views(array)])
    check(lambda a: np.clip(a, None, 7), jit(lambda a: np.clip(a, None, 7)), [(array,), (array[4],)])
    check(lambda a: a.clip(min=2), jit(lambda a: a.clip(min=2)), [(array,)])
    check(np.clip, jit(lambda a, b, c: np.clip(a, b, c)), [(array, array[2], np.roll(array, 4)), (5, 1, 3), (2.5, 3, 4)])


def test_where():
    call = jit(lambda c, a, b: np.where(c, a, b))
    f8, f4, i4 = FLOATS["f8"], FLOATS["f4"], INTEGERS["i4"]
    inputs = [(f8 > 0, f8, 0.0), (f4 > 0, 1, f4), (i4, i4, 2.5), (f8[:1] > 0, f8, i4[3]), (True, 1, 2),
              (np.bool_(False), f4, 0), (f8[:20:2] > 1, f8[:20:2], f8[19::-2]), (i4 > 1, 1j, i4)]  # fmt: skip
    check(np.where, call, inputs)
    check(lambda a: np.where(a > 0, np.sqrt(a), -a).sum(), lambda a: jit(lambda a: np.where(a > 0, np.sqrt(a), -a))(a).sum(), [(np.arange(5.0),)])


def test_round_to_decimals():
    for dtype in ("f8", "f4", "c16"):
        array = ARRAYS[dtype]
        for decimals in (0, 1, 3, -1):
            check(lambda a: np.round(a, decimals), jit(lambda a: np.round(a, decimals)), [(array,), (array[::2],)])
    check(np.round, jit(lambda a, n: np.round(a, n)), [(FLOATS["f8"], 2), (2.567, 1), (np.float32(2.567), 1)])
    check(lambda a: a.round(2), jit(lambda a: a.round(2)), [(FLOATS["f8"],)])
    check(lambda a: np.around(a, decimals=1), jit(lambda a: np.around(a, decimals=1)), [(FLOATS["f4"],)])


def test_isclose_with_tolerances():
    def close(a, b):
        return np.isclose(a, b, rtol=1e-3, atol=1e-2, equal_nan=True)

    array = FLOATS["f8"]
    check(close, jit(close), [(array, array + 1e-3), (array, 1.0), (1.0, 1.001), (FLOATS["f4"], 2), (array, array[::-1])])


def test_aliases_are_the_same_functions():
    for alias in "abs acos asinh atan2 conj mod true_divide bitwise_not bitwise_invert pow bitwise_left_shift".split():
        function = getattr(np, alias)
        array = np.array([1, 2, 3]) if "bitwise" in alias else np.array([0.5, 1.0, 2.0])
        args = (array,) * function.nin
        assert_same(jit(lambda *a: function(*a)), function, [args])


def test_real_and_imaginary_parts():
    check(np.real, jit(lambda a: np.real(a)), [(COMPLEX,), (FLOATS["f4"],), (2 + 1j,), (2.5,)])
    check(np.imag, jit(lambda a: np.imag(a)), [(COMPLEX,), (2 + 1j,), (np.complex64(3j),)])
    check(np.conj, jit(lambda a: np.conj(a)), [(COMPLEX,), (2 + 1j,)])
    check(lambda a: a.conj(), jit(lambda a: a.conj()), [(COMPLEX,), (FLOATS["f8"],)])


@pytest.mark.parametrize(
    ("function", "args", "message"),
    [
        (np.exp, (np.ones(3, "i1"),), "NumPy computes it in float16"),
        (np.sin, (True,), "NumPy computes it in float16"),
        (np.hypot, (np.ones(3, "u1"), 2), "NumPy computes it in float16"),
        (np.bitwise_and, (1.5, 2), "NumPy has no loop for these types"),
        (np.sign, (True,), ""),
        (np.gcd, (1.0, 2), "NumPy has no loop for these types"),
        (np.sin, (1.0, 2.0, 3.0), "takes from 1 to 2 positional arguments but 3 were given"),
        (np.add, (np.arange(3), 1.5, np.zeros(3, int)), "Cannot cast ufunc 'add' output from dtype('float64') to dtype('int64')"),
        (np.where, (np.ones(3),), "it takes a condition and two choices"),
        (np.clip, (1j, 0, 1), "it takes real numbers and arrays"),
    ],
)
def test_wrong_arguments_are_refused(function, args, message):
    calls = {1: lambda a: function(a), 2: lambda a, b: function(a, b), 3: lambda a, b, c: function(a, b, c)}
    with pytest.raises(errors.TypingError) as caught:
        jit(calls[len(args)])(*args)
    assert message in str(caught.value)
