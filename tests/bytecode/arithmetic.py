def binary(a, b):
    c = a + b - a * b
    d = a / b // c % b
    return (a @ b) ** (c << d >> 2) & 0xFF | a ^ b


def inplace(a, b):
    a += b
    a -= 1
    a *= 2.5
    a /= b
    a //= b
    a %= b
    a **= 2
    a <<= 1
    a >>= 1
    a &= b
    a |= b
    a ^= b
    a @= b
    return a


def unary(a):
    return (-a, +a, ~a, not a)
