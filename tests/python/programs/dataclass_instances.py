"""Instances of dataclasses: made, changed, compared, replaced; as arguments, results, locals, and in containers."""

import dataclasses
from dataclasses import dataclass, field, replace
from typing import Optional

import numpy as np


@dataclass
class Point:
    x: float
    y: float = 2.5

    def norm(self):
        return (self.x**2 + self.y**2) ** 0.5

    def move(self, dx, dy=0.0):
        self.x += dx
        self.y += dy
        return self

    @property
    def total(self):
        return self.x + self.y

    @staticmethod
    def scaled(number):
        return number * 10

    @classmethod
    def at(cls, x):
        return cls(x, x)


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int = 0
    name: str = field(default="none", compare=False)


@dataclass
class Account:
    owner: str
    balance: float = 0.0
    history: list[float] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)

    def deposit(self, amount):
        if amount <= 0.0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.history.append(amount)

    def last(self):
        return self.history[-1]


@dataclass
class Line:
    start: Point
    end: Point

    def length(self):
        return ((self.end.x - self.start.x) ** 2 + (self.end.y - self.start.y) ** 2) ** 0.5


@dataclass(slots=True)
class Slotted:
    a: int
    b: tuple = (1, 2.5)


@dataclass
class Derived(Point):
    z: float = field(default=1.0, kw_only=True)


@dataclass
class Computed:
    a: float
    b: float
    product: float = field(init=False)
    calls: int = field(default=0, init=False, repr=False)

    def __post_init__(self):
        self.product = self.a * self.b
        self.calls += 1


@dataclass
class Grid:
    cells: np.ndarray
    origin: Point
    label: Optional[str] = None


@dataclass
class Linked:
    value: int
    next: "Optional[Linked]" = None


@dataclass(eq=False)
class Plain:
    x: int


@dataclass
class Own:
    x: int

    def __eq__(self, other):
        return self.x % 10 == other.x % 10


def read(p):
    return p.x, p.y, p.norm(), p.total


def write(p, value):
    p.x = value
    p.y += p.x
    return p.x


def write_and_return(p):
    p.x = 7.5
    return p


def same(p):
    return p


def twice(p, q):
    p.x += 1.0
    q.x += 10.0
    return p is q, p == q, p.x, q.x


def make(x, y):
    return Point(x, y), Point(y=y, x=x), Point(x)


def make_and_change(n):
    p = Point(0.0, 1.0)
    for i in range(n):
        p.x += i
        p.move(0.5, 1.0)
    return p, p.x


def joined_types():
    p = Point(0, 1)
    p.x = 2.5
    return p.x


def move_twice(p):
    return p.move(1.0).move(2.0, 3.0), p.x


def wrong_and_caught(account, amount):
    try:
        account.deposit(amount)
    except ValueError:
        return False
    return True


def deposits(account, amounts):
    for amount in amounts:
        account.deposit(amount)
    return account.balance, account.last()


def fresh_account(n):
    account = Account("me")
    for i in range(n):
        account.deposit(i + 1.5)
        account.limits[str(i)] = i
    return account


def statics(p):
    return p.scaled(2), Point.scaled(3), Point.at(1.5), Point.norm(p)


def versions(a, b):
    return a < b, a <= b, a == b, a != b, a > b, a >= b


def frozen(v):
    w = replace(v, minor=v.minor + 1)
    return w, v.minor, Version(1), Version(2, name="two"), w == v


def assign_frozen(v, flag):
    try:
        if flag:
            v.minor = 1
    except AttributeError:
        return -1
    return v.major


def equal(a, b):
    return a == b, a != b, a is b


def replaced(p):
    q = replace(p, x=1.5)
    q.y += 100.0
    return p, q, p is q


def nested(line):
    line.start.x += 1.0
    line.end = Point(0.0, 0.0)
    return line.length(), line.start


def share(p):
    line = Line(p, p)
    line.start.x += 5.0
    return line.end.x, line, line.start is line.end


def slotted(s):
    s.a += 1
    return s, s.b[1], Slotted(3), Slotted(4, (5, 0.5))


def derived(d):
    return d.norm() + d.z, Derived(1.0, z=3.0), isinstance(d, Point), isinstance(d, Line), d


def computed(a, b):
    c = Computed(a, b)
    c.a += 1.0
    return c, c.product, c.calls


def with_array(g):
    g.cells[0] = g.origin.x
    g.origin.x = float(g.cells.sum())
    return g.cells, g.label is None


def new_grid(n):
    g = Grid(np.ones(n), Point(0.5, 0.5))
    g.cells = g.cells * 2
    return g.cells


def list_of(points):
    total = 0.0
    for p in points:
        p.y = p.x * 2.0
        total += p.y
    points.append(Point(total, 0.0))
    return points[0]


def made_list(n):
    points = [Point(i * 1.0, i * 2.0) for i in range(n)]
    best = points[0]
    for p in points:
        if p.y > best.y:
            best = p
    best.x = -1.0
    return points, best


def dict_of(points):
    points["a"].x = 9.5
    points["new"] = Point(1.0, 1.0)
    return len(points)


def tuple_of(pair):
    pair[0].x = pair[1] * 1.5
    return pair


def optional(flag, x):
    p = None
    if flag:
        p = Point(x, x)
    if p is None:
        return -1.0
    return p.x


def linked(node):
    total = 0
    total += node.value
    if node.next is not None:
        node.next.value += 1
        total += node.next.value
    return total


def text(p):
    return str(p), repr(p), f"{p}", f"{p!r:>5}"


