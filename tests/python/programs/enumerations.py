"""Members of `enum`: compared, looked up, computed with, matched, in containers, as globals, arguments and results."""

import enum
from enum import Enum, Flag, IntEnum, IntFlag

import numpy as np


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 4
    CRIMSON = 1

    def is_warm(self):
        return self is Color.RED

    def mixed(self, other):
        return self.value + other.value

    @property
    def doubled(self):
        return self.value * 2


class Shape(Enum):
    ROUND = "round"
    SQUARE = "square"


class Mixed(Enum):
    NUMBER = 1
    TEXT = "text"
    PAIR = (1, 2.5)


class Level(IntEnum):
    LOW = 1
    MIDDLE = 5
    HIGH = 10


class Permission(Flag):
    READ = 4
    WRITE = 2
    RUN = 1
    ALL = 7


class Mode(IntFlag):
    READ = 4
    WRITE = 2
    RUN = 1


class Automatic(Enum):
    FIRST = enum.auto()
    SECOND = enum.auto()


class Fruit(str, Enum):
    APPLE = "apple"
    PEAR = "pear"
    NONE = ""

    def shout(self):
        return self.upper() + "!"


class Word(enum.StrEnum):
    YES = "yes"
    NO = "no"


class Ratio(float, Enum):
    HALF = 0.5
    NOTHING = 0.0
    LOUD = 1e8


class Access(Flag):
    NONE = 0
    READ = 1
    WRITE = 2
    BOTH = 3
    OWN = 12


DEFAULT = Color.GREEN
WARM = (Color.RED, Level.HIGH)


def name_and_value(c):
    return c.name, c.value


def known():
    return Color.RED.value, Color.RED.name, Color.CRIMSON, Color.CRIMSON.name, Mixed.TEXT.value, Mixed.PAIR.value, DEFAULT


def same(c):
    return c


def compare(a, b):
    return a == b, a != b, a is b, a is not b


def order(a, b):
    return a < b, a <= b, a > b, a >= b, a == b, a != b


def next_color(c):
    if c is Color.RED:
        return Color.GREEN
    elif c == Color.GREEN:
        return Color.BLUE
    return Color.RED


def look_up_or(x):
    try:
        return Color(x)
    except ValueError:
        return Color.BLUE


def shape(x):
    try:
        return Shape(x).name
    except ValueError:
        return x


def level(x):
    return Level(x)


def of_name():
    return Color["BLUE"], Color["CRIMSON"].value


def iterate():
    total = 0
    for c in Color:
        total = total * 10 + c.value
    names = [c.name for c in Color]
    return total, names, list(Shape), len(Color), [level + 1 for level in Level]


def text(c):
    return str(c), repr(c), f"{c}", f"<{c!r}>"


def arithmetic(a, b):
    return a + b, a * 2, a - 1.5, -a, a // 2, a % 3, a / 2, a**2, a & 3, a | 8, a ^ b, ~a, abs(a), +a


def with_arrays(a, level):
    a[level] = level
    return a * level, a[Level.LOW], len(range(level)), np.sqrt(level)


def as_numbers(level):
    return int(level), float(level), bool(level), level == 5, level.bit_length(), isinstance(level, int)


def truths(a, b, c):
    return bool(a), bool(b), not c, 1 if a else 2


def is_what(c):
    return isinstance(c, Color), isinstance(c, Enum), isinstance(c, IntEnum), isinstance(c, (Level, Shape))


def membership(c):
    return c in (Color.RED, Color.BLUE), c in [Color.GREEN], c not in (Color.RED,), c in Color


def counts(colors):
    seen = {}
    for c in colors:
        seen[c] = seen.get(c, 0) + 1
    return seen, len(set(colors))


def as_keys(names):
    total = 0
    for c in names:
        total += names[c] * c.value
    names[Color.RED] = 100
    return total


def in_sets(colors):
    colors.add(Color.BLUE)
    return Color.RED in colors, len(colors)


def matched(c):
    match c:
        case Color.RED:
            return "stop"
        case Color.GREEN | Color.BLUE:
            return "go"
        case Level.LOW:
            return "low"
        case Level():
            return "level"
        case Shape.SQUARE:
            return "square"
    return "none"


