"""What compiled code does not do is refused: the exception names the construct and the line, and says what to write."""

import contextlib
import ctypes
import functools
import math
import pathlib
import random
import re
import types as python_types
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations, product, tee
from operator import attrgetter, itemgetter

import numpy as np
import pytest
from fuzz import load
from program_generator import HEADER, Generator, random_argument

from upshift import errors, jit

ARRAY = np.arange(6.0)
MATRIX = ARRAY.reshape(2, 3)
READONLY = np.arange(3)
READONLY.flags.writeable = False
COSINE = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(math.cos)
FROZEN_RECORDS = np.zeros(2, np.dtype([("n", np.int64)]))
FROZEN_RECORDS.flags.writeable = False
RECORDS = np.zeros(3, np.dtype([("n", np.int64), ("f", np.float64), ("name", "S5"), ("big", ">i4")]))
FROZEN_RECORDS = RECORDS.copy()
FROZEN_RECORDS.flags.writeable = False
FROZEN_TIMES = np.zeros(2, "m8[s]")
FROZEN_TIMES.flags.writeable = False
OBJECT = {"a": 1}
TABLE = [[1, 2], [3]]
MIXED = [1, "a"]


@dataclass
class Odd:
    n: int

    def __iter__(self):
        return self.n

    def __bool__(self):
        return self.n


# More arrays live across a yield than a generator's frame describes.
MANY_ARRAYS = (
    "def each():\n"
    + "".join(f"    a{i} = np.zeros(x)\n" for i in range(60))
    + "    yield a0[0]\n    yield "
    + " + ".join(f"a{i}[0]" for i in range(60))
    + "\nreturn sum(each())"
)