def matched(p):
    match p:
        case Point(x=0.0, y=y):
            return y
        case Point(x, y) if x == y:
            return -x
        case Version(major=1):
            return 1.0
        case Version(2, minor):
            return minor * 1.0
    return 100.0


def identity(a, b):
    return a == b, a != b, a is b


def own_equal(a, b):
    return a == b


def as_tuple(v):
    return dataclasses.astuple(v)


def truths(p):
    return bool(p), not p, 1 if p else 2


def raising(p, n):
    p.x = 5.0
    p.y = 1 / n
    return p.x


def captured(p):
    def bump(by):
        p.x += by
        return p.x

    return bump(1.0), bump(2.0), p.x


def loop_sum(p, a):
    for i in range(len(a)):
        p.x += float(a[i])
    return p.x


def strings(account, name):
    account.owner = account.owner + name
    return account.owner


P, Q = Point, Version
CASES = [
    (read, [lambda: (P(1.5, 2.5),), lambda: (P(1, 2),), lambda: (P(np.float32(1), 2.0),)]),
    (write, [lambda: (P(1.5, 2.5), 3.0), lambda: (P(1, 2), 5)]),
    (write_and_return, [lambda: (P(1.5, 2.5),)]),
    (same, [lambda: (P(1.5, 2.5),), lambda: (Q(1),), lambda: (Account("a", 1.5, [1.5], {"a": 2}),),
        lambda: (Line(P(1.0, 2.0), P(3.0, 4.0)),), lambda: (Slotted(1),), lambda: ((P(1.5), 2),)]),
    (twice, [lambda: (P(1.5, 2.5), P(1.5, 2.5)), lambda: (lambda p: (p, p))(P(1.5, 2.5))]),
    (make, [(1.5, 2.5), (1, 2), ("a", "b")]),
    (make_and_change, [(0,), (3,), (10,)]),
    (joined_types, [()]),
    (move_twice, [lambda: (P(1.5, 2.5),)]),
    (wrong_and_caught, [lambda: (Account("a", 1.0, [2.5], {"a": 1}), amount) for amount in (1.0, -1.0)]),
    (deposits, [lambda: (Account("a", 1.0, [2.5], {"a": 1}), [1.0, 2.0]),
        lambda: (Account("a", 1.0, [2.5], {"a": 1}), [1.0, -2.0])]),
    (fresh_account, [(1,), (3,)]),
    (statics, [lambda: (P(1.5, 2.5),)]),
    (versions, [(Q(1), Q(2)), (Q(1, 2), Q(1, 2, "other")), (Q(1, 3), Q(1, 2))]),
    (frozen, [(Q(1, 2, "a"),), (Q(1),)]),
    (assign_frozen, [(Q(1), False), (Q(1), True)]),
    (equal, [lambda: (P(1.5), P(1.5)), lambda: (P(1.5), P(2.5)), lambda: (P(1), P(1.0)), lambda: (P(1.5), Derived(1.5)),
        lambda: (Line(P(1.0), P(2.0)), Line(P(1.0), P(2.0))), lambda: (P(1.5), 1.5), lambda: (P("a", "b"), P("a", "c"))]),
    (replaced, [lambda: (P(1.5, 2.5),), lambda: (Derived(1.5, z=2.0),)]),
    (nested, [lambda: (Line(P(1.5, 2.5), P(0.5, 0.5)),)]),
    (share, [lambda: (P(1.5, 2.5),)]),
    (slotted, [lambda: (Slotted(1),), lambda: (Slotted(1, (3, 4.5)),)]),
    (derived, [lambda: (Derived(1.5, z=2.0),)]),
    (computed, [(2.5, 3.0)]),
    (with_array, [lambda: (Grid(np.arange(4.0), P(1.5, 2.5)),)]),
    (new_grid, [(0,), (3,)]),
    (list_of, [lambda: ([P(1.5, 2.5)],), lambda: ([P(1.5, 2.5), P(2.5, 0.5)],)]),
    (made_list, [(1,), (4,)]),
    (dict_of, [lambda: ({"a": P(1.5, 2.5)},)]),
    (tuple_of, [lambda: ((P(1.5, 2.5), 2.0),)]),
    (optional, [(True, 1.5), (False, 1.5)]),
    (linked, [lambda: (Linked(1),), lambda: (Linked(1, Linked(2)),)]),
    (text, [lambda: (P(1.5, 2.5),), lambda: (Q(1),), lambda: (Line(P(1, 2), P("a", "b")),), lambda: (Computed(1.5, 2.0),)]),
    (matched, [lambda: (P(0.0, 3.5),), lambda: (P(2.5, 2.5),), lambda: (P(1.0, 2.0),), (Q(1),), (Q(2, 5),), (Q(3),)]),
    (identity, [lambda: (Plain(1), Plain(1)), lambda: (lambda p: (p, p))(Plain(1))]),
    (own_equal, [lambda: (Own(1), Own(11)), lambda: (Own(1), Own(2))]),
    (as_tuple, [(Q(1, 2, "a"),), lambda: (P(1.5),)]),
    (truths, [lambda: (P(0.0, 0.0),)]),
    (raising, [lambda: (P(1.5, 2.5), 2), lambda: (P(1.5, 2.5), 0)]),
    (captured, [lambda: (P(1.5, 2.5),)]),
    (loop_sum, [lambda: (P(0.5), np.arange(5.0)), lambda: (P(0.5), np.arange(0.0))]),
    (strings, [lambda: (Account("me", 1.0, [1.5], {"a": 1}), "too")]),
]  # fmt: skip
