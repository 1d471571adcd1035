"""Classes of the program's: what compiled code keeps of them, and what it says of those that it does not know."""

import dataclasses
import enum
import gc
import sys
import weakref
from collections import namedtuple

import pytest

from upshift import errors, jit


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Level(enum.IntEnum):
    LOW = 1


class Shape(enum.Enum):
    ROUND = "round"


class Permission(enum.Flag):
    READ = 4
    WRITE = 2


class Label(bytes, enum.Enum):
    NAME = b"name"


Point = namedtuple("Point", "x y")


class Checked(namedtuple("Checked", "x y")):
    def __new__(cls, x, y):
        return super().__new__(cls, abs(x), abs(y))


@dataclasses.dataclass(frozen=True)
class Version:
    major: int


@dataclasses.dataclass
class Holder:
    number: int
    items: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Setting:
    number: int

    def __setattr__(self, name, value):
        super().__setattr__(name, value)


@jit
def color(x):
    return Color(x)


@jit
def level(x):
    return Level(x)


@jit
def shape(x):
    return Shape(x)


@jit
def permission(x):
    return Permission(x)


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (color, 3),
        (color, -1),
        (color, 2.5),
        (level, 0),
        (shape, "it's"),
        (shape, ""),
        (permission, 1),
        (permission, 8),
        (permission, -9),
        (permission, -1000),
    ],
)
def test_what_is_no_member_raises_as_in_cpython(function, value):
    with pytest.raises(ValueError) as there:
        function.py_func(value)
    with pytest.raises(ValueError) as here:
        function(value)
    assert str(here.value) == str(there.value)


# A function of x, an argument, what the refusal says.
REFUSED = [
    (lambda x: Checked(x, x), 1, "__new__ of its own"),
    (lambda x: x, Label.NAME, "Label, which compiled code does not take"),
    (lambda x: x._replace(z=1), Point(1, 2), r"unexpected field names: \['z'\]"),
    (lambda x: x.z, Point(1, 2), "attribute 'z' of Point"),
    (lambda x: x._asdict(), Point(1, "a"), "no common type"),
    (lambda x: Color[x], "RED", "known when compiling"),
    (lambda x: x < Color.RED, Color.RED, "members have no order"),
    (lambda x: x | 1, Permission.READ, "flags of one class"),
    (lambda x: Color.RED if x else 1, True, "no single type"),
    (lambda x: Permission(x), "a", "pass an int"),
    (lambda x: Holder(x).items, 1, "never determined"),
    (lambda x: x, Holder(1), "a Holder whose field 'items' is an empty list"),
    (lambda x: x, Setting(1), "Setting, which compiled code does not take"),
    (lambda x: Version(x) < Version(x), 1, "order=True"),
    (lambda x: dataclasses.replace(x, 1), Version(1), "fields by name"),
]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row[2])
def test_what_is_not_compiled_is_refused(row):
    function, argument, said = row
    with pytest.raises(errors.UpshiftError, match=said) as refused:
        jit(function)(argument)
    assert "test_classes.py:" in str(refused.value)


def test_assigning_to_a_frozen_instance_raises_as_in_cpython():
    @jit
    def assign(version):
        version.major = 2

    with pytest.raises(dataclasses.FrozenInstanceError, match="^cannot assign to field 'major'$"):
        assign(Version(1))


def test_instances_keep_their_references():
    holder = Holder(1, [1, 2])
    before = sys.getrefcount(holder), sys.getrefcount(holder.items)

    @jit
    def fill(holder):
        holder.items.append(holder.number)
        holder.number += 1
        return holder

    for _ in range(5):
        assert fill(holder) is holder
    assert (sys.getrefcount(holder), sys.getrefcount(holder.items)) == before
    assert (holder.number, holder.items) == (6, [1, 2, 1, 2, 3, 4, 5])


def test_a_deleted_field_is_refused():
    @jit
    def read(holder):
        return holder.number

    holder = Holder(1, [1])
    assert read(holder) == 1
    del holder.number
    with pytest.raises(errors.TypingError, match="'number' is not set"):
        read(holder)


def test_a_class_goes_with_the_functions_that_know_it():
    def make():
        class Local(enum.Enum):
            ONE = 1

        Pair = namedtuple("Pair", "a b")

        @jit
        def use(member, pair):
            return Pair(member, pair.a), Local.ONE

        assert use(Local.ONE, Pair(1, 2)) == (Pair(Local.ONE, 1), Local.ONE)
        return weakref.ref(Local), weakref.ref(Pair)

    references = make()
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def test_methods_of_a_class_are_compiled_once():
    class Twice(namedtuple("Twice", "a")):
        def doubled(self):
            return self.a * 2

    @jit
    def one(t):
        return t.doubled()

    @jit
    def other(t):
        return t.doubled() + 1

    assert (one(Twice(2)), other(Twice(3))) == (4, 7)