# The body of a function of x; an argument; the class; what the message says; the line in the function, from 1.
REFUSED = [
    # Constructs of the language.
    ("y = yield\nreturn y + 1", 1, "Typing", "operator +", 3),
    ("yield 1\nyield 'a'", 1, "Typing", "yielded value.*int.*str", None),
    ("def f():\n    yield 1\nf().send(2)\nreturn 1", 1, "Typing", "have it read the value from a list or an array", 4),
    ("def f():\n    yield 1\nreturn f().gi_frame", 1, "Unsupported", "attribute 'gi_frame' of generator", 4),
    ("return next(range(x))", 1, "Typing", r"next\(iter\(", 2),
    (MANY_ARRAYS, 1, None, "keeps too many values from one yield to the next", None),
    ("d = defaultdict(x)\nreturn d[1]", 1, "Typing", "the factory is a class such as int or list", 2),
    ("return deque([1], maxlen='a')", 1, "Typing", "maxlen is an integer or None", 2),
    ("return deque([1])['a']", 1, "Typing", "index deques with integers", 2),
    ("return x[1]", Counter({1: "a"}), "Typing", "a Counter counts with numbers", 2),
    ("return x + [1]", deque([1]), "Typing", r"operator \+ .* deque\(int\), list\(int\)", 2),
    ("d = deque()\nreturn len(d)", 1, "Typing", "what this container holds is never determined", 2),
    ("return x[2]", defaultdict(lambda: 1, {1: 2}), "Typing", "a defaultdict with the factory .*or a jitted function", None),
    ("d = defaultdict(lambda: 1)\nd[1] = 2\nreturn d", 1, "Typing", "has no form outside of compiled code", None),
    ("return next([x])", 1, "Typing", r"next\(iter\(", 2),
    ("def inner():\n    nonlocal x\n    x = 'text'\ninner()\nreturn x", 1, "Typing", "int in the function around", None),
    ("def inner():\n    return x\ndel x\nreturn inner()", 1, "Unsupported", "deleting a variable", 4),
    ("def inner():\n    return x.y\nreturn inner()", 1, None, "attribute 'y'", None),
    ("class A:\n    pass\nreturn x", 1, "Unsupported", "class", 2),
    ("try:\n    return x[0]\nexcept* ValueError:\n    pass", ARRAY, "Unsupported", r"except\*", None),
    ("try:\n    return x[0]\nexcept x:\n    return 0", ARRAY, "Typing", "exception classes", 4),
    ("with x:\n    return 1", 1, "Typing", "a with statement .*contextmanager", None),
    ("with np.errstate(all='ignore'):\n    return x / 0.0", 1.0, "Unsupported", "numpy.errstate", 2),
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
    ("import antigravity\nreturn x", 1, "Unsupported", "the import of a module .* at the top of the file", 2),
    ("global OBJECT\nOBJECT = x\nreturn 1", 1, "Unsupported", "global", 3),
    ("del x[0]\nreturn x", ARRAY, "Typing", "del a", 2),
    ("x.flag = 1\nreturn x", ARRAY, "Typing", "assigning to attribute flag", 2),
    ("return 123456789012345678901234567890 + x", 1, "Typing", "64 bits", 2),
    ("match x:\n    case {1: a}:\n        return 1\nreturn 0", (1, 2), "Unsupported", "mapping pattern", 3),
    ("match x:\n    case int(a, b):\n        return 1\nreturn 0", 1, "Typing", "positional attribute", 3),
    ("match x:\n    case int(real=a):\n        return 1\nreturn 0", 1, "Typing", "attributes", 3),
    ("print(x, file=np)\nreturn x", 1, "Typing", "sys.stdout", 2),
    ("return open(x)", 1, "Unsupported", "builtins.open", 2),
    ("del x.real\nreturn 1", 1, "Unsupported", "deleting an attribute .* assign None", 2),
    ("if x:\n    y = 1\ndef inner():\n    return y\nreturn inner()", 1, "Unsupported", "may have no value yet .* assign a value before", 4),
    ("def first(a=1):\n    return second()\ndef second():\n    return first()\nreturn second()", 1, "Unsupported", "from another one .* give all arguments", 2),
    ("def inner():\n    nonlocal y\n    y += 1\n    return y\nreturn inner()\ny = 1", 1, "Typing", "'y' gets no value in the function around", None),
    ("return BIG", 1, "Typing", "'BIG' is a int of more than 64 bits", 2),
    ("return 'a\\ud800'", 1, "Unsupported", "this constant .* use numbers and tuples", 2),
    ("if enumerate([x]):\n    return 1", 1, "Typing", "a truth test", 2),
    ("return callee(*x)", 1, "Typing", r"a call with \* .* pass a tuple", 2),
    ("return (lambda *a: len(a))(*x)", [1], "Typing", "takes any number of arguments; pass a tuple, or give it a parameter", 2),
    ("return abs(*x)", [1], "Typing", "pass a tuple, or the items by their positions", 2),
    ("return max(*x)", [1], "Typing", r"pass the items as one argument: max\(items\)", 2),
    ("return list(zip(*x))", [[1]], "Typing", "the length of what it gives is not known; index the items in a loop", 2),
    ("return tuple(i for i in range(x))", 1, "Typing", "the length of a tuple is part of its type; make a list of it", 2),
    ("a, b = x\nreturn a", 1, "Typing", "unpacking .* int; unpack tuples, lists and arrays", 2),
    ("return isinstance(x, np)", 1, "Typing", "the class is not one of compiled code", 2),
    ("for a in x:\n    return a", Odd(1), "Typing", r"__iter__\(\) .* write it with yield, as a generator", 2),
    ("if x:\n    return 1\nreturn 2", Odd(1), "Typing", r"__bool__\(\) .* return True or False", 2),
    ("return plain(x)", 1, "Typing", "'plain' is a function of Python's; decorate it with upshift.jit", 2),
    # Structured dtypes, dates and durations.
    ("fs = [lambda a: 1, lambda a: (1, 2)]\nreturn fs[x](1)", 1, "Typing", "'result of the call' has no single type", 3),
    ("t = (1, (2, 3))\nfor y in zip(t, t):\n    pass\nreturn 1", 1, "Typing", "items of different types have no common type", 3),
    ("try:\n    raise ValueError(x)\nexcept Exception as e:\n    return e.args[0] + 1", 1, "Typing", "no type when compiling; convert it with", 5),
    ("try:\n    raise ValueError(x)\nexcept Exception as e:\n    return e.args[0] is x", 1, "Typing", "compare with ==, or with None", 5),
    ("if x:\n    return 1\nreturn 2", RECORDS, "Typing", "a truth test .* test a field", 2),
    ("return x[0][int(x.size)]", RECORDS, "Typing", "the field of .* that is indexed must be a constant", 2),
    ("x[0].n = 3\nreturn x", FROZEN_RECORDS, "Typing", "the record is read-only; assign to one of a copy", 2),
    ("x[0] = 3\nreturn x", RECORDS, "Typing", "a record takes a record of its dtype, or a tuple", 2),
    ("return hasattr(x, 'a', 'b')", 1, "Typing", "it takes positional arguments as in Python", 2),
    ("return x < np.timedelta64(1, 's')", np.datetime64(1, "s"), "Typing", "compare like with like", 2),
    ("return x < 3", np.datetime64(1, "s"), "Typing", "compare dates with dates", 2),
    ("return -x", np.datetime64(1, "s"), "Typing", "a unary operator .* durations have - and", 2),
    ("return x.astype('m8[s]')", np.datetime64(1, "s"), "Typing", "a date is no duration; subtract another one", 2),
    ("with managed(x):\n    return 1", 1, "Typing", "a context manager .* contextlib.contextmanager decorates generator functions", None),
    ("return cosine(str(x))", 1, "Typing", "C functions take numbers here", 2),
    ("return x['z']", RECORDS, "Unsupported", "field 'z' of record", 2),
    ("return x['name']", RECORDS, "Typing", "field 'name' .* use fields that are", 2),
    ("return x['big']", RECORDS, "Typing", "field 'big' .* use fields that are", 2),
    ("for n in ('n', 'f'):\n    x[n][0] = 1\nreturn x", RECORDS, "Typing", "name of a field must be a constant", None),
    ("return x + 1", RECORDS, "Typing", "operator .*record", 2),
    ("return x.sum()", RECORDS, "Typing", "pass the fields", 2),
    ("if x:\n    return 1\nreturn 0", RECORDS, "Typing", "a truth test .* test a field", 2),
    ("x[:] = 1.5\nreturn x", RECORDS, "Typing", "field by field", 2),
    ("x[0] = (1, 2)\nreturn x", RECORDS, "Typing", "an item for each field", 2),
    ("x[0] = 1\nreturn x", RECORDS, "Typing", "takes a record of its dtype, or a tuple", 2),
    ("x[0]['n'] = 'a'\nreturn x", RECORDS, "Typing", "a field takes a number", 2),
    ("x[0]['n'] = 1\nreturn x", FROZEN_RECORDS, "Typing", "the record is read-only", 2),
    ("x['n'] = 1\nreturn x", FROZEN_RECORDS, "Typing", "the array is read-only", 2),
    ("i = 0\nfor j in range(2):\n    i = j\nreturn x[0][i]", RECORDS, "Typing", "the field of record.* that is indexed", None),
    ("x[0] = (1, x[1]['v'])\nreturn x", np.zeros(2, [("n", "i8"), ("v", "f8", 2)]), "Typing", "arrays one by one", 2),
    ("return str(x[0])", RECORDS, "Typing", "pass the fields", 2),
    ("return x + x", np.datetime64(1, "s"), "Typing", r"datetime64\[s\], datetime64\[s\]", 2),
    ("return x + np.timedelta64(1, 'D')", np.timedelta64(1, "M"), "Typing", "units that are multiples", 2),
    ("return x.astype('M8[M]')", np.datetime64(1, "D"), "Typing", "days do not convert to months", 2),
    ("return x + np.datetime64('2020-02-30')", np.timedelta64(1, "D"), "Typing", "or a date that is known when compiling", 2),
    ("return np.sqrt(x)", np.timedelta64(1, "s"), "Typing", "int64 with astype", 2),
    ("return bool(x)", np.timedelta64(1, "s"), "Typing", "", 2),
    ("return x == np.timedelta64(1, 's')", np.datetime64(1, "s"), "Typing", "compare like with like", 2),
    ("return x < 1.5", np.datetime64(1, "s"), "Typing", "compare dates with dates", 2),
    ("return -x", np.datetime64(1, "s"), "Typing", r"a unary operator .* durations have - and \+", 2),
    ("return x == np.timedelta64(1, 'D')", np.timedelta64(1, "M"), "Typing", "units .* convert one with astype", 2),
    ("return np.timedelta64(x, 'z')", 1, "Typing", "a unit such as 's'", 2),
    ("return x.astype(np.float64)", np.timedelta64(1, "s"), "Typing", "each other's units and to int64", 2),
    ("return x.astype('m8[s]')", np.datetime64(1, "s"), "Typing", "a date is no duration", 2),
    ("return x.astype('m8[s]')", np.zeros(2), "Typing", "convert int64 to dates and durations", 2),
    ("return x.astype('m8[as]')", np.timedelta64(1, "15s"), "Typing", "too far apart", 2),
    ("x[0] = np.timedelta64(1, 's')\nreturn x", FROZEN_TIMES, "Typing", "read-only", 2),
    ("x[0] = np.timedelta64(1, 'ms')\nreturn x", np.zeros(2, "m8[s]"), "Typing", "array's own unit", 2),
    ("x += np.timedelta64(1, 's')\nreturn x", np.zeros(2, "m8[s]"), "Typing", r"a\[:\] = a \+ b", 2),
    # Containers.
    ("y = {1: 2}\nreturn y[1:2]", 1, "Typing", "indexing a dict", 3),
    ("return {1, 2}[0]", 1, "Typing", "index tuples, lists, dicts and arrays", 2),
    ("x[0:1] = [0.5]\nreturn x", [1, 2], "Typing", "assigning to a slice .* one type", 2),
    ("del x['a']\nreturn 1", {1: 2}, "Typing", "del of an item", 2),
    ("del x[0]", {1}, "Typing", r"del a\[i\] .* delete items of lists and dicts", 2),
    ("a, b, *c = x\nreturn a", (1,), "Typing", "starred unpacking .* too short", 2),
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
    ("return x[x > 1, x > 1]", ARRAY, "Typing", "masks and arrays of integers", 2),
    ("return x[x]", ARRAY, "Typing", "masks and arrays of integers: one, alone or among slices", 2),
    ("x[np.zeros((2, 2), np.int64)] = np.ones((2, 2))", ARRAY, "Typing", "assigned to positions of one dimension", 2),
    ("return x[np.zeros((2, 2), np.bool_)]", ARRAY, "Typing", "the mask has more dimensions than the array", 2),
    ("x[x > 0] = np.ones((2, 2))", ARRAY, "Typing", "more dimensions than what it is assigned to", 2),
    ("return x['a']", ARRAY, "Typing", "indexing an array", 2),
    ("return x[1.5]", ARRAY, "Typing", "indexing an array", 2),
    ("return x(1)", 1, "Typing", "a call .* int", 2),
    ("return x.nothing", ARRAY, "Unsupported", "attribute 'nothing'", 2),
    ("return x.nothing", 1, "Unsupported", "attribute 'nothing'", 2),
    ("return np.nothing(x)", 1, None, "nothing", 2),
    ("return OBJECT", 1, "Typing", "'OBJECT' is a global container: .* copy it first", None),
    ("OBJECT['a'] = x\nreturn 1", 1, "Typing", "'OBJECT' is a global container", 2),
    ("y = OBJECT\nfor i in range(x):\n    y['b'] = i\nreturn 1", 1, "Typing", "'OBJECT' is a global container", 4),
    ("OBJECT.update({'b': x})\nreturn 1", 1, "Typing", "'OBJECT' is a global container", 2),
    ("del OBJECT['a']\nreturn 1", 1, "Typing", "'OBJECT' is a global container", 2),
    ("return [OBJECT]", 1, "Typing", "'OBJECT' is a global container", 2),
    ("return first_of(TABLE)", 1, "Typing", "'TABLE' is a global container", 2),
    ("def inner():\n    return OBJECT\nreturn len(inner())", 1, "Typing", "'OBJECT' is a global container", None),
    ("for row in TABLE:\n    row.append(x)\nreturn 1", 1, "Typing", "'TABLE' is a global container", 3),
    ("rows = [row for row in TABLE]\nreturn rows", 1, "Typing", "'TABLE' is a global container", 2),
    ("row = TABLE[0] if x else [1]\nrow.sort()\nreturn 1", 1, "Typing", "'TABLE' is a global container", 3),
    ("x += TABLE\nreturn 1", [[1]], "Typing", "'TABLE' is a global container", 2),
    ("rows = sorted(TABLE)\nrows[0][0] = 2\nreturn 1", 1, "Typing", "'TABLE' is a global container", 3),
    ("return MIXED[0]", 1, "Typing", "'MIXED' is a list", 2),
    ("return undefined_name", 1, "Typing", "name 'undefined_name' is not defined", 2),
    ("if x:\n    y = 1\nelse:\n    y = (1, 2)\nreturn y", 1, "Typing", "variable 'y' has no single type.*int and tuple", None),
    ("a, b, c = x\nreturn a", (1, 2), "Typing", "not enough values to unpack \\(expected 3, got 2\\)", 2),
    ("a, b = x\nreturn a", (1, 2, 3), "Typing", "too many values to unpack \\(expected 2\\)", 2),
    ("return x[5]", (1, 2), "Typing", "tuple index out of range", 2),
    ("y = 0\nfor i in x:\n    y = y + i\nreturn y", (1, (2, 3)), "Typing", r"operator \+ .* int, tuple", 4),
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
    ("return +x", "a", "Typing", r"unary operator \+", 2),
    ("return x[::0]", (1, 2), "Typing", "slicing a tuple .* slice step cannot be zero", 2),
    ("return x[1.5]", (1, 2), "Typing", "index tuples with integers or constant slices", 2),
    ("return x[0:1.5]", ARRAY, "Typing", "slice bounds are integers or None", 2),
    ("x.flat[1:2] = 3\nreturn x", ARRAY, "Typing", "index .flat with an integer", 2),
    ("x[0] = 'a'\nreturn x", ARRAY, "Typing", "assign numbers and arrays", 2),
    ("x[0] = np.ones(2)\nreturn x", ARRAY, "Typing", "an element is a number; assign an array to a slice", 2),
    ("for i in x:\n    pass", np.array(3.0), "Typing", "a 0-d array has no items", 2),
    ("return (1, np.ones(2)) == x", (1, np.ones(2)), "Typing", "comparing tuples that hold arrays .* compare the items", 2),
    ("return np == x", 1, "Typing", "compare numbers, arrays or tuples", 2),
    ("return x < 'a'", ARRAY, "Typing", "compare arrays with numbers", 2),
    ("return x == [1, 2]", ARRAY, "Typing", "operator == .* array", 2),
    ("return x != None", ARRAY, "Typing", "compare numbers, arrays or tuples", 2),
    ("return x == 'a'", ARRAY, "Typing", "compare arrays with numbers", 2),
    ("return 'a' in x", b"abc", "Typing", "look for bytes or an int", 2),
    ("return x['a']", bytearray(b"abc"), "Typing", "index it with as many integers as it has dimensions, or one of one dimension with a slice", 2),
    ("x[0] = 1", memoryview(b"abc"), "Typing", "it is read-only", 2),
    ("x[0:1] = 5", bytearray(b"abc"), "Typing", "assign bytes to it", 2),
    ("x[0] = 'a'", bytearray(b"abc"), "Typing", "an item is a number of its format", 2),
    ("del x[0]", memoryview(bytearray(b"abc")), "Typing", "a memoryview has no items to delete", 2),
    ("return x + 1", bytearray(b"abc"), "Typing", r"operator \+ is not supported for bytearray, int", 2),
    ("return memoryview(x)", "abc", "Typing", "it takes bytes, bytearrays, memoryviews and arrays", 2),
    ("return x.cast('Zd')", memoryview(b"abc"), "Typing", "the format is one letter of a number", 2),
    ("return x[::2].cast('B')", memoryview(b"abc"), "Typing", "only memoryviews whose items are neighbours can be cast", 2),
    ("return 1 in x", "abc", "Typing", "look for a string", 2),
    ("return ~x", 1.5, "Typing", "unary operator ~", 2),
    ("return x is 1000", 1000, "Typing", "identity", 2),
    ("return x @ x", 1, None, "", 2),
    ("raise x", 1, "Typing", "raise", 2),
    ("raise ValueError(x)", ARRAY, "Typing", "exceptions take numbers", 2),
    ("raise OSError('a', errno=x)", 1, "Typing", "by position", 2),
    ("raise ValueError from x", 1, "Typing", "the cause", 2),
    ("return np", 1, None, "module", None),
    ("return x.sum", ARRAY, None, "", None),
    # Calls.
    ("return callee()", 1, "Typing", r"callee\(\) missing 1 required positional argument: 'a'", 2),
    ("return callee(b=1)", 1, "Typing", "missing 1 required positional argument: 'a'", 2),
    ("return callee(1, 2, 3)", 1, "Typing", "takes from 1 to 2 positional arguments but 3 were given", 2),
    ("def inner(a, *, d=2, e=3):\n    return a\nreturn inner(1, x, e=0, d=0)", 1, "Typing", r"takes 1 positional argument but 2 positional arguments \(and 2 keyword-only arguments\) were given", None),
    ("def inner(a=1, *, d=2):\n    return a\nreturn inner(1, x, d=0)", 1, "Typing", r"takes from 0 to 1 positional arguments but 2 positional arguments \(and 1 keyword-only argument\) were given", None),
    ("return callee(a=1, c=2)", 1, "Typing", "unexpected keyword argument 'c'", 2),
    ("return callee(1, a=2)", 1, "Typing", "multiple values for argument 'a'", 2),
    ("return callee(**x)", 1, "Typing", r"\*\* in a call .* write the dict with string keys in the call", 2),
    ("return callee(1, **{'b': 1}, **{'b': 2})", 1, "Typing", "multiple values for keyword argument 'b'", 2),
    ("def inner(**named):\n    return named[str(x)]\nreturn inner(a=x)", 1, "Typing", "keys of .*kwargs must be known", None),
    ("def inner(**named):\n    return named['b']\nreturn inner(a=x)", 1, "Typing", "there is no such key", None),
    ("return cached(x)", 1, "Typing", "functools.cache or lru_cache.* keep results in a dict", 2),
    ("return partial(x, 1)()", 1, "Typing", "jitted functions, those of the library, and inner functions; write a lambda", 2),
    ("return partial()", 1, "Typing", "at least one argument", 2),
    ("return itemgetter()(x)", 1, "Typing", "at least 1 argument", 2),
    ("return attrgetter(str(x))(x)", 1, "Typing", "names that are known when compiling", 2),
    ("return getattr(x, str(x))", 1, "Typing", "the attribute's name in getattr.. must be a constant", 2),
    ("return getattr(x, 'nothing')", 1, "Unsupported", "attribute 'nothing' of int", 2),
    ("return id(x)", [1], "Typing", "no address of their own", 2),
    ("return issubclass(x, int)", 1, "Typing", "it takes built-in classes", 2),
    ("return slice(1.5)", 1, "Typing", "integers or None", 2),
    ("y = [len, abs]\nreturn y[0](x)", 1, "Typing", "a display .* one type", 2),
    ("return list(combinations([1, 2, x], x))", 1, "Typing", "the length of what it yields must be a constant", 2),
    ("return list(permutations(x))", [1, 2], "Typing", "the length of what it yields must be a constant", 2),
    ("return tee([x], 4)", 1, "Typing", r"tee\(\) makes one to three iterators; use a list", 2),
    ("return list(product([x], repeat=x))", 1, "Typing", "repeat must be a constant, known when the function is compiled", 2),
    ("return callee('text')", 1, "Typing", "", None),
    ("return endless(x)", 1, "Typing", "every path calls it again", None),
    ("return len(x)", 1, "Typing", "length", 2),
    ("return range(1.5)", 1, "Typing", "integer", 2),
    ("return min(x)", 1, "Typing", "", 2),
    ("return np.zeros(x)", 1j, None, "", 2),
]


