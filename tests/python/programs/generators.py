"""Generators inside compiled code: what lives across a yield, who consumes them, how they end, generator expressions."""

import numpy as np


def count_up(n):
    def up(n):
        i = 0
        while i < n:
            yield i
            i += 1

    total = 0
    for i in up(n):
        total = total * 3 + i
    return total


def fibonacci_numbers(n):
    def fibonacci():
        a, b = 0, 1
        while True:
            yield a
            a, b = b, a + b

    found = []
    for value in fibonacci():
        if value > n:
            break
        found.append(value)
    return found


def several_yields(flag, x):
    def parts(flag, x):
        yield x
        if flag:
            yield x * 2
        else:
            yield x - 4
            yield -x
        for i in range(3):
            if i == 1:
                continue
            yield i + x
        yield 100

    return [part for part in parts(flag, x)]


def live_arrays(a, n):
    def windows(a, n):
        scaled = a * 2
        for i in range(len(a) - n + 1):
            window = scaled[i : i + n]
            before = scaled.copy()
            yield window
            yield before[i : i + 1]
        yield scaled[::-1]

    total = 0.0
    rows = []
    for window in windows(a, n):
        total += window.sum()
        rows.append(window.sum() + window[0])
    return total, rows


def live_containers(n):
    def groups(n):
        seen = []
        counts = {}
        for i in range(n):
            key = "odd" if i % 2 else "even"
            counts[key] = counts.get(key, 0) + i
            seen.append((i, key))
            yield seen[-1], counts[key]
        yield (len(seen), str(sorted(counts.keys()))), len(counts)

    found = []
    for pair, number in groups(n):
        found.append((pair[0], pair[1], number))
    return found


def gives_lists(n):
    def rows(n):
        row = [1]
        for _ in range(n):
            yield row
            row = [1] + [row[i] + row[i + 1] for i in range(len(row) - 1)] + [1]

    return [sum(row) for row in rows(n)], list(rows(n))


def gives_strings(text):
    def words(text):
        word = ""
        for letter in text:
            if letter == " ":
                if word:
                    yield word
                word = ""
            else:
                word += letter
        if word:
            yield word

    return ",".join(words(text)), [len(word) for word in words(text)], sorted(words(text))


def delegates(n):
    def inner(n):
        yield n
        yield n + 1
        return n * 10

    def outer(n):
        a = yield from inner(n)
        yield -1
        b = yield from inner(a)
        yield from range(3)
        yield from [a, b]
        yield from (7, 8)

    return list(outer(n))


def delegates_to_others(a, text, d):
    def outer(a, text, d):
        count = 0
        for letter in text:
            yield from a
            count += len(letter)
        yield from d.values()
        yield np.float64(count)

    return [x * 2 for x in outer(a, text, d)]


def recursive(n):
    def walk(low, high):
        if low >= high:
            return
        middle = (low + high) // 2
        yield from walk(low, middle)
        yield middle
        yield from walk(middle + 1, high)

    return list(walk(0, n))


def queens(n):
    def place(row, columns):
        if row == n:
            yield columns.copy()
            return
        for column in range(n):
            fits = True
            for other in range(row):
                if columns[other] == column or abs(columns[other] - column) == row - other:
                    fits = False
                    break
            if fits:
                columns.append(column)
                yield from place(row + 1, columns)
                columns.pop()

    boards = [board for board in place(0, [0 for _ in range(0)])]
    return len(boards), boards[:1]


def consumers(n):
    def numbers(n):
        for i in range(n):
            yield (i * 7) % 5

    return (
        sum(numbers(n)),
        max(numbers(n)),
        min(numbers(n)),
        any(numbers(n)),
        all(numbers(n)),
        sorted(numbers(n)),
        set(numbers(n)),
        list(numbers(n)),
        sum(numbers(n), 0.5),
        3 in numbers(n),
        3 not in numbers(n),
    )


def pairs(n):
    def entries(n):
        for i in range(n):
            yield i, i * 0.5

    d = dict(entries(n))
    total = 0.0
    for i, (a, b) in enumerate(entries(n), 10):
        total += i * a + b
    for (a, b), c in zip(entries(n), entries(n + 5)):
        total += a * c[1] - b
    for c, (a, b) in zip([3, 4, 5], entries(n)):
        total += c * a + b
    return d, total


def zip_stops(n, m):
    def numbers(n):
        for i in range(n):
            yield i

    first = numbers(n)
    second = numbers(m)
    found = [(a, b) for a, b in zip(first, second)]
    return found, list(first), list(second)


def zip_drops_strings(n, m):
    def texts(n, letter):
        for i in range(n):
            yield letter * i

    first = texts(n, "a")
    second = texts(m, "b")
    found = []
    for a, b in zip(first, second):
        found.append(a + b)
    return found, list(first), list(second)


def unpacks(x):
    def three(x):
        yield x
        yield x + 1
        yield x + 2

    a, b, c = list(three(x))
    first, *rest = list(three(x))
    return a * b + c, first, rest


def unpacks_iterators(n, text):
    def numbers(n):
        for i in range(n):
            yield i * 10

    a, b, c = numbers(n)
    d, e = map(int, text.split())
    (f, g), h = zip([a, b], text)
    i, j = range(n - 1)
    k, m, o = text
    found = a + b + c + d + e + f + i + j
    for p, q in (numbers(2), numbers(2)):
        found += p * 100 + q
    return found, g, h, k, m, o


def extends(n):
    def numbers(n):
        for i in range(n):
            yield i * i

    found = [-1]
    found.extend(numbers(n))
    found += numbers(2)
    seen = {5}
    seen.update(numbers(n))
    return found, sorted(seen), [*numbers(3), 9, *numbers(2)]


