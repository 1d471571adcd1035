"""Programs of extreme size or depth: compiled, or refused with the limit that they pass, and never a crash or a hang."""

import pytest

from upshift import errors, jit


def made(*lines):
    """The function f of these lines."""
    namespace = {"jit": jit}
    exec("\n".join(lines), namespace)
    return namespace["f"]


def doubled_tuples(first):
    return made("def f(n):", f" x = {first}", *[" x = (x, x)"] * 60, " return 1")


def nested(opening, closing, count):
    return made("def f(n):", " return " + opening * count + "n" + closing * count)


REFUSED = {
    "tuples that double": (doubled_tuples("n"), "more than 4096 parts"),
    "constant tuples that double": (doubled_tuples("1"), "more than 4096 parts"),
    "a tuple repeated": (made("def f(n):", " return len((n, n) * 2**31)"), "more than 4096 parts"),
    "a tuple in a loop": (made("def f(n):", " x = ()", " for i in range(n):", "  x = (x, i)", " return 1"), "single type"),
    "types that never end": (made("@jit", "def f(n, x=1):", " return f(n - 1, (x,)) if n else 0"), "nest too deeply"),
    "lists that never end": (made("@jit", "def f(n, x=1):", " return f(n - 1, [x]) if n else 0"), "display"),
    "many instructions": (made("def f(n):", *[" n = n * 3 % 1000"] * 30000, " return n"), "100000 bytecode instructions"),
    "functions that nest": (made("@jit", "def f0(n):", " return n", *[f"@jit\ndef f{i}(n):\n return f{i - 1}(n)" for i in range(1, 500)],
        "f = f499"), "nest too deeply"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_limit_is_an_error(name):
    function, text = REFUSED[name]
    with pytest.raises(errors.UpshiftError, match=text) as raised:
        jit(function)(3)
    assert not isinstance(raised.value, errors.InternalError)
    assert "in function f" in str(raised.value)


COMPILED = {
    "statements": made("def f(n):", *[f" n = (n * 3 + {i}) % 1009" for i in range(2000)], " return n"),
    "branches": made("def f(n):", *[f" if n > {i}:\n  n += {i % 7}\n else:\n  m = n" for i in range(500)], " return n"),
    "handlers": made("def f(n):", *[" try:\n  n += 1 // n\n except ZeroDivisionError:\n  n += 2"] * 100, " return n"),
    "loops in loops": made("def f(n):", " t = n", *[" " * (i + 1) + f"for i{i} in range(1):" for i in range(20)], " " * 21 + "t += 1", " return t"),
    "branches in branches": made("def f(n):", *[" " * (i + 1) + f"if n > {i - 100}:" for i in range(90)], " " * 91 + "n += 1", " return n"),
    "parameters": made("def f(" + ", ".join(["n", *(f"p{i}=1" for i in range(500))]) + "):", " return n + p499"),
    "a long display": made("def f(n):", " return len([" + "n, " * 500 + "])"),
    "a long constant display": made("def f(n):", " return sum([" + ", ".join(map(str, range(5000))) + "])"),
    "a long tuple": made("def f(n):", " return (" + "n, " * 1000 + ")[999]"),
    "a long constant": made("def f(n):", " return (" + "1, " * 2000 + ")[n]"),
    "calls in calls": nested("abs(", ")", 90),
    "minus signs": nested("-", "", 90),
    "sums": nested("(1 + ", ")", 90),
    "lists in lists": nested("[", "]", 12),
    "tuples in tuples": nested("(", ",)", 60),
    "inner functions": made("def f(n):", *[" " * (i + 1) + f"def g{i}(x):" for i in range(15)], " " * 16 + "return x + n",
        *[" " * (i + 1) + f"return g{i}(x) + 1" for i in range(14, 0, -1)], " return g0(n)"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPILED)
def test_what_is_large_compiles(name):
    function = COMPILED[name]
    assert jit(tier=1)(function)(3) == function(3)


def self_containing(kind):
    own = kind()
    if kind is dict:
        own[1] = own
    else:
        own.append(own)
    return own


def deep(wrap, count):
    value = 1
    for _ in range(count):
        value = wrap(value)
    return value


DEEP = {
    "a list in itself": self_containing(list),
    "a dict in itself": self_containing(dict),
    "lists": deep(lambda value: [value], 10000),
    "dicts": deep(lambda value: {1: value}, 10000),
    "tuples": deep(lambda value: (value,), 10000),
}


@pytest.mark.parametrize("name", DEEP)
def test_a_deep_argument_is_refused(name):
    with pytest.raises(errors.TypingError, match="nested more than 64 deep, or holds itself"):
        jit(lambda x: 1)(DEEP[name])


def test_a_wide_argument_is_refused():
    function = jit(lambda x: x[-1])
    assert function(tuple(range(1000))) == 999
    with pytest.raises(errors.TypingError, match="a tuple of more than 4096 parts"):
        function(tuple(range(5000)))


def test_a_container_that_comes_to_hold_itself_is_refused():
    function = jit(lambda x: len(x))
    own = [[1]]
    assert function(own) == 1
    own.append(own)
    with pytest.raises(errors.TypingError):
        function(own)
