"""Write the expectations that tests/numerics.rs compares: what CPython 3.11 and NumPy 2 answer, as bits.

    python generate.py

A line is `name arguments = results`: floats as hexadecimal bits without zeros at the end (`nan` for every NaN), integers in decimal.
`math.NAME` goes through the error rules and may have an exception as its result; other names are symbols, whose
result may be preceded by a status.
"""

import cmath
import itertools
import math
import pathlib
import random
import struct

import numpy as np

HERE = pathlib.Path(__file__).parent
INF, NAN = math.inf, math.nan
random.seed(20)

EDGES = [0.0, -0.0, 1.0, -1.0, -2.5, 3.0, INF, -INF, NAN, 5e-324, 1.7976931348623157e308, -1e300, 709.78, -745.2, -0.3]
SHORT = [0.0, -0.0, 1.0, -2.5, INF, -INF, NAN]
STATUS = {ValueError: 1, OverflowError: 2, ZeroDivisionError: 3}


def bits(value):
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if value != value:
        return "nan"
    return struct.pack(">f" if isinstance(value, np.float32) else ">d", value).hex().rstrip("0") or "0"


def parts(value):
    if isinstance(value, np.complex64):
        return [value.real, value.imag]
    if isinstance(value, complex):
        return [float(value.real), float(value.imag)]
    return [value]


def line(name, args, results):
    return f"{name} {' '.join(map(bits, args))} = {' '.join(r if isinstance(r, str) else bits(r) for r in results)}"


def wide():
    return random.choice([1, -1]) * 10.0 ** random.uniform(-12, 12)


def near():
    return random.uniform(-8, 8)


def write(file, lines):
    (HERE / file).write_text("\n".join(lines) + "\n")


def math_lines():
    for name in ("acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 gamma lgamma log log10 log1p "
                 "log2 sin sinh tan tanh ulp").split():
        for x in EDGES + [near() for _ in range(4)] + [wide() for _ in range(2)] + [random.uniform(-1, 1)]:
            yield math_line(name, [x])
    for name in "gamma lgamma".split():
        for x in [-1e-21, 1e-309, 5.0, 23.0, 24.0, 170.5, 171.62, 201.5, -170.3, -201.5] + [random.uniform(-180, 172) for _ in range(12)]:
            yield math_line(name, [x])
    for name in "atan2 fmod hypot nextafter pow remainder".split():
        for x, y in itertools.product(SHORT, SHORT):
            yield math_line(name, [x, y])
        for _ in range(5):
            yield math_line(name, [near(), near()])
            yield math_line(name, [wide(), wide()])
    for _ in range(30):
        yield math_line("hypot", [random.uniform(0, 1), random.uniform(0, 1)])
    for scale in (2e-309, 1e-320, 1e307):
        for _ in range(10):
            yield math_line("hypot", [random.random() * scale, random.random() * scale])


def math_line(name, args):
    try:
        result = getattr(math, name)(*args)
    except (ValueError, OverflowError) as error:
        result = type(error).__name__
    return line("math." + name, args, [result])


def status_line(symbol, function, args, given=None):
    """A routine with a status: `given` are the arguments in Python's form."""
    try:
        return line(symbol, args, [0, *parts(function(*(args if given is None else given)))])
    except tuple(STATUS) as error:
        return line(symbol, args, [STATUS[type(error)]])


def checked(symbol, function, args):
    result = function(*args)
    return line(symbol, args, [0, result] if -2**63 <= result < 2**63 else [4])


def value_line(symbol, function, args, given=None):
    return line(symbol, args, parts(function(*(args if given is None else given))))


