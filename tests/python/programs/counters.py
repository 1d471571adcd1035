"""`collections.Counter`, `defaultdict` and `OrderedDict`: made, read where nothing is, combined; passed in and out."""

from collections import Counter, OrderedDict, defaultdict

from upshift import jit


def counted(x):
    c = Counter()
    for v in x:
        c[v] += 1
    return c, len(c), c.total()


def of_items(x):
    c = Counter(x)
    return c, c.most_common(), c.most_common(2), c.most_common(0), c.most_common(-1), c.most_common(n=1)


def missing(c, k):
    before = len(c)
    return c[k], c.get(k), k in c, len(c) == before


def made(n):
    return Counter(a=n, b=2), Counter({"x": n}), Counter({"x": 1}, y=n), Counter([n, n])


def elements(c):
    return list(c.elements()), sorted(c.elements()), sum([1 for _ in c.elements()])


def update(c, other):
    c.update(other)
    c.update({2: 5})
    return c


def update_names(n):
    c = Counter()
    c.update("abca")
    c.update(a=n, z=1)
    c.subtract({"b": 4})
    c.subtract("zz", a=1)
    return c


def arithmetic(a, b):
    return a + b, a - b, a | b, a & b, +a, -a


def arithmetic_in_place(a, b):
    c, d, e = a.copy(), a.copy(), a.copy()
    c += b
    d -= b
    e |= b
    a &= b
    return a, c, d, e


def compare(a, b):
    return a == b, a != b, a <= b, a < b, a >= b, a > b


def compare_with_dict(c):
    return c == {1: 2}, {1: 2} == c, c != {1: 3}, isinstance(c, dict), isinstance(c, Counter), type(c) is Counter


def delete(c):
    del c[1]
    del c[99]
    return c, c.pop(2), c.setdefault(7, 3), c


def texts(c):
    return str(c), repr(c), f"{c}", str([c])


def floats(n):
    c = Counter()
    for i in range(n):
        c[i % 2] += i * 0.5
    return c, str(c), c.total(), c.most_common(1)


def anagrams(a, b):
    return Counter(a) == Counter(b), Counter(a) - Counter(b)


def iterate(c):
    return list(c), list(c.keys()), list(c.values()), list(c.items()), [k for k in c], dict(c)


def change_while_iterating(c):
    for k in c:
        c[k + 10] = 1
    return c


def groups(n):
    d = defaultdict(list)
    for i in range(n):
        d[i % 3].append(i)
    return d, len(d)


def totals(x):
    d = defaultdict(int)
    for v in x:
        d[v] += 1
    return d


def factories(n):
    a, b, c, d, e = defaultdict(float), defaultdict(set), defaultdict(str), defaultdict(dict), defaultdict(bool)
    for i in range(n):
        a[i % 2] += 0.5
        b[i % 2].add(i)
        c[i % 2] += str(i)
        d[i % 2][i] = -i
        e[i % 2] |= i > 2
    return a, b, c, d, e


def of_a_lambda(n):
    d = defaultdict(lambda: 5)
    d[1] += n
    return d[1], d[2], len(d)


def of_a_function(n):
    def start():
        return [0, 0]

    d = defaultdict(start)
    d[n][1] += n
    return list(d.items()), d[0]


def nested(n):
    d = defaultdict(lambda: defaultdict(int))
    e = defaultdict(lambda: defaultdict(list))
    for i in range(n):
        d[i % 3][str(i)] += i
        e[i % 2][i % 3].append(i)
    return {k: dict(v) for k, v in d.items()}, {k: dict(v) for k, v in e.items()}


def counters_in(x):
    d = defaultdict(Counter)
    for v in x:
        d[len(v)][v] += 1
    return d


@jit
def seven():
    return 7


def of_a_jitted_function(n):
    d = defaultdict(seven)
    d[n] += 1
    return d, d[0]


def no_factory(n):
    d = defaultdict(None)
    d[1] = n
    return d, d[1], d[n]


def no_argument(n):
    d = defaultdict()
    d[1] = n
    return d, d.default_factory is None


def filled(n):
    d = defaultdict(int, {1: n})
    e = defaultdict(list, [(n, [1])])
    f = defaultdict(float, a=0.5)
    d[2] += 1
    e[0].append(2)
    f["b"] += 1
    return d, e, f, d.get(9), 9 in d, d.setdefault(9, 4), d.pop(9)


def change_default(d, k):
    d[k] += 1
    return d[k + 1], d


def append_to(d, k):
    d[k].append(k)
    return d, d.copy(), str(d), d == {1: [1]}, d.default_factory is list


def missing_while_iterating(d):
    total = 0
    for k in d:
        total += d[k + 1]
    return total


def graph(edges):
    neighbours = defaultdict(set)
    for a, b in edges:
        neighbours[a].add(b)
        neighbours[b].add(a)
    degrees = {}
    for node, others in neighbours.items():
        degrees[node] = len(others)
    return neighbours, degrees


