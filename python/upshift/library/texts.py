"""`str` and `repr` of containers, `join` of what is no list."""


def join(separator, items):
    return separator.join(list(items))


def list_repr(items):
    parts = [repr(item) for item in items]
    return "[" + ", ".join(parts) + "]"


def dict_repr(entries):
    parts = [repr(key) + ": " + repr(value) for key, value in entries.items()]
    return "{" + ", ".join(parts) + "}"


def set_repr(items):
    if len(items) == 0:
        return "set()"
    parts = [repr(item) for item in items]
    return "{" + ", ".join(parts) + "}"
