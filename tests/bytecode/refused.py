def class_definition(a):
    class Inner:
        pass

    return Inner


async def coroutine(a):
    await a


async def async_generator(a):
    yield a


def except_star(a):
    try:
        return a[0]
    except* ValueError:
        pass


def import_relative():
    from .code import pi

    return pi


def global_assignment(a):
    global counter
    counter = a


def global_deletion():
    global counter
    del counter


def make_nonlocal(a):
    def nonlocal_assignment():
        nonlocal a
        a += 1

    return nonlocal_assignment


def match_mapping(a):
    match a:
        case {"x": b}:
            return b


def attribute_deletion(a):
    del a.b


def sibling_defaults(a):
    def first(b=1):
        return second() if b else a

    def second():
        return first(0)

    return second()
