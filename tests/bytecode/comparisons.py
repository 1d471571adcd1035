def all_six(a, b):
    return (a < b, a <= b, a == b, a != b, a > b, a >= b)


def chained(a, b, c):
    return a < b <= c


def chained_condition(a, f):
    if 0 <= f(a) < 10 != a:
        return 1
    return 0


def negated(a, b):
    return not a == b
