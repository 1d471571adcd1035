"""Dataclasses as keys and as globals, with an `__init__` of their own; membership among things of several types."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Cell:
    x: int
    y: int = 0

    def moved(self, dx, dy):
        return Cell(self.x + dx, self.y + dy)


@dataclass(unsafe_hash=True)
class Named:
    name: str
    weight: float = 0.5
    note: str = field(default="", compare=False)


@dataclass(frozen=True)
class Edge:
    start: Cell
    end: Cell
    label: str = "e"


@dataclass(frozen=True)
class Settings:
    width: int
    scale: float
    name: str = "s"

    def area(self):
        return self.width * self.scale

    @property
    def double(self):
        return self.width * 2


@dataclass
class Table:
    rows: list
    limit: int


@dataclass
class Account:
    owner: str
    balance: float
    history: list[float]
    open: bool = True

    def __init__(self, owner, start=0.0, *, bonus=1.0):
        self.owner = owner
        self.history = []
        self.balance = start + bonus
        self.history.append(self.balance)

    def add(self, amount):
        self.balance += amount
        self.history.append(amount)


SETTINGS = Settings(3, 1.5)
TABLE = Table([4, 5, 6], 2)


def flood(width, height):
    seen, frontier = {Cell(0, 0)}, [Cell(0, 0)]
    while frontier:
        cell = frontier.pop()
        for dx, dy in ((1, 0), (0, 1)):
            other = cell.moved(dx, dy)
            if other.x < width and other.y < height and other not in seen:
                seen.add(other)
                frontier.append(other)
    return len(seen), Cell(width - 1, height - 1) in seen, Cell(width, 0) in seen, sorted(seen)[:3]


def counts(n):
    d = {}
    for i in range(n):
        d[Cell(i % 3)] = d.get(Cell(i % 3), 0) + i
    return d, d[Cell(1)], list(d), Cell(7) in d


def by_name(n):
    d = {Named("a"): n, Named("b", 1.5, "other"): 2}
    d[Named("a", 0.5, "again")] += 5
    del d[Named("b", 1.5)]
    return d, len(d)


def edges(n):
    d = {}
    for i in range(n):
        d[Edge(Cell(i % 2), Cell(1, i % 3))] = i
    return d, d[Edge(Cell(0), Cell(1, 0), "e")], Edge(Cell(0), Cell(1), "f") in d


def in_tuples(n):
    d = {(Cell(1), "a"): n}
    d[(Cell(1), "a")] += 1
    return d, (Cell(1), "b") in d, {(1, Cell(n))} == {(1, Cell(n))}


def change(d, k, v):
    d[k] = v
    same = [key is k for key in d]
    return d, same, list(d.items())


def sets(a, b):
    return a | b, a & b, a - b, Cell(1) in a, len(a)


def emptied(a):
    found = 0
    while a:
        found += a.pop().weight
    return found, a


def removed(d, k):
    value = d.pop(k)
    return value, d.popitem(), d


def hashes(x, y):
    return hash(Cell(x, y)) == hash((x, y)), hash(Named("a", y)) == hash(("a", y)), hash(Edge(Cell(x), Cell(y))) == hash((Cell(x), Cell(y), "e"))


def settings(x):
    return SETTINGS.width + x, SETTINGS.area(), SETTINGS.double, SETTINGS.name, SETTINGS == Settings(3, 1.5), SETTINGS


def table(i):
    return TABLE.rows[i], TABLE.limit, len(TABLE.rows), sum(TABLE.rows)


def accounts(n):
    a, b = Account("me"), Account("you", 2.0, bonus=n * 0.5)
    a.add(3.0)
    return a, b.balance, b.history, a.open


def wrong_account(n):
    try:
        a = Account("me", n / 0)
    except ZeroDivisionError:
        return "none"
    return a.owner


def among(n, t, s):
    return n in {1, (3, 4)}, t in {1, (3, 4)}, s in {"a", 1, (1, 2)}, n == (1,), (1,) != n, n in ((1, 2), 5)


CASES = [
    (flood, [(3, 4), (1, 1)]),
    (counts, [(7,), (2,)]),
    (by_name, [(3,)]),
    (edges, [(7,)]),
    (in_tuples, [(2,)]),
    (change, [lambda: ({Cell(1): 2}, Cell(3), 4), lambda: ({Cell(1): 2}, Cell(1), 4), lambda: ({Named("x"): [1]}, Named("y"), [2])]),
    (sets, [lambda: ({Cell(1), Cell(2)}, {Cell(2), Cell(3)})]),
    (emptied, [lambda: ({Named("a" * 20), Named("b", 2.0)},)]),
    (removed, [lambda: ({Named("a"): 1, Named("b"): 2, Named("c"): 3}, Named("a"))]),
    (hashes, [(1, 2), (-1, 2**62)]),
    (settings, [(1,), (0.5,)]),
    (table, [(1,), (-1,), (3,)]),
    (accounts, [(3,)]),
    (wrong_account, [(1.0,)]),
    (among, [(1, (3, 4), "a"), (3, (4, 3), "b")]),
]
