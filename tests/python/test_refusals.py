"""What compiled code does not do is refused: the exception names the construct and the line, and says what to write."""

import random
import re

import numpy as np
import pytest
from fuzz import load
from program_generator import HEADER, Generator, random_argument

from upshift import errors, jit

ARRAY = np.arange(6.0)
MATRIX = ARRAY.reshape(2, 3)
READONLY = np.arange(3)
READONLY.flags.writeable = False
RECORDS = np.zeros(3, np.dtype([("n", np.int64), ("f", np.float64), ("name", "S5"), ("big", ">i4")]))
OBJECT = {"a": 1}

# The body of a function of x; an argument; the class; what the message says; the line in the function, from 1.
REFUSED = [
    # Constructs of the language.
    ("return sum(i for i in range(x))", 1, "Unsupported", "generator|inner function", 2),
    ("yield x", 1, "Unsupported", "generator", None),
    ("return lambda: x", 1, None, "inner function", None),
    ("def inner():\n    nonlocal x\n    x = 2.5\ninner()\nreturn x", 1, "Typing", "int in the function around", None),
    ("def inner():\n    return x\ndel x\nreturn inner()", 1, "Unsupported", "deleting a variable", 4),
    ("def inner():\n    return x.y\nreturn inner()", 1, None, "attribute 'y'", None),
    ("class A:\n    pass\nreturn x", 1, "Unsupported", "class", 2),
    ("try:\n    return x[0]\nexcept* ValueError:\n    pass", ARRAY, "Unsupported", r"except\*", None),
    ("try:\n    return x[0]\nexcept x:\n    return 0", ARRAY, "Typing", "exception classes", 4),
    ("with x:\n    return 1", 1, "Unsupported", "with", None),
    ("return f'{np}'", 1, "Typing", "formatting", 2),
    ("return x + 'a'", 1, "Typing", r"str\(x\)", 2),
    ("return 'abc' - 'a'", 1, "Typing", "operator -", 2),
    ("return str(x) % 3", 1, "Typing", "must be known", 2),
    ("return '%d %d' % x", 1, "Typing", "not enough arguments for format string", 2),
    ("return '%y' % x", 1, "Typing", "unsupported format character 'y' .0x79. at index 1", 2),
    ("return '{} {2}'.format(x)", 1, "Typing", "cannot switch from automatic", 2),
    ("return '{a}'.format(x)", 1, "Typing", "'a'", 2),
    ("return str(x).nothing()", 1, "Unsupported", "nothing", 2),
    ("return str(x).encode('utf-16')", 1, "Typing", "utf-16", 2),
    ("return str(x)['a']", 1, "Typing", "index strings with integers", 2),
    ("import math\nreturn x", 1, "Unsupported", "import", 2),
    ("global OBJECT\nOBJECT = x\nreturn 1", 1, "Unsupported", "global", 3),
    ("del x[0]\nreturn x", ARRAY, "Typing", "del a", 2),
    ("x.flag = 1\nreturn x", ARRAY, "Typing", "assigning to attribute flag", 2),
    ("return 123456789012345678901234567890 + x", 1, "Typing", "64 bits", 2),
    ("match x:\n    case {1: a}:\n        return 1\nreturn 0", (1, 2), "Unsupported", "mapping pattern", 3),
    ("match x:\n    case int(a, b):\n        return 1\nreturn 0", 1, "Typing", "positional attribute", 3),
    ("match x:\n    case int(real=a):\n        return 1\nreturn 0", 1, "Typing", "attributes", 3),
    ("print(x, file=np)\nreturn x", 1, "Typing", "sys.stdout", 2),
    ("return open(x)", 1, "Unsupported", "builtins.open", 2),
    # Structured dtypes, dates and durations.
    ("return x['z']", RECORDS, "Unsupported", "field 'z' of record", 2),
    ("return x['name']", RECORDS, "Typing", "field 'name' .* use fields that are", 2),
    ("return x['big']", RECORDS, "Typing", "field 'big' .* use fields that are", 2),
    ("for n in ('n', 'f'):\n    x[n][0] = 1\nreturn x", RECORDS, "Typing", "name of a field must be a constant", None),
    ("return x + 1", RECORDS, "Typing", "operator .*record", 2),
    ("return x.copy()", RECORDS, "Typing", "pass the fields", 2),
    ("x[:] = x[::-1]\nreturn x", RECORDS, "Typing", "field by field", 2),
    ("x[0] = (1, 2)\nreturn x", RECORDS, "Typing", "an item for each field", 2),
    ("return str(x[0])", RECORDS, "Typing", "pass the fields", 2),
    ("return x + x", np.datetime64(1, "s"), "Typing", r"datetime64\[s\], datetime64\[s\]", 2),
    ("return x + np.timedelta64(1, 'D')", np.timedelta64(1, "M"), "Typing", "units that are multiples", 2),
    ("return x.astype('M8[D]')", np.datetime64(1, "M"), "Typing", "months and days", 2),
    ("return np.sqrt(x)", np.timedelta64(1, "s"), "Typing", "int64 with astype", 2),
    ("return bool(x)", np.timedelta64(1, "s"), "Typing", "", 2),
    ("x[0] = np.timedelta64(1, 'ms')\nreturn x", np.zeros(2, "m8[s]"), "Typing", "array's own unit", 2),
    ("x += np.timedelta64(1, 's')\nreturn x", np.zeros(2, "m8[s]"), "Typing", r"a\[:\] = a \+ b", 2),
    # Containers.
    ("y = []\nreturn len(y)", 1, "Typing", "never determined", 2),
    ("y = {}\nfor k in y:\n    return 1\nreturn 0", 1, "Typing", "never determined", 2),
    ("y = [1]\ny.append((1, 2))\nreturn y", 1, "Typing", r"append\(\) .* list\(int\), tuple\(int, int\)", 3),
    ("return [1, 'a']", 1, "Typing", "a display .* one type", 2),
    ("x.append(1.5)\nreturn x", [1], "Typing", r"append\(\) .* list\(int\), float", 2),
    ("x[0] = 1.5\nreturn x", [1], "Typing", "item assignment .* one type", 2),
    ("y = []\ny.append(y)\nreturn y", 1, "Typing", "append", 3),
    ("x[1.5] = 1\nreturn x", [1], "Typing", "index lists with integers", 2),
    ("return x['a']", [1], "Typing", "indexing a list", 2),
    ("return {[x]: 1}", 1, "Typing", "a key .* list", 2),
    ("return {x: 1}", ARRAY, "Typing", "a key .* array", 2),
    ("return x + [1]", 1, "Typing", "operator \\+ .* int, list", 2),
    ("return x + [1.5]", [1], "Typing", "operator \\+ .* list\\(int\\), list\\(float\\)", 2),
    ("return [1] < {1}", 1, "Typing", "operator <", 2),
    ("return x.nothing()", [1], "Unsupported", r"attribute 'nothing' of list\(int\)", 2),
    ("return x", [], "Typing", "argument 'x' is an empty list", None),
    ("return x", [1, 2.5], "Typing", "a list that holds int and float", None),
    ("return x", {1: 2, 3: "a"}, "Typing", "dict that holds", None),
    ("return x", [[1], [[1]]], "Typing", "a list that holds list", None),
    ("return x.get('a')", {1: 2}, "Typing", "the key has another type", 2),
    # Types.
    ("return x + None", 1, "Typing", "operator \\+ .* int, none", 2),
    ("return x + (1,)", 1, "Typing", "operator \\+", 2),
    ("return x[0]", 1, "Typing", "indexing .* int", 2),
    ("return x[0, 1]", ARRAY, "Typing", "2 dimensions", 2),
    ("return x['a']", ARRAY, "Typing", "indexing an array", 2),
    ("return x[1.5]", ARRAY, "Typing", "indexing an array", 2),
    ("return x(1)", 1, "Typing", "a call .* int", 2),
    ("return x.nothing", ARRAY, "Unsupported", "attribute 'nothing'", 2),
    ("return x.nothing", 1, "Unsupported", "attribute 'nothing'", 2),
    ("return np.nothing(x)", 1, None, "nothing", 2),
    ("return OBJECT", 1, "Typing", "'OBJECT' is a dict", 2),
    ("return undefined_name", 1, "Typing", "name 'undefined_name' is not defined", 2),
    ("if x:\n    y = 1\nelse:\n    y = (1, 2)\nreturn y", 1, "Typing", "variable 'y' has no single type.*int and tuple", None),
    ("a, b, c = x\nreturn a", (1, 2), "Typing", "not enough values to unpack \\(expected 3, got 2\\)", 2),
    ("a, b = x\nreturn a", (1, 2, 3), "Typing", "too many values to unpack \\(expected 2\\)", 2),
    ("return x[5]", (1, 2), "Typing", "tuple index out of range", 2),
    ("y = 0\nfor i in x:\n    y = i\nreturn y", (1, (2, 3)), "Typing", "different types", 3),
    ("for i in range(2):\n    y = x[i]\nreturn 1", (1, (2,)), "Typing", "constant", 3),
    ("for i in x:\n    pass\nreturn 1", 1, "Typing", "iteration .* int", 2),
    ("for i in None:\n    pass\nreturn 1", 1, "Typing", "iteration .* none", 2),
    ("x[0] = 1\nreturn x", READONLY, "Typing", "read-only", 2),
    ("x += 1\nreturn x", READONLY, "Typing", "operator \\+", 2),
    ("x[0] = 1j\nreturn x", ARRAY, "Typing", "complex", 2),
    ("x[0] = 1\nreturn x", (1, 2), "Typing", "only arrays", 2),
    ("x += 1j\nreturn x", ARRAY, "Typing", "does not fit", 2),
    ("x[0] = x\nreturn x", MATRIX, "Typing", "more dimensions", 2),
    ("return 1j < x", 1, "Typing", "no order", 2),
    ("return x < 'a'", 1, "Typing", "operator <", 2),
    ("return -x", (1,), "Typing", "unary operator -", 2),
    ("return ~x", 1.5, "Typing", "unary operator ~", 2),
    ("return x is 1000", 1000, "Typing", "identity", 2),
    ("return x @ x", 1, None, "", 2),
    ("raise x", 1, "Typing", "raise", 2),
    ("raise ValueError(x)", ARRAY, "Typing", "exceptions take numbers", 2),
    ("raise OSError('a', errno=x)", 1, "Typing", "by position", 2),
    ("raise ValueError from x", 1, "Typing", "the cause", 2),
    ("return enumerate(x)", ARRAY, None, "enumerate", None),
    ("return np", 1, None, "module", None),
    ("return x.sum", ARRAY, None, "", None),
    ("return slice(x)", 1, None, "slice", None),
    # Calls.
    ("return callee()", 1, "Typing", r"callee\(\) missing 1 required positional argument: 'a'", 2),
    ("return callee(b=1)", 1, "Typing", "missing 1 required positional argument: 'a'", 2),
    ("return callee(1, 2, 3)", 1, "Typing", "takes from 1 to 2 positional arguments but 3 were given", 2),
    ("return callee(a=1, c=2)", 1, "Typing", "unexpected keyword argument 'c'", 2),
    ("return callee(1, a=2)", 1, "Typing", "multiple values for argument 'a'", 2),
    ("return callee(**x)", 1, "Unsupported", r"\*\*", 2),
    ("return callee('text')", 1, "Typing", "", None),
    ("return endless(x)", 1, "Typing", "every path calls it again", None),
    ("return len(x)", 1, "Typing", "length", 2),
    ("return range(1.5)", 1, "Typing", "integer", 2),
    ("return min(x)", 1, "Typing", "", 2),
    ("return np.zeros(x)", 1j, None, "", 2),
]