def number_lines():
    for x in EDGES:
        yield value_line("upshift_frexp_mantissa", lambda x: math.frexp(x)[0], [x])
        yield value_line("upshift_frexp_exponent", lambda x: math.frexp(x)[1], [x])
        yield value_line("upshift_modf_fraction", lambda x: math.modf(x)[0], [x])
    for x, n in [(1.0, 10), (0.75, -1074), (3.0, -1075), (1.0, 2**40), (1.0, -2**40), (-0.0, 5), (INF, -2**62)]:
        yield value_line("upshift_ldexp", lambda x, n: INF if n > 2000 and x else math.ldexp(x, n), [x, n])
    yield from (value_line("upshift_hypot3", math.hypot, [near(), wide(), near()]) for _ in range(10))
    for a, b in itertools.product(SHORT, SHORT):
        yield value_line("upshift_is_close", lambda a, b, r, t: math.isclose(a, b, rel_tol=r, abs_tol=t), [a, b, 0.5, 0.25])
        with np.errstate(all="ignore"):
            for suffix, ty in (("", np.float64), ("_f32", np.float32)):
                yield value_line("upshift_floor_divide" + suffix, np.floor_divide, [ty(a), ty(b)])
                yield value_line("upshift_modulo" + suffix, np.remainder, [ty(a), ty(b)])
    for _ in range(15):
        a, b = random.choice([near, wide])(), random.choice([near, wide])()
        yield value_line("upshift_floor_divide", lambda a, b: a // b, [a, b])
        yield value_line("upshift_modulo", lambda a, b: a % b, [a, b])
    for x in [2.675, 0.5, 1.5, 2.5, -0.5, 1e22, 1250.0, 1350.0, 9999.5, 5e-324, 1e308, -0.04, 55.0] + [wide() for _ in range(4)]:
        for digits in (-308, -2, -1, 0, 1, 2, 23, 323):
            yield value_line("upshift_round_digits", round, [x, digits])
            if -300 < digits < 300:
                with np.errstate(all="ignore"):
                    yield value_line("upshift_round_scaled", lambda x, n: np.round(np.float64(x), n), [x, digits])
                    if abs(digits) < 23:
                        yield value_line("upshift_round_scaled_f32", np.round, [np.float32(x), digits])
    yield value_line("upshift_round_digits", round, [NAN, 3]) + "\n" + value_line("upshift_round_digits", lambda *_: INF, [1.7976931348623157e308, -308])
    for x in EDGES + [2.0**63, -2.0**63, -2.0**63 - 2048, 9.99]:
        try:
            yield checked("upshift_float_to_int", int, [x])
        except (ValueError, OverflowError) as error:
            yield line("upshift_float_to_int", [x], [STATUS[type(error)]])


INTS = [0, 1, -2, 3, -10, 64, -(2**53) - 3, 2**62, 2**63 - 1, -(2**63)]


def integer_lines():
    rand = lambda: random.choice([1, -1]) * random.getrandbits(random.randint(1, 63))
    pairs = list(itertools.product(INTS, INTS)) + [(rand(), rand()) for _ in range(30)]
    for a, b in pairs:
        if math.gcd(a, b) < 2**63:
            yield value_line("upshift_gcd", math.gcd, [a, b])
        yield checked("upshift_lcm_checked", math.lcm, [a, b])
        if b:
            yield value_line("upshift_divide_ints", lambda a, b: a / b, [a, b])
        if 0 <= b < 70:
            yield checked("upshift_int_power_checked", pow, [a, b])
            yield value_line("upshift_int_power", lambda a, b: np.power(np.int64(a), np.int64(b)), [a, b])
    for a in INTS:
        if a >= 0:
            yield value_line("upshift_isqrt", math.isqrt, [a])
        for b in [float(a), math.nextafter(a, INF), math.nextafter(a, -INF), NAN, -INF]:
            yield value_line("upshift_compare_int_float", lambda a, b: 2 if b != b else (a > b) - (a < b), [a, b])
        for digits in (1, -1, -18, -19, -25):
            yield checked("upshift_int_round_digits", round, [a, digits])
    for n in (5, 15, 25, 35, -5, -15, 149, 150, 151, 250, 99):
        yield checked("upshift_int_round_digits", round, [n, -1])
        yield checked("upshift_int_round_digits", round, [n, -2])
    for n in range(25):
        yield checked("upshift_factorial", math.factorial, [n])
    for n, k in [(0, 0), (5, 2), (5, 6), (52, 5), (66, 33), (67, 33), (68, 34), (200, 3), (2**62, 1), (2**62, 2**62 - 1), (2**40, 2)]:
        yield checked("upshift_comb", math.comb, [n, k])
        if k < 100:
            yield checked("upshift_perm", math.perm, [n, k])


def cmath_lines():
    names = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh rect".split()
    special = [0.0, -0.0, -0.7, INF, -INF, NAN]
    for name in names:
        function = cmath.rect if name == "rect" else lambda re, im: getattr(cmath, name)(complex(re, im))
        pairs = list(itertools.product(special, special)) + [(1e308, -1e308), (3e-320, 1e-310), (710.1, 0.3),
            (1.0, 1e-160), (0.9, -0.3), (-1e200, 3.0)] + [(near(), near()) for _ in range(3)]
        for re, im in pairs:
            yield status_line("upshift_cmath_" + name, function, [re, im])


def complex_lines():
    short = [0.0, -0.0, 1.0, -2.0, INF, NAN]
    quads = list(itertools.product(short, short, [0.0, -0.0, 2.0, INF], [0.0, -3.0, NAN]))
    quads = random.sample(quads, 40) + [tuple(near() for _ in range(4)) for _ in range(15)]
    powers = random.sample(quads, 40) + [(near(), near(), float(n), 0.0) for n in (-100, -99, -7, -2, -1, 0, 1, 2, 3, 4, 5, 8, 50, 99, 100, 101)]
    powers += [(0.0, 0.0, -1.0, 0.0), (0.0, 0.0, 2.0, 1.0), (1e200, 1e200, 3.0, 0.0), (near(), near(), 0.5, 0.0)]
    for a, b, c, d in quads:
        given = [complex(a, b), complex(c, d)]
        yield status_line("upshift_complex_divide", lambda x, y: x / y, [a, b, c, d], given)
        yield from numpy_lines("divide", [a, b, c, d])
    for a, b, c, d in powers:
        given = [complex(a, b), complex(c, d)]
        yield status_line("upshift_complex_power", lambda x, y: x**y, [a, b, c, d], given)
        yield from numpy_lines("power", [a, b, c, d])
    for name in "exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh".split():
        for re, im in list(itertools.product([-0.0, 2.5, -INF, NAN], repeat=2)) + [(near(), near()) for _ in range(2)]:
            yield from numpy_lines(name, [re, im])


def numpy_lines(name, args):
    with np.errstate(all="ignore"):
        for suffix, real, ty in (("", np.float64, np.complex128), ("_f32", np.float32, np.complex64)):
            args = [real(x) for x in args]
            given = [np.array(args[i : i + 2]).view(ty)[0] for i in range(0, len(args), 2)]
            yield value_line(f"upshift_numpy_complex_{name}{suffix}", getattr(np, name), args, given)


write("math.txt", math_lines())
write("numbers.txt", number_lines())
write("integers.txt", integer_lines())
write("cmath.txt", cmath_lines())
write("complex.txt", complex_lines())
