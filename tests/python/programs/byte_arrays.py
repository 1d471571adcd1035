"""Bytearrays: made, passed in and changed in place, returned; items, slices, operators, every method."""


def looked_at(a):
    return a[0], a[-1], len(a), bool(a), [item for item in a], list(a), sum(a), max(a), sorted(a)


def item(a, i):
    return a[i]


def stored(a, i, value):
    a[i] = value
    return a, a[i]


def deleted(a, i):
    del a[i]
    return a


def appended(a, n):
    for i in range(n):
        a.append(i)
    return a, len(a)


def appended_once(a, value):
    a.append(value)


def slices(a, i, j):
    return a[i:j], a[::-1], a[:], a[i:j:2], a[j:i:-2]


def slice_assigned(a, b, i, j):
    a[i:j] = b
    return a


def stepped_assigned(a, b):
    a[::2] = b
    return a


def assigned_to_itself(a):
    a[1:2] = a
    a[0:0] = [1, 2, 3]
    a[:1] = (item + 1 for item in range(3))
    return a


def slices_deleted(a, i, j, step):
    del a[i:j:step]
    return a


def operators(a, b):
    return a + b, b + a, a * 2, 3 * a, a + a, a * -1


def in_place(a, b):
    c = a
    c += b
    c *= 2
    return a, c is a, a is b


def compared(a, b):
    return a == b, a != b, b == a, a < b, a <= b, a > b, a >= b, a == "a", a != 5, a == None  # noqa: E711


def contained(a, b, n):
    return b in a, n in a, b not in a, a in b


def made(n):
    return bytearray(), bytearray(n), bytearray(b"abc"), bytearray([1, 2, 255]), bytearray(range(n)), bytearray("é", "utf-8")


def made_of(a):
    b = bytearray(a)
    b.append(1)
    return a, b, bytes(a), bytes(b), b is a


def made_of_numbers(numbers):
    return bytearray(numbers)


def made_of_count(n):
    return bytearray(n)


def changed(a):
    a.insert(1, 65)
    a.insert(100, 66)
    a.insert(-1, 67)
    x = a.pop(), a.pop(0), a.pop(-2)
    a.remove(66)
    a.reverse()
    a.extend(b"ab")
    a.extend([1, 2])
    a.extend(a)
    return a, x


def popped(a, i):
    return a.pop(i), a


def removed(a, value):
    a.remove(value)
    return a


def cleared(a):
    b = a.copy()
    a.clear()
    a.append(3)
    return a, b


def formatted(a):
    return f"{a}", str(a), repr(a), f"{a!r:>30}", [a], (a, 1), str([a])


def text_methods(a):
    return (a.capitalize(), a.lower(), a.upper(), a.title(), a.swapcase(), a.strip(), a.lstrip(), a.rstrip(b"lo"),
            a.center(12), a.ljust(12, b"*"), a.rjust(9), a.zfill(9), a.expandtabs(), a.expandtabs(tabsize=3))  # fmt: skip


def questions(a):
    return (a.isalnum(), a.isalpha(), a.isascii(), a.isdigit(), a.islower(), a.isspace(), a.istitle(), a.isupper(),
            a.startswith(b"he"), a.endswith((b"o", b"x")), a.startswith(b"l", 2))  # fmt: skip


def searched(a, b):
    return a.find(b), a.rfind(b), a.count(b), a.find(108), a.find(b, 3), a.count(b, 0, 3), a.replace(b, b"--"), a.replace(b, a, 1)


def indexed(a, b):
    return a.index(b), a.rindex(b)


def cut(a, b):
    return (a.split(), a.rsplit(), a.split(b), a.rsplit(b, 1), a.split(b, maxsplit=1), a.splitlines(), a.splitlines(True),
            a.partition(b), a.rpartition(b), a.removeprefix(b), a.removesuffix(b))  # fmt: skip


def joined(a):
    return a.join([b"x", b"y", b"z"]), a.join((a, a)), b"-".join([a, a]), a.join([bytearray(b"q")])


def coded(a):
    return a.hex(), a.decode("latin-1"), bytearray.fromhex("00 fF"), a.translate(bytearray.maketrans(b"l", b"L")), a.translate(None, b"l")


def decoded(a):
    parts = a.split(b",")
    try:
        return a.decode(), parts
    except UnicodeDecodeError as error:
        a[0] = 65
        return str(error), a.split(b",")


def bytes_with(a, b):
    return a.find(b), a.startswith(b), a.replace(b, b"_"), a.split(b), a + b, a.strip(b), b in a, a == b


def aliased(a):
    found = [b"" + a, b"-".join([a]), b"-".join((a,)), bytes(a), b"%".replace(b"%", a)]
    a[0] = 65
    return found, a.strip(), a