def ordered(n):
    o = OrderedDict()
    for i in range(n):
        o[i] = i * i
    o.move_to_end(1)
    o.move_to_end(2, last=False)
    return o, list(o), list(o.items()), str(o)


def ordered_ends(o):
    a = o.popitem()
    b = o.popitem(last=False)
    return o, a, b, len(o)


def popitem_empty(o):
    o.clear()
    return o.popitem()


def move_missing(o, k):
    o.move_to_end(k)
    return o


def ordered_of(n):
    return OrderedDict({n: 1}), OrderedDict([(n, 2), (1, 3)]), OrderedDict(a=n), str(OrderedDict({1: "a"}))


def ordered_compare(a, b):
    return a == b, a != b, a == dict(a), dict(b) == b, a == {1: 2, 3: 4}, isinstance(a, OrderedDict), isinstance(a, dict)


def recently_used(keys, size):
    cache, hits = OrderedDict(), 0
    for k in keys:
        if k in cache:
            hits += 1
            cache.move_to_end(k)
        else:
            cache[k] = k * k
            if len(cache) > size:
                cache.popitem(last=False)
    return cache, hits


def raises_after_change(c):
    c[7] += 1
    raise ValueError(c[7])


def nothing_in(n):
    return [Counter("ab") for _ in range(n)], {n: Counter([n])}, (OrderedDict({1: n}), n)


EDGES = [(1, 2), (2, 3), (3, 1), (5, 1)]
CASES = [
    (counted, [([1, 2, 1, 3],), ("banana",), ([0.5, 0.5],), ([(1, 2), (1, 2)],)]),
    (of_items, [("abracadabra",), ([3, 1, 3],), ([(1, "a"), (1, "a")],), ({1: 4, 2: 5},)]),
    (missing, [(Counter("ab"), "a"), (Counter("ab"), "z"), (Counter([1]), 2)]),
    (made, [(3,)]),
    (elements, [(Counter({1: 2, 2: 0, 3: -1, 4: 1}),), (Counter("aab"),)]),
    (update, [(Counter([1, 2]), [2, 3]), (Counter([1]), {1: 4}), (Counter([1]), Counter([1, 1]))]),
    (update_names, [(3,)]),
    (arithmetic, [(Counter("aab"), Counter("abbc")), (Counter({1: -2, 2: 3}), Counter({1: 1, 3: -4, 2: 3}))]),
    (arithmetic_in_place, [(Counter("aab"), Counter("abbc")), (Counter({1: -2, 2: 3}), Counter({1: 1, 3: -4, 2: 1}))]),
    (compare, [(Counter("ab"), Counter("ab")), (Counter("ab"), Counter("abb")), (Counter({1: 0}), Counter({2: 0})), (Counter("b"), Counter("a"))]),
    (compare_with_dict, [(Counter({1: 2}),)]),
    (delete, [(Counter([1, 2, 2]),)]),
    (texts, [(Counter("abracadabra"),), (Counter({1: 0.5, 2: 1.5}),), (Counter([(1, 2)]),)]),
    (floats, [(5,)]),
    (anagrams, [("listen", "silent"), ("aab", "abb")]),
    (iterate, [(Counter("banana"),)]),
    (change_while_iterating, [(Counter([1, 2]),)]),
    (groups, [(7,), (0,)]),
    (totals, [([1, 2, 1],), ("banana",), ([(1, 2)],)]),
    (factories, [(5,)]),
    (of_a_lambda, [(3,)]),
    (of_a_function, [(3,)]),
    (nested, [(10,)]),
    (counters_in, [(["a", "bb", "a", "cc"],)]),
    (of_a_jitted_function, [(3,)]),
    (no_factory, [(1,), (3,)]),
    (no_argument, [(3,)]),
    (filled, [(3,)]),
    (change_default, [(defaultdict(int, {1: 2}), 1), (defaultdict(int, {1: 2}), 7), (defaultdict(float, {1: 2.5}), 7)]),
    (append_to, [(defaultdict(list, {1: [1]}), 1), (defaultdict(list, {1: [1]}), 2)]),
    (missing_while_iterating, [(defaultdict(int, {1: 2}),), (defaultdict(int, {1: 2, 2: 3}),)]),
    (graph, [(EDGES,)]),
    (ordered, [(5,)]),
    (ordered_ends, [(OrderedDict([(1, 2), (3, 4), (5, 6)]),), (OrderedDict(a=[1], b=[2]),)]),
    (popitem_empty, [(OrderedDict([(1, 2)]),)]),
    (move_missing, [(OrderedDict([(1, 2), (3, 4)]), 1), (OrderedDict([(1, 2)]), 9)]),
    (ordered_of, [(3,)]),
    (ordered_compare, [(OrderedDict([(1, 2), (3, 4)]), OrderedDict([(3, 4), (1, 2)])), (OrderedDict([(1, 2)]), OrderedDict([(1, 2)]))]),
    (recently_used, [([1, 2, 3, 1, 4, 1, 2, 5], 3)]),
    (raises_after_change, [(Counter([7]),), (defaultdict(int, {1: 2}),)]),
    (nothing_in, [(2,)]),
]
