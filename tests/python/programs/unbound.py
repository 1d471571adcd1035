"""Functions that always raise: their callers compile, and raise where CPython does."""


def reads_nothing():
    if x:  # noqa: F821
        pass
    x = 1
    return x


def raises(x):
    raise ValueError("always")


def raises_or_raises(x):
    if x > 0:
        raise ValueError("positive")
    raise KeyError("negative")


def caller(x):
    y = x + 1
    raises(y)
    return y


def caller_of_reader(x):
    if x:
        reads_nothing()
    return 2


def uses_the_result(x):
    return raises(x) is None


def endless(x):
    while True:
        x += 1
        assert x < 5
    return x


FUNCTIONS = [reads_nothing, raises]
CASES = [
    (reads_nothing, [()]),
    (raises, [(1,)]),
    (raises_or_raises, [(1,), (-1,)]),
    (caller, [(1,)]),
    (caller_of_reader, [(0,), (1,)]),
    (uses_the_result, [(1,)]),
    (endless, [(1,)]),
]
