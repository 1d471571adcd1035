def both(a, b, c):
    return a and b and c


def either(a, b, c):
    return a or b or c


def mixed(a, b, c):
    return a and (b or c)


def in_condition(a, b, c):
    if a and not b or c:
        return 1
    return 2


def loop(a, b):
    while a and b:
        a -= 1
    return a
