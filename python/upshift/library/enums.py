"""Look-ups of the members of enumerations, and operators of flags, on the numbers that members are when they run."""


def same(number, /):
    return number


def position_of(value, values, name, /):
    position = 0
    for known in values:
        if known == value:
            return position
        position += 1
    raise ValueError(f"{value!r} is not a valid {name}")


def number_of(value, values, name, /):
    for known in values:
        if known == value:
            return known
    raise ValueError(f"{value!r} is not a valid {name}")


def _power_above(number):
    power = 1
    while power <= number:
        power <<= 1
    return power


def kept(value, all_bits, /):
    """A value of flags that keep what they do not know: negative ones stand for all bits but some."""
    number = int(value)
    if number < ~all_bits:
        return max(all_bits + 1, _power_above(-number)) + number
    if number < 0:
        return all_bits + 1 + number
    return number


def invert(value, all_bits, /):
    return kept(~value, all_bits)


def and_(a, b, all_bits, /):
    return kept(a & b, all_bits)


def or_(a, b, all_bits, /):
    return kept(a | b, all_bits)


def xor(a, b, all_bits, /):
    return kept(a ^ b, all_bits)


def _bits(number, count):
    """What `enum.bin` says."""
    sign, digits = "0b0", bin(number)[2:]
    if number < 0:
        sign, digits = "0b1", bin(_power_above(~number) + number)[2:]
        while len(digits) < len(bin(_power_above(~number))) - 3:
            digits = "0" + digits
    fill = sign[2:]
    while len(digits) < count:
        digits = fill + digits
    return sign + " " + digits


def strict(value, all_bits, flag_mask, name, /):
    """A value of flags that know all their bits."""
    number = int(value)
    if not ~all_bits <= number <= all_bits or number & (all_bits ^ flag_mask):
        count = max(len(bin(abs(number))), len(bin(flag_mask))) - 2
        given, allowed = _bits(number, count), _bits(flag_mask, count)
        raise ValueError(f"<flag '{name}'> invalid value {value!r}\n    given {given}\n  allowed {allowed}")
    if number < 0:
        return all_bits + 1 + number
    return number


def name_of_flags(value, names, values, are_canonical, singles_mask, class_name, /):
    """`.name` of flags that may be combined: `None` if they are none."""
    for name, known in zip(names, values):
        if known == value:
            return name
    rest = value
    text = ""
    for name, known, is_canonical in zip(names, values, are_canonical):
        if is_canonical and known & value & singles_mask:
            text = f"{text}|{name}"
            rest &= ~known
    if value & ~singles_mask:
        for name, known, is_canonical in zip(names, values, are_canonical):
            if not is_canonical and known and known & value == known:
                text = f"{text}|{name}"
                rest &= ~known
    if text == "":
        return None
    return f"{text[1:]}|{rest}" if rest else text[1:]


def str_of_flags(value, names, values, are_canonical, singles_mask, class_name, /):
    name = name_of_flags(value, names, values, are_canonical, singles_mask, class_name)
    return f"{class_name}({value})" if name is None else f"{class_name}.{name}"


def repr_of_flags(value, names, values, are_canonical, singles_mask, class_name, /):
    name = name_of_flags(value, names, values, are_canonical, singles_mask, class_name)
    return f"<{class_name}: {value}>" if name is None else f"<{class_name}.{name}: {value}>"
