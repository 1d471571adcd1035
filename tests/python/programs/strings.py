"""Strings: operators, subscripts, iteration, methods, formatting, conversions."""

import numpy as np


def join(a, b):
    return a + b, a * 2, 3 * b, a * 0, b * -1, a + "é" + b


def compare(a, b):
    return a == b, a != b, a < b, a <= b, a > b, a >= b, a == "abc", "b" < a


def contains(a, b):
    return a in b, b not in a, "" in a, "a" in a


def item(s, i):
    return s[i]


def slices(s):
    return s[1:], s[:-1], s[::-1], s[::2], s[-3:], s[5:], s[3:1], s[-1:0:-2], s[:], s[1:4:2]


def slice_of(s, i, j, k):
    return s[i:j:k]


def length(s):
    return len(s), bool(s), not s, len("héllo")


def lengths_of_made(s, n):
    first = len(s.upper()), len(s.lower().title()), len(s + "ß"), len(s * 2), len(s[1:])
    total = 0
    for i in range(n):
        total = total * 3 + len(s.upper()) - len(str(i)) + len(s + s)
    return first, total


def characters(s):
    count = 0
    joined = ""
    for c in s:
        if c == "a" or c > "é":
            count += 1
        else:
            joined = c + joined
    return count, joined


def enumerated(a, b):
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return i, x, y
    return -1, "", ""


def chosen(flag, s):
    t = "yes" if flag else "no"
    if flag:
        t = s
    return t, t + "!"


def carried(s, n):
    previous = ""
    for i in range(n):
        previous, s = s, s + previous + "x"
    return previous, s


def grown(s, n):
    for _ in range(n):
        s += "-"
    return s


def in_tuple(s, t):
    return s in ("a", "abc", "ü"), s in t, t[0], (s, 1) == (t[0], 1), (s, 2) < (t[1], 1)


def case(s):
    return s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold()


def questions(s):
    first = s.isalpha(), s.isdecimal(), s.isdigit(), s.isnumeric(), s.isalnum(), s.isspace()
    second = s.islower(), s.isupper(), s.istitle(), s.isidentifier(), s.isascii(), s.isprintable()
    return first, second


def stripped(s, t):
    return s.strip(), s.lstrip(), s.rstrip(), s.strip(t), s.lstrip(t), s.rstrip(t), s.strip(None)


def found(s, t):
    return s.find(t), s.rfind(t), s.count(t), s.find(t, 1), s.rfind(t, 0, -1), s.count(t, 1, 4), s.find(t, None, 3)


def found_between(s, t, i, j):
    return s.find(t, i, j), s.rfind(t, i, j), s.count(t, i, j), s.startswith(t, i, j), s.endswith(t, i, j)


def index(s, t):
    return s.index(t)


def rindex(s, t):
    return s.rindex(t, 1)


def affixes(s, t):
    return s.startswith(t), s.endswith(t), s.startswith(("a", t, "ß")), s.endswith(()), s.removeprefix(t), s.removesuffix(t)


def replaced(s, t, u):
    return s.replace(t, u), s.replace(t, u, 1), s.replace(t, "", 2), s.replace("", "-"), s.replace("", u, 2), s.replace(t, u, 0)


def padded(s, n, c):
    return s.center(n), s.ljust(n), s.rjust(n), s.center(n, c), s.ljust(n, c), s.rjust(n, c), s.zfill(n)


def tabs(s):
    return s.expandtabs(), s.expandtabs(4), s.expandtabs(0), s.expandtabs(tabsize=3)


def parted(s, t):
    return s.partition(t), s.rpartition(t)


def joined(s, a, b):
    return s.join((a, b, "c")), s.join(()), s.join((a,)), s.join(b)


def shown(s):
    return repr(s), ascii(s), str(s), f"{s}", f"{s!r}", f"{s!s:>6}", f"{s!a:*^12}"


def texts_of_numbers(x, y, z, b):
    return str(x), repr(y), str(z), str(b), f"{x} {y} {z} {b}", str((x, y, (z, b), None, ())), repr((x,))


def texts_of_scalars(x, y):
    return str(x), repr(x), f"{x}|{y!r}|{y}", (str((x, y)))


def formatted_int(n):
    first = f"{n:5d}|{n:<5}|{n:^7}|{n:+d}|{n: d}|{n:05}|{n:x}|{n:#X}|{n:b}|{n:#o}|{n:,}|{n:_}"
    return first, f"{n:10,.2f}|{n:e}|{n:%}|{n:*=+9}|{n:#010x}|{n:012_b}|{n:n}"


def formatted_float(x):
    first = f"{x:.3f}|{x:10.2e}|{x:g}|{x:G}|{x:.0f}|{x:#.0f}|{x:+.1%}|{x:,.2f}|{x:012.3f}|{x:<12}|{x:^12.4}|{x:z.1f}"
    return first, f"{x:.10g}|{x:#g}|{x:n}|{x:_.1f}|{x:=+15,.2f}|{x:E}|{x:F}|{x:}|{x:>20}|{x:.3}|{x:.50f}"


