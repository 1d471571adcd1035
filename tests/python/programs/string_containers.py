"""Strings in lists, dicts and sets: split and joined, counted, sorted, shown."""


def split(s, t):
    return s.split(), s.split(t), s.split(t, 1), s.rsplit(t, 1), s.rsplit(None, 2), s.split(maxsplit=1), s.split(None, 0)


def lines(s):
    return s.splitlines(), s.splitlines(True), s.splitlines(keepends=False)


def split_bytes(a, b):
    return a.split(), a.split(b), a.rsplit(b, 1), a.splitlines(), a.splitlines(True), b.join(a.split())


def joined(s, t):
    words = s.split()
    words.append(t)
    reversed_words = [word[::-1] for word in words]
    return t.join(words), "".join(reversed_words), "-".join([t]), len(words)


def characters(s):
    letters = [c for c in s]
    letters.reverse()
    return letters, "".join(letters), [ord(c) for c in s]


def counted(s):
    counts = {}
    for word in s.split():
        counts[word] = counts.get(word, 0) + 1
    return counts, len(counts)


def grouped(s):
    groups = {}
    for word in s.split():
        key = word[:1].upper()
        if key in groups:
            groups[key].append(word)
        else:
            groups[key] = [word]
    return groups


def distinct(s):
    seen = set()
    for c in s:
        seen.add(c)
    return len(seen), "a" in seen, sorted(seen)


def ordered(s):
    words = s.split()
    words.sort()
    return words, sorted(s.split(), reverse=True)


def shown(s, n):
    words = s.split()
    numbers = [n, n * 2]
    return str(words), repr(numbers), str({s: n}), str([[n], []]), repr({n}), str([(s, n)]), repr([1.5, 2.0])


def joined_others(s):
    counts = {}
    for word in s.split():
        counts[word] = len(word)
    return "+".join(counts), " ".join(counts.keys()), "".join({s}), "|".join([word for word in s.split()])


def views_of_own(n):
    d = {n: 1.5, n + 1: 2.5}
    keys = list(d.keys())
    total = 0
    for key in d.keys():
        total += key
    e = {str(n): n}
    return keys, list(d.items()), total, [k for k, _ in e.items()], [len(v) for v in {n: str(n)}.values()]


def changed(words, s):
    words.append(s + "!")
    words[0] = words[0].upper()
    return len(words)


def received(words, counts):
    total = 0
    for word in words:
        total += counts.get(word, 100)
    return total, words[-1], "".join(words)


def owned(s, n):
    words = s.split()
    words.append(s + "?")
    first = words[n]
    words.pop()
    return first + words[n]


def table(s):
    rows = []
    for line in s.splitlines():
        name, _, value = line.partition("=")
        rows.append(f"{name.strip():<8}|{int(value):>5}")
    return "\n".join(rows)


TEXTS = (
    "",
    "a",
    "the quick brown the fox",
    "  spaced\tout \n lines\r\nhere\x0b ",
    "a-b--c",
    "straße ÜBER über Ünder",
    "日本 語 日本",
    "x\U0001d54f y\U0001d54f",
    "a\u2028b\x85c\x1cd",
)
SINGLES = [(s,) for s in TEXTS]
PAIRS = [(s, t) for s in TEXTS for t in ("a", "-", "the", "", "\U0001d54f", "語 ")]

CASES = [
    (split, PAIRS),
    (lines, SINGLES),
    (split_bytes, [(a, b) for a in (b"", b" a b\tc ", b"x--y-\nz\r\n", b"\xff \x85") for b in (b"-", b"--", b"", b"\xff")]),
    (joined, PAIRS),
    (characters, SINGLES),
    (counted, SINGLES),
    (grouped, SINGLES),
    (distinct, SINGLES),
    (ordered, SINGLES),
    (shown, [(s, n) for s in TEXTS for n in (0, -5)]),
    (joined_others, SINGLES),
    (views_of_own, [(n,) for n in (5, -1)]),
    (changed, [(["a", "b"], "c"), (["é"], "日")]),
    (received, [(["a", "b", "a"], {"a": 1, "c": 2}), (["日"], {"日": 7})]),
    (owned, [(s, n) for s in TEXTS for n in (0, 1, 7)]),
    (table, [("a = 1\nbc=22",), ("x=y",), ("",)]),
]  # fmt: skip
