def positional(f, a, b):
    return f() + f(a) + f(a, b)


def keywords(f, a, b):
    return f(a, scale=b, offset=1) + f(dtype=a)


def nested(f, g, a):
    return f(g(a), g(g(a)))


def starred(f, args):
    return f(*args)


def mixed_starred(f, a, args):
    return f(a, *args, 1)


def builtin(a):
    return len(a) + abs(min(a[0], 1))


def statement(f, a):
    f(a)


def recursive(n):
    if n < 2:
        return n
    return recursive(n - 1) + recursive(n - 2)


def keywords(f, a, **more):
    return f(1, **more), f(*a, x=1, **more), f(**{"y": a})
