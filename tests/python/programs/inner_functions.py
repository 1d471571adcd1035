"""Inner functions and lambdas: captured values, recursion, defaults, and functions as values."""

import numpy as np


def captures(x, y):
    def inner(a):
        return a * x + y

    return inner(2) + inner(3.5)


def captures_an_array(a, n):
    b = a * 2

    def at(i):
        return b[i % len(b)] + a[0]

    total = 0.0
    for i in range(n):
        total += at(i)
    return total, b


def anonymous(x):
    return (lambda a, b: a - b)(x, 1)


def function_arguments(x):
    def apply(f, x):
        return f(f(x))

    double = lambda a: a * 2  # noqa: E731
    return apply(double, x) + apply(lambda a: a + x, 1.5)


def recursive(n):
    def factorial(k):
        if k < 2:
            return 1
        return k * factorial(k - 1)

    return factorial(n)


def mutually_recursive(n, step):
    def is_even(k):
        if k <= 0:
            return k == 0
        return is_odd(k - step)

    def is_odd(k):
        if k <= 0:
            return False
        return is_even(k - step)

    return is_even(n), is_odd(n)


def defaults(x):
    z = x * 2

    def add(a, b=z, c=10):
        return a + b * 100 + c * 10000

    return add(1), add(1, 2), add(1, c=3), add(c=1, a=2)


def recursive_with_defaults(n):
    def count(k, so_far=0):
        return so_far if k == 0 else count(k - 1, so_far + k)

    return count(n), count(n, 5)


def nested_twice(x):
    y = x + 1

    def outer(a):
        z = a * y

        def inner(b):
            return b + z + x + y

        return inner(a) + inner(1)

    return outer(3)


def in_a_loop(n):
    total = 0
    for i in range(n):
        j = i * i

        def add(a):
            return a + n

        total += add(j)
    return total


def variable_arguments(x):
    def total(*values):
        s = 0
        for v in values:
            s += v
        return s

    return total(), total(x), total(x, 2, 3)


def keyword_only(x):
    def f(a, *, scale):
        return a * scale

    return f(x, scale=3)


def raises_inside(x):
    def check(a):
        if a < 0:
            raise ValueError("negative", a)
        return a

    try:
        return check(x)
    except ValueError:
        return check(-x) + 0


def higher_order(x):
    def twice(f, a):
        return f(f(a))

    def compose(a):
        return twice(lambda b: b * x, a)

    return twice(compose, 2)


def in_a_tuple(x):
    functions = (lambda a: a + x, lambda a: a * 2.0)
    return functions[0](1), functions[1](x)


def key_of_array(a):
    def score(v):
        return (v - 1.5) ** 2

    best = 0
    for i in range(1, len(a)):
        if score(a[i]) < score(a[best]):
            best = i
    return best


def counter(n):
    count = 0

    def increment(by):
        nonlocal count
        count += by
        return count

    for i in range(n):
        increment(i)
    return count, increment(100), count


def changes_outside(x):
    def scaled(a):
        return a * factor

    factor = 2
    first = scaled(x)
    factor = 10
    return first, scaled(x)


def argument_in_a_cell(x, n):
    def halve():
        nonlocal x
        x = x / 2

    for _ in range(n):
        halve()
    return x


def loop_variable(n):
    total = 0
    for i in range(n):

        def square():
            return i * i

        total += square()
    return total, square()


def array_in_a_cell(a, n):
    best = a

    def consider(b):
        nonlocal best
        if b.sum() > best.sum():
            best = b
        return best[0]

    total = 0.0
    for i in range(n):
        total += consider(a * i) + best[0]
        best = best + 1
    return total, best


def two_levels(x):
    total = 0

    def outer(a):
        def inner(b):
            nonlocal total
            total += b
            return total

        return inner(a) + inner(x)

    return outer(1), outer(2), total


def no_value_yet(flag):
    def read():
        return late

    if flag:
        late = 5
    return read()


def no_value_in_the_function(flag):
    def write(b):
        nonlocal late
        late = b

    if flag:
        late = 1
        write(2)
    return late


def cell_in_a_handler(x):
    state = 0

    def step(a):
        nonlocal state
        state = a
        1 // (x - a)
        state = -a

    try:
        for i in range(1, 5):
            step(i)
    except ZeroDivisionError:
        return state
    return state + 100


def number_text(n):
    def double(a):
        return a * 2

    saved = double
    f = saved
    return f(n) + saved(1)


def keyword_defaults(n):
    def scaled(a, c=5, *, b=n, d):
        return a * 10 + b * c + d

    shifted = lambda a, *, by=n: a - by  # noqa: E731
    return scaled(n, d=1), scaled(n, 2, b=3, d=2), shifted(1), shifted(1, by=0.5), [i for i in range(3)]


def recursive_with_keyword_defaults(n):
    def down(k, *, step=2, seen=0):
        return seen if k <= 0 else down(k - step, step=step, seen=seen + 1)

    return down(n), down(n, step=1)


