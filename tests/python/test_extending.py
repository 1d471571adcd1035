"""`upshift.extending`: additions of the program to what compiled code knows, and questions about what it knows."""

import io
import operator

import numpy as np
import pytest

from upshift import errors, extending, jit, types
from upshift.extending import describe, implements, overload, overload_attribute, overload_method, register_jitable
from upshift.types import literal


def trapezoids(y, dx=1.0):
    return (y.sum() - (y[0] + y[-1]) / 2) * dx


@overload(trapezoids)
def typed_trapezoids(y, dx=1.0):
    if isinstance(y, types.UnicodeType):
        raise errors.NumbaTypeError("there are no trapezoids in text")
    if isinstance(y, types.Array) and y.ndim == 1:

        def of_array(y, dx=1.0):
            return (y.sum() - (y[0] + y[-1]) / 2) * dx

        return of_array
    return None


@overload(trapezoids)
def typed_trapezoids_of_tuples(y, dx=1.0):
    if isinstance(y, types.UniTuple) and y.dtype == types.float64:
        count = y.count
        return lambda y, dx=1.0: (sum(y) - (y[0] + y[count - 1]) / 2) * dx


def test_overloads_choose_by_type():
    @jit
    def area(y):
        return trapezoids(y), trapezoids(y, 3.0), trapezoids(y, dx=0.5)

    array = np.array([1.0, 4.0, 2.5])
    assert area(array) == (trapezoids(array), trapezoids(array, 3.0), trapezoids(array, 0.5))
    assert area((1.0, 4.0, 2.5)) == area(array)


def test_what_no_overload_takes_is_refused():
    @jit
    def area(y):
        return trapezoids(y)

    with pytest.raises(errors.TypingError, match=r"(?s)test_extending.py:\d+: in function .*none of its overloads takes"):
        area([1.0, 2.0])


def test_what_a_typing_function_raises_is_shown():
    @jit
    def area(y):
        return trapezoids(y)

    line = typed_trapezoids.__code__.co_firstlineno + 3
    with pytest.raises(errors.TypingError) as caught:
        area("text")
    said = rf"TypingError: there are no trapezoids in text \({__file__}:{line}\)"
    assert f"test_extending.py:{area.__code__.co_firstlineno + 2}: in function" in str(caught.value)
    assert said.replace("\\", "") in str(caught.value)
    assert isinstance(caught.value.__cause__, errors.TypingError)


def test_what_an_implementation_raises_has_its_line():
    def positive(x):
        raise NotImplementedError

    @overload(positive)
    def typed_positive(x):
        def implementation(x):
            if x < 0:
                raise ValueError("negative")
            return x

        return implementation

    @jit
    def call(x):
        return positive(x)

    assert call(2) == 2
    with pytest.raises(ValueError, match="negative") as caught:
        call(-1)
    lines = [(frame.name, frame.lineno) for frame in caught.traceback]
    assert caught.traceback[-1].lineno + 1 == typed_positive.__code__.co_firstlineno + 4, lines


def test_implementations_must_have_the_parameters():
    def twice(x):
        return 2 * x

    @overload(twice)
    def typed_twice(x):
        return lambda y: 2 * y

    with pytest.raises(errors.TypingError, match=r"parameters \(y\), but the typing function .*typed_twice has \(x\)"):
        jit(lambda x: twice(x))(1)

    def half(x):
        return x / 2

    @overload(half, strict=False)
    def typed_half(x):
        return lambda y: y / 2

    assert jit(lambda x: half(x))(1) == 0.5


def test_a_typing_function_must_return_a_function():
    def thing(x):
        return x

    overload(thing)(lambda x: 3)
    with pytest.raises(errors.TypingError, match="returned 3; it returns a function or None"):
        jit(lambda x: thing(x))(1)


def test_literals():
    def power(x, n):
        return x**n

    @overload(power)
    def typed_power(x, n):
        if isinstance(n, types.IntegerLiteral):
            exponent = float(n.literal_value)
            return lambda x, n: x**exponent
        if isinstance(n, types.StringLiteral):
            word = n.literal_value * 2
            return lambda x, n: word

    assert jit(lambda x: power(x, 3))(2.0) == 8.0
    assert jit(lambda x: power(x, "ab"))(2.0) == "abab"
    with pytest.raises(errors.TypingError, match="none of its overloads"):
        jit(lambda x, n: power(x, n))(2.0, 3)


