"""The classes of `upshift.typed`, called with items."""

from upshift.library import intrinsics


def list_(iterable, /):
    return intrinsics.shared([item for item in iterable])


def set_(iterable, /):
    return intrinsics.shared({item for item in iterable})


def dict_(entries, /):
    if isinstance(entries, dict):
        return intrinsics.shared({key: value for key, value in entries.items()})
    else:
        return intrinsics.shared({key: value for key, value in entries})
