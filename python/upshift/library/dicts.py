"""Methods of dicts that go over all entries."""

from upshift.library import intrinsics


def update(a, other=None, /, **entries):
    if other is None:
        pass
    elif isinstance(other, dict):
        for key, value in other.items():
            a[key] = value
    else:
        for key, value in other:
            a[key] = value
    for name, value in entries.items():
        a[name] = value


def fromkeys(iterable, value=None, /):
    result = {}
    for key in iterable:
        result[key] = value
    return result


def dict_(iterable=None, /, **entries):
    if len(entries) > 0:
        return _with_entries(iterable, **entries)
    elif isinstance(iterable, dict):
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


def _with_entries(iterable, **entries):
    result = {}
    if iterable is not None:
        update(result, iterable)
    for name, value in entries.items():
        result[name] = value
    return result


def reversed_(a):
    for key in reversed(list(a)):
        yield key


def contains_value(view, value):
    for known in view:
        if known == value:
            return True
    return False


def view_or(a, b):
    return set(a) | set(b)


def view_and(a, b):
    return set(a) & set(b)


def view_sub(a, b):
    return set(a) - set(b)


def view_xor(a, b):
    result = set(a)
    result.symmetric_difference_update(b)
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
