"""Exceptions raised and caught in compiled code: handlers, what variables hold in them, causes, classes of one's own."""

import numpy as np


class Specific(ValueError):
    pass


class Both(Specific, KeyError):
    pass


def index_error(a, i):
    try:
        x = a[i]
    except IndexError:
        x = a[0] - 1
    return x


def in_a_loop(n):
    total = 0
    for i in range(n):
        try:
            total += 10 // (i - 2)
        except ZeroDivisionError:
            total += 100
            continue
        else:
            total += 1
        finally:
            total += 1000
    return total


def by_class(x):
    try:
        if x == 0:
            raise ValueError("zero", x)
        if x == 1:
            raise KeyError
        if x == 2:
            raise RuntimeError("two", x, 1.5, (x, None, True), 2j, np.float32(0.1))
        if x == 3:
            return 3
    except (ValueError, LookupError) as e:
        if x == 1:
            raise
        raise TypeError("other") from e
    finally:
        x += 1
    return x


def nested(x):
    try:
        try:
            1 // x
        except ZeroDivisionError:
            raise KeyError("inner", x)
    except KeyError as e:
        if x == 0:
            raise e
    return 1


def own_classes(x):
    try:
        if x == 0:
            raise Specific(x)
        if x == 1:
            raise Both("both")
        raise LookupError(x, "neither")
    except Both:
        return 1
    except Specific:
        return 0


def callee(x):
    if x > 3:
        raise Both("too large", x)
    return x * 2


def catches_of_callee(n):
    total = 0
    for i in range(n):
        try:
            total += callee(i)
        except Specific as e:
            total -= 1
            saved = e
    if total > 10:
        raise saved
    return total


def one_of_two(flag, i):
    e = ValueError("first", i)
    if flag:
        e = KeyError("second")
    try:
        if i > 5:
            raise IndexError
        1 // i
    except (IndexError, ZeroDivisionError) as caught:
        if i:
            e = caught
    if i == 2 or i > 5:
        raise e
    return i


def leaves_in_many_ways(x):
    count = 0
    while True:
        try:
            x += 1
            if x > 10:
                break
            if x == 3:
                raise ValueError
            if x == 7:
                return -1
        finally:
            count += 1
            x += 1
    return x * 100 + count


def return_in_finally(x):
    try:
        1 // x
    finally:
        return x


def nothing_to_raise():
    raise


def braces(x):
    try:
        y = 1
        if x:
            raise ValueError("{0} and {1}")
        y = 2
    except ValueError:
        if x > 1:
            raise
        y = y + 10
    return y


def value_at_the_raise(a, i):
    x = 1
    y = 10
    try:
        x = 2
        a[i] = 5
        x = 3
        y = x
        a[i + 1] = 6
        x = 4
    except IndexError:
        return x, y
    return x, -1


def unbound_in_handler(x):
    try:
        if x:
            z = 1
        1 // x
        return z
    except ZeroDivisionError:
        return z


def deleted_in_try(x):
    y = x
    try:
        del y
        1 // x
        y = 3
    except ZeroDivisionError:
        y = y + 1
    return y


def arrays_in_handlers(a, n):
    total = 0.0
    for i in range(n):
        b = a * i
        try:
            c = b[i] + b.sum()
            d = b + a
            total += d[i + 1] * c
        except IndexError:
            total += b[0] + d[0]
            a = d
    return total


def shapes(a, b):
    try:
        return a + b
    except ValueError:
        try:
            return a[: len(b)] + b
        except ValueError:
            return b


def assertion_argument(x):
    assert x > 0, ("not positive", x)
    return x


def raised_in_finally(x):
    try:
        try:
            raise ValueError("a")
        finally:
            if x:
                raise KeyError("b")
    except ValueError:
        raise RuntimeError("c") from None
    return 1


def recursion(n):
    if n == 0:
        raise ValueError("bottom", n)
    try:
        return recursion(n - 1)
    except ValueError:
        if n < 3:
            raise
        return n


def always(x):
    raise ValueError("always", x)


def result_of_always(x):
    try:
        if x > 0:
            y = always(x)
            return y + 1
        return x
    except ValueError:
        return -5


def endless_recursion(n):
    return endless_recursion(n + 1) + 1 if n >= 0 else 0


def catches_endless_recursion(n):
    try:
        return endless_recursion(n)
    except RecursionError:
        return -1


def handler_in_loop_around_loop(a):
    total = 0.0
    for i in range(4):
        try:
            for j in range(100):
                total += a[j] * i
        except IndexError:
            total += 0.5
            for j in range(3):
                total *= 1.5
    return total


def many_classes(i):
    try:
        if i == 0:
            raise StopIteration
        if i == 1:
            raise NotImplementedError("n")
        if i == 2:
            raise OSError(2, "no such file")
        if i == 3:
            raise UnicodeError
        assert i != 4
        if i == 5:
            raise OverflowError(i)
        math = 2**40
        return (1 << i) + math
    except ArithmeticError:
        return 5
    except RuntimeError:
        return 1
    except (OSError, ValueError):
        return 2
    except Exception as e:
        if i == 0:
            raise RuntimeError from e
        return 4


FUNCTIONS = [callee, always, endless_recursion, recursion]
CASES = [
    (index_error, [(np.arange(3.0), 1), (np.arange(3.0), 7), (np.arange(3.0), -4)]),
    (in_a_loop, [(0,), (5,)]),
    (by_class, [(0,), (1,), (2,), (3,), (4,)]),
    (nested, [(0,), (1,)]),
    (own_classes, [(0,), (1,), (2,)]),
    (catches_of_callee, [(3,), (10,)]),
    (one_of_two, [(flag, i) for flag in (True, False) for i in (0, 1, 2, 7)]),
    (leaves_in_many_ways, [(0,), (1,), (-1,), (4,)]),
    (return_in_finally, [(0,), (1,)]),
    (nothing_to_raise, [()]),
    (braces, [(0,), (1,), (2,)]),
    (value_at_the_raise, [(np.zeros(3), 0), (np.zeros(3), 2), (np.zeros(3), 5)]),
    (unbound_in_handler, [(0,), (1,)]),
    (deleted_in_try, [(0,), (1,)]),
    (arrays_in_handlers, [(np.arange(4.0), 3), (np.arange(4.0), 8)]),
    (shapes, [(np.arange(3.0), np.ones(3)), (np.arange(3.0), np.ones(2)), (np.arange(3.0), np.ones(5))]),
    (assertion_argument, [(1,), (0,)]),
    (raised_in_finally, [(0,), (1,)]),
    (recursion, [(0,), (1,), (2,), (3,), (6,)]),
    (result_of_always, [(1,), (0,)]),
    (catches_endless_recursion, [(0,)]),
    (handler_in_loop_around_loop, [(np.arange(5.0),), (np.arange(200.0),)]),
    (many_classes, [(i,) for i in range(8)]),
]