@functools.cache
def cached(x):
    return x


@jit
def callee(a, b=2):
    return a + b


@jit
def first_of(x):
    return x[0]


@jit
def endless(x):
    return endless(x)


def make(body):
    """The function of x with this body, with its source where tracebacks find it."""
    source = "def function(x):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    namespace = {"np": np, "OBJECT": OBJECT, "TABLE": TABLE, "MIXED": MIXED, "BIG": 2**70, "callee": callee, "endless": endless, "first_of": first_of, "cached": cached, "cosine": COSINE, "managed": contextlib.contextmanager(callee)}
    namespace |= {"partial": partial, "attrgetter": attrgetter, "itemgetter": itemgetter}
    namespace |= {"combinations": combinations, "permutations": permutations, "product": product, "tee": tee}
    namespace |= {"plain": random_argument, "Counter": Counter, "defaultdict": defaultdict, "deque": deque}
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
    function = jit(make("class A:\n    pass\nreturn x"))
    messages = set()
    for _ in range(3):
        with pytest.raises(errors.UnsupportedError) as raised:
            function(1)
        messages.add(str(raised.value))
    assert len(messages) == 1


def counter():
    count = 0

    def increase(x):
        nonlocal count
        count += x
        return count

    return increase


async def waits(x):
    return x