@jit
def callee(a, b=2):
    return a + b


@jit
def endless(x):
    return endless(x)


def make(body):
    """The function of x with this body, with its source where tracebacks find it."""
    source = "def function(x):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    namespace = {"np": np, "OBJECT": OBJECT, "callee": callee, "endless": endless}
    exec(compile(source, "<refused>", "exec"), namespace)
    return namespace["function"]


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row[0].replace("\n", ";"))
def test_a_refusal_says_what_and_where(row):
    body, argument, kind, text, line = row
    with pytest.raises(errors.UpshiftError) as raised:
        jit(make(body))(argument)
    message = str(raised.value)
    assert not isinstance(raised.value, errors.InternalError), message
    assert kind is None or type(raised.value).__name__ == f"{kind}Error", message
    assert re.search(text, message), message
    place = re.match(r"<refused>:(\d+): in function function: ", message)
    if line is not None:
        assert place, message
        assert int(place.group(1)) == line, message


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_a_refused_function_is_refused_again():
    function = jit(make("import math\nreturn x"))
    messages = set()
    for _ in range(3):
        with pytest.raises(errors.UnsupportedError) as raised:
            function(1)
        messages.add(str(raised.value))
    assert len(messages) == 1


MUTATIONS = [(" + ", " @ "), ("(", "["), ("]", "]]"), ("0", "None"), ("1", "(1, 2.5)"), ("np.", "np.linalg."), ("if ", "assert "),
    ("float64", "int8"), ("[", "[..., "), ("range(", "zip("), (" in ", " is "), ("return ", "yield "), ("p0", "'text'"),
    ("2", "2j"), ("True", "np"), ("p1", "(p0,)"), ("abs(", "tuple("), ("-", "**"), ("enumerate(", "enumerate(*")]  # fmt: skip


def mutated(seed):
    """A random program with one piece of text exchanged, as a function; None where Python has no such program."""
    rng = random.Random(seed)
    source, name, parameters = Generator(seed).program()
    old, new = rng.choice(MUTATIONS)
    places = [match.start() for match in re.finditer(re.escape(old), source) if match.start() > len(HEADER)]
    # A loop whose end is exchanged might not end.
    if not places or "while" in source:
        return None
    place = rng.choice(places)
    try:
        namespace = load(source[:place] + new + source[place + len(old) :], jit)
        return namespace[name], [random_argument(rng, rng.choice([type_, "int", "A1f8"])) for type_ in parameters]
    except (SyntaxError, KeyError):
        return None


@pytest.mark.filterwarnings("ignore")
def test_wrong_programs_give_exceptions():
    """Whatever is wrong with a program, an exception of CPython or a refusal comes out, and no fault of ours."""
    for seed in range(400):
        program = mutated(seed)
        if program is None:
            continue
        function, args = program
        try:
            function(*args)
        except errors.InternalError as error:
            pytest.fail(f"seed {seed}: {error}")
        except (errors.UpshiftError, ArithmeticError, ValueError, LookupError, NameError, AssertionError, RecursionError):
            pass
