"""Strings that grow piece by piece, beside others that must not grow with them."""


def joined(pieces, n):
    text = ""
    for i in range(n):
        text += pieces[i % len(pieces)]
    return text


def doubled(text, n):
    for _ in range(n):
        text += text
    return text


def seen_before(piece, n):
    text = "begin"
    before = text
    states = []
    for i in range(n):
        text += piece
        if i % 2 == 0:
            before = text
        states.append(text)
        states.append(before + "|")
    return text, before, states


def counted(piece, n):
    counts = {}
    text = "k"
    for i in range(n):
        counts[text] = i
        text += piece
        counts[text] = counts.get(text, 0) + 10
    return text, counts, hash(text) == hash("k" + piece * n)


def argument(text, piece):
    first = text
    text += piece
    text += piece
    return first, text


def one_of_both(a, b, n):
    left, right = a + b, b + a
    for i in range(n):
        if i % 3 == 0:
            left, right = right, left
        left += right[:2]
    return left, right


def of_bytes(piece, n):
    data = b"\x00"
    all_of_it = []
    for _ in range(n):
        data += piece
        all_of_it.append(data)
    return data, all_of_it


def appended(text, piece):
    text += piece
    return text


def across_calls(piece, n):
    text = "" + piece
    kept = text
    for _ in range(n):
        text = appended(text, piece)
    return kept, text


def until_it_raises(pieces, n):
    text = "x" + pieces[0]
    try:
        for i in range(n):
            text += pieces[i]
    except IndexError:
        return text
    return text + "!"


def in_a_list(piece, n):
    texts = ["a" + piece, "b"]
    for i in range(n):
        texts[i % 2] += piece
    first = texts[0]
    texts[0] += "end"
    return first, texts


PIECES = (["a", "bc", ""], ["é", "a"], ["a", "€", "b"], ["x", "😀"], [""], ["ab" * 50, "c"])
CASES = [
    (joined, [(list(pieces), n) for pieces in PIECES for n in (0, 1, 7, 300)]),
    (doubled, [(text, n) for text in ("", "a", "é€") for n in (0, 1, 10)]),
    (seen_before, [(piece, 6) for piece in ("", "a", "é", "€", "😀")]),
    (counted, [(piece, 5) for piece in ("", "a", "€")]),
    (argument, [(text, piece) for text in ("", "a", "abc") for piece in ("", "b", "😀")]),
    (one_of_both, [(a, b, 9) for a, b in (("a", "b"), ("", "xy"), ("€", "z"))]),
    (of_bytes, [(piece, 5) for piece in (b"", b"\xff", b"abc")]),
    (across_calls, [(piece, 5) for piece in ("", "a", "€")]),
    (until_it_raises, [(["a", "bc"], n) for n in (0, 2, 5)]),
    (in_a_list, [(piece, 7) for piece in ("", "a", "€")]),
]
FUNCTIONS = [appended]