def of_module(source):
    """A function whose code is that of a module."""
    return python_types.FunctionType(compile(source, "<refused>", "exec"), {})


FUNCTIONS = [
    (counter(), (1,), "assignment to a nonlocal variable is not supported; return the value"),
    (waits, (1,), "an async function is not supported; write a plain function"),
    (of_module("x = 1"), (), "a statement outside of functions is not supported; put the code into a function"),
    (of_module("print(__name__)"), (), "a statement outside of functions"),
]


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row[2])
def test_a_function_of_a_wrong_sort_is_refused(row):
    function, arguments, text = row
    with pytest.raises(errors.UnsupportedError, match=re.escape(text)):
        jit(function)(*arguments)


SOURCE = pathlib.Path(__file__).parents[2] / "src"
# A string of the compiler's source.
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
# Texts that are no message of a refusal, and what only damaged bytecode or other tests meet.
NOT_REFUSED = {
    "absent.rs": "exceptions of programs",
    "display.rs": "how types are spelt",
    "objects.rs": "programs/exception_values.py",
    "records.rs": "test_classes.py",
    "class_rules.rs": "test_classes.py",
    "display.rs": "how types are spelt",
    "dataclasses.rs": "test_classes.py",
    "enums.rs": "test_classes.py",
    "extensions.rs": "test_extending.py",
    "fact.rs": "no messages",
    "mod.rs": "no messages",
    "promote.rs": "no messages",
    "types.rs": "how types are spelt",
}
ELSEWHERE = {
    "an array of more than 32 dimensions": "no array has so many",
    "a field of no record": "a fault of ours",
    "a comprehension": "only handmade bytecode makes one that is no part of its function",
    "an async function": "below",
    "a statement outside of functions": "below",
    "assignment to a nonlocal variable": "below",
    "{}() missing a required argument: '{name}'": "missing arguments are counted before",
    "contextlib.contextmanager decorates generator functions": "test_generators.py",
    "a context manager": "test_generators.py",
    "test a field": "test_classes.py",
    "{ty} is not an iterator": "a fault of ours",
    "a format specification that is no string": "a fault of ours",
    "a field of no record": "a fault of ours",
    "convert one with astype": "such units are refused by the operator before",
    "the units are too far apart": "such units have no common one",
    "its types do not settle": "64 sweeps that change types are hard to reach",
    "a value has more than {MOST_PARTS} parts; put them into a list or an array": "test_limits.py",
}


