def one(a):
    yield a


def loop(n, scale):
    total = 0
    for i in range(n):
        total += i
        yield total * scale
    return total


def delegating(a):
    result = yield from a
    return result


def in_a_handler(a, b):
    try:
        yield a // b
    except ZeroDivisionError:
        yield a


def with_a_finally(a):
    try:
        yield a
    finally:
        print(a)


def maybe_unbound(a):
    if a:
        b = a
    yield 1
    return b


def expression(values, scale):
    return sum(value * scale for value in values)
