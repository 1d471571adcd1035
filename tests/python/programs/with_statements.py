"""`with` statements: generator functions decorated with contextlib.contextmanager, dataclasses, and the
managers of contextlib."""

import contextlib
import dataclasses
from contextlib import contextmanager, nullcontext

import numpy as np


@contextmanager
def doubled(a):
    a *= 2
    try:
        yield a[0]
    finally:
        a //= 2


@contextlib.contextmanager
def swallowing(a, flag):
    try:
        yield len(a)
    except ZeroDivisionError:
        a[0] = -1
        if flag:
            raise


@contextmanager
def replacing(message):
    try:
        yield
    except (IndexError, KeyError) as error:
        raise ValueError(message) from error


@contextmanager
def plain(log):
    log.append(1)
    yield log
    log.append(2)


@contextmanager
def yields_twice(flag):
    yield 1
    if flag:
        yield 2


@contextmanager
def yields_again(flag):
    try:
        yield 1
    except ValueError:
        yield 2


@contextmanager
def never_yields(flag):
    if flag:
        yield 1


def uses(a):
    with doubled(a) as first:
        total = a.sum() + first
    return total, a


def uses_without_name(a):
    with doubled(a):
        return a.sum()


def nested(a, b):
    with doubled(a) as x, doubled(b) as y:
        inside = a.sum() * 100 + b.sum()
        with doubled(a):
            inside += a[0] * 1000
    return inside, x, y, a, b


def in_a_loop(a, n):
    total = 0
    for i in range(n):
        with doubled(a) as first:
            if i == 1:
                continue
            if i == 4:
                break
            total += first * i
    return total, a


def raises_inside(a, x):
    with doubled(a):
        y = 10 // x
    return y, a


def raises_and_is_seen(a, x):
    found = 0
    try:
        with doubled(a) as first:
            found = int(first)
            found = 10 // x
    except ZeroDivisionError:
        found = -found
    return found, a


def swallows(a, x, flag):
    y = 5
    with swallowing(a, flag) as n:
        y = n // x
        y += 100
    return y, a


def replaces(a, i):
    with replacing("no such item"):
        return a[i]
    return -1


def replaces_outside(a, i):
    found = 0
    try:
        with replacing("no such item"):
            found = a[i]
    except ValueError:
        found = -1
    return found


def does_not_clean_up(x):
    log = [0]
    try:
        with plain(log) as same:
            same.append(10 // x)
    except ZeroDivisionError:
        log.append(-1)
    return log


def twice(flag):
    y = 0
    try:
        with yields_twice(flag) as x:
            y = x + 1
    except RuntimeError:
        y += 100
    return y


def again(flag):
    try:
        with yields_again(flag):
            if flag:
                raise ValueError("inside")
    except RuntimeError:
        return 2
    return 1


def never(flag):
    try:
        with never_yields(flag) as x:
            return x
    except RuntimeError:
        return -1
    return 0


def nothing(x):
    with nullcontext(x) as y:
        y = y + 1
    with nullcontext():
        y += 1
    with contextlib.nullcontext([x]) as items:
        items.append(x)
    return y, items


def nothing_and_raise(x):
    with nullcontext():
        return 1 // x


def stop_iteration_inside(a, n):
    it = iter([n])
    total = 0
    with doubled(a) as first:
        for _ in range(n):
            total += next(it) + first
    return total


def inner_manager(x):
    log = [x]

    @contextmanager
    def noted(n):
        log.append(n)
        try:
            yield n * 2
        finally:
            log.append(-n)

    with noted(3) as a:
        with noted(4) as b:
            log.append(a * b)
    return log


def manager_in_a_variable(a):
    manager = doubled(a)
    total = a.sum()
    with manager as first:
        total += first
    return total


def generator_with(a):
    def numbers(a):
        with doubled(a) as first:
            yield first
            for x in a:
                yield x

    found = [int(x) for x in numbers(a)]
    for x in numbers(a):
        found.append(int(x))
        break
    return found, a


def returns_through(a, x):
    for i in range(5):
        with doubled(a):
            try:
                if i == x:
                    return i, a.sum()
            finally:
                a[0] += 1
    return -1, a.sum()


def suppressed(n):
    x = 0
    with contextlib.suppress(ZeroDivisionError, KeyError):
        x = 1
        x = 10 // n
    with contextlib.suppress():
        x += 1
    return x


def suppressed_or_not(n, table):
    with contextlib.suppress(LookupError):
        if table[n] == 1:
            raise ValueError("one", n)
        return table[n]
    return -1


@dataclasses.dataclass
class Account:
    amount: int
    log: list

    def __enter__(self):
        self.log.append(self.amount)
        return self

    def __exit__(self, kind, value, traceback):
        self.log.append(-1 if value is None else -2)
        return self.amount > 5

    def close(self):
        self.log.append(7)


def instances(amount, n):
    account = Account(amount, [n])
    try:
        with account as same:
            same.amount += 1
            same.log.append(10 // n)
    except ZeroDivisionError:
        account.log.append(100)
    return account.log, account.amount


def closed(n):
    account = Account(n, [n])
    try:
        with contextlib.closing(account) as same:
            same.log.append(10 // n)
    except ZeroDivisionError:
        account.log.append(100)
    return account.log


def closed_generator(n):
    def each():
        for i in range(n):
            yield i

    with contextlib.closing(each()) as items:
        first = next(items)
    return first, next(items, -1)


CASES = [
    (suppressed, [(2,), (0,)]),
    (suppressed_or_not, [(0, {0: 1}), (0, {0: 5}), (1, {0: 1})]),
    (instances, [(1, 2), (1, 0), (9, 0)]),
    (closed, [(2,), (0,)]),
    (closed_generator, [(3,)]),
    (uses, [(np.arange(1, 4),)]),
    (uses_without_name, [(np.arange(1, 4),)]),
    (nested, [(np.arange(1, 4), np.arange(3, 5))]),
    (in_a_loop, [(np.arange(1, 4), 3), (np.arange(1, 4), 7)]),
    (raises_inside, [(np.arange(1, 4), 3), (np.arange(1, 4), 0)]),
    (raises_and_is_seen, [(np.arange(1, 4), 3), (np.arange(1, 4), 0)]),
    (swallows, [([1, 2], 2, False), ([1, 2], 0, False), ([1, 2], 0, True)]),
    (replaces, [([1, 2], 1), ([1, 2], 5)]),
    (replaces_outside, [([1, 2], 1), ([1, 2], 5)]),
    (does_not_clean_up, [(2,), (0,)]),
    (twice, [(False,), (True,)]),
    (again, [(False,), (True,)]),
    (never, [(True,), (False,)]),
    (nothing, [(1,)]),
    (nothing_and_raise, [(1,), (0,)]),
    (stop_iteration_inside, [(np.arange(1, 4), 1), (np.arange(1, 4), 2)]),
    (inner_manager, [(1,)]),
    (manager_in_a_variable, [(np.arange(1, 4),)]),
    (generator_with, [(np.arange(1, 4),)]),
    (returns_through, [(np.arange(1, 4), 2), (np.arange(1, 4), 9)]),
]
