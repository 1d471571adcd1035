def class_only(a):
    if a < 0:
        raise ValueError
    return a


def with_message(a):
    if a < 0:
        raise ValueError("negative", a)
    return a


def asserted(a):
    assert a > 0
    return a


def asserted_message(a, b):
    assert a > b, "too small"
    return a - b


def always():
    raise NotImplementedError()
