"""`*args` and `**kwargs` on both sides of a call, and loops over tuples whose items have different types."""

import numpy as np

from upshift import literal_unroll


def scaled(x, *more, scale=2, **others):
    total = x * scale
    for value in more:
        total += value
    if "offset" in others:
        total += others["offset"]
    return total


def counted(*args, **kwargs):
    return len(args), len(kwargs)


def names_and_values(**kwargs):
    names = ""
    total = 0.0
    for name in kwargs:
        names += name
    for value in kwargs.values():
        total += value
    for name, value in kwargs.items():
        names += name * 2
        total += value
    return names, total, bool(kwargs), kwargs.get("a", -1), kwargs.get("zz")


def all_kinds(a, /, b, c=3, *rest, d, e=5, **others):
    return a, b, c, rest, d, e, others


def passed_on(*args, **kwargs):
    return scaled(*args, **kwargs)


def positional_only(a, b=2, /, **others):
    return a, b, others.get("a", 0)


def calls(x):
    return (
        scaled(x), scaled(x, 1, 2), scaled(x, scale=3), scaled(x, 1, offset=10), scaled(x, **{"scale": 4, "offset": 1}),
        counted(), counted(1, 2, a=x), counted(*(1, 2.5), **{"k": x}),
    )  # fmt: skip


def passes(x):
    return passed_on(x, 1, scale=3), passed_on(*(x, 2), **{"offset": 5}), positional_only(x, a=7, c=1)


def merges(x):
    return names_and_values(a=x, **{"b": 2.5}, **{"c": x}), scaled(x, *(1, 2), *(3,), scale=1, **{"offset": 2})


def returned(x):
    return all_kinds(x, 2, d=x), all_kinds(1, 2.5, 3, 4, 5, d="d", e=x, f="f", g=(x, 1))


def from_python(*args, **kwargs):
    return args, kwargs, len(kwargs)


def call_from_python():
    return from_python(1, 2.5, name="a", other=3), from_python(), from_python(b=1, a=2)


def inner(x):
    def add(start, *values, **more):
        total = start + len(more)
        for value in values:
            total += value
        return total

    return add(x, 2, 3, extra=1), add(*(x, 2), **{"more": x}), add(**{"start": x})


def held(text, items):
    def last(**kwargs):
        return kwargs["text"] + "!", kwargs["items"], kwargs.get("items", [1])

    return last(text=text + "a", items=items + [1])


def changes(**kwargs):
    kwargs["items"].append(3)
    return len(kwargs["items"])


def changes_an_argument(items):
    return changes(items=items), items


def mixed(x):
    total = 0.0
    texts = ""
    for item in (1, 2.5, "abc", x, (x, 1)):
        if isinstance(item, str):
            texts += item
        elif isinstance(item, tuple):
            total += item[0]
        else:
            total += item
    else:
        texts += "."
    return total, texts


def mixed_with_exits(x):
    seen = 0
    for item in ("a", 1, 2.5, x):
        seen += 1
        if isinstance(item, str):
            continue
        if item == x:
            break
        try:
            if item > 2:
                raise ValueError("large")
        except ValueError:
            seen += 10
    else:
        return -seen
    return seen


def mixed_returning(x):
    for item in ("a", x, 2.5):
        if not isinstance(item, str) and item > 1:
            return 1.5 + item
    return 0.0


def nested(x):
    total = 0.0
    for row in ((1, "a"), (x, 2.5, "bc"), ("d",)):
        for item in row:
            if isinstance(item, str):
                total += len(item)
            else:
                total += item
    return total


def mixed_comprehension(x):
    return [str(item) for item in (1, x, "a", 2.5)]


def unrolled(x):
    row = (x, "ab", 2.5)
    texts = []
    for position in literal_unroll((0, 1, 2)):
        texts.append(str(row[position]))
    for item in literal_unroll((1, 2)):
        texts.append(str(item))
    return texts


def mixed_arrays(a):
    total = 0.0
    for item in (a, 2, a.sum()):
        if isinstance(item, np.ndarray):
            total += item[0]
        else:
            total += item
    return total


def many(*args):
    total = 0.0
    for item in args:
        if isinstance(item, str):
            total += len(item)
        else:
            total += item
    return total


def in_a_loop(n):
    total = 0.0
    for i in range(n):
        for item in (i, 0.5, "ab"):
            if isinstance(item, str):
                if i == 2:
                    continue
                total += len(item)
            else:
                if item == 3:
                    break
                total += item
    return total


FUNCTIONS = [scaled, counted, names_and_values, all_kinds, passed_on, positional_only, from_python, changes]

CASES = [
    (calls, [(3,), (1.5,)]),
    (passes, [(3,), (1.5,)]),
    (merges, [(3,), (1.5,)]),
    (returned, [(3,), (1.5,), (np.arange(3.0),)]),
    (call_from_python, [()]),
    (inner, [(3,), (1.5,)]),
    (held, [("t", [1, 2]), ("", [4])]),
    (changes_an_argument, [lambda: ([1, 2],)]),
    (mixed, [(3,), (2.5,)]),
    (mixed_with_exits, [(3,), (2.5,), (7.5,), (1,)]),
    (mixed_returning, [(3,), (0,), (0.5,)]),
    (nested, [(3,), (1.5,)]),
    (mixed_comprehension, [(3,), (1.5,)]),
    (unrolled, [(3,), ("x",), (1.5,)]),
    (mixed_arrays, [(np.arange(1.0, 4.0),)]),
    (many, [(1, "abc", 2.5), (), ("a",), (1, 2)]),
    (in_a_loop, [(0,), (2,), (5,)]),
]
