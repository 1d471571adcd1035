"""Named tuples: made, read by name, replaced, compared, matched, in containers and as globals."""

import typing
from collections import namedtuple

import numpy as np

Point = namedtuple("Point", "x y")
Settings = namedtuple("Settings", ["size", "scale", "name"], defaults=(2.0, "plain"))
Empty = namedtuple("Empty", "")


class Body(typing.NamedTuple):
    position: Point
    mass: float = 1.0
    tags: tuple = ()

    def weight(self, gravity=9.81):
        return self.mass * gravity

    @property
    def is_heavy(self):
        return self.mass > 100.0


class Named(namedtuple("Named", "first last")):
    unit = 7

    def total(self):
        return self.first + self.last + self.unit

    def swapped(self):
        return Named(self.last, self.first)

    def failing(self, divisor):
        return self.first // divisor


ORIGIN = Point(0, 0.5)
SETTINGS = Settings(3, name="global")
TABLE = (Point(1, 2), Point(3, 4))


def make(x, y):
    return Point(x, y), Point(y=x, x=y), Point(*(x, y))


def make_with_defaults(n):
    return Settings(n), Settings(n, 4.5), Settings(n, name="given"), Settings(name="all", scale=n, size=1)


def make_empty():
    return Empty(), len(Empty())


def read(p):
    return p.x, p.y, p[0], p[1], p[-1], len(p)


def of_globals():
    return ORIGIN.x, ORIGIN.y, ORIGIN, SETTINGS.scale, SETTINGS.name, SETTINGS


def of_table(i):
    total = 0
    for p in TABLE:
        total += p.x * p.y
    return total, TABLE[i], TABLE[1].x


def as_tuple(p):
    a, b = p
    return a, b, tuple(p), p + (1,), p[:], p[::-1], p * 2


def sum_of(p):
    total = 0
    for item in p:
        total += item
    return total


def same(p):
    return p


def move(p, by):
    return p._replace(x=p.x + by), p._replace(), p._replace(y=p.x, x=p.y)


def as_dict(p):
    fields = p._asdict()
    fields["x"] += 1
    return fields


def fields(p):
    return p._fields, Point._fields, Body._fields, len(p._fields)


def made_of(t):
    return Point._make(t), Point._make((1, 2.5))


def compare(p, q):
    return p == q, p != q, p < q, p <= q, p > q, p >= q


def has(p, x):
    return x in p, x not in p


def hashed(p):
    return hash(p) == hash(tuple(p))


def is_what(p):
    return isinstance(p, Point), isinstance(p, tuple), isinstance(p, Named), isinstance(p, (Body, Empty))


def text(p):
    return str(p), repr(p), f"{p}"


def count_and_truth(p):
    return bool(p), p.__len__() if False else len(p)


def carried(n):
    p = Point(0, 1)
    for _ in range(n):
        p = Point(p.y, p.x + p.y)
    return p


def chosen(flag):
    p = Point(1, 2) if flag else Point(1.5, 2)
    return p


def in_a_list(n):
    points = [Point(i, i * 0.5) for i in range(n)]
    points.append(Point(-1, -1.0))
    total = 0.0
    for p in points:
        total += p.x * p.y
    return points, total, points[-1].x


def changed_list(points):
    points.append(Point(7, 8))
    points[0] = points[0]._replace(x=100)
    return len(points)


def as_keys(n):
    seen = {}
    for i in range(n):
        key = Point(i % 3, i % 2)
        seen[key] = seen.get(key, 0) + i
    return seen, Point(0, 0) in seen, Point(1, 1) in set(seen)


def methods(body):
    return body.weight(), body.weight(gravity=1.5), body.is_heavy, body.position.x


def own_methods(p):
    return p.total(), p.swapped(), p.swapped().total(), p.unit, Named.unit, Named.total(p)


def raising(p, n):
    try:
        return p.failing(n)
    except ZeroDivisionError:
        return -1


def arrays(p):
    p.x[0] = 9
    return p.y.sum(), p.x


def fresh_arrays(n):
    p = Point(np.arange(n), np.ones(n))
    q = p._replace(x=p.y * 2)
    return q.x, p.x, p


