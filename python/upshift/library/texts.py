"""Methods and constructors of strings and bytes that are loops over their characters."""

from upshift.library import intrinsics


def join(separator, items):
    return separator.join(list(items))


def decode(object=b"", encoding="utf-8", errors="strict"):
    return object.decode(encoding, errors)


def reversed_(text):
    for position in range(len(text) - 1, -1, -1):
        yield text[position]


def hex_with(self, sep, bytes_per_sep=1):
    """`self.hex(sep, bytes_per_sep)`"""
    if len(sep) != 1:
        raise ValueError("sep must be length 1.")
    if not sep.isascii():
        raise ValueError("sep must be ASCII.")
    separator = sep if isinstance(sep, str) else sep.decode("ascii")
    digits = self.hex()
    count = abs(bytes_per_sep)
    if count == 0 or count >= len(self):
        return digits
    groups = []
    first = len(self) % count if bytes_per_sep > 0 else 0
    if first > 0:
        groups.append(digits[: 2 * first])
    for start in range(first, len(self), count):
        groups.append(digits[2 * start : 2 * (start + count)])
    return separator.join(groups)


def maketrans(x, y=None, z=None, /):
    if y is None:
        table = {}
        for key, value in x.items():
            if isinstance(key, str):
                if len(key) != 1:
                    raise ValueError("string keys in translate table must be of length 1")
                table[ord(key)] = value
            else:
                table[key] = value
        return table
    else:
        if len(x) != len(y):
            raise ValueError("the first two maketrans arguments must have equal length")
        pairs = {}
        for i in range(len(x)):
            pairs[ord(x[i])] = ord(y[i])
        if z is not None:
            for character in z:
                pairs[ord(character)] = None
        return pairs


def translate(self, table, /):
    parts = []
    for character in self:
        number = ord(character)
        if number in table:
            value = table[number]
            if value is not None:
                if isinstance(value, str):
                    parts.append(value)
                else:
                    if not 0 <= value < 1114112:
                        raise ValueError("character mapping must be in range(0x110000)")
                    parts.append(chr(value))
        else:
            parts.append(character)
    return "".join(parts)


def bytes_(source=b"", encoding=None, errors="strict"):
    if isinstance(source, str):
        if encoding is None:
            raise TypeError("string argument without an encoding")
        else:
            return source.encode(encoding, errors)
    elif isinstance(source, bytes):
        return source
    elif intrinsics.is_bytes_like(source):
        return intrinsics.copied_bytes(intrinsics.as_bytes(source))
    elif isinstance(source, memoryview):
        return source.tobytes()
    elif isinstance(source, int):
        if source < 0:
            raise ValueError("negative count")
        return b"\0" * source
    else:
        return intrinsics.bytes_of([int(number) for number in source])


def bytes_maketrans(frm, to, /):
    if len(frm) != len(to):
        raise ValueError("maketrans arguments must have same length")
    table = list(range(256))
    for i in range(len(frm)):
        table[frm[i]] = to[i]
    return intrinsics.bytes_of(table)


def bytes_translate(self, table, /, delete=b""):
    if table is not None:
        if len(table) != 256:
            raise ValueError("translation table must be 256 characters long")
    kept = []
    for number in self:
        if number not in delete:
            if table is None:
                kept.append(number)
            else:
                kept.append(table[number])
    return intrinsics.bytes_of(kept)


def _digit(string, position):
    if position < len(string):
        number = ord(string[position])
        if 48 <= number <= 57:
            return number - 48
        lower = number | 32
        if 97 <= lower <= 102 and number < 128:
            return lower - 87
    raise ValueError(f"non-hexadecimal number found in fromhex() arg at position {position}")


def fromhex(string, /):
    for position in range(len(string)):
        if ord(string[position]) > 127:
            raise ValueError(f"non-hexadecimal number found in fromhex() arg at position {position}")
    numbers = []
    position = 0
    while position < len(string):
        if string[position] in " \t\n\r\x0b\x0c":
            position += 1
        else:
            high = _digit(string, position)
            numbers.append(16 * high + _digit(string, position + 1))
            position += 2
    return intrinsics.bytes_of(numbers)
