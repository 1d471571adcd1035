"""Methods of dicts that go over all entries."""

from upshift.library import intrinsics


def update(a, other, /):
    if isinstance(other, dict):
        for key, value in other.items():
            a[key] = value
    else:
        for key, value in other:
            a[key] = value


def dict_(iterable, /):
    if isinstance(iterable, dict):
        if intrinsics.is_plain_dict(iterable):
            return iterable.copy()
        else:
            result = {}
            for key, value in iterable.items():
                result[key] = value
            return result
    else:
        result = {}
        for key, value in iterable:
            result[key] = value
        return result


def union(a, b):
    result = a.copy()
    update(result, b)
    return result


def union_in_place(a, b):
    update(a, b)
    return a


def equal(a, b):
    if len(a) != len(b):
        return False
    for key, value in a.items():
        if key not in b or b[key] != value:
            return False
    return True


def not_equal(a, b):
    return not equal(a, b)
