"""Bytearrays: what makes them, and their methods, most of which are those of their bytes.

The bytes of a bytearray that `intrinsics.as_bytes` gives are its own memory: they are read and copied here, and never
kept.
"""

from upshift.library import intrinsics, texts


def _byte(item):
    if not 0 <= item < 256:
        raise ValueError("byte must be in range(0, 256)")
    return item


def bytearray_(source=b"", encoding=None, errors="strict"):
    if isinstance(source, str):
        if encoding is None:
            raise TypeError("string argument without an encoding")
        else:
            return intrinsics.bytearray_of(source.encode(encoding, errors))
    elif intrinsics.is_bytes_like(source):
        return intrinsics.bytearray_of(intrinsics.as_bytes(source))
    elif isinstance(source, memoryview):
        return intrinsics.bytearray_of(source.tobytes())
    elif isinstance(source, int):
        if source < 0:
            raise ValueError("negative count")
        return intrinsics.bytearray_of(int(source))
    else:
        made = intrinsics.bytearray_of(0)
        for item in source:
            append(made, item)
        return made


def set_slice(a, index, value):
    a[index] = bytearray_(value)


def contains(a, item, /):
    return item in intrinsics.as_bytes(a)


def add(a, b):
    made = intrinsics.bytearray_of(intrinsics.as_bytes(a))
    made[len(made) :] = b
    return made


def add_to_bytes(a, b):
    return a + intrinsics.as_bytes(b)


def add_in_place(a, b):
    a[len(a) :] = b
    return a


def mul(a, count):
    return intrinsics.bytearray_of(intrinsics.as_bytes(a) * count)


def mul_in_place(a, count):
    if count != 1:
        a[:] = intrinsics.as_bytes(a) * count
    return a


def append(self, item, /):
    byte = _byte(item)
    length = len(self)
    intrinsics.resize(self, length + 1)
    intrinsics.store_byte(self, length, byte)


def extend(self, iterable_of_ints, /):
    if intrinsics.is_bytes_like(iterable_of_ints):
        self[len(self) :] = iterable_of_ints
    else:
        self[len(self) :] = bytearray_(iterable_of_ints)


def insert(self, index, item, /):
    byte = _byte(item)
    single = intrinsics.bytearray_of(1)
    intrinsics.store_byte(single, 0, byte)
    self[index:index] = single


def pop(self, index=-1, /):
    length = len(self)
    if length == 0:
        raise IndexError("pop from empty bytearray")
    position = index
    if position < 0:
        position += length
    if not 0 <= position < length:
        raise IndexError("pop index out of range")
    item = self[position]
    if position == length - 1:
        intrinsics.resize(self, length - 1)
    else:
        del self[position]
    return item


def remove(self, value, /):
    byte = _byte(value)
    position = intrinsics.as_bytes(self).find(byte)
    if position < 0:
        raise ValueError("value not found in bytearray")
    del self[position]


def clear(self):
    intrinsics.resize(self, 0)


def copy(self):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self))


def reverse(self):
    last = len(self) - 1
    for i in range(len(self) // 2):
        self[i], self[last - i] = self[last - i], self[i]


def capitalize(self):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).capitalize())


def center(self, width, fillchar=b" ", /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).center(width, fillchar))


def count(self, sub, start=None, end=None, /):
    return intrinsics.as_bytes(self).count(sub, start, end)


def decode(self, encoding="utf-8", errors="strict"):
    # A copy, because an error keeps the bytes.
    return intrinsics.copied_bytes(intrinsics.as_bytes(self)).decode(encoding, errors)


def endswith(self, suffix, start=None, end=None, /):
    return intrinsics.as_bytes(self).endswith(suffix, start, end)


def expandtabs(self, tabsize=8):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).expandtabs(tabsize))


def find(self, sub, start=None, end=None, /):
    return intrinsics.as_bytes(self).find(sub, start, end)


def fromhex(string, /):
    return intrinsics.bytearray_of(bytes.fromhex(string))


def hex(self, sep=None, bytes_per_sep=1):
    if sep is None:
        return intrinsics.as_bytes(self).hex()
    else:
        return texts.hex_with(intrinsics.as_bytes(self), sep, bytes_per_sep)


def index(self, sub, start=None, end=None, /):
    return intrinsics.as_bytes(self).index(sub, start, end)


def isalnum(self):
    return intrinsics.as_bytes(self).isalnum()


def isalpha(self):
    return intrinsics.as_bytes(self).isalpha()


def isascii(self):
    return intrinsics.as_bytes(self).isascii()


def isdigit(self):
    return intrinsics.as_bytes(self).isdigit()


def islower(self):
    return intrinsics.as_bytes(self).islower()


def isspace(self):
    return intrinsics.as_bytes(self).isspace()


def istitle(self):
    return intrinsics.as_bytes(self).istitle()


def isupper(self):
    return intrinsics.as_bytes(self).isupper()


def join(self, iterable_of_bytes, /):
    separator = intrinsics.as_bytes(self)
    made = intrinsics.bytearray_of(0)
    is_first = True
    for part in iterable_of_bytes:
        if not is_first:
            made[len(made) :] = separator
        made[len(made) :] = part
        is_first = False
    return made


def ljust(self, width, fillchar=b" ", /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).ljust(width, fillchar))


def lower(self):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).lower())


def lstrip(self, bytes=None, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).lstrip(bytes))


def partition(self, sep, /):
    before, own, after = intrinsics.as_bytes(self).partition(sep)
    return intrinsics.bytearray_of(before), intrinsics.bytearray_of(own), intrinsics.bytearray_of(after)


def removeprefix(self, prefix, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).removeprefix(prefix))


def removesuffix(self, suffix, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).removesuffix(suffix))


def replace(self, old, new, count=-1, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).replace(old, new, count))


def rfind(self, sub, start=None, end=None, /):
    return intrinsics.as_bytes(self).rfind(sub, start, end)


def rindex(self, sub, start=None, end=None, /):
    return intrinsics.as_bytes(self).rindex(sub, start, end)


def rjust(self, width, fillchar=b" ", /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).rjust(width, fillchar))


def rpartition(self, sep, /):
    before, own, after = intrinsics.as_bytes(self).rpartition(sep)
    return intrinsics.bytearray_of(before), intrinsics.bytearray_of(own), intrinsics.bytearray_of(after)


def rsplit(self, sep=None, maxsplit=-1):
    return [intrinsics.bytearray_of(part) for part in intrinsics.as_bytes(self).rsplit(sep, maxsplit)]


def rstrip(self, bytes=None, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).rstrip(bytes))


def split(self, sep=None, maxsplit=-1):
    return [intrinsics.bytearray_of(part) for part in intrinsics.as_bytes(self).split(sep, maxsplit)]


def splitlines(self, keepends=False):
    if keepends:
        return [intrinsics.bytearray_of(part) for part in intrinsics.as_bytes(self).splitlines(True)]
    else:
        return [intrinsics.bytearray_of(part) for part in intrinsics.as_bytes(self).splitlines(False)]


def startswith(self, prefix, start=None, end=None, /):
    return intrinsics.as_bytes(self).startswith(prefix, start, end)


def strip(self, bytes=None, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).strip(bytes))


def swapcase(self):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).swapcase())


def title(self):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).title())


def translate(self, table, /, delete=b""):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).translate(table, delete=delete))


def upper(self):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).upper())


def zfill(self, width, /):
    return intrinsics.bytearray_of(intrinsics.as_bytes(self).zfill(width))
