def try_except(a):
    b = a
    try:
        b = a[0]
        b += 1
    except IndexError:
        return b
    return 0


def try_bare(a):
    try:
        return a[0]
    except:
        return 0


def try_else(a, b):
    try:
        c = a // b
    except ZeroDivisionError as e:
        c = e
    else:
        c += 1
    return c


def try_finally(a, f):
    try:
        return a[0]
    finally:
        f()


def several(a, i):
    try:
        return a[i]
    except (IndexError, KeyError):
        raise
    except ValueError as e:
        raise TypeError("no") from e


def in_loop(a):
    n = 0
    for x in a:
        try:
            n = n // x
            m = n
        except ZeroDivisionError:
            continue
        finally:
            n += 1
    return m


def deleted(a):
    try:
        b = a[0]
        del b
        c = a[1]
    except IndexError:
        return b
    return c


def raise_again():
    raise


def raise_from(a):
    raise ValueError from a
