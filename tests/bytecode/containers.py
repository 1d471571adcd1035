def list_display(a):
    return [a, 1]


def list_of_constants():
    return [1, 2, 3]


def list_or(a):
    return a or []


def list_with_star(a):
    return [1, *a]


def dict_display(a):
    return {"a": a}


def dict_of_constants():
    return {"a": 1, "b": 2}


def set_display(a):
    return {a, 1}


def list_comprehension(values):
    return [value for value in values]


def set_comprehension(values):
    return {value for value in values}


def dict_comprehension(values):
    return {value: 1 for value in values}


def comprehension_with_capture(values, a):
    b = 1
    return [value * a for value in values]


def starred_assignment(a):
    first, *rest = a
    return first, rest


def tuple_with_stars(a, b):
    return (*a, 1, *b), [*a, 1]


def nested_comprehension(rows, a):
    return [[item + a for item in row if item] for row in rows]


def set_of_constants(a):
    return {1, 2, 3}, a in {4, 5}


def dict_with_constant_keys(a):
    return {"a": a, "b": 1}


def deletion(a, i):
    del a[i], a[1:2]


def narrowed(a):
    if a is not None:
        return a + 1
    return a
