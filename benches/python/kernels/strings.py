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


@jit
def split_words(text):
    words = text.split(" ")
    longest = 0
    for word in words:
        longest = max(longest, len(word))
    return longest + len(words)


@jit
def join_words(text):
    words = text.split()
    return len("-".join(words)) + len(", ".join(words[::2]))


@jit
def parse_numbers(text):
    total = 0
    for word in text.split(","):
        total += int(word)
    return total


@jit
def slice_text(text):
    total = 0
    for i in range(len(text) - 8):
        part = text[i : i + 8]
        if part[0] == part[-1] or part == "quick br":
            total += i
    return total


@jit
def is_palindrome(text):
    both = text + text[::-1]
    return both == both[::-1] and both[: len(text)] == text


@jit
def format_numbers(count):
    total = 0
    for i in range(count):
        total += len(f"{i}: {i * 3}, ")
    return total


@jit
def join_characters(text):
    kept = [character for character in text if character != " " and not character.isdigit()]
    return len("".join(kept))


@jit
def strip_lines(text):
    total = 0
    for line in text.split(". "):
        total += len(line.strip()) + len(line.rstrip("n"))
        if line.startswith("The") or line.endswith("n"):
            total += 1
    return total


@jit
def compare_words(text):
    words = text.split(" ")
    total = 0
    for i in range(1, len(words)):
        if words[i] < words[i - 1]:
            total += i
        if words[i] == words[i - 1]:
            total -= 1
    return total


@jit
def hash_text(text):
    value = 5381
    for character in text:
        value = (value * 33 + ord(character)) & 0xFFFF_FFFF
    return value


@jit
def is_kind(text):
    count = 0
    for character in text:
        if character.isalpha():
            count += 1
        elif character.isspace():
            count += 100
    return count


def _numbers(size):
    return (",".join([str(i * i * 7919 % 1_000_003) for i in range(size)]),)


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
    Kernel("split_words", split_words, _text, 100, 20_000),
    Kernel("join_words", join_words, _text, 100, 20_000),
    Kernel("parse_numbers", parse_numbers, _numbers, 50, 5_000),
    Kernel("slice_text", slice_text, _text, 100, 20_000),
    Kernel("is_palindrome", is_palindrome, _text, 100, 20_000),
    Kernel("format_numbers", format_numbers, lambda size: (size,), 100, 5_000),
    Kernel("join_characters", join_characters, _text, 100, 10_000),
    Kernel("strip_lines", strip_lines, _text, 200, 20_000),
    Kernel("compare_words", compare_words, _text, 200, 20_000),
    Kernel("hash_text", hash_text, _text, 100, 100_000),
    Kernel("is_kind", is_kind, _text, 100, 50_000),
]
