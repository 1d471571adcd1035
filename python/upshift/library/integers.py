"""Methods of ints that are loops over their bytes."""

from upshift.library import intrinsics


def from_bytes(bytes, byteorder="big", *, signed=False):
    if byteorder != "big" and byteorder != "little":
        raise ValueError("byteorder must be either 'little' or 'big'")
    count = len(bytes)
    is_negative = signed and count > 0 and bytes[0 if byteorder == "big" else count - 1] >= 128
    filler = 255 if is_negative else 0
    number = -1 if is_negative else 0
    for place in range(count):
        byte = bytes[place if byteorder == "big" else count - 1 - place]
        if count - place > 8:
            if byte != filler:
                raise OverflowError("the number has more than 64 bits")
        else:
            number = number << 8 | byte
    if count >= 8 and (number < 0) != is_negative:
        raise OverflowError("the number has more than 64 bits")
    return number


def to_bytes(self, length=1, byteorder="big", *, signed=False):
    if byteorder != "big" and byteorder != "little":
        raise ValueError("byteorder must be either 'little' or 'big'")
    if length < 0:
        raise ValueError("length argument must be non-negative")
    if self < 0 and not signed:
        raise OverflowError("can't convert negative int to unsigned")
    rest = int(self)
    digits = []
    for _ in range(length):
        digits.append(rest & 255)
        rest >>= 8
    is_negative = self < 0
    is_whole = rest == (-1 if is_negative else 0)
    if signed and length > 0:
        is_whole = is_whole and (digits[-1] >= 128) == is_negative
    if not is_whole:
        raise OverflowError("int too big to convert")
    if byteorder == "big":
        digits.reverse()
    return intrinsics.bytes_of(digits)
