"""Bytes split into parts."""


def split(a, by, most):
    return a.split(by, most), a.rsplit(by, most), a.split(by), a.rsplit(by)


def split_at_spaces(a):
    return a.split(), a.rsplit(), a.split(None, 1), a.rsplit(None, 1), a.splitlines(), a.splitlines(True)


def indexes(a, part):
    return a.index(part), a.rindex(part), a.rindex(part, 0, 4)


TEXTS = [b"", b"a", b"a,b,,c", b",", b" a  b\tc\n", b"a\r\nb\n\nc\r", b"\x0b\x0c \x00 \xff,", b"aXaX"]
CASES = [
    (split, [(a, by, most) for a in TEXTS for by in (b",", b"a", b"aX") for most in (-1, 0, 1, 5)]),
    (split, [(b"abc", b"", 1)]),
    (split_at_spaces, [(a,) for a in TEXTS]),
    (indexes, [(a, part) for a in TEXTS for part in (b"a", b"", b",,", b"aX")]),
]
