"""Context managers: what `contextlib.contextmanager` makes of generators, and `nullcontext`, `suppress` and `closing`."""

from upshift.library import intrinsics


def enter(manager):
    for item in intrinsics.content(manager):
        return item
    raise RuntimeError("generator didn't yield")


def exit_(manager, kind, value, traceback):
    generator = intrinsics.content(manager)
    if value is None:
        for _ in generator:
            raise RuntimeError("generator didn't stop")
        return False
    else:
        count = intrinsics.frame_count(value)
        try:
            has_item = intrinsics.throw(generator, value)
        except BaseException as error:
            if error is not value and not intrinsics.is_stopped(error, value):
                raise
            intrinsics.forget_frames(value, count)
            return False
        if has_item:
            raise RuntimeError("generator didn't stop after throw()")
        return True


def enter_nothing(manager):
    return intrinsics.content(manager)


def exit_nothing(manager, kind, value, traceback):
    return False


def enter_suppressing(manager):
    return None


def exit_suppressing(manager, kind, value, traceback):
    if value is None:
        return False
    else:
        return isinstance(value, intrinsics.content(manager))


def enter_closing(manager):
    return intrinsics.content(manager)


def exit_closing(manager, kind, value, traceback):
    intrinsics.content(manager).close()
    return False
