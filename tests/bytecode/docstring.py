def documented(a):
    """Twice a."""
    return 2 * a


def unused(a):
    a + 1
    b = a
    c = b
    return c
