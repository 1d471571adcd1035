"""`collections.Counter`, `defaultdict` and `OrderedDict`: what they do otherwise than `dict`."""

from collections import Counter, OrderedDict, defaultdict

from upshift.library import dicts, intrinsics


def counter(iterable=None, /, **counts):
    result = Counter()
    if iterable is not None:
        result.update(iterable)
    if len(counts) > 0:
        for name, number in counts.items():
            result[name] += number
    return result


def update(a, iterable=None, /, **counts):
    if iterable is not None:
        if isinstance(iterable, dict):
            for item, number in iterable.items():
                a[item] = a[item] + number
        else:
            for item in iterable:
                a[item] += 1
    if len(counts) > 0:
        for name, number in counts.items():
            a[name] += number


def subtract(a, iterable=None, /, **counts):
    if iterable is not None:
        if isinstance(iterable, dict):
            for item, number in iterable.items():
                a[item] = a[item] - number
        else:
            for item in iterable:
                a[item] -= 1
    if len(counts) > 0:
        for name, number in counts.items():
            a[name] -= number


def most_common(a, n=None):
    entries = list(a.items())
    entries.sort(key=_second, reverse=True)
    return entries if n is None else entries[: max(n, 0)]


def _second(entry):
    return entry[1]


def elements(a):
    for item, number in a.items():
        for _ in range(number):
            yield item


def total(a):
    return sum(a.values())


def _empty_like(a):
    result = a.copy()
    result.clear()
    return result


def added(a, b):
    result = _empty_like(a)
    for item, number in a.items():
        number = number + b[item]
        if number > 0:
            result[item] = number
    for item, number in b.items():
        if item not in a and number > 0:
            result[item] = number
    return result


def without(a, b):
    result = _empty_like(a)
    for item, number in a.items():
        number = number - b[item]
        if number > 0:
            result[item] = number
    for item, number in b.items():
        if item not in a and number < 0:
            result[item] = 0 - number
    return result


def either(a, b):
    result = _empty_like(a)
    for item, number in a.items():
        other = b[item]
        larger = other if number < other else number
        if larger > 0:
            result[item] = larger
    for item, number in b.items():
        if item not in a and number > 0:
            result[item] = number
    return result


def both(a, b):
    result = _empty_like(a)
    for item, number in a.items():
        other = b[item]
        smaller = number if number < other else other
        if smaller > 0:
            result[item] = smaller
    return result


def positive(a):
    result = _empty_like(a)
    for item, number in a.items():
        if number > 0:
            result[item] = number
    return result


def negative(a):
    result = _empty_like(a)
    for item, number in a.items():
        if number < 0:
            result[item] = 0 - number
    return result


def _keep_positive(a):
    for item in [item for item, number in a.items() if not number > 0]:
        del a[item]
    return a


def added_in_place(a, b):
    for item, number in b.items():
        a[item] += number
    return _keep_positive(a)


def without_in_place(a, b):
    for item, number in b.items():
        a[item] -= number
    return _keep_positive(a)


def either_in_place(a, b):
    for item, other in b.items():
        if other > a[item]:
            a[item] = other
    return _keep_positive(a)


def both_in_place(a, b):
    for item, number in a.items():
        other = b[item]
        if other < number:
            a[item] = other
    return _keep_positive(a)


def equal(a, b):
    return less_equal(a, b) and less_equal(b, a)


def not_equal(a, b):
    return not equal(a, b)


def less_equal(a, b):
    for item, number in a.items():
        if not number <= b[item]:
            return False
    for item, number in b.items():
        if item not in a and not 0 <= number:
            return False
    return True


def less(a, b):
    return less_equal(a, b) and not_equal(a, b)


def greater_equal(a, b):
    return less_equal(b, a)


def greater(a, b):
    return less(b, a)


def default_dict(factory, iterable=None, /, **entries):
    result = defaultdict(factory)
    if iterable is not None:
        result.update(iterable)
    if len(entries) > 0:
        for name, value in entries.items():
            result[name] = value
    return result


def missing(a, key, /):
    if a.default_factory is None:
        raise KeyError(key)
    elif intrinsics.makes_known_value(a):
        value = intrinsics.new_value(a)
        a[key] = value
        return value
    else:
        value = a.default_factory()
        a[key] = value
        return value


def ordered_dict(iterable=None, /, **entries):
    result = OrderedDict()
    if iterable is not None:
        result.update(iterable)
    if len(entries) > 0:
        for name, value in entries.items():
            result[name] = value
    return result


def move_to_end(a, key, last=True):
    value = a.pop(key)
    if last:
        a[key] = value
    else:
        others = a.copy()
        a.clear()
        a[key] = value
        dicts.update(a, others)


def popitem(a, last=True):
    if len(a) == 0:
        raise KeyError("dictionary is empty")
    if last:
        return dict.popitem(a)
    for key in a:
        break
    return key, a.pop(key)


def ordered_equal(a, b):
    if len(a) != len(b):
        return False
    for (key, value), (other_key, other_value) in zip(a.items(), b.items()):
        if key != other_key or value != other_value:
            return False
    return True


def ordered_not_equal(a, b):
    return not ordered_equal(a, b)
