def tests(a, b):
    return (a is b, a is not b, a in b, a not in b)


def default(a, b=None):
    if b is None:
        b = a
    return b


def not_none(a):
    if a is not None:
        return a
    return 0


def while_none(a, f):
    while a is None:
        a = f()
    return a


def while_not_none(a, f):
    while a is not None:
        a = f(a)
    return 1


def constant_truth(a):
    flag = a is None
    while flag:
        a = a + 1
        flag = a in (1, 2)
    return not flag