def through_containers(a):
    both = [a, bytearray(b"other")]
    both[0].append(1)
    by_name = {"a": a}
    by_name["a"].append(2)
    return both, by_name["a"] is a, a


def handled(a):
    try:
        a.append(256)
    except ValueError as error:
        a.append(1)
        return str(error), a
    return "", a


def passed_twice(a, b):
    a.append(1)
    b.append(2)
    return a is b, len(a), len(b)


def hashed(a):
    return hash(a)


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[0] = flags[1] = 0
    for i in range(2, int(n**0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = bytearray(len(range(i * i, n + 1, i)))
    return flags.count(1), sum(flags)


def encoded_runs(a):
    out = bytearray()
    i = 0
    while i < len(a):
        j = i
        while j < len(a) and a[j] == a[i] and j - i < 255:
            j += 1
        out.append(j - i)
        out.append(a[i])
        i = j
    return bytes(out)


def counted(items):
    yield len(items)
    items.append(1)
    yield len(items)


def in_generator(a):
    return [n for n in counted(a)], a


FUNCTIONS = [counted]
A = bytearray(b"hello")
def by_library(a):
    return a.hex(":"), a.hex("-", 2), str(a, "latin-1"), list(reversed(a)), memoryview(a).hex(" ", -2)


CASES = [
    (by_library, [(A,), (bytearray(),)]),
    (looked_at, [(A,), (bytearray(b"\x00\xff"),)]),
    (item, [(A, i) for i in (0, 4, 5, -5, -6)]),
    (stored, [(A, i, value) for i in (0, -1, 5) for value in (0, 255, 256, -1)]),
    (deleted, [(A, i) for i in (0, -1, 4, 5, -6)]),
    (appended, [(A, 0), (A, 100), (bytearray(), 3)]),
    (appended_once, [(A, 255), (A, 256), (A, -1)]),
    (slices, [(A, i, j) for i in (0, 1, -2, 9) for j in (0, 3, -1, 9)]),
    (slice_assigned, [(A, b, i, j) for b in (b"", b"XYZ", bytearray(b"12345678")) for i in (0, 2, 9) for j in (1, 4, -1)]),
    (stepped_assigned, [(A, b"abc"), (A, b"ab"), (A, b"")]),
    (assigned_to_itself, [(A,)]),
    (slices_deleted, [(A, i, j, step) for i in (0, 1) for j in (3, 5, -1) for step in (1, 2, -1, -2)]),
    (operators, [(A, b"x"), (A, bytearray(b"yz")), (bytearray(), b"")]),
    (in_place, [(A, b"x"), (A, bytearray(b"yz"))]),
    (compared, [(A, b) for b in (b"hello", b"hellp", bytearray(b"hell"), bytearray(b"hello"), b"")]),
    (contained, [(A, b"ell", 104), (A, bytearray(b"x"), 0), (bytearray(), b"", 255), (A, b"hello!", 256)]),
    (made, [(0,), (3,)]),
    (made_of, [(A,), (b"abc",)]),
    (made_of_numbers, [([1, 2, 255],), ([256],), ((1, -1),)]),
    (made_of_count, [(3,), (-1,)]),
    (changed, [(A,)]),
    (popped, [(A, i) for i in (0, -1, 4, 5, -6)] + [(bytearray(), 0)]),
    (removed, [(A, 108), (A, 1), (A, 256)]),
    (cleared, [(A,), (bytearray(),)]),
    (formatted, [(A,), (bytearray(b"'\x00"),)]),
    (text_methods, [(bytearray(b" heLLo\tworld "),), (bytearray(b"-5"),), (bytearray(),)]),
    (questions, [(bytearray(b"hello"),), (bytearray(b"He1"),), (bytearray(b" \t"),), (bytearray(),)]),
    (searched, [(A, b) for b in (b"l", b"", b"lo", bytearray(b"xx"))]),
    (indexed, [(A, b"l"), (A, b"x")]),
    (cut, [(bytearray(b"a,b\n,c "), b) for b in (b",", bytearray(b"a"), b"")]),
    (joined, [(bytearray(b", "),), (bytearray(),)]),
    (coded, [(A,), (bytearray(b"\xff"),)]),
    (decoded, [(bytearray(b"a,b"),), (bytearray(b"\x00\xff,c"),), (bytearray(b"\xe4,\xf6"),)]),
    (bytes_with, [(b"hello", bytearray(b"l")), (b"hello", bytearray(b"hello"))]),
    (aliased, [(A,)]),
    (through_containers, [(A,)]),
    (handled, [(A,)]),
    (passed_twice, [(A, bytearray(b"b"))]),
    (hashed, [(A,)]),
    (sieve, [(100,), (1000,)]),
    (encoded_runs, [(b"",), (b"aaabccccd",), (b"\x00" * 600,)]),
    (in_generator, [(A,)]),
]
