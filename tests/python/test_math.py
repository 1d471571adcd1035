"""`math` against CPython, bit for bit: tables of functions and domains."""

import itertools
import math

import numpy as np
import pytest

from outcomes import assert_same
from upshift import errors, jit

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.5e-310, 2.0**-1022,
           1.7976931348623157e308, -1.7976931348623157e308, 1e-17, 1 + 2**-52, 0.1, math.pi, 709.78, 710.0, -745.2, 170.6,
           171.7, 1e300, 3.0, -3.0, 2.5, -2.5, 1e16]  # fmt: skip
RANDOM = np.random.default_rng(7)
FLOATS = SPECIAL + [float(x) for x in RANDOM.normal(size=60) * 10.0 ** RANDOM.integers(-6, 7, 60)]
INTEGERS = [0, 1, -1, 2, 3, 7, 10, 20, 21, 62, 63, 100, 2**31, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), -7]

UNARY = """acos acosh asin asinh atan atanh cbrt ceil cos cosh degrees erf erfc exp exp2 expm1 fabs floor frexp gamma
    isfinite isinf isnan lgamma log log10 log1p log2 modf radians sin sinh sqrt tan tanh trunc ulp""".split()
BINARY = "atan2 copysign fmod hypot isclose log nextafter pow remainder".split()


def fixed(function, count):
    if count == 1:
        return jit(lambda x: function(x))
    if count == 2:
        return jit(lambda x, y: function(x, y))
    return jit(lambda x, y, z: function(x, y, z))


def too_large(expected):
    """Limits of compiled code, where Python's integers grow."""
    return isinstance(expected, int) and not -(2**63) <= expected < 2**63


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_a_float(name):
    function = getattr(math, name)
    inputs = FLOATS
    if name in ("ceil", "floor", "trunc"):
        inputs = [x for x in FLOATS if not math.isfinite(x) or abs(x) < 2**63]
    call = fixed(function, 1)
    assert_same(call, function, [(x,) for x in inputs])
    assert_same(call, function, [(3,), (True,), (-4,), (2**53 + 1,)])
    if name != "trunc":
        assert_same(call, function, [(np.float32(1.7),), (np.int16(-3),), (np.uint64(2),), (np.float64(-0.3),)])


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_floats(name):
    function = getattr(math, name)
    call = fixed(function, 2)
    assert_same(call, function, list(itertools.product(SPECIAL, SPECIAL)))
    assert_same(call, function, list(zip(FLOATS, reversed(FLOATS))))
    assert_same(call, function, [(3, 2.5), (2.5, 3), (4, 2), (True, 7), (np.float32(0.1), 2)])


def test_ldexp():
    inputs = itertools.product(SPECIAL, [0, 1, -1, 1023, 1024, -1074, -1075, 2**40, -(2**40), 2**63 - 1])
    assert_same(fixed(math.ldexp, 2), math.ldexp, list(inputs))


@pytest.mark.parametrize("name", ["gcd", "lcm", "comb", "perm"])
def test_functions_of_two_integers(name):
    function = getattr(math, name)
    inputs = [
        pair
        for pair in itertools.product(INTEGERS, INTEGERS)
        if name in ("gcd", "lcm") or min(pair) < 0 or pair[1] < 70 or pair[1] > pair[0]
    ]

    def is_small(pair):
        try:
            return not too_large(function(*pair))
        except ValueError:
            return True

    call = fixed(function, 2)
    assert_same(call, function, [pair for pair in inputs if is_small(pair)])
    for pair in inputs:
        if not is_small(pair):
            with pytest.raises(OverflowError, match="the result exceeds a 64-bit integer"):
                call(*pair)


@pytest.mark.parametrize("name", ["factorial", "isqrt", "perm", "gcd", "lcm"])
def test_functions_of_an_integer(name):
    function = getattr(math, name)
    inputs = range(-3, 21) if name in ("factorial", "perm") else [n for n in INTEGERS if n > -(2**63)]
    assert_same(fixed(function, 1), function, [(n,) for n in inputs])
    assert_same(fixed(function, 1), function, [(np.int8(5),), (np.uint32(12),), (True,)])


