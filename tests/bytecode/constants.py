def numbers():
    return 1, -5, 9223372036854775807, -9223372036854775808, 9223372036854775808, 0.5, 1e300, -0.0, 2j


def special(a):
    return a is None, a is True, a is ..., "text \n ü", b"\x00a"


def folded():
    return 2**10 + 1, (1, (2, 3)), -(1.5)


def membership(a):
    return a in (1, 2, 3), a in [4, 5], a in {6, 7}


def loop():
    total = 0
    for value in [1, 2, 3]:
        total += value
    return total


def infinities():
    return 1e999, -1e999, 1e999j
