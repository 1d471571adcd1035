"""What happens to the compiler's threads when the process forks or ends. Imported when the first function compiles."""

import atexit
import os

from . import _upshift, config

_held = False


def register():
    """Called once, by the engine's start."""
    os.register_at_fork(
        before=_before,
        after_in_parent=lambda: _upshift.after_fork(False, _held),
        after_in_child=lambda: _upshift.after_fork(True, _held),
    )
    atexit.register(_at_exit)


def _before():
    global _held
    _held = _upshift.before_fork()


def _at_exit():
    if config.UPSHIFT_STATS:
        import sys

        from .tiering import format_report, tier_report

        print(format_report(tier_report()), file=sys.stderr)
    _upshift.shutdown()
