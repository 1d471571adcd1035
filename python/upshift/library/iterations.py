"""Python's `itertools`, as generators."""

from upshift.library import intrinsics


def accumulate(iterable, func=None, *, initial=None):
    if func is None:
        yield from _accumulated(iterable, _add, initial)
    else:
        yield from _accumulated(iterable, func, initial)


def _add(a, b):
    return a + b


def _accumulated(iterable, function, initial):
    if initial is None:
        is_first = True
        for item in iterable:
            if is_first:
                total = item
                is_first = False
            else:
                total = function(total, item)
            yield total
    else:
        result = initial
        yield result
        for item in iterable:
            result = function(result, item)
            yield result


def chain(*iterables):
    for iterable in iterables:
        for item in iterable:
            yield item


def from_iterable(iterable, /):
    for inner in iterable:
        for item in inner:
            yield item


def compress(data, selectors):
    for item, is_selected in zip(data, selectors):
        if is_selected:
            yield item


def count(start=0, step=1):
    number = start
    while True:
        yield number
        number += step


def cycle(iterable, /):
    saved = []
    for item in iterable:
        saved.append(item)
        yield item
    while len(saved) > 0:
        for item in saved:
            yield item


def dropwhile(predicate, iterable, /):
    is_dropping = True
    for item in iterable:
        if is_dropping and predicate(item):
            continue
        is_dropping = False
        yield item


def filterfalse(function, iterable, /):
    for item in iterable:
        if function is None:
            if not item:
                yield item
        elif not function(item):
            yield item


def islice(iterable, /, *bounds):
    start, stop, step = _bounds(*bounds)
    if start < 0 or step < 1 or stop < -1:
        raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    position, wanted = 0, start
    if stop != 0:
        for item in iterable:
            if position == wanted and (stop < 0 or position < stop):
                yield item
                wanted += step
            position += 1
            if stop >= 0 and position >= stop:
                break


def pairwise(iterable, /):
    is_first = True
    for item in iterable:
        if not is_first:
            yield last, item
        last = item
        is_first = False


def repeat(object, times=-1):
    if times == -1:
        while True:
            yield object
    for _ in range(times):
        yield object


def starmap(function, iterable, /):
    for arguments in iterable:
        yield function(*arguments)


def takewhile(predicate, iterable, /):
    for item in iterable:
        if not predicate(item):
            break
        yield item


def combinations(iterable, r, /):
    count = _known(r)
    pool = list(iterable)
    size = len(pool)
    if count <= size:
        places = list(range(count))
        yield _picked(pool, places, r)
        while True:
            i = count - 1
            while i >= 0 and places[i] == i + size - count:
                i -= 1
            if i < 0:
                return
            places[i] += 1
            for j in range(i + 1, count):
                places[j] = places[j - 1] + 1
            yield _picked(pool, places, r)


def combinations_with_replacement(iterable, r, /):
    count = _known(r)
    pool = list(iterable)
    size = len(pool)
    if size > 0 or count == 0:
        places = [0] * count
        yield _picked(pool, places, r)
        while True:
            i = count - 1
            while i >= 0 and places[i] == size - 1:
                i -= 1
            if i < 0:
                return
            place = places[i] + 1
            for j in range(i, count):
                places[j] = place
            yield _picked(pool, places, r)


def permutations(iterable, r=None, /):
    count = _known(r)
    pool = list(iterable)
    size = len(pool)
    if count <= size:
        places = list(range(size))
        left = list(range(size, size - count, -1))
        yield _picked(pool, places, r)
        while size > 0:
            i = count - 1
            while i >= 0:
                left[i] -= 1
                if left[i] > 0:
                    break
                place = places[i]
                for j in range(i, size - 1):
                    places[j] = places[j + 1]
                places[size - 1] = place
                left[i] = size - i
                i -= 1
            if i < 0:
                return
            other = size - left[i]
            places[i], places[other] = places[other], places[i]
            yield _picked(pool, places, r)


def _known(r):
    if not isinstance(r, str):
        intrinsics.refuse(
            "the length of what it yields must be a constant, known when the function is compiled: permutations(items, 2); "
            "for another length write a loop that keeps the chosen indexes in a list"
        )
    count = intrinsics.remembered(r)
    if count < 0:
        raise ValueError("r must be non-negative")
    return count


