"""Set algebra, in the order in which CPython adds items: the order of a set shows it."""

from upshift.library import intrinsics


def set_(iterable, /):
    if isinstance(iterable, set):
        return iterable.copy()
    else:
        result = {item for item in iterable}
        return result


def update(a, *others):
    if len(others) > 0:
        if intrinsics.has_same_type(a, others[0]):
            intrinsics.set_merge(a, others[0])
        else:
            for item in others[0]:
                a.add(item)
        update(a, *others[1:])


def union(a, *others):
    result = a.copy()
    update(result, *others)
    return result


def _either(a, b):
    result = a.copy()
    intrinsics.set_merge(result, b)
    return result


def _either_in_place(a, b):
    intrinsics.set_merge(a, b)
    return a


def _both(a, b):
    result = _empty_like(a)
    if len(b) > len(a):
        a, b = b, a
    for item in b:
        if item in a:
            result.add(item)
    return result


def _both_in_place(a, b):
    intrinsics.set_exchange(a, _both(a, b))
    return a


def _empty_like(a):
    result = a.copy()
    result.clear()
    return result


def intersection(a, *others):
    if len(others) == 0:
        return a.copy()
    elif len(others) == 1:
        return _intersection(a, others[0])
    else:
        return intersection(_intersection(a, others[0]), *others[1:])


def _intersection(a, b):
    if isinstance(b, set):
        return _both(a, b)
    else:
        result = _empty_like(a)
        for item in b:
            if item in a:
                result.add(item)
        return result


def intersection_update(a, *others):
    intrinsics.set_exchange(a, intersection(a, *others))


def _without(a, b):
    if len(a) >> 2 > len(b):
        result = a.copy()
        for item in b:
            result.discard(item)
        return result
    else:
        result = _empty_like(a)
        for item in a:
            if item not in b:
                result.add(item)
        return result


def _without_in_place(a, b):
    for item in b:
        a.discard(item)
    return a


def difference(a, *others):
    if len(others) == 0:
        return a.copy()
    elif len(others) == 1:
        return _difference(a, others[0])
    else:
        result = _difference(a, others[0])
        difference_update(result, *others[1:])
        return result


def _difference(a, b):
    if isinstance(b, set):
        return _without(a, b)
    else:
        result = a.copy()
        for item in b:
            result.discard(item)
        return result


def difference_update(a, *others):
    if len(others) > 0:
        for item in others[0]:
            a.discard(item)
        difference_update(a, *others[1:])


def _one(a, b):
    result = b.copy()
    for item in a:
        if item in result:
            result.discard(item)
        else:
            result.add(item)
    return result


def _one_in_place(a, b):
    for item in b:
        if item in a:
            a.discard(item)
        else:
            a.add(item)
    return a


def symmetric_difference(a, b):
    return _one(a, set_(b))


def symmetric_difference_update(a, b):
    _one_in_place(a, set_(b))


def isdisjoint(a, b, /):
    for item in b:
        if item in a:
            return False
    return True


def issubset(a, b, /):
    return less_equal(a, set_(b))


def issuperset(a, b, /):
    for item in b:
        if item not in a:
            return False
    return True


def less_equal(a, b):
    if len(a) > len(b):
        return False
    for item in a:
        if item not in b:
            return False
    return True


def less(a, b):
    return len(a) < len(b) and less_equal(a, b)


def greater_equal(a, b):
    return less_equal(b, a)


def greater(a, b):
    return less(b, a)


def equal(a, b):
    return len(a) == len(b) and less_equal(a, b)


def not_equal(a, b):
    return not equal(a, b)