def methods(c):
    return c.is_warm(), c.mixed(Color.BLUE), c.doubled, Color.is_warm(c)


def flags(a, b):
    both = a | b
    return both, a & b, a ^ b, ~a, a in both, both in a, both.value, bool(a & b), both == Permission.ALL


def build_flags(n):
    flags = Permission(0)
    for i in range(n):
        flags |= Permission(1 << i)
    return flags


def permission(x):
    try:
        return Permission(x).value
    except ValueError:
        return -1


def int_flags(a, b):
    return a | b, a & b, a ^ b, ~a, a + b, a | 8, a & -2, a ^ -1, 16 | a, a == 4, a.value, Mode(a), a in (a | b)


def mode(x):
    return Mode(x), ~Mode(x)


def iterate_flags():
    return [p.value for p in Permission], list(Mode), len(Permission)


def optional(flag):
    c = None
    if flag:
        c = Color.GREEN
    return c is None, c


def automatic(x):
    return x.value, Automatic.SECOND.value, Automatic(x.value)


def captured(c):
    def is_it(other):
        return other is c

    return is_it(Color.RED), is_it(Color.GREEN)


def globals_in_tuples():
    return WARM, WARM[0].value, WARM[1] + 1


def in_lists(colors):
    colors.append(Color.RED)
    colors[0] = Color.BLUE
    return colors.count(Color.RED), colors.index(Color.BLUE), colors


def like_a_string(c):
    return (c == "apple", c != "yes", "pear" == c, c < "b", c + "s", "a " + c, c * 2, c[0], c[1:], len(c), bool(c), not c, "p" in c,
            c in ("apple", "no"), c in ["apple"], c.upper(), c.split("p"), c.value, hash(c) == hash(c.value), isinstance(c, str),
            [x for x in c], sorted(c), c == None, c == 1, c.startswith("y"), int(c == Fruit.PEAR), "-".join([c.value, c.name]))  # fmt: skip


def as_string_key(c, prices):
    prices["no"] = 7
    return c in prices, prices.get(c, -1), prices["no"]


def same_text(a, b):
    return a == b, a is b, a != b, a < b, a + b


def texts(c):
    return f"{c}", f"{c!r:>30}", f"{c:>20}", f"{c!s:<20}|", str(c), repr(c), f"{c.value:>8}", "%s|%r" % (c, c)


def looked_up(word):
    try:
        return Fruit(word), Fruit(word).shout()
    except ValueError as error:
        return Fruit.NONE, str(error)


def word(text):
    match text:
        case Word.YES:
            return 1
        case "no":
            return 2
    return 3


def like_a_float(r):
    return (r + 1, r * 2, 1 - r, -r, r == 0.5, r < Ratio.LOUD, abs(r), round(r), int(r) if r < 1e9 else 0, bool(r), r.is_integer(),
            np.sqrt(r), r.value, isinstance(r, float), r is Ratio.HALF, r * r)  # fmt: skip


def kept(c):
    found = [c, Fruit.PEAR]
    found.append(Fruit.APPLE)
    return found, {c: 1}, (c, c), {Fruit.PEAR: c}


def flag_texts(p):
    return (str(p), repr(p), f"{p}", f"{p:>20}", f"{p!r:>40}", f"{p!s}", p.name, f"{~p}", repr(p & Permission.RUN), str(p ^ p),
            f"{p.name}")  # fmt: skip


def mode_texts(m):
    return str(m), repr(m), f"{m}", f"{m:04b}", f"{m!r}", m.name, repr(m | 8), repr(~m), repr(m & 0), str(m | Mode.RUN), f"{m:>5}"


def access_texts(n):
    a = Access(n)
    return str(a), repr(a), a.name, a.value, Access(3).name, Access.NONE.name, repr(a | Access.READ)