def _picked(pool, places, r):
    count = intrinsics.remembered(r)
    if count == 0:
        return ()
    elif count == 1:
        return (pool[places[0]],)
    elif count == 2:
        return pool[places[0]], pool[places[1]]
    elif count == 3:
        return pool[places[0]], pool[places[1]], pool[places[2]]
    elif count == 4:
        return pool[places[0]], pool[places[1]], pool[places[2]], pool[places[3]]
    elif count == 5:
        return pool[places[0]], pool[places[1]], pool[places[2]], pool[places[3]], pool[places[4]]
    elif count == 6:
        return pool[places[0]], pool[places[1]], pool[places[2]], pool[places[3]], pool[places[4]], pool[places[5]]
    else:
        return _picked_from(pool, places, (None,) * count, 0)


def _picked_from(pool, places, slots, position):
    if len(slots) == 0:
        return ()
    else:
        return (pool[places[position]],) + _picked_from(pool, places, slots[1:], position + 1)


def product(*iterables, repeat=None):
    if isinstance(repeat, str):
        times = intrinsics.remembered(repeat)
        if times < 0:
            raise ValueError("repeat argument cannot be negative")
        yield from _product(*(_lists(*iterables) * times))
    elif repeat is None:
        yield from _product(*iterables)
    else:
        intrinsics.refuse("repeat must be a constant, known when the function is compiled: product(items, repeat=2)")


def _lists(*iterables):
    if len(iterables) == 0:
        return ()
    else:
        return (list(iterables[0]),) + _lists(*iterables[1:])


def _product(*iterables):
    if len(iterables) == 0:
        yield ()
    elif len(iterables) == 1:
        for item in list(iterables[0]):
            yield (item,)
    else:
        last = list(iterables[-1])
        for items in _product(*iterables[:-1]):
            for item in last:
                yield items + (item,)


def groupby(iterable, key=None):
    is_first = True
    for item in iterable:
        own = item if key is None else key(item)
        if is_first:
            current, group = own, [item]
            is_first = False
        elif own == current:
            group.append(item)
        else:
            yield current, iter(group)
            current, group = own, [item]
    if not is_first:
        yield current, iter(group)


def zip_longest(*iterables, fillvalue=None):
    if len(iterables) == 1:
        for item in iterables[0]:
            yield (item,)
    else:
        iterators = _iterators(*iterables)
        while True:
            count, items = _next_of_each(fillvalue, *iterators)
            if count == 0:
                return
            yield items


def _iterators(*iterables):
    if len(iterables) == 0:
        return ()
    else:
        return (iter(iterables[0]),) + _iterators(*iterables[1:])


def _next_of_each(fillvalue, *iterators):
    """How many of them have an item, and the items, with others in the place of missing ones."""
    if len(iterators) == 0:
        return 0, ()
    else:
        item = fillvalue
        count = 0
        try:
            item = next(iterators[0])
            count = 1
        except StopIteration:
            pass
        others, items = _next_of_each(fillvalue, *iterators[1:])
        return count + others, (item,) + items


def tee(iterable, /, *n):
    if len(n) == 0:
        source, saved = iter(iterable), []
        return _saved_items(source, saved), _saved_items(source, saved)
    else:
        _known(n[0])
        return _tee(iterable, n[0])


def _tee(iterable, n):
    count = intrinsics.remembered(n)
    if count < 1 or count > 3:
        intrinsics.refuse("tee() makes one to three iterators; use a list")
    source, saved = iter(iterable), []
    if count == 1:
        return (_saved_items(source, saved),)
    elif count == 2:
        return _saved_items(source, saved), _saved_items(source, saved)
    else:
        return _saved_items(source, saved), _saved_items(source, saved), _saved_items(source, saved)


def _saved_items(source, saved):
    """Items that another iterator has taken already, then new ones, which are kept for the others."""
    position = 0
    while True:
        if position == len(saved):
            for item in source:
                saved.append(item)
                break
            else:
                return
        yield saved[position]
        position += 1


def _bounds(*bounds):
    if len(bounds) == 1:
        return 0, _stop(bounds[0]), 1
    elif len(bounds) == 2:
        return _or(bounds[0], 0), _stop(bounds[1]), 1
    elif len(bounds) == 3:
        return _or(bounds[0], 0), _stop(bounds[1]), _or(bounds[2], 1)
    else:
        intrinsics.refuse("islice expected 2 to 4 arguments")


def _or(bound, absent):
    return absent if bound is None else bound


def _stop(bound):
    if bound is None:
        return -1
    return bound if bound >= 0 else -2
