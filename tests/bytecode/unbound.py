def maybe(a):
    if a:
        b = 1
    return b


def after_loop(values):
    for value in values:
        last = value
    return value, last, last


def surely():
    return a
    a = 1


def before_assignment(n):
    total = total + n
    return total


def deleted(a):
    del a
    return a


def deleted_sometimes(a, b):
    if b:
        del a
    else:
        a = 2
    a = a + 1
    return a


def set_in_loop(n):
    i = 0
    while i < n:
        if i > 0:
            i = i + previous
        previous = i
        i += 1
    return i


def bound_by_both(a):
    if a:
        b = 1
    else:
        b = 2
    return b