def refused_messages():
    messages = []
    for body, argument, *_ in REFUSED:
        try:
            jit(make(body))(argument)
        except errors.UpshiftError as error:
            messages.append(str(error).splitlines()[0])
    return messages


def stated(text):
    """The texts of refusals in a file of the compiler: its strings of more than two words."""
    text = re.sub(r"//.*|expect\(.*?\)|reason = \".*?\"|\\\n *", "", text.partition("#[cfg(test)]")[0])
    for found in STRING.finditer(text):
        if found[1].count(" ") > 1 and "\n" not in found[1]:
            yield found[1].replace('\\"', '"')


def is_quoted(text, tests):
    """True if a test states three words of the text in a row: the tests of a topic are beside its other tests."""
    words = text.split()
    return any(" ".join(words[i : i + 3]) in test for test in tests for i in range(len(words) - 2))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_every_refusal_has_a_row():
    messages = refused_messages()
    tests = [path.read_text() for path in pathlib.Path(__file__).parent.glob("test_*.py")]
    missing = []
    table = (SOURCE / "bytecode" / "constructs.rs").read_text()
    for construct, instead in re.findall(r'^    \w+: "(.*?)", "(.*?)";', table, re.M):
        if construct not in ELSEWHERE and not any(f"{construct} is not supported; {instead}" in message for message in messages):
            missing.append(construct)
    for path in sorted((SOURCE / "typing").glob("*.rs")):
        for text in stated(path.read_text()) if path.name not in NOT_REFUSED else ():
            pattern = re.sub(r"\\\{.*?\\\}", ".*", re.escape(text))
            is_met = text in ELSEWHERE or any(re.search(pattern, message) for message in messages)
            if not is_met and not is_quoted(text, tests):
                missing.append(f"{path.name}: {text}")
    assert not missing, "no row of REFUSED has these messages:\n" + "\n".join(missing)


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
