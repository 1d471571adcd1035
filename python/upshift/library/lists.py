"""Methods and functions of lists that compare items, and lists of what can be iterated over."""

from upshift.library import intrinsics


def list_(iterable, /):
    if isinstance(iterable, list):
        # A copy of a typed list would be one too.
        plain = []
        plain.extend(iterable)
        return plain
    else:
        result = []
        for item in iterable:
            result.append(item)
        return result


def extend(a, iterable, /):
    if intrinsics.has_same_type(a, iterable):
        intrinsics.list_extend(a, iterable)
    else:
        for item in iterable:
            a.append(item)


def extended(a, iterable, /):
    extend(a, iterable)
    return a


def contains(a, item, /):
    if intrinsics.is_int_among_ints(a, item):
        return intrinsics.list_find(a, item, 0) >= 0
    else:
        for other in a:
            if other == item:
                return True
        return False


def count(a, value, /):
    number = 0
    for item in a:
        if item == value:
            number += 1
    return number


def index(a, value, start=0, stop=9223372036854775807, /):
    length = len(a)
    if start < 0:
        start = max(start + length, 0)
    if stop < 0:
        stop = max(stop + length, 0)
    if intrinsics.is_int_among_ints(a, value):
        found = intrinsics.list_find(a, value, start)
        if 0 <= found < stop:
            return found
    else:
        i = start
        while i < stop and i < len(a):
            if intrinsics.list_item(a, i) == value:
                return i
            i += 1
    _raise_not_in_list(value)
    return -1


def _raise_not_in_list(value):
    if isinstance(value, int):
        intrinsics.raise_unless(False, "ValueError", "{0} is not in list", value)
    else:
        raise ValueError("list.index(x): x not in list")


def remove(a, value, /):
    for i in range(len(a)):
        if intrinsics.list_item(a, i) == value:
            del a[i]
            return
    raise ValueError("list.remove(x): x not in list")


def equal(a, b):
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if intrinsics.list_item(a, i) != intrinsics.list_item(b, i):
            return False
    return True


def not_equal(a, b):
    return not equal(a, b)


def _first_difference(a, b):
    for i in range(min(len(a), len(b))):
        if intrinsics.list_item(a, i) != intrinsics.list_item(b, i):
            return i
    return -1


def less(a, b):
    i = _first_difference(a, b)
    return len(a) < len(b) if i < 0 else intrinsics.list_item(a, i) < intrinsics.list_item(b, i)


def less_equal(a, b):
    i = _first_difference(a, b)
    return len(a) <= len(b) if i < 0 else intrinsics.list_item(a, i) <= intrinsics.list_item(b, i)


def greater(a, b):
    return less(b, a)


def greater_equal(a, b):
    return less_equal(b, a)


def sort(a, /, *, key=None, reverse=False):
    if key is None:
        if intrinsics.is_sortable(a):
            intrinsics.list_sort(a, a, reverse)
        else:
            _merge_sort(a, a.copy(), reverse)
    else:
        keys = [key(item) for item in a]
        if intrinsics.is_sortable(keys):
            intrinsics.list_sort(a, keys, reverse)
        else:
            _merge_sort(a, keys, reverse)


def _merge_sort(a, keys, reverse):
    """Sorts by the keys, which are left as they are: merges ever longer pieces of a permutation."""
    count = len(a)
    order = list_(range(count))
    merged = order.copy()
    width = 1
    while width < count:
        start = 0
        while start < count:
            _merge(order, merged, keys, reverse, start, min(start + width, count), min(start + 2 * width, count))
            start += 2 * width
        order, merged = merged, order
        width *= 2
    items = a.copy()
    for i in range(count):
        a[i] = items[order[i]]


def _merge(order, merged, keys, reverse, start, middle, end):
    left = start
    right = middle
    for target in range(start, end):
        if left == middle:
            is_right = True
        elif right == end:
            is_right = False
        elif reverse:
            is_right = keys[order[left]] < keys[order[right]]
        else:
            is_right = keys[order[right]] < keys[order[left]]
        if is_right:
            merged[target] = order[right]
            right += 1
        else:
            merged[target] = order[left]
            left += 1


def sorted_(iterable, /, *, key=None, reverse=False):
    result = list_(iterable)
    sort(result, key=key, reverse=reverse)
    return result


def smallest(iterable, /, *, key=None, **default):
    is_first = True
    for item in iterable:
        if key is None:
            if is_first or item < best:
                best = item
        else:
            own = key(item)
            if is_first or own < best_key:
                best = item
                best_key = own
        is_first = False
    if is_first:
        if len(default) == 0:
            raise ValueError("min() arg is an empty sequence")
        else:
            return _default(**default)
    return best


def largest(iterable, /, *, key=None, **default):
    is_first = True
    for item in iterable:
        if key is None:
            if is_first or item > best:
                best = item
        else:
            own = key(item)
            if is_first or own > best_key:
                best = item
                best_key = own
        is_first = False
    if is_first:
        if len(default) == 0:
            raise ValueError("max() arg is an empty sequence")
        else:
            return _default(**default)
    return best


def product(iterable, /, *, start=1):
    total = start
    for item in iterable:
        total = total * item
    return total


def _default(*, default):
    return default


def smallest_argument(*items, key=None):
    return smallest(items, key=key)


def largest_argument(*items, key=None):
    return largest(items, key=key)