def test_a_typing_function_is_asked_once():
    asked = []

    def once(x):
        return x

    @overload(once)
    def typed_once(x):
        asked.append(x)
        return lambda x: x + 1

    @jit
    def call(n):
        total = 0
        for i in range(n):
            total += once(i)
        return total

    assert call(4) == 10 and jit(lambda x: once(x))(1) == 2
    assert asked == [types.int64]


def test_methods_and_attributes():
    @overload_method(types.Array, "mean_of_squares")
    def typed_mean_of_squares(array, scale=1):
        if array.dtype == types.float64:
            return lambda array, scale=1: (array * array).sum() / array.size * scale

    @overload_attribute(types.Array, "halves")
    def typed_halves(array):
        return lambda array: array / 2

    @overload_attribute(types.ListType, "last")
    def typed_last(items):
        return lambda items: items[-1]

    @overload_method(types.Integer, "is_odd")
    def typed_is_odd(number):
        return lambda number: number % 2 == 1

    array = np.arange(4.0)
    assert jit(lambda a: a.mean_of_squares())(array) == 3.5
    assert jit(lambda a: a.mean_of_squares(scale=2))(array) == 7.0
    assert jit(lambda a: a.halves)(array).tolist() == [0.0, 0.5, 1.0, 1.5]
    assert jit(lambda a: [a, a + "!"].last)("x") == "x!"
    assert jit(lambda n: (n.is_odd(), len([n]), [n].last))(3) == (True, 1, 3)
    assert jit(lambda n: n.is_odd())(np.int32(4)) == False  # noqa: E712
    with pytest.raises(errors.TypingError, match="none of its overloads"):
        jit(lambda a: a.mean_of_squares())(np.arange(3))


def test_operators():
    @overload(operator.add)
    def typed_add(a, b):
        if isinstance(a, types.ListType) and isinstance(b, types.Float):
            return lambda a, b: [item + b for item in a]

    @overload(operator.getitem)
    def typed_getitem(a, index):
        if isinstance(a, types.DictType) and isinstance(index, types.BaseTuple):
            return lambda a, index: a[index[0]] + a[index[1]]

    assert jit(lambda a: a + 0.5)([1.0, 2.0]) == [1.5, 2.5]
    assert jit(lambda a: a + [3.0])([1.0]) == [1.0, 3.0]
    assert jit(lambda a, x: a[x, x])({"a": 2}, "a") == 4
    with pytest.raises(errors.TypingError, match=r"operator \+ is not supported for str, float"):
        jit(lambda a: a + 0.5)("a")


def test_functions_that_the_library_has_may_mean_more():
    # For the whole process: of a type whose refusal no other test asks for.
    @overload(len)
    def typed_len(a):
        if isinstance(a, types.Complex):
            return lambda a: int(a.real) * 100

    assert jit(lambda a: (len(a), len([a])))(3 + 1j) == (300, 1)


def test_our_own_form():
    @implements("str.shout")
    def shout(text, times: (int, types.Boolean) = 1):
        return text.upper() + "!" * times

    @implements("str.shout")
    def shout_with(text, mark: str):
        return text.upper() + mark

    def area(shape):
        raise NotImplementedError

    @implements(area, boundscheck=False)
    def area_of(shape):
        if isinstance(shape, tuple):
            return shape[0] * shape[1]
        else:
            return shape * shape

    @jit
    def call(text):
        return text.shout(), text.shout(3), text.shout(mark="?"), area((2, 3)), area(1.5)

    assert call("ab") == ("AB!", "AB!!!", "AB?", 6, 2.25)
    assert shout("a") == "A!"
    with pytest.raises(errors.TypingError, match="none of its overloads takes"):
        jit(lambda text: text.shout(1.5))("a")


WRONG = [
    (lambda: implements("shout"), ValueError, "not the name of a method"),
    (lambda: implements("text.shout"), ValueError, "bytes, complex, dict"),
    (lambda: implements(3), TypeError, "a callable, not of 3"),
    (lambda: overload(jit(lambda x: x)), TypeError, "compiled already"),
    (lambda: overload(abs, target="gpu"), ValueError, "for the CPU"),
    (lambda: overload(abs, speed=1), TypeError, "speed"),
    (lambda: overload_method(int, "a"), TypeError, "upshift.types"),
    (lambda: overload(abs, jit_options={"speed": 1})(lambda x: None), KeyError, "speed"),
    (lambda: extending.intrinsic, AttributeError, "implements or overload"),
    (lambda: extending.nothing, AttributeError, "no attribute"),
]


@pytest.mark.parametrize("row", range(len(WRONG)))
def test_wrong_uses(row):
    use, error, said = WRONG[row]
    with pytest.raises(error, match=said):
        made = use()
        made(lambda x: x)