@pytest.mark.parametrize("name", ["gcd", "lcm", "hypot"])
def test_functions_of_any_number_of_arguments(name):
    function = getattr(math, name)
    numbers = [0, 6, -4, 15] if name != "hypot" else [0.0, -3.5, 1e200, 4.0, math.inf, math.nan, 5e-324]
    assert_same(jit(lambda: function()), lambda: function(), [()])
    assert_same(fixed(function, 3), function, list(itertools.product(numbers, repeat=3)))
    call = jit(lambda a, b, c, d, e: function(a, b, c, d, e))
    assert_same(call, function, [tuple(numbers[:4] + numbers[1:2]), tuple(numbers[3:4] * 5)])


def test_functions_of_tuples():
    for p, q in [((1.0, 2.0), (4, 6)), ((1.0,), (-1.0,)), ((1, 2, 3), (4, 5, 6.5)), ((1e300, 0, 1, 1), (0, 0, 0, 1)), ((), ())]:
        assert_same(jit(lambda p, q: math.dist(p, q)), math.dist, [(p, q)])
    sums = [(0.1,) * 10, (1e100, 1.0, -1e100), (1, True, 0.5), (math.inf, 1.0), (math.inf, -math.inf), (math.nan, 1.0),
            (1e308, 1e308), (), (1e16, 1.0, 1e-16)]  # fmt: skip
    for numbers in sums:
        assert_same(jit(lambda numbers: math.fsum(numbers)), math.fsum, [(numbers,)])
    for numbers in [(1, 2, 3), (1.5, 2), (), (2, 0.5, True), (1j, 2)]:
        assert_same(jit(lambda numbers: math.prod(numbers)), math.prod, [(numbers,)])
    assert_same(jit(lambda a: math.fsum(a)), math.fsum, [(RANDOM.normal(size=100)[::3],), (np.array([]),)])
    assert jit(lambda t: math.prod(t, start=2))((3, 4)) == 24


def test_isclose_with_tolerances():
    def close(a, b, relative, absolute):
        return math.isclose(a, b, rel_tol=relative, abs_tol=absolute)

    inputs = itertools.product([1.0, 1.1, math.inf, math.nan, 0], [1.0, 1.0001, -math.inf], [0.0, 0.1, -1.0], [0.0, 1e-3, -1.0])
    assert_same(jit(close), close, list(inputs))


def test_results_inside_expressions_and_loops():
    def total(n):
        result = 0.0
        for i in range(n):
            result += math.sin(i) * math.sqrt(i) + math.floor(i / 3) - math.log1p(i)
        return result

    assert jit(total)(1000) == total(1000)


def test_an_error_names_the_line():
    @jit
    def root(x):
        y = x - 1
        return math.sqrt(y)

    with pytest.raises(ValueError, match="math domain error") as caught:
        root(0.0)
    assert caught.traceback[-1].lineno + 1 == root.__wrapped__.__code__.co_firstlineno + 3


@pytest.mark.parametrize(
    ("function", "args", "message"),
    [
        (math.sin, (1j,), "it takes real numbers"),
        (math.sin, (np.ones(3),), "numpy's function of that meaning works on arrays"),
        (math.sin, (1.0, 2.0), "math.sin() takes exactly 1 arguments (2 given)"),
        (math.gcd, (1.5, 2), "'float' object cannot be interpreted as an integer"),
        (math.factorial, (5.0,), "'float' object cannot be interpreted as an integer"),
        (math.ldexp, (1.0, 2.0), "Expected an int as second argument to ldexp."),
        (math.dist, ((1.0,), (1.0, 2.0)), "both points must have the same number of dimensions"),
        (math.trunc, (np.int64(3),), "convert the number with int or float first"),
    ],
)
def test_wrong_arguments_are_refused(function, args, message):
    with pytest.raises(errors.TypingError) as caught:
        fixed(function, len(args))(*args)
    assert message in str(caught.value)