def formatted_complex(z):
    return f"{z}|{z:.2f}|{z:>30}|{z:+g}|{z:e}|{z:,.1f}|{z:<20.3}"


def formatted_string(s, n):
    return f"{s:>8}|{s:<8}|{s:^8}|{s:*^9}|{s:.2}|{s:6.3}|{s:s}", f"{s:>{n}}|{s:é^{n}.{n}}", f"{s:}"


def by_specification(value, spec):
    return format(value, spec), f"{value:{spec}}"


def percent(n, x, s):
    first = "%d|%5d|%-5d|%05d|%+d|% d|%x|%#X|%o|%.3d|%i" % (n, n, n, n, n, n, n, n, n, n, n)
    second = "%f|%.2f|%10.3e|%g|%-10.1f|%+.0f|%#.0f|%08.2f|%G" % (x, x, x, x, x, x, x, x, x)
    third = "%s|%10s|%-10s|%.2s|%r|%a|%c|%%|%c|%5c" % (s, s, s, s, s, s, "z", n % 1000, "é")
    return first, second, third, "%d" % x, "%s" % n, "%*d|%-*s|%.*f" % (5, n, 4, s, 2, x)


def templates(n, x, s):
    first = "{} {} {}".format(n, x, s), "{2}{0}{2}".format(n, x, s), "{a:>5}|{b:.2f}".format(a=n, b=x)
    return first, "{{}} {:{}}|{!r:>6}".format(n, 6, s), "no fields".format(), "{:*<{w}.{p}f}".format(x, w=9, p=1)


def parsed_int(s):
    return int(s)


def parsed_int_in_base(s, base):
    return int(s, base)


def parsed_float(s):
    return float(s)


def parsed_complex(s):
    return complex(s)


def code_points(s, n):
    return ord(s), chr(n), ord("a"), chr(ord(s))


def in_bases(n):
    return bin(n), oct(n), hex(n)


def raised(s, n):
    if n > 2:
        return len(s[n])
    return s.index("zz", n)


def owned_on_errors(s, n):
    a = s + "1"
    b = a.upper() + f"{n:5}"
    c = (a, b)
    return c[1][n] + b[n:]


def raised_text(s, n):
    if n > 1:
        raise ValueError(f"{s}: {n}", s, (n, s + "!"))
    raise KeyError(s)


def caught_text(s, n):
    t = s + "?"
    try:
        if n > 0:
            raise ValueError(t, n)
        n = int(s)
    except ValueError:
        t += f" {n}"
    return t, n


def raised_again(s):
    try:
        return float(s)
    except ValueError as error:
        if s:
            raise
        raise TypeError(s + "empty") from error


TEXTS = (
    "",
    "a",
    "abc",
    "Hello, World",
    "  spaced\t\n",
    "aaaa",
    "banana",
    "straße",
    "ÀÉÎ ñandú",
    "ŉ ǆ ǅ Ǆ",
    "İstanbul ıI",
    "ΑΣ ΌΣΟΣ Σ σΣ",
    "日本語 テキスト",
    "a\u0301e\u0301",
    "x\U0001d54f\U00010428\U0001f600",
    "\ud800a",
    "tab\tand\x1cbreak\u2028",
    "'quoted' \"both\" \\",
    "it's",
    "١٢٣ ½ ²",
    "\x00\x7f\x80\xff\u0100",
    "12_3",
    "a-b-c-a",
)
PAIRS = tuple((a, b) for a in TEXTS for b in ("", "a", "an", "é", "日", "\U0001d54f", "a-b", "Σ", a[:2], a[-1:]))
INTS = (0, 1, -1, 7, 255, -1234567, 10**12, 2**63 - 1, -(2**63))
FLOATS = (0.0, -0.0, 1.0, -1.5, 0.1, 123456.789, 1e16, 1e-5, 9.999995, 2.5, 1e300, 5e-324, -0.04, float("inf"), float("nan"), -float("inf"))
SPECIFICATIONS = ("", "5", "q", ",_", "<5>", "5.", "=5", ",s", "_s", ",x", ".3", "zd", "z", "+c", "#c", "c", "9" * 20, "+", " ", "#", "xx", "€<5", "010", "<<5", ",%", "d", "e", "s", "n", "x", "._", "08,", "\x01", "٣d")
NUMBERS = ("12", " -7\n", "0x1f", "1_000", "1__0", "", "abc", "٣٤", "1.5", "-1e5", "inf", "-NaN", "1e400", "1e-400", "0b101", "+5", "--5", "1e", ".5", "5.", "_1", "1_", "é", "1 2", "\u20071", "0_0", "00", "010", "1j", "(1+2j)", "nan+infj", "1+", "j", "-j", " ( 1e3-4.5j ) ", "1_0.5_0e1_0", "1\x00", "\ud800", "'", "12日", "9223372036854775807")

SINGLES = [(s,) for s in TEXTS]
POINTS = (
    *range(0, 0x600, 7),
    *(0x1C5, 0x1F80, 0x1F88, 0x2160, 0x24B6, 0x4E00, 0x660, 0x2070, 0xBD, 0x1D7D8, 0x1E9E, 0xFB03, 0x3A3, 0x130, 0x10400),
    *(0xD800, 0x2028, 0x200B, 0xE000, 0x1F600, 0x10FFFF),
)