COLORS = [(c,) for c in Color]
LEVELS = [(c,) for c in Level]
CASES = [
    (name_and_value, [*COLORS, *LEVELS, *[(s,) for s in Shape]]),
    (known, [()]),
    (same, [*COLORS, *LEVELS, (Shape.ROUND,), (Mixed.PAIR,), (Permission.ALL,), (Permission(3),), (Mode(5),), (Mode(9),),
        ((Color.RED, 1),)]),
    (compare, [(Color.RED, Color.RED), (Color.RED, Color.BLUE), (Color.RED, Shape.ROUND), (Color.RED, 1),
        (Level.LOW, Level.LOW), (Level.LOW, Level.HIGH), (Color.RED, "RED"), (Color.RED, None)]),
    (order, [(Level.LOW, Level.HIGH), (Level.LOW, 1), (Level.LOW, 1.5), (np.int8(5), Level.MIDDLE)]),
    (next_color, COLORS),
    (look_up_or, [(1,), (2,), (7,), (True,), (2.0,), (2.5,), (np.int64(4),), (Color.GREEN,)]),
    (shape, [("round",), ("square",), ("it's",), ("",)]),
    (level, [(1,), (5,), (Level.HIGH,)]),
    (of_name, [()]),
    (iterate, [()]),
    (text, [*COLORS, *LEVELS, (Shape.ROUND,), ((Color.RED, Level.LOW),)]),
    (arithmetic, [(Level.LOW, Level.HIGH), (Level.HIGH, 3), (Level.MIDDLE, np.int64(4))]),
    (with_arrays, [lambda: (np.arange(8), Level.MIDDLE), lambda: (np.arange(8.0), Level.LOW)]),
    (as_numbers, LEVELS),
    (truths, [(Color.RED, Level.LOW, Permission(0)), (Shape.ROUND, Level.HIGH, Permission.READ)]),
    (is_what, [(Color.RED,), (Level.LOW,), (Shape.ROUND,), (1,)]),
    (membership, COLORS),
    (counts, [lambda: ([Color.RED, Color.BLUE, Color.RED],), lambda: ([Level.LOW, Level.LOW],)]),
    (as_keys, [lambda: ({Color.RED: 1, Color.BLUE: 3},)]),
    (in_sets, [lambda: ({Color.RED},), lambda: ({Color.GREEN, Color.BLUE},)]),
    (matched, [*COLORS, *LEVELS, (Shape.SQUARE,), (Shape.ROUND,), (5,)]),
    (methods, COLORS),
    (flags, [(Permission.READ, Permission.WRITE), (Permission.ALL, Permission.RUN), (Permission(0), Permission(3))]),
    (build_flags, [(0,), (2,), (3,)]),
    (permission, [(0,), (7,), (9,), (-1,), (-8,), (-9,), (1000,), (-1000,)]),
    (int_flags, [(Mode.READ, Mode.WRITE), (Mode(9), Mode.READ), (Mode(0), Mode(7))]),
    (mode, [(n,) for n in (0, 3, 7, 8, 9, 100, -1, -7, -8, -9, -100)]),
    (iterate_flags, [()]),
    (optional, [(True,), (False,)]),
    (automatic, [(Automatic.FIRST,)]),
    (captured, COLORS),
    (globals_in_tuples, [()]),
    (like_a_string, [*[(f,) for f in Fruit], *[(w,) for w in Word]]),
    (as_string_key, [lambda c=c: (c, {"apple": 3}) for c in (Fruit.APPLE, Fruit.PEAR, Word.NO)]),
    (same_text, [(Fruit.APPLE, Fruit.PEAR), (Fruit.PEAR, Fruit.PEAR), (Fruit.PEAR, "pear"), (Word.YES, Fruit.NONE)]),
    (texts, [*[(f,) for f in Fruit], *[(w,) for w in Word], *[(r,) for r in Ratio], *COLORS]),
    (looked_up, [("apple",), ("",), ("plum",)]),
    (word, [("yes",), ("no",), ("",), (Word.YES,), (Word.NO,)]),
    (like_a_float, [(r,) for r in Ratio]),
    (kept, [(f,) for f in Fruit]),
    (flag_texts, [(Permission(n),) for n in range(8)]),
    (mode_texts, [(Mode(n),) for n in (0, 1, 3, 6, 7, 8, 9, 24)]),
    (access_texts, [(n,) for n in (0, 1, 2, 3, 12, 13, 15)]),
    (in_lists, [lambda: ([Color.GREEN, Color.RED],)]),
]  # fmt: skip