def test_annotations_must_be_types():
    def wrong(text: "3"):
        return text

    with pytest.raises(TypeError, match="the annotation of 'text' is 3"):
        implements("str.wrong")(wrong)


def test_jitable_functions_stay_plain():
    @register_jitable
    def twice(x):
        return x * 2

    @register_jitable(boundscheck=False)
    def first(a):
        return a[0]

    assert twice("a") == "aa" and jit(lambda x: (twice(x), first((x,))))(3) == (6, 3)


def described(name):
    file = io.StringIO()
    describe(name, file=file)
    return file.getvalue()


DESCRIBED = [
    ("str.split", "str.split(none | str) -> list(str)"),
    ("math.sqrt", "math.sqrt(bool | int | float | int32 | float32) -> float"),
    ("ndarray.T", "array(float64, 2d, C).T -> array(float64, 2d, F)"),
    ("+", "a + b for str, str -> str"),
    ("not", "not a for"),
    ("[]", "a[b] for str | list(str), bool | int | int32 -> str"),
    ("list.append", "list(float).append(bool | int | float) -> none"),
    ("heapq.heappush", "function (upshift/library/heaps.py:"),
    ("len", " | str | bytes | tuple(int, int) | list(int)"),
    ("ndarray.sum", "array(float64, 1d, C) | array(float64, 2d, C).sum() -> float64"),
]


@pytest.mark.parametrize("name, line", DESCRIBED)
def test_describe(name, line):
    assert line in described(name)


def test_describe_of_an_addition():
    @implements("bytes.doubled")
    def doubled(data, times=2):
        return data * times

    assert f"added at {__file__}:{doubled.__code__.co_firstlineno}" in described("bytes.doubled")
    assert "bytes.doubled(bool | int | int32) -> bytes" in described("bytes.doubled")


@pytest.mark.parametrize("name", ["str.nothing", "nowhere.f", "math.nothing", "list.3", "sys.exit"])
def test_describe_of_nothing(name):
    with pytest.raises(LookupError, match=name.split(".")[-1]):
        describe(name)


CLASSES = [
    (1, types.Integer), (True, types.Boolean), (1.5, types.Float), (1j, types.Complex), (None, types.NoneType),
    ("a", types.UnicodeType), (b"a", types.Bytes), (np.int8(1), types.Integer), (np.float64(1), types.Float),
    (np.bool_(1), types.Boolean), ((1, 2), types.UniTuple), ((1, 2.5), types.Tuple), ((), types.Tuple), ([1], types.ListType),
    ({1}, types.SetType), ({1: "a"}, types.DictType), (np.zeros(2), types.Array), (slice(1, None), types.SliceType),
    (..., types.EllipsisType), (np.float32, types.DType), (jit(lambda: 1), types.Dispatcher), ([None, 1], types.ListType),
]  # fmt: skip


@pytest.mark.parametrize("row", range(len(CLASSES)))
def test_types_say_what_they_are(row):
    value, wanted = CLASSES[row]
    one = types.typeof(value)
    assert isinstance(one, wanted) and types.from_code(one.code) == one and hash(one) == hash(types.from_code(one.code))


def test_parts_of_types():
    assert (types.int8.bitwidth, types.int8.signed, types.uint16.signed) == (8, True, False)
    assert types.complex64.underlying_float == types.float32
    assert types.slice2_type == types.typeof(slice(1, 2)) and not types.slice2_type.has_step and types.slice3_type.has_step
    pair = types.Tuple((types.int64, types.int64))
    assert isinstance(pair, types.UniTuple) and (pair.count, pair.dtype, len(pair), list(pair)) == (2, types.int64, 2, [types.int64] * 2)
    assert literal(3).literal_value == 3 and types.unliteral(literal("a")) == types.unicode_type
    assert literal(3) != types.int64 and isinstance(literal(True), types.BooleanLiteral) and literal(3).bitwidth == 64
    with pytest.raises(TypeError, match="no literal type"):
        literal(1.5)


def test_signatures_of_everything():
    signature = "types(int64)".replace("types", "ListType(unicode_type)")
    assert jit(signature)(lambda n: ["a"] * n)(2) == ["a", "a"]
    assert jit("int64(slice2_type)")(lambda s: [1, 2, 3][s][0])(slice(1, 3)) == 2
    assert jit("unicode_type(Optional(unicode_type), bytes_)")(lambda a, b: "n" if a is None else a)(None, b"") == "n"
