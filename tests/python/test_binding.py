"""Keywords, defaults and `*args`: the same results, and the same errors, as the Python function itself."""

import numpy as np
import pytest

from upshift import jit


def plain(a, b):
    return a * 10 + b


def defaults(a, b=2, c=3):
    return a * 100 + b * 10 + c


def keyword_only(a, *, b, c=4):
    return a * 100 + b * 10 + c


def positional_only(a, b, /, c=5):
    return a * 100 + b * 10 + c


def no_parameters():
    return 1


def three(a, b, c):
    return a


FUNCTIONS = [plain, defaults, keyword_only, positional_only, no_parameters, three]
CALLS = [
    ((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((1, 2, 3, 4), {}), ((1,), {"b": 2}), ((), {"a": 1, "b": 2}),
    ((1, 2), {"b": 3}), ((1,), {"z": 1}), ((1, 2), {"c": 7}), ((), {"c": 1}), ((1, 2, 3), {"b": 4}),
    ((), {"b": 1, "a": 2, "c": 3}), ((1, 2, 3), {"c": 1}), ((1,), {"c": 1, "b": 2}), ((1, 2), {"a": 1}),
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("args, keywords", CALLS, ids=repr)
def test_binding_is_pythons(function, args, keywords):
    jitted = jit(function)
    try:
        expected = function(*args, **keywords)
    except TypeError as error:
        with pytest.raises(TypeError) as raised:
            jitted(*args, **keywords)
        assert str(raised.value) == str(error)
        assert type(raised.value) is TypeError
    else:
        assert jitted(*args, **keywords) == expected
        assert jitted(*args, **keywords) == expected


def test_a_default_is_a_value_like_any_other():
    @jit
    def scale(x, factor=0.5):
        return x * factor

    assert scale(4) == 2.0
    assert scale(4, 2) == 8
    assert isinstance(scale(4, 2), int)


def all_kinds(a, /, b=2, *rest, c, d=4, **others):
    return a, b, rest, c, d, others, len(others)


@pytest.mark.parametrize(
    "args, keywords",
    [
        ((1,), {"c": 3}), ((1, 2.5, 3, "a"), {"c": 3, "d": 5, "e": 6}), ((1,), {"c": 3, "a": 7, "z": [1, 2]}), ((1,), {}),
        ((1,), {"c": 3, "e": np.arange(3), "f": "text", "g": (1, "a")}), ((), {"a": 1, "c": 2}), ((1, 2), {"b": 3, "c": 1}),
    ],
    ids=repr,
)  # fmt: skip
def test_keyword_arguments_into_a_dict(args, keywords):
    jitted = jit(all_kinds)
    try:
        expected = all_kinds(*args, **keywords)
    except TypeError as error:
        with pytest.raises(TypeError) as caught:
            jitted(*args, **keywords)
        assert str(caught.value) == str(error)
    else:
        for _ in range(2):
            assert repr(jitted(*args, **keywords)) == repr(expected)


def test_keywords_that_change_are_written_back():
    @jit
    def grow(**options):
        options["items"].append(len(options["name"]))
        return options["items"]

    items = [1]
    assert grow(items=items, name="abc") is items and items == [1, 3]
    assert grow(name="a", items=items) is items and items == [1, 3, 1]


class Point:
    scale = 3

    @staticmethod
    @jit
    def static(x):
        return x + 1

    @jit
    def method(self):
        return 1


def test_methods_bind():
    assert Point().static(2) == Point.static(2) == 3
    point = Point()
    assert point.method.__self__ is point
    assert Point.method.__name__ == "method"
    from upshift import errors

    with pytest.raises(errors.TypingError, match="argument 'self' is a .*Point"):
        point.method()
