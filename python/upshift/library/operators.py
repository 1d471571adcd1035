"""Python's `operator`: operators as functions, and functions that remember what to look for."""

import builtins

from upshift.library import intrinsics


def add(a, b, /):
    return a + b


def sub(a, b, /):
    return a - b


def mul(a, b, /):
    return a * b


def truediv(a, b, /):
    return a / b


def floordiv(a, b, /):
    return a // b


def mod(a, b, /):
    return a % b


def pow(a, b, /):
    return a ** b


def matmul(a, b, /):
    return a @ b


def and_(a, b, /):
    return a & b


def or_(a, b, /):
    return a | b


def xor(a, b, /):
    return a ^ b


def lshift(a, b, /):
    return a << b


def rshift(a, b, /):
    return a >> b


def eq(a, b, /):
    return a == b


def ne(a, b, /):
    return a != b


def lt(a, b, /):
    return a < b


def le(a, b, /):
    return a <= b


def gt(a, b, /):
    return a > b


def ge(a, b, /):
    return a >= b


def is_(a, b, /):
    return a is b


def is_not(a, b, /):
    return a is not b


def neg(a, /):
    return -a


def pos(a, /):
    return +a


def invert(a, /):
    return ~a


def not_(a, /):
    return not a


def truth(a, /):
    return True if a else False


def abs(a, /):
    return builtins.abs(a)


def index(a, /):
    if isinstance(a, bool):
        return int(a)
    if isinstance(a, int):
        return a
    intrinsics.refuse("operator.index() of this is not supported; it takes an int")


def getitem(a, b, /):
    return a[b]


def setitem(a, b, c, /):
    a[b] = c


def delitem(a, b, /):
    del a[b]


def contains(a, b, /):
    return b in a


def concat(a, b, /):
    return a + b


def countOf(a, b, /):
    count = 0
    for item in a:
        if item == b:
            count += 1
    return count


def indexOf(a, b, /):
    position = 0
    for item in a:
        if item == b:
            return position
        position += 1
    raise ValueError("sequence.index(x): x not in sequence")


def length_hint(obj, default=0, /):
    return len(obj)


def iadd(a, b, /):
    a += b
    return a


def isub(a, b, /):
    a -= b
    return a


def imul(a, b, /):
    a *= b
    return a


def itruediv(a, b, /):
    a /= b
    return a


def ifloordiv(a, b, /):
    a //= b
    return a


def imod(a, b, /):
    a %= b
    return a


def ipow(a, b, /):
    a **= b
    return a


def imatmul(a, b, /):
    a @= b
    return a


def iand(a, b, /):
    a &= b
    return a


def ior(a, b, /):
    a |= b
    return a


def ixor(a, b, /):
    a ^= b
    return a


def ilshift(a, b, /):
    a <<= b
    return a


def irshift(a, b, /):
    a >>= b
    return a


def iconcat(a, b, /):
    a += b
    return a


def _get_items(*arguments):
    a = arguments[-1]
    if len(arguments) == 2:
        return a[intrinsics.remembered(arguments[0])]
    elif len(arguments) == 3:
        return a[intrinsics.remembered(arguments[0])], a[intrinsics.remembered(arguments[1])]
    else:
        return (_get_items(arguments[0], a),) + _get_items(*arguments[1:])


def _get_attributes(*arguments):
    a = arguments[-1]
    if len(arguments) == 2:
        return getattr(a, arguments[0])
    elif len(arguments) == 3:
        return getattr(a, arguments[0]), getattr(a, arguments[1])
    else:
        return (getattr(a, arguments[0]),) + _get_attributes(*arguments[1:])


def _call_method(name, *arguments, **keywords):
    return getattr(arguments[-1], name)(*arguments[:-1], **keywords)
