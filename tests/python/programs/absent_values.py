"""Operations on what may be `None`: they raise what CPython raises where it is."""


def found(items, wanted):
    for position, item in enumerate(items):
        if item == wanted:
            return position, item
    return None


def number(x):
    return x if x > 0 else None


def real(x):
    return x / 2 if x > 0 else None


def listed(x):
    return [x, 1] if x > 0 else None


def unpack(items, wanted):
    a, b = found(items, wanted)
    return a - b


def unpack_starred(x):
    a, *b = listed(x)
    return a, b


def subscript(items, wanted):
    return found(items, wanted)[1]


def iterate(x):
    result = 0
    for item in listed(x):
        result += item
    return result


def plus(x):
    return number(x) + 1


def reversed_plus(x):
    return 1.5 * number(x)


def power(x):
    return number(x) ** 2


def add_in_place(x):
    result = number(x)
    result -= 2
    return result


def add_to(x):
    result = 3
    result *= number(x)
    return result


def less(x):
    return number(x) < 5, 2.5 >= real(x)


def length(x):
    return len(listed(x))


def method(x):
    items = listed(x)
    items.append(5)
    return items


def contains(x):
    return 1 in listed(x)


def store(x):
    items = listed(x)
    items[0] = 7
    return items


def delete(x):
    items = listed(x)
    del items[0]
    return items


def caught(x):
    try:
        return number(x) + 1
    except TypeError:
        return -1


def fallen(x):
    if x > 0:
        return x, x + 1
    if x < -5:
        return 0, 0


def falls(x):
    a, b = fallen(x)
    return a + b


def equal(x, y):
    return number(x) == y, y == number(x), number(x) != y, y != number(x)


def equal_none(x):
    a, b = number(x), listed(x)
    return a == None, None != a, b == None, b != None  # noqa: E711


def equal_pairs(x):
    return fallen(x) == (1, 2), (0, 0) != fallen(x)


NUMBERS = [(3,), (0,)]
FUNCTIONS = [found, number, real, listed, fallen]
CASES = [
    (unpack, [([1, 2], 2), ([1, 2], 3)]),
    (subscript, [([1, 2], 2), ([1, 2], 3)]),
    (falls, [(1,), (-6,), (0,)]),
    (equal, [(3, 3), (3, 4), (0, 0), (0, 3), (2, 2.0), (0, 0.5), (1, True), (0, False)]),
    (equal_none, NUMBERS),
    (equal_pairs, [(1,), (-6,), (0,)]),
    *(
        (function, NUMBERS)
        for function in (
            unpack_starred, iterate, plus, reversed_plus, power, add_in_place, add_to, less, length, method, contains, store, delete, caught,
        )
    ),
]  # fmt: skip
