"""Iterators that are objects: generators, which say where they stand to whoever holds them."""

from upshift.library import intrinsics


def iter_(iterable, /, *sentinel):
    if len(sentinel) == 1:
        return _items_until(iterable, sentinel[0])
    elif intrinsics.is_generator(iterable):
        return iterable
    else:
        return _items(iterable)


def _items(iterable):
    for item in iterable:
        yield item


def _items_until(function, sentinel):
    while True:
        item = function()
        if item == sentinel:
            return
        yield item


def next_(iterator, /, *default):
    if not intrinsics.is_generator(iterator):
        intrinsics.refuse("next() takes an iterator; write next(iter(...)), and keep the iterator in a variable")
    for item in iterator:
        return item
    if len(default) == 0:
        raise StopIteration
    else:
        return default[0]


def zip_(*iterables):
    for items in zip(*iterables):
        yield items


def zip_shared(*iterables):
    """Some of them may be one iterator: each item is taken before the next iterator runs."""
    iterators = _iterators(*iterables)
    while True:
        try:
            items = _next_of_each(*iterators)
        except StopIteration:
            return
        yield items


def _iterators(*iterables):
    if len(iterables) == 0:
        return ()
    else:
        return (iter(iterables[0]),) + _iterators(*iterables[1:])


def _next_of_each(*iterators):
    if len(iterators) == 0:
        return ()
    else:
        return (next(iterators[0]),) + _next_of_each(*iterators[1:])


def enumerate_(iterable, start=0):
    for pair in enumerate(iterable, start):
        yield pair


def reversed_(sequence, /):
    for item in reversed(sequence):
        yield item


def map_(function, /, *iterables):
    for items in zip(*iterables):
        yield function(*items)


def filter_(function, iterable, /):
    for item in iterable:
        if function is None:
            if item:
                yield item
        elif function(item):
            yield item


def contains(iterator, value, /):
    for item in iterator:
        if item == value:
            return True
    return False


def unpack(iterable, places):
    """As many items as there are places, as a tuple."""
    iterator = iter(iterable)
    items = _take(iterator, places, len(places))
    for _ in iterator:
        raise ValueError(f"too many values to unpack (expected {len(places)})")
    return items


def unpack_starred(iterable, before, after):
    """The first items, a list, and the last items, as a tuple; as many as there are places."""
    items = list(iterable)
    least = len(before) + len(after)
    count = len(items)
    if count < least:
        raise ValueError(f"not enough values to unpack (expected at least {least}, got {count})")
    last = count - len(after)
    return _items_from(items, before, 0) + (items[len(before) : last],) + _items_from(items, after, last)


def _items_from(items, places, start):
    if len(places) == 0:
        return ()
    else:
        return (items[start],) + _items_from(items, places[1:], start + 1)


def call(function, iterable, name, names, /, **keywords):
    """`function(*iterable, **keywords)` for a function that takes as many items as there are names."""
    iterator = iter(iterable)
    arguments = _arguments(iterator, name, names)
    more = 0
    for _ in iterator:
        more += 1
    if more > 0:
        count = len(names)
        plural = "" if count == 1 else "s"
        raise TypeError(f"{name}() takes {count} positional argument{plural} but {count + more} were given")
    return function(*arguments, **keywords)


def call_known(function, iterable, places, /, **keywords):
    """The same for an iterable that is known to have as many items as there are places."""
    return function(*unpack(iterable, places), **keywords)


def call_some(function, iterable, name, names, optional, /, **keywords):
    """The same for a function with defaults for as many parameters more as there are places."""
    iterator = iter(iterable)
    arguments = _arguments(iterator, name, names)
    more = list(iterator)
    if len(more) > len(optional):
        least, most = len(names), len(names) + len(optional)
        raise TypeError(f"{name}() takes from {least} to {most} positional arguments but {least + len(more)} were given")
    return _with_some(function, more, arguments, (), optional, **keywords)


def _with_some(function, more, arguments, taken, optional, /, **keywords):
    if len(optional) == 0:
        return function(*arguments, **keywords)
    else:
        if len(more) == len(taken):
            return function(*arguments, **keywords)
        item = more[len(taken)]
        return _with_some(function, more, arguments + (item,), taken + (None,), optional[1:], **keywords)


def _arguments(iterator, name, names):
    if len(names) == 0:
        return ()
    else:
        for item in iterator:
            return (item,) + _arguments(iterator, name, names[1:])
        raise TypeError(_missing(name, names))


def _missing(name, names):
    text = f"'{names[-1]}'"
    if len(names) == 1:
        return f"{name}() missing 1 required positional argument: {text}"
    elif len(names) == 2:
        return f"{name}() missing 2 required positional arguments: '{names[0]}' and {text}"
    else:
        others = ""
        for other in names[:-1]:
            others += f"'{other}', "
        return f"{name}() missing {len(names)} required positional arguments: {others}and {text}"


def close(generator, /):
    try:
        raise GeneratorExit
    except GeneratorExit as error:
        stop = error
    try:
        has_item = intrinsics.throw(generator, stop)
    except (GeneratorExit, StopIteration):
        return
    if has_item:
        raise RuntimeError("generator ignored GeneratorExit")


def send(generator, value, /):
    if value is not None:
        intrinsics.refuse(
            "a compiled generator is sent nothing but None; have it read the value from a list or an array that it was passed"
        )
    return next(generator)


def throw(generator, exception, /):
    try:
        raise exception
    except BaseException as error:
        thrown = error
    if intrinsics.throw(generator, thrown):
        return intrinsics.thrown_item(generator)
    raise StopIteration


def _take(iterator, places, count):
    if len(places) == 0:
        return ()
    else:
        for item in iterator:
            return (item,) + _take(iterator, places[1:], count)
        raise ValueError(f"not enough values to unpack (expected {count}, got {count - len(places)})")
