"""Operators and special methods that dataclasses define."""

from dataclasses import dataclass


@dataclass
class Vector:
    x: float
    y: float = 0.0

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __rmul__(self, factor):
        return Vector(factor * self.x, factor * self.y)

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __truediv__(self, divisor):
        return Vector(self.x / divisor, self.y / divisor)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __pos__(self):
        return self

    def __abs__(self):
        return (self @ self) ** 0.5

    def __bool__(self):
        return self.x != 0.0 or self.y != 0.0

    def __getitem__(self, index):
        if index == 0:
            return self.x
        if index == 1:
            return self.y
        raise IndexError(index)

    def __setitem__(self, index, value):
        if index == 0:
            self.x = value
        else:
            self.y = value

    def __len__(self):
        return 2

    def __contains__(self, value):
        return value == self.x or value == self.y

    def __iter__(self):
        yield self.x
        yield self.y

    def __call__(self, scale, *more, shift=0.0):
        return self.x * scale + self.y + shift + len(more)

    def __lt__(self, other):
        return abs(self) < abs(other)

    def __float__(self):
        return abs(self)

    def __int__(self):
        return int(self.x)

    def __str__(self):
        return f"<{self.x}, {self.y}>"


@dataclass
class Mask:
    bits: int

    def __and__(self, other):
        return Mask(self.bits & other.bits)

    def __or__(self, other):
        return Mask(self.bits | other.bits)

    def __xor__(self, other):
        return Mask(self.bits ^ other.bits)

    def __invert__(self):
        return Mask(~self.bits)

    def __lshift__(self, count):
        return Mask(self.bits << count)

    def __rshift__(self, count):
        return Mask(self.bits >> count)

    def __floordiv__(self, divisor):
        return Mask(self.bits // divisor)

    def __mod__(self, divisor):
        return self.bits % divisor

    def __pow__(self, exponent):
        return Mask(self.bits**exponent)

    def __rsub__(self, number):
        return Mask(number - self.bits)


@dataclass
class Stack:
    items: list

    def __iadd__(self, item):
        self.items.append(item)
        return self

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def __iter__(self):
        for item in self.items:
            yield item


def arithmetic(x, y):
    a, b = Vector(x, y), Vector(1.0, 2.0)
    c = a + b * 2.0 - 0.5 * a
    return c.x, c.y, a @ b, (a / 2.0).x, (-c).y, (+c).x, abs(b)


def in_place(x, y):
    a = Vector(x, y)
    b = a
    a += Vector(1.0, 1.0)
    a -= Vector(0.5, 0.5)
    a *= 2.0
    return a.x, a.y, b.x, b.y


def items_of(x, y, index):
    a = Vector(x, y)
    a[0] = a[1] + 1.0
    a[1] += 1.0
    return a[0], a[1], len(a), x in a, 99.0 not in a, a[index]


def iterated(x, y):
    a = Vector(x, y)
    total = 0.0
    for part in a:
        total += part
    first, second = a
    return total, [part * 2 for part in a], sum(a), first, second, list(a), max(a)


def asked(x, y):
    a = Vector(x, y)
    kept = 1 if a else 0
    return kept, bool(a), a(2.0), a(2.0, 1, 2, shift=0.5), float(a), int(a), str(a)


def ordered(x, y):
    all_of_them = [Vector(x, y), Vector(0.5, 0.5), Vector(2.0, 1.0)]
    least = min(all_of_them)
    return least.x, Vector(x, y) < Vector(9.0), [a.x for a in sorted(all_of_them)]


def summed(count):
    total = Vector(0.0)
    for i in range(count):
        total = total + Vector(i * 1.0, 1.0)
    return total.x, total.y


def bits(a, b):
    x, y = Mask(a), Mask(b)
    z = (x & y) | (x ^ y) << 2
    return z.bits, (~z >> 1).bits, (z // 3).bits, z % 5, (Mask(2) ** 3).bits, (10 - x).bits


def stacked(count):
    stack = Stack([0])
    for i in range(count):
        stack += i
    return len(stack), stack[-1], [item for item in stack], 2 in stack.items


CASES = [
    (arithmetic, [(1.5, 2.5)]),
    (in_place, [(1.5, 2.5)]),
    (items_of, [(1.5, 2.5, 0), (1.5, 2.5, 2)]),
    (iterated, [(1.5, 2.5)]),
    (asked, [(1.5, 2.5), (0.0, 0.0)]),
    (ordered, [(1.5, 2.5)]),
    (summed, [(0,), (5,)]),
    (bits, [(12, 10)]),
    (stacked, [(4,)]),
]
