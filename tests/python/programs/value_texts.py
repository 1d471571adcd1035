"""The text of any value, wherever it is asked for: containers, tuples, what may be `None`, however they nest."""

import collections

import numpy as np

Point = collections.namedtuple("Point", "x y")


def everywhere(items):
    return (
        str(items),
        repr(items),
        ascii(items),
        format(items),
        f"<{items}|{items!r}|{items!s:>12}>",
        "%s and %r" % (items, items),
        "{} {!r:>9}".format(items, items),
    )


def made(n, s):
    numbers = [i * 0.5 for i in range(n)]
    pairs = [(i, s * i, i > 1) for i in range(n)]
    names = {s + str(i): [i] * i for i in range(n)}
    seen = {i * 3 for i in range(n)}
    nested = [[(i, [s])] for i in range(n)]
    return f"{numbers} {pairs} {names} {seen} {nested} {range(n)} {range(1, n, 2)!r}"


def quotes(s):
    return f"{[s]} {(s,)} {({s: s},)} {[(s, [s.encode()])]}", ascii([s]), str(((s,), [s], None))


def optional(n):
    x = None
    if n > 1:
        x = n * 2
    s = None
    if n > 2:
        s = "text"
    return f"{x} {x!r} {s} {s!r} {[x]} {(x, s)}", str(x), repr(s), [x, None, 3], str([x, None, 3])


def absent_string(n):
    s = None
    for i in range(n):
        s = "a" * i
    if s is None:
        return -1
    return len(s)


def numpy_scalars(a, b, c):
    items = [a, a]
    return f"{items} {(a, b)} {[(a, b, c)]} { {int(a): b} }", str([c, c]), f"{a} {b} {c}"


def empties(n):
    a = [n][:0]
    b = {n: n}
    b.clear()
    c = {n}
    c.clear()
    return f"{a} {b} {c} {()} {[a]} {(a, b, c)}"


def mixed_dict_template(n, s, x):
    a = "%(n)d of %(name)s is %(x).3f or %(x)r%%" % {"n": n, "name": s, "x": x, "unused": 0}
    b = "{n:>4} {name!r} {x:.2e} {{}}".format_map({"n": n, "name": s, "x": x})
    return a + b


def typed_dict_template(d, s):
    return "%(one)5d|%(two)-5d|%(one)x" % d + "%(a)s %(b)r" % {"a": s, "b": s}


def missing_name(d):
    return "%(one)d %(nothing)d" % d


def plain_percent_of_a_dict(d):
    return "%s" % d + "%r" % d


def fields(t, items, z):
    a = "{0[0]} {0[1]} {1[1]} {2.real} {2.imag:.1f} {2.real.imag}".format(t, items, z)
    return a + "{t[1]!r} {items[0]:>5} {t}".format(t=t, items=items)


def fields_of_others(d, e, s, a):
    return "{0[one]} {1[7]} {2[1]} {3.ndim} {3.shape} {3.shape[0]} {3.size}".format(d, e, s, a)


def field_out_of_range(items):
    return "{0[5]}".format(items)


def field_that_is_missing(d):
    return "{0[nothing]}".format(d)


def named(p, n):
    points = [p for _ in range(n)]
    made = [Point(i, str(i)) for i in range(n)]
    return f"{p} {points} {made} {(p, None)}", str({1: p}), repr([(p, [p])])


def in_a_loop(n):
    total = 0
    items = []
    for i in range(n):
        items.append((i, str(items)[:10]))
        total += len(f"{items}")
    return total


LISTS = [[1, 2, -3], [1.5, float("nan"), -0.0, 1e300], ["a", "it's", 'say "x"', "\n\xe9\u20ac\U0001f600"], [True, False]]
OTHERS = [{1: 2.0, 3: 4.0}, {"k": (1, "v")}, {1}, {"one"}, {(1, "a")}, (1, "a", None), ((),), [b"a\x00'", b'"'], [1j, 2 - 1j]]
NESTED = [[[1], [2, 3]], [{"a": [1]}, {"b": [2]}], {"x": {1: (2.0, "y")}}, [None, 1], {1: None, 2: 3}]
CASES = [
    (everywhere, [(items,) for items in LISTS + OTHERS + NESTED]),
    (made, [(3, "ab"), (0, ""), (2, "'")]),
    (quotes, [("plain",), ("it's",), ('"',), ("'\"\\",), ("\xe9\x00\u20ac",)]),
    (optional, [(0,), (2,), (3,)]),
    (absent_string, [(0,), (4,)]),
    (numpy_scalars, [
        (np.int32(5), np.float64(0.1), np.complex64(1 + 2j)),
        (np.uint8(200), np.float32(0.1), np.complex128(-1j)),
        (np.bool_(True), np.uint64(2**63), np.complex128(complex("nan"))),
    ]),
    (empties, [(1,)]),
    (mixed_dict_template, [(3, "name", 2.5), (-1, "it's", float("inf"))]),
    (typed_dict_template, [({"one": 1, "two": -22}, "s")]),
    (missing_name, [({"one": 1},)]),
    (plain_percent_of_a_dict, [({"one": 1},)]),
    (fields, [((1, "b"), [1.5, 2.5], 1 - 2j)]),
    (fields_of_others, [({"one": 1}, {7: "seven"}, "str", np.zeros((2, 3)))]),
    (field_out_of_range, [([1, 2],), ("abc",)]),
    (field_that_is_missing, [({"a": 1},)]),
    (named, [(Point(1, "a'b"), 2), (Point(0.5, (1, None)), 1)]),
    (in_a_loop, [(20,)]),
]  # fmt: skip
