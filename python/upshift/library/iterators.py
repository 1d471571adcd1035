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


def _take(iterator, places, count):
    if len(places) == 0:
        return ()
    else:
        for item in iterator:
            return (item,) + _take(iterator, places[1:], count)
        raise ValueError(f"not enough values to unpack (expected {count}, got {count - len(places)})")
