"""Bytes: literals, operators, subscripts, iteration, methods."""


def literals():
    return b"abc", b"", b"\x00\xff"[1], len(b"abcd")


def join(a, b):
    return a + b, a * 2, b"-" + a


def compare(a, b):
    return a == b, a != b, a < b, a >= b, a == "a", a in (b"a", b)


def contains(a, b, n):
    return b in a, n in a, b"a" not in a


def item(a, i):
    return a[i]


def slices(a, i, j):
    return a[i:j], a[::-1], a[:], a[1:], a[i:j:2]


def total(a):
    result = 0
    for byte in a:
        result = result * 31 + byte
    return result, len(a), bool(a)


def case(a):
    return a.upper(), a.lower(), a.title(), a.capitalize(), a.swapcase()


def questions(a):
    return a.isalpha(), a.isdigit(), a.isalnum(), a.isspace(), a.islower(), a.isupper(), a.istitle(), a.isascii()


def stripped(a, b):
    return a.strip(), a.lstrip(), a.rstrip(), a.strip(b), a.removeprefix(b), a.removesuffix(b)


def found(a, b):
    return a.find(b), a.rfind(b), a.count(b), a.find(97), a.count(98, 1), a.startswith(b), a.endswith((b, b"c"))


def index(a, b):
    return a.index(b)


def replaced(a, b, c):
    return a.replace(b, c), a.replace(b, c, 1), a.replace(b"", c)


def padded(a, n):
    return a.center(n), a.ljust(n, b"*"), a.rjust(n, b"\xff"), a.zfill(n), a.expandtabs(4)


def parted(a, b):
    return a.partition(b), a.rpartition(b), b.join((a, b, a))


def shown(a):
    return repr(a), str(a), f"{a}", f"{a!r:>20}"


def parsed(a):
    return int(a), float(a)


def encoded(s):
    return s.encode(), s.encode("latin-1", "replace"), s.encode("ascii", errors="ignore"), s.encode("utf8", "ignore")


def encoded_strictly(s, n):
    if n == 0:
        return s.encode("utf-8")
    if n == 1:
        return s.encode("ascii")
    return s.encode("ISO-8859-1")


def decoded(a):
    return a.decode("utf-8", "replace"), a.decode("latin1"), a.decode("ascii", "ignore"), a.hex()


def decoded_strictly(a, n):
    if n == 0:
        return a.decode()
    return a.decode(encoding="ascii")


def raised(a, n):
    b = a + b"!"
    if n:
        raise ValueError(b, n)
    return b


STRINGS = ("", "abc", "é", "aé日", "\U0001f600", "\ud800\udfffa", "ÿĀ")
BYTES = (b"", b"a", b"abc", b"a b\tc ", b"12", b"banana", b"\x00\x80\xff", b"it's", b"aBc dEf", b"xx-y-zz", "aé日\U0001f600".encode(), b"\xe4\xbd", b"a\xe4b", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98")
SINGLES = [(a,) for a in BYTES]
PAIRS = [(a, b) for a in BYTES for b in (b"", b"a", b"-", b"an", b"\xff", a[:1])]

def grouped_digits(a):
    return a.hex(":"), a.hex("-", 2), a.hex("-", -2), a.hex(b" ", 3), a.hex(sep=".", bytes_per_sep=100), a.hex("_", 0)


def wrong_separator(a, sep):
    return a.hex(sep)


def decoded_by_str(a):
    return str(a, "latin-1"), str(a, encoding="ascii", errors="replace"), str(a, "utf-8", "ignore")


def bytes_backwards(a):
    return list(reversed(a)), bytes([n for n in reversed(a) if n != 97])


CASES = [
    (grouped_digits, SINGLES),
    (wrong_separator, [(b"ab", ""), (b"ab", "::"), (b"ab", "\xe9"), (b"", ":")]),
    (decoded_by_str, SINGLES),
    (bytes_backwards, SINGLES),
    (literals, [()]),
    (join, PAIRS),
    (compare, PAIRS),
    (contains, [(*pair, n) for pair in PAIRS for n in (0, 97, 255, 256, -1)]),
    (item, [(a, i) for a in BYTES for i in (0, -1, 2, 9, -9)]),
    (slices, [(a, i, j) for a in BYTES for i, j in ((0, 2), (-2, 9), (3, 1))]),
    *[(function, SINGLES) for function in (total, case, questions, shown)],
    (stripped, PAIRS),
    (found, PAIRS),
    (index, PAIRS),
    (replaced, [(*pair, c) for pair in PAIRS for c in (b"", b"zz")]),
    (padded, [(a, n) for a in BYTES for n in (0, 4, 9)]),
    (parted, PAIRS),
    (encoded, [(s,) for s in STRINGS]),
    (encoded_strictly, [(s, n) for s in STRINGS for n in range(3)]),
    (decoded, SINGLES),
    (decoded_strictly, [(a, n) for a in BYTES for n in range(2)]),
    (raised, [(a, n) for a in BYTES for n in range(2)]),
    (parsed, [(a,) for a in (b"12", b" -3 ", b"1_0", b"", b"abc", b"it's\xff")]),
]
