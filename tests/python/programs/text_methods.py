"""Methods of strings and bytes that are compiled from Python source, codecs with every error handler, constructors."""


def translated(s):
    table = str.maketrans("aei", "430")
    names = {ord("o"): "<o>", ord("u"): "", 120: "\u20ac"}
    numbers = {97: 98, 98: 97}
    return s.translate(table), s.translate(names), s.translate(numbers)


def translated_with_none(s):
    table = str.maketrans("abc", "xyz", "def")
    some = {ord(c): None for c in "l"}
    return s.translate(table), len(table), table[ord("a")]


def tables(x, y):
    return str.maketrans(x, y)


def table_of_dict(d):
    return str.maketrans(d)


def wrong_point(s, number):
    return s.translate({ord("a"): number})


def encoded(s):
    return (
        s.encode("utf-8", "surrogatepass"),
        s.encode("ascii", "backslashreplace"),
        s.encode("latin-1", "xmlcharrefreplace"),
        s.encode("ascii", "ignore"),
        s.encode("ascii", errors="replace"),
    )


def escaped(s):
    return s.encode("ascii", "surrogateescape")


def decoded(b):
    return (
        b.decode("utf-8", "backslashreplace"),
        ascii(b.decode("utf-8", "surrogateescape")),
        b.decode("ascii", "backslashreplace"),
        b.decode("utf-8", "replace"),
        b.decode("ascii", "ignore"),
        b.decode("latin-1"),
    )


def round_trip(b):
    return b.decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape") == b


def passed(b):
    return ascii(b.decode("utf-8", "surrogatepass"))


def made_bytes(n, numbers, s):
    return bytes(), bytes(n), bytes(numbers), bytes(s, "utf-8"), bytes(s.encode()), bytes(range(5)), bytes((1, 2))


def bytes_of(numbers):
    return bytes(numbers)


def bytes_translated(b, frm, to):
    table = bytes.maketrans(frm, to)
    return b.translate(table), b.translate(None, frm), b.translate(table, delete=to), len(table)


def wrong_table(b, table):
    return b.translate(table)


def from_hex(s):
    return bytes.fromhex(s)


def methods_of_classes(s, words):
    return str.upper(s), [str.strip(word) for word in words], str.join("-", words), bytes.hex(s.encode())


def each_way(s):
    return (
        s.casefold(), s.expandtabs(3), s.isidentifier(), s.zfill(12), s.partition("a"), s.rpartition("a"),
        s.removeprefix("ab"), s.removesuffix("\n"), s.splitlines(), s.splitlines(True), s.splitlines(keepends=True),
        s.swapcase(), s.title(), s.capitalize(), s.center(20, "*"), s.isprintable(), s.isascii(),
    )  # fmt: skip


TEXTS = ["", "abc", "hello world aeiou", "x\u20ac\U0001f600y", "ABBA\tab\nc\r\nd\x0be", "\xdf\xe9 Stra\xdfe", "ab_1", "-12"]
CASES = [
    (translated, [(s,) for s in TEXTS]),
    (translated_with_none, [(s,) for s in TEXTS]),
    (tables, [("ab", "cd"), ("", ""), ("ab", "c")]),
    (table_of_dict, [({"a": 1, "b": 2},), ({"a": "x", "b": ""},), ({97: "x"},), ({"ab": "x"},)]),
    (wrong_point, [("abc", 98), ("abc", 1114112), ("xyz", -1)]),
    (encoded, [(s,) for s in [*TEXTS, "\ud800a"]]),
    (escaped, [("a\udc80\udcffb",), ("a\u20ac",), ("\ud800",)]),
    (decoded, [(b,) for b in [b"", b"abc", b"a\xffb\xe4\xbd", "\xe9\u20ac\U0001f600".encode(), b"\xf0\x9f\x98"]]),
    (round_trip, [(b"a\xff\xfe\x80",), ("\u20ac".encode(),)]),
    (passed, [(b"a\xed\xa0\x80b",), (b"a\xff",)]),
    (made_bytes, [(3, [1, 2, 255], "\xe9"), (0, [0], "")]),
    (bytes_of, [([1, 256],), ([-1],), (-1,), ("text",)]),
    (bytes_translated, [(b"hello", b"el", b"ip"), (b"", b"", b""), (b"abc", b"a", b"")]),
    (wrong_table, [(b"abc", b"abc"), (b"abc", bytes(range(256)))]),
    (from_hex, [(s,) for s in ("", "00ff", " 01 aB\n", "0", "0g", "1 2", "00\xe9")]),
    (methods_of_classes, [("abc", [" a ", "b "])]),
    (each_way, [(s,) for s in TEXTS]),
]