def sibling_with_defaults(n):
    def first(a=1, *, b=n):
        return a + b

    def second():
        return first() + first(2, b=3)

    def third():
        return second() * first(n)

    return third()


def in_a_loop_over_mixed_items(n):
    total = 0
    for item in (n, 2.5, "a"):
        kept = lambda a, b=2: a * b  # noqa: E731

        def text(c):
            return str(c) + "!"

        total += len(text(item)) + kept(n)
    return total


def memoized(n):
    memo = {}

    def fibonacci(k):
        if k < 2:
            return k
        if k not in memo:
            memo[k] = fibonacci(k - 1) + fibonacci(k - 2)
        return memo[k]

    return fibonacci(n), len(memo)


def remembers(n):
    def remembering(k, memo):
        if k in memo:
            return memo[k]
        if k < 2:
            return k
        result = remembering(k - 1, memo) + remembering(k - 2, memo)
        memo[k] = result
        return result

    return remembering(n, {})


def named_in_a_comprehension(n):
    last = -1
    doubled = [last for i in range(n) if (last := i * 2) > 2]
    return doubled, last, {last := i for i in range(3)}, last


def none_at_first(rows):
    best = None
    where = -1

    def visit(row, column, total):
        nonlocal best, where
        total += rows[row][column]
        if row + 1 == len(rows):
            if best is None or total < best:
                best, where = total, column
            return
        visit(row + 1, column, total)
        if column + 1 < len(rows[row + 1]):
            visit(row + 1, column + 1, total)

    before = best is None
    visit(0, 0, 0)
    return best, where, before


def found_by_a_generator(items):
    if any((found := item) > 2 for item in items):
        return found
    return -1


def widened_by_a_nested_one(n):
    value = 0

    def outer(k):
        def inner():
            nonlocal value
            value = k + 0.5

        inner()

    outer(n)
    return value


def chosen(items, count):
    def combine(rest, k):
        if k == 0:
            return [[]]
        if not rest:
            return []
        return [[rest[0]] + others for others in combine(rest[1:], k - 1)] + combine(rest[1:], k)

    return combine(items, count)


def placed(n):
    def place(row, columns, up, down):
        if row == n:
            return 1
        total = 0
        for column in range(n):
            if column not in columns and row + column not in up and row - column not in down:
                total += place(row + 1, columns | {column}, up | {row + column}, down | {row - column})
        return total

    return place(0, set(), set(), set())


def flattened(rows):
    return sum(rows, [])


CASES = [
    (none_at_first, [([[1], [5, 2], [1, 2, 9]],), ([[1.5], [0.5, 2.5]],)]),
    (found_by_a_generator, [([1, 3, 5],), ([1],)]),
    (widened_by_a_nested_one, [(3,)]),
    (chosen, [([1, 2, 3, 4], 2), ([1.5, 2.5], 1)]),
    (placed, [(5,)]),
    (flattened, [([[1, 2], [3]],), ([["a"], ["b"]],)]),
    (keyword_defaults, [(3,), (2.5,)]),
    (recursive_with_keyword_defaults, [(7,)]),
    (sibling_with_defaults, [(3,)]),
    (in_a_loop_over_mixed_items, [(3,)]),
    (memoized, [(30,), (1,)]),
    (remembers, [(30,), (1,)]),
    (named_in_a_comprehension, [(5,), (0,)]),
    (counter, [(0,), (5,)]),
    (changes_outside, [(1,), (2.5,)]),
    (argument_in_a_cell, [(8.0, 2)]),
    (loop_variable, [(4,)]),
    (array_in_a_cell, [(np.arange(1.0, 3.0), 4)]),
    (two_levels, [(10,)]),
    (no_value_yet, [(True,), (False,)]),
    (no_value_in_the_function, [(True,), (False,)]),
    (cell_in_a_handler, [(3,), (9,)]),
    (number_text, [(3,)]),
    (captures, [(1, 2), (1.5, 2)]),
    (captures_an_array, [(np.arange(1.0, 4.0), 5)]),
    (anonymous, [(1,), (2.5,)]),
    (function_arguments, [(1,), (2.5,)]),
    (recursive, [(0,), (6,)]),
    (mutually_recursive, [(4, 1), (5, 1), (5, 2)]),
    (defaults, [(1,), (3,)]),
    (recursive_with_defaults, [(4,)]),
    (nested_twice, [(2,), (2.5,)]),
    (in_a_loop, [(4,)]),
    (variable_arguments, [(5,)]),
    (keyword_only, [(5,)]),
    (raises_inside, [(1,), (-1,), (0,)]),
    (higher_order, [(3,)]),
    (in_a_tuple, [(3,), (2.5,)]),
    (key_of_array, [(np.array([5.0, 1.0, 2.0, 9.0]),)]),
]
