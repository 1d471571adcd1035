"""Strings: walked through, searched, built, made of numbers and read as numbers."""

from engine import jit

from .kernel import Kernel

_SENTENCE = "The quick brown fox jumps over the lazy dog; der Fuchs läßt grüßen. "


def _text(size):
    return ((_SENTENCE * (size // len(_SENTENCE) + 1))[:size],)


@jit
def count_letters(text):
    count = 0
    for character in text:
        if character == "e" or character == "ß":
            count += 1
    return count


@jit
def caesar(text):
    result = ""
    for character in text:
        if "a" <= character <= "z":
            result += chr((ord(character) - 94) % 26 + 97)
        else:
            result += character
    return result


@jit
def common_subsequence(left, right):
    previous = 0
    for i in range(len(left)):
        length = 0
        while i + length < len(left) and left[i + length] == right[(i * 7 + length) % len(right)]:
            length += 1
        previous = max(previous, length)
    return previous


@jit
def find_all(text):
    count = 0
    place = text.find("the")
    while place >= 0:
        count += place
        place = text.find("the", place + 1)
    return count


@jit
def change_case(text):
    return len(text.upper()) + len(text.lower().title()) + text.count("e")


@jit
def replace_words(text):
    return len(text.replace("the", "a").replace("o", "00").strip("T"))


@jit
def digits_of_numbers(count):
    total = 0
    for i in range(count):
        total += len(str(i * i))
    return total


def _pair(size):
    (text,) = _text(size)
    return text, text[size // 3 :] + text[: size // 3]


KERNELS = [
    Kernel("count_letters", count_letters, _text, 100, 100_000),
    Kernel("caesar", caesar, _text, 100, 2_000),
    Kernel("common_subsequence", common_subsequence, _pair, 100, 1_000),
    Kernel("find_all", find_all, _text, 100, 100_000),
    Kernel("change_case", change_case, _text, 100, 20_000),
    Kernel("replace_words", replace_words, _text, 100, 20_000),
    Kernel("digits_of_numbers", digits_of_numbers, lambda size: (size,), 100, 20_000),
]
