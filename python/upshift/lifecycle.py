"""What happens to the compiler's threads when the process forks or ends. Imported when the first function compiles."""

import atexit
import os

from . import _upshift, config


def register():
    """Called once, by the engine's start."""
    os.register_at_fork(
        before=lambda: _upshift.process_event("before"),
        after_in_parent=lambda: _upshift.process_event("parent"),
        after_in_child=lambda: _upshift.process_event("child"),
    )
    atexit.register(_at_exit)
    if config.UPSHIFT_DUMP:
        import warnings

        from .errors import UpshiftWarning

        warnings.warn("UPSHIFT_DUMP has no effect yet", UpshiftWarning, stacklevel=2)


def _at_exit():
    if config.UPSHIFT_STATS:
        import sys

        from .tiering import format_report, tier_report

        print(format_report(tier_report()), file=sys.stderr)
    _upshift.process_event("exit")
