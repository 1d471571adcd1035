"""`cmath` against CPython, bit for bit."""

import cmath
import itertools
import math

import numpy as np
import pytest

from outcomes import assert_same
from upshift import errors, jit

PARTS = [0.0, -0.0, 1.0, -1.5, 0.3, 1e-310, 1e200, 1.7e308, 710.0, math.inf, -math.inf, math.nan]
NUMBERS = [complex(re, im) for re, im in itertools.product(PARTS, PARTS)]
RANDOM = np.random.default_rng(5)
NUMBERS += [complex(*pair) for pair in RANDOM.normal(size=(60, 2)) * 10.0 ** RANDOM.integers(-5, 4, (60, 1))]

UNARY = """acos acosh asin asinh atan atanh cos cosh exp isfinite isinf isnan log log10 phase polar sin sinh sqrt tan
    tanh""".split()


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_a_complex_number(name):
    function = getattr(cmath, name)
    call = jit(lambda z: function(z))
    assert_same(call, function, [(z,) for z in NUMBERS])
    assert_same(call, function, [(2,), (True,), (-0.7,), (np.float32(0.5),), (np.complex64(1 + 2j),), (np.complex128(1j),)])


def test_log_with_a_base():
    numbers = [0, 1, 2.0, 1j, -3 + 4j, complex(math.inf, 1), math.nan, 10]
    call = jit(lambda z, base: cmath.log(z, base))
    assert_same(call, cmath.log, list(itertools.product(numbers, numbers)))


def test_rect():
    call = jit(lambda r, phi: cmath.rect(r, phi))
    assert_same(call, cmath.rect, list(itertools.product(PARTS, PARTS)))


def test_isclose():
    def close(a, b, relative, absolute):
        return cmath.isclose(a, b, rel_tol=relative, abs_tol=absolute)

    numbers = [0j, 1 + 1j, 1 + 1.0001j, complex(math.inf, 0), complex(math.nan, 0)]
    inputs = itertools.product(numbers, numbers, [0.0, 0.1, -1.0], [0.0, 0.2])
    assert_same(jit(close), close, list(inputs))
    assert_same(jit(lambda a, b: cmath.isclose(a, b)), cmath.isclose, list(itertools.product(numbers, numbers)))


def test_constants():
    def constants():
        return cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.infj, cmath.nanj, math.tau

    assert_same(jit(constants), constants, [()])


@pytest.mark.parametrize(
    ("call", "args"), [(lambda z: cmath.sin(z), ((1, 2),)), (lambda r, phi: cmath.rect(r, phi), (1j, 2.0))]
)
def test_wrong_arguments_are_refused(call, args):
    with pytest.raises(errors.TypingError):
        jit(call)(*args)
