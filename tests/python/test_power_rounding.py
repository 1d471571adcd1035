"""`**` with the exponents 2 and 0.5 has libm's bits, not a product's or a root's."""

import math
import random
import struct

import numpy as np
import pytest

from upshift import jit

POWERS = {2: lambda x: x**2, 0.5: lambda x: x**0.5}


def numbers():
    generator = random.Random(2)
    usual = [generator.random() * 100 for _ in range(20_000)]
    near_powers = [
        2.0 ** generator.randint(-500, 500) * (1 + generator.choice([0, 2**-52, -(2**-53)])) for _ in range(5_000)
    ]
    return [*usual, *near_powers, 0.0, -0.0, 1.0, 4.0, 5e-324, 1e-310, 1e-160, math.inf, math.nan]


@pytest.mark.parametrize("exponent", POWERS)
@pytest.mark.parametrize("kind", [float, np.float64])
def test_numbers(exponent, kind):
    function = POWERS[exponent]
    jitted = jit(function)
    with np.errstate(all="ignore"):
        for number in map(kind, numbers()):
            assert struct.pack("d", jitted(number)) == struct.pack("d", function(number)), number


@pytest.mark.parametrize("exponent", POWERS)
def test_arrays(exponent):
    function = POWERS[exponent]
    array = np.array(numbers())
    with np.errstate(all="ignore"):
        assert jit(function)(array).tobytes() == function(array).tobytes()
