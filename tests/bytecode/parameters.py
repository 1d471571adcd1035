def kinds(a, b=1, /, c=2, *, d, e=3):
    return a + b + c + d + e


def rest(first, *others):
    for other in others:
        first += other
    return first


def rest_and_keyword(a, *others, scale=1):
    return a, others, scale


def none():
    return None
