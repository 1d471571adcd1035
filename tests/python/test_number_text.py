"""Numbers as text and text as numbers: many random ones against CPython."""

import random
import struct

import pytest

from upshift import jit


@jit
def shown(x):
    return repr(x), f"{x:.17g}", f"{x:.3e}", f"{x:.2f}", f"{x:,.0f}", "%.1f" % x, "%g" % x, f"{x:n}", str(x * 1j)


@jit
def read(s):
    return float(s)


@jit
def formatted(x, spec):
    return format(x, spec)


@jit
def read_int(s, base):
    return int(s, base)


def python_shown(x):
    return repr(x), f"{x:.17g}", f"{x:.3e}", f"{x:.2f}", f"{x:,.0f}", "%.1f" % x, "%g" % x, f"{x:n}", str(x * 1j)


def floats(count):
    rng = random.Random(1)
    for _ in range(count):
        (bits,) = struct.unpack("d", rng.randbytes(8))
        yield bits
        yield rng.uniform(-1000, 1000)
        yield round(rng.uniform(-100, 100), rng.randrange(6))
        yield float(rng.randrange(-(10**18), 10**18)) * 0.5
        yield rng.randrange(1, 10**6) * 10.0 ** rng.randrange(-30, 30)


def test_floats_are_shown_and_read():
    for x in floats(1500):
        assert shown(x) == python_shown(x), x.hex()
        for text in (repr(x), f"{x:.20e}", f"{x:.3f}"):
            assert repr(read(text)) == repr(float(text)), text


def specification(rng):
    """Any row of characters of the mini-language: most are right."""
    parts = [
        rng.choice(["", "", "<", ">", "^", "=", "*<", "0=", "é^"]),
        rng.choice(["", "", "+", "-", " "]),
        rng.choice(["", "", "", "z"]),
        rng.choice(["", "", "#"]),
        rng.choice(["", "", "0"]),
        rng.choice(["", "", "1", "7", "12", "30"]),
        rng.choice(["", "", ",", "_"]),
        rng.choice(["", "", ".0", ".1", ".5", ".20", "."]),
        rng.choice([*"bcdoxXneEfFgG%s", "", "", ""]),
    ]
    if rng.random() < 0.05:
        rng.shuffle(parts)
    return "".join(parts)


def answer(function, *args):
    try:
        return function(*args)
    except (ValueError, OverflowError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("kind", ["int", "bool", "float", "complex", "str"])
def test_every_specification_does_what_pythons_does(kind):
    rng = random.Random(kind)
    values = {
        "int": [0, 5, -12345, 1234567890123, 97, -(2**63)],
        "bool": [True, False],
        "float": [0.0, -0.0, 1.5, -1234567.891, 1e-7, 1e22, float("inf"), float("nan"), -0.0004, 999999.5],
        "complex": [0j, 1.5 - 2j, -0.0 + 1e10j, complex(float("nan"), -float("inf"))],
        "str": ["", "abc", "é日\U0001f600"],
    }[kind]
    for _ in range(3000):
        value, spec = rng.choice(values), specification(rng)
        assert answer(formatted, value, spec) == answer(format, value, spec), (value, spec)


def test_ints_are_read_in_every_base():
    rng = random.Random(2)
    letters = "0123456789abcdefghijklmnopqrstuvwxyzXOB_+- ٣"
    for _ in range(5000):
        text = "".join(rng.choice(letters[: rng.choice([3, 12, 40])]) for _ in range(rng.randrange(1, 7)))
        base = rng.choice([0, 2, 3, 8, 10, 16, 36])
        assert answer(read_int, text, base) == answer(int, text, base), (text, base)