def matched(p):
    match p:
        case Point(x=0, y=0):
            return "origin"
        case Point(0, y):
            return f"on y at {y}"
        case Point(x=x, y=0):
            return f"on x at {x}"
        case Point(x, y) if x == y:
            return "diagonal"
        case Named(first, last=last):
            return f"named {first} {last}"
        case (a, b):
            return f"plain {a} {b}"
        case _:
            return "other"


def nested(b):
    match b:
        case Body(Point(x, y), mass) if mass > 1:
            return x + y + mass
        case Body(position=p):
            return p.x * 1.0


def passed_on(p):
    return distance(p, ORIGIN)


def distance(p, q):
    return ((p.x - q.x) ** 2 + (p.y - q.y) ** 2) ** 0.5


def captured(p):
    def shifted(by):
        return Point(p.x + by, p.y)

    return shifted(1), shifted(2.5)


def too_few():
    return Point(1)


def too_many():
    return Settings(1, 2.0, "a", 4)


def unknown_keyword():
    return Point(1, z=2)


def made_of_too_few():
    return Point._make((1,))


FUNCTIONS = [distance]
CASES = [
    (make, [(1, 2.5), (True, "a"), (np.int8(3), None), ((), (1, 2))]),
    (make_with_defaults, [(1,), (2.5,)]),
    (make_empty, [()]),
    (read, [(Point(1, 2.5),), (Point("a", None),), (Point(np.float32(1), (1, 2)),), (Point(Point(1, 2), 3),)]),
    (of_globals, [()]),
    (of_table, [(0,), (-1,), (2,)]),
    (as_tuple, [(Point(1, 2.5),), (Point("a", ()),)]),
    (sum_of, [(Point(1, 2.5),), (Point(True, 2),), (Body(1, 2, 3),)]),
    (same, [(Point(1, 2.5),), (Named("a", b"b"),), (Empty(),), (Body(Point(1, 2)),), ((Point(1, 2), 3),)]),
    (move, [(Point(1, 2.5), 1), (Point(0.5, 1), 2)]),
    (as_dict, [(Point(1, 2),), (Point(1.5, 2.5),)]),
    (fields, [(Point(1, 2.5),), (Named(1, 2),)]),
    (made_of, [((1, 2),), (Point(1, 2.5),)]),
    (compare, [(Point(1, 2), Point(1, 3)), (Point(1, 2), (1, 2)), (Point(1, 2), Named(1, 2.0)), (Point(1, 2), (1,)),
        (Point("a", 1), Point("b", 1))]),
    (has, [(Point(1, 2), 2), (Point(1, 2.5), 7)]),
    (hashed, [(Point(1, 2),), (Point(1.5, (1, 2)),)]),
    (is_what, [(Point(1, 2),), ((1, 2),), (Named(1, 2),), (1,), (Empty(),)]),
    (text, [(Point(1, 2.5),), (Empty(),), (Body(Point(1, "a")),), (Settings(np.float64(1), -0.0, "it's"),)]),
    (count_and_truth, [(Point(0, 0),), (Empty(),)]),
    (carried, [(0,), (10,), (100,)]),
    (chosen, [(False,)]),
    (in_a_list, [(0,), (4,)]),
    (changed_list, [lambda: ([Point(1, 2)],), lambda: ([Point(1, 2), Point(3, 4)],)]),
    (as_keys, [(0,), (1,), (10,)]),
    (methods, [(Body(Point(1, 2), 3.5),), (Body(Point(1, 2), 300.0),)]),
    (own_methods, [(Named(1, 2),), (Named(1.5, 2),)]),
    (raising, [(Named(7, 2), 2), (Named(7, 2), 0)]),
    (arrays, [lambda: (Point(np.arange(3), np.arange(4.0)),)]),
    (fresh_arrays, [(0,), (3,)]),
    (matched, [(Point(0, 0),), (Point(0, 5),), (Point(5, 0),), (Point(3, 3),), (Point(3, 4),), (Named(1, 2),), ((1, 2),),
        (5,)]),
    (nested, [(Body(Point(1, 2), 3.0),), (Body(Point(1, 2), 0.5),)]),
    (passed_on, [(Point(3, 4.5),), (Point(1j, 0),)]),
    (captured, [(Point(3, 4.5),)]),
    *[(function, [()]) for function in (too_few, too_many, unknown_keyword, made_of_too_few)],
]  # fmt: skip