def backwards(a):
    return list(reversed(a)), "".join(reversed(a)), [c for c in reversed(a) if c != "a"], "".join([c + d for c, d in zip(a, reversed(a))])


CASES = [
    (backwards, [("",), ("a",), ("abc",), ("x\u4e00\U0001d518",)]),
    (join, PAIRS),
    (compare, PAIRS),
    (contains, PAIRS),
    (item, [(s, i) for s in TEXTS for i in (0, -1, 1, 3, -4, 99, -99)]),
    (slices, SINGLES),
    (slice_of, [(s, *bounds) for s in TEXTS
        for bounds in ((0, 3, 1), (-2, 9, 1), (5, 0, -1), (0, 9, 3), (9, -9, -2), (1, 2, 0))]),
    (length, SINGLES),
    (characters, SINGLES),
    (lengths_of_made, [(s, n) for s in TEXTS for n in (0, 3)]),
    (enumerated, PAIRS),
    (chosen, [(flag, s) for flag in (True, False) for s in TEXTS]),
    (carried, [(s, n) for s in TEXTS for n in (0, 1, 5)]),
    (grown, [(s, n) for s in TEXTS for n in (0, 1, 50)]),
    (in_tuple, [(s, (t, s)) for s in TEXTS for t in ("abc", "ü", "日本語 テキスト")]),
    (case, SINGLES),
    (case, [(chr(point) + "a" + chr(point),) for point in POINTS]),
    (questions, SINGLES),
    (questions, [(chr(point),) for point in POINTS]),
    (tabs, SINGLES),
    (shown, SINGLES),
    (shown, [(chr(point),) for point in POINTS]),
    (stripped, [(s, t) for s in TEXTS for t in ("", "a", "ab ", "é日\U0001d54f")]),
    (found, PAIRS),
    (found_between, [(*pair, *bounds) for pair in PAIRS[::3]
        for bounds in ((0, 99), (2, -1), (-3, 3), (5, 2), (99, 100))]),
    (index, PAIRS),
    (rindex, PAIRS),
    (affixes, PAIRS),
    (replaced, [(*pair, u) for pair in PAIRS[::2] for u in ("", "x", "é€")]),
    (padded, [(s, n, c) for s in (*TEXTS, "-5", "+x") for n in (-1, 0, 5, 8, 13) for c in ("*", "é", "日")]),
    (padded, [("a", 5, ""), ("a", 5, "ab")]),
    (parted, PAIRS),
    (joined, [(*pair, s) for pair in PAIRS[::5] for s in TEXTS]),
    (texts_of_numbers, [(n, x, complex(x, n), n > 0) for n in INTS for x in FLOATS]),
    (texts_of_scalars, [(kind(x), kind(x)) for kind in (np.float64, np.float32) for x in FLOATS]),
    (texts_of_scalars, [(kind(100), np.complex64(1 - 2j)) for kind in (np.int8, np.uint64, np.int64, np.bool_)]),
    (formatted_int, [(n,) for n in INTS]),
    (formatted_int, [(True,), (False,)]),
    (formatted_float, [(x,) for x in FLOATS]),
    (formatted_complex, [(complex(x, y),) for x in FLOATS for y in FLOATS[::3]]),
    (formatted_string, [(s, n) for s in TEXTS for n in (0, 3, 9)]),
    (by_specification, [(value, spec) for spec in SPECIFICATIONS
        for value in (5, -70000, 1114112, 5.5, float("inf"), "ab", "", True, False, 1.5 - 2j, 3j)]),
    (percent, [(n, x, s) for n in (0, 7, -1234567, 255) for x in FLOATS[:10] for s in ("", "abc", "é日")]),
    (percent, [(1, x, "a") for x in FLOATS[-3:]]),
    (templates, [(n, x, s) for n in INTS[:6] for x in FLOATS for s in ("", "it's")]),
    (parsed_int, [(s,) for s in NUMBERS]),
    (parsed_float, [(s,) for s in (*NUMBERS, *TEXTS)]),
    (parsed_complex, [(s,) for s in (*NUMBERS, *TEXTS)]),
    (parsed_int_in_base, [(s, base) for s in (*NUMBERS[:-1], *TEXTS, "ff", "z", "0o17", "0X_F", "-0b1")
        for base in (0, 2, 8, 10, 16, 1, 37, -1)]),
    (code_points, [(s, n) for s in ("a", "é", "日", "\U0001f600", "", "ab")
        for n in (0, 97, 255, 256, 0xD800, 0x10FFFF, -1, 0x110000)]),
    (in_bases, [(n,) for n in INTS]),
    (raised, [(s, n) for s in TEXTS for n in (0, 2, 3, 50)]),
    (raised_text, [(s, n) for s in TEXTS for n in (0, 2)]),
    (caught_text, [(s, n) for s in (*TEXTS, "12") for n in (0, 2)]),
    (raised_again, [(s,) for s in (*TEXTS, "12")]),
    (owned_on_errors, [(s, n) for s in TEXTS for n in (0, 4, 50)]),
]  # fmt: skip
