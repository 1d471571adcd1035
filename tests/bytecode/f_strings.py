def plain(a):
    return f"{a}"


def joined(a, b):
    return f"a={a!r:>5}, {b!s}{b!a}"


def nested(a, width):
    return f"{a:{width}}"
