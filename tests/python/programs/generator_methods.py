"""Methods of generators: `close` and `throw`."""


def closes(n, log):
    def each():
        try:
            for i in range(n):
                yield i
        finally:
            log.append(n)

    items = each()
    first = next(items, -1)
    items.close()
    items.close()
    never_started = each()
    never_started.close()
    return first, next(items, -2), next(never_started, -3), log


def ignores_closing():
    def each():
        while True:
            try:
                yield 1
            except GeneratorExit:
                yield 2

    items = each()
    next(items)
    items.close()
    return 0


def fails_when_closed(n):
    found = [0]

    def each():
        try:
            yield 1
        finally:
            found.append(1 // n)

    items = each()
    next(items)
    items.close()
    return found


def throws(n):
    def each():
        while True:
            try:
                yield n
            except ValueError as error:
                yield -len(str(error))

    items = each()
    return next(items), items.throw(ValueError("abc")), next(items), items.throw(ValueError("ab"))


def throws_through(n):
    def each():
        yield n
        yield n + 1

    items = each()
    first = next(items)
    try:
        items.throw(KeyError(n))
    except KeyError:
        first += 100
    return first, next(items, -1)


def throws_to_the_end(n):
    def each():
        try:
            yield n
        except KeyError:
            pass

    items = each()
    next(items)
    try:
        items.throw(KeyError)
    except StopIteration:
        return n
    return -1


def sends_none(n):
    def each():
        for i in range(n):
            got = yield i
            if got is not None:
                yield -1

    items = each()
    taken = [items.send(None), items.send(None)]
    try:
        items.send(None)
    except StopIteration:
        taken.append(100)
    return taken


def states(n):
    def each():
        yield n
        yield n + 1

    items = each()
    seen = [items.gi_running, items.gi_suspended]
    for _ in items:
        seen += [items.gi_running, items.gi_suspended]
    return seen + [items.gi_running, items.gi_suspended]


CASES = [
    (sends_none, [(2,), (3,)]),
    (states, [(2,)]),
    (closes, [(3, [5]), (0, [5])]),
    (ignores_closing, [()]),
    (fails_when_closed, [(0,), (2,)]),
    (throws, [(3,)]),
    (throws_through, [(3,)]),
    (throws_to_the_end, [(3,)]),
]
