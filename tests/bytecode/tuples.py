def build(a, b):
    return (), (a,), (a, b), (1, 2.5, "x")


def swap(a, b):
    a, b = b, a
    return a, b


def rotate(a, b, c, d):
    a, b, c = c, a, b
    a, b, c, d = d, c, b, a
    return a, b, c, d


def unpack(pair):
    (a, b), c = pair
    return a + b + c


def multiple(a):
    x = y = a + 1
    return x, y


def starred_display(a, b):
    return (a, *b, 1)