def passed_on(n):
    def numbers(n):
        for i in range(n):
            yield i

    def squares(items):
        for item in items:
            yield item * item

    def total(items, start):
        for item in items:
            start += item
        return start

    return total(squares(squares(numbers(n))), 1), total(squares([1.5, 2.0]), 0.0), total(squares((3, 4)), 0)


def shared(n):
    def numbers(n):
        for i in range(n):
            yield i

    g = numbers(n)
    other = g
    found = []
    for i in g:
        found.append(i)
        if i == 2:
            break
    for i in other:
        found.append(-i)
        if i == 5:
            break
    return found, list(g), list(other)


def in_a_list(n):
    def numbers(start, n):
        for i in range(start, start + n):
            yield i

    streams = [numbers(i * 10, n) for i in range(3)]
    found = []
    for stream in streams:
        for item in stream:
            found.append(item)
            if item % 10 == 1:
                break
    for stream in streams:
        found.append(sum(stream))
    return found


def rebound(n):
    """The sieve whose generator is wrapped again and again would be another type each time: a list stands for it."""

    def primes(n):
        found = []
        candidate = 2
        while True:
            is_prime = True
            for p in found:
                if candidate % p == 0:
                    is_prime = False
                    break
            if is_prime:
                found.append(candidate)
                yield candidate
            candidate += 1

    result = []
    for p in primes(n):
        if p > n:
            return result
        result.append(p)
    return result


def raises_inside(n):
    def numbers(n):
        for i in range(n):
            yield 10 // (3 - i)

    total = 0
    for x in numbers(n):
        total += x
    return total


def ended_by_an_exception(n):
    def numbers(n):
        for i in range(n):
            yield 10 // (2 - i)

    g = numbers(n)
    found = []
    try:
        for x in g:
            found.append(x)
    except ZeroDivisionError:
        found.append(-1)
    return found, list(g)


def catches_inside(a):
    def safe(a):
        for x in a:
            try:
                if x == 0:
                    yield -1
                yield 100 // x
            except ZeroDivisionError:
                yield -2
            finally:
                yield -3

    return list(safe(a))


def yields_in_a_handler(a):
    def numbers(a):
        for x in a:
            try:
                yield 100 // x
            except ZeroDivisionError:
                yield -1
                yield -7
                try:
                    yield 1 // (x + 1)
                    raise ValueError("inner")
                except ValueError:
                    yield -5
                yield -7

    found = []
    for x in numbers(a):
        try:
            if x == -1:
                raise KeyError("caller")
            found.append(x)
        except KeyError:
            found.append(-100)
    return found


def reraises(a):
    def numbers(a):
        for x in a:
            try:
                yield 100 // x
            except ZeroDivisionError:
                yield -1
                raise

    return list(numbers(a))


def finally_runs(a):
    log = [0]

    def numbers(a):
        try:
            for x in a:
                yield x
        finally:
            log.append(-1)

    for x in numbers(a):
        log.append(x)
    return log


def stop_iteration_inside(n):
    def numbers(n):
        yield n
        if n > 1:
            raise StopIteration
        yield n + 1

    return list(numbers(n))


def unbound_inside(n):
    def numbers(n):
        for i in range(n):
            if i > 0:
                late = i
            yield i
        yield late

    return list(numbers(n))


def changes_outside(n):
    count = 0

    def numbers(n):
        nonlocal count
        for i in range(n):
            count += i
            yield count

    found = []
    for x in numbers(n):
        found.append(x)
        count += 100
    return found, count


def never_yields(n):
    def nothing(n):
        if n > 1000:
            yield 1

    total = 0
    for x in nothing(n):
        total += x
    return total, list(nothing(n))


def unused(n):
    def numbers(n):
        a = np.zeros(n)
        for i in range(n):
            yield a[i]

    g = numbers(n)
    h = numbers(n)
    for x in h:
        if x == 0:
            break
    return n


CASES = [
    (count_up, [(0,), (1,), (20,)]),
    (fibonacci_numbers, [(0,), (50,)]),
    (several_yields, [(True, 3), (False, 3)]),
    (live_arrays, [(np.arange(5.0), 2), (np.arange(5.0), 9)]),
    (live_containers, [(0,), (5,)]),
    (gives_lists, [(0,), (6,)]),
    (gives_strings, [("",), ("one two  three",), ("über alles",)]),
    (delegates, [(1,), (5,)]),
    (delegates_to_others, [(np.arange(3.0), "ab", {1: np.float64(2.0), 2: np.float64(3.0)})]),
    (recursive, [(0,), (1,), (10,)]),
    (queens, [(4,), (5,)]),
    (consumers, [(3,), (12,)]),
    (pairs, [(0,), (4,)]),
    (zip_stops, [(3, 5), (5, 3), (4, 4), (0, 2)]),
    (zip_drops_strings, [(3, 5), (5, 3), (4, 4), (0, 2)]),
    (unpacks, [(1,), (2.5,)]),
    (unpacks_iterators, [(3, "4 5"), (2, "4 5"), (4, "4 5")]),
    (extends, [(4,)]),
    (passed_on, [(5,)]),
    (shared, [(1,), (4,), (9,)]),
    (in_a_list, [(4,)]),
    (rebound, [(30,)]),
    (raises_inside, [(2,), (5,)]),
    (ended_by_an_exception, [(2,), (5,)]),
    (catches_inside, [([5, 0, 3],)]),
    (yields_in_a_handler, [([5, 0, 3],)]),
    (reraises, [([5, 3],), ([5, 0, 3],)]),
    (finally_runs, [([1, 2],)]),
    (stop_iteration_inside, [(1,), (2,)]),
    (unbound_inside, [(0,), (1,), (3,)]),
    (changes_outside, [(4,)]),
    (never_yields, [(1,)]),
    (unused, [(3,)]),
]
