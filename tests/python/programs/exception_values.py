"""Exceptions as values: their text, what they hold, their classes and links, and how they go back to Python."""

import numpy as np


class Plain(ValueError):
    pass


class Coded(Exception):
    def __init__(self, code, reason):
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.reason = reason

    def describe(self):
        return self.reason


class Shown(Exception):
    def __str__(self):
        return "shown: " + repr(self.args)


def raised(kind):
    if kind == 0:
        raise ValueError("plain")
    if kind == 1:
        raise KeyError("it's")
    if kind == 2:
        raise KeyError("a", kind)
    if kind == 3:
        raise IndexError
    if kind == 4:
        raise Plain("own", 1.5, (kind, None, "x"))
    if kind == 5:
        raise Coded(kind, "coded")
    if kind == 6:
        raise Shown(kind, b"bytes", 2j)
    if kind == 7:
        raise ZeroDivisionError(True)
    if kind == 8:
        raise OSError(2, "missing")
    if kind == 9:
        raise RuntimeError("h\xe9 \u20ac \U0001f600")
    return 10 // (kind - 10)


KINDS = range(12)


def text(kind):
    try:
        raised(kind)
    except Exception as e:
        return str(e)
    return "nothing"


def representation(kind):
    try:
        raised(kind)
    except Exception as e:
        return repr(e), ascii(e), f"<{e}> {e!r} {e!s:>30}|", "%s and %r" % (e, e), "{} {!r}".format(e, e)
    return "nothing", "", "", "", ""


def with_specification(kind):
    try:
        raised(kind)
    except Exception as e:
        return f"{e:>30}"
    return "nothing"


def arguments(kind):
    try:
        raised(kind)
    except Exception as e:
        args = e.args
        if args and args[0] == "plain":
            return "the plain one"
        return f"{len(args)}: {args}"
    return "nothing"


def arguments_as_numbers(x, y):
    try:
        raise ValueError(x, y, "third")
    except ValueError as e:
        a, b, c = e.args
        return int(a) + 1, float(b) * 2, str(c) + "!", a == x, b != y, a < b, y >= b, isinstance(c, str), c is None


def wrong_count(n):
    try:
        raise ValueError(n, n)
    except ValueError as e:
        a, b, c = e.args
        return str(a)


def index_of_args(i):
    try:
        raise ValueError("only")
    except ValueError as e:
        return str(e.args[i])


def no_number(i):
    try:
        raise ValueError("only")
    except ValueError as e:
        return int(e.args[i])


def attributes(code):
    try:
        raise Coded(code, "why")
    except Coded as e:
        if e.code == 3:
            return "three"
        return f"{e.code}:{e.reason}:{str(e.reason).upper()}:{int(e.code) + 1}"


def missing_attribute(code):
    try:
        raise Coded(code, "why")
    except Coded as e:
        return str(e.nothing)


def of_class(kind):
    try:
        raised(kind)
    except Exception as e:
        number = 0
        if isinstance(e, ValueError):
            number += 1
        if isinstance(e, (LookupError, Coded)):
            number += 2
        if isinstance(e, int):
            number += 4
        if type(e) is ZeroDivisionError:
            number += 8
        if issubclass(type(e), ArithmeticError):
            number += 16
        return number, type(e).__name__, f"{type(e)}", e.__class__.__name__, type(e) == Plain, type(e) is not Shown
    return -1, "", "", "", False, False


def raised_again(kind):
    try:
        raised(kind)
    except Exception as e:
        raise e
    return 0


def raised_as_its_class(kind):
    try:
        raised(kind)
    except (ValueError, ArithmeticError) as e:
        raise type(e)("again", kind, str(e)) from None
    return 0


def raised_with_it(kind):
    try:
        raised(kind)
    except LookupError as e:
        raise RuntimeError(e, "around") from e
    except Exception as e:
        raise RuntimeError(f"around {e}", e.args) from e
    return 0


def class_that_varies(flag, x):
    kind = ValueError if flag else KeyError
    if x > 1:
        raise kind("made", x)
    try:
        raise kind
    except kind as e:
        return type(e).__name__


def links(kind):
    try:
        try:
            raised(kind)
        except KeyError as e:
            raise ValueError("second") from e
        except ValueError:
            raise TypeError("third")
        except Exception as e:
            raise e
    except Exception as e:
        cause = e.__cause__
        context = e.__context__
        first = "none" if cause is None else str(cause)
        second = "none" if context is None else repr(context)
        return first, second, e.__cause__ is None, e.__context__ is not None
    return "", "", False, False


def kept(kinds):
    last = None
    for kind in kinds:
        try:
            raised(kind)
        except Exception as e:
            last = e
    if last is None:
        return "none"
    return f"last was {last!r}"


def returned(kind):
    try:
        raised(kind)
    except Exception as e:
        return e
    return None


def returned_parts(kind):
    try:
        raised(kind)
    except Exception as e:
        return type(e), e.args, len(e.args)
    raise IndexError("nothing was raised")


def made_and_shown(x, name):
    e = ValueError("made", x, name)
    first = e.args
    return str(e), repr(e), first, first[1] + 1, type(e) is ValueError, isinstance(e, LookupError), f"{e}"


def made_and_returned(x):
    return KeyError("made", x)


def strings_that_escape(name, n):
    e = ValueError(name + "!", n)
    if n > 2:
        e = KeyError(name * n)
    try:
        raise e
    except ValueError as caught:
        return str(caught)


def text_of_array_error(a, i):
    try:
        return str(a[i])
    except IndexError as e:
        return str(e)


def text_of_parsing(s):
    try:
        return str(int(s))
    except ValueError as e:
        return f"cannot read: {e}"


def text_in_loop(n):
    total = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError("multiple of three", i)
            total += 1
        except ValueError as e:
            total += len(str(e))
    return total


def types_of(x, s, t):
    return type(x) is int, type(s) == str, type(t) is tuple, type(x) is float, type(s) is not str


FUNCTIONS = [raised]
CASES = [
    (text, [(kind,) for kind in KINDS]),
    (representation, [(kind,) for kind in KINDS]),
    (with_specification, [(0,), (5,), (11,)]),
    (arguments, [(kind,) for kind in KINDS]),
    (arguments_as_numbers, [(1, 2.5), (-7, 1e300)]),
    (wrong_count, [(1,)]),
    (index_of_args, [(0,), (1,), (-1,)]),
    (no_number, [(0,)]),
    (attributes, [(3,), (4,)]),
    (missing_attribute, [(1,)]),
    (of_class, [(kind,) for kind in KINDS if kind != 8]),
    (raised_again, [(kind,) for kind in KINDS]),
    (raised_as_its_class, [(kind,) for kind in KINDS]),
    (raised_with_it, [(kind,) for kind in KINDS]),
    (class_that_varies, [(flag, x) for flag in (True, False) for x in (1, 2)]),
    (links, [(kind,) for kind in KINDS]),
    (kept, [((0, 1, 2),), ((10, 11),), ((11, 11),), ((5,),)]),
    (returned, [(kind,) for kind in KINDS]),
    (returned_parts, [(kind,) for kind in (0, 2, 4, 5, 11)]),
    (made_and_shown, [(1, "name")]),
    (made_and_returned, [(5,)]),
    (strings_that_escape, [("ab", 1), ("ab", 3)]),
    (text_of_array_error, [(np.arange(3.0), 1), (np.arange(3.0), 5)]),
    (text_of_parsing, [("12",), ("twelve",)]),
    (text_in_loop, [(10,)]),
    (types_of, [(1, "s", (1, 2))]),
]
