"""Tier-up: hold it, and report on it."""

from . import _upshift


class pause:
    """A context manager: no function changes its tier inside it. Nests."""

    def __enter__(self):
        _upshift.pause_tier_up()
        return self

    def __exit__(self, *_):
        _upshift.resume_tier_up()


def tier_report():
    """What there is to say about every specialization, as dicts; `function` is the qualified name."""
    from .introspection import REPORTED

    rows = []
    for dispatcher in _upshift.dispatchers():
        for known in _upshift.specializations(dispatcher):
            name = f"{dispatcher.__module__}.{dispatcher.__qualname__}"
            rows.append({"function": name} | {field: known.get(field) for field in REPORTED})
    return rows


def print_report():
    """Prints the report on stderr: what `UPSHIFT_STATS` asks for at the end of the process."""
    import sys

    print(format_report(tier_report()), file=sys.stderr)


def format_report(rows):
    """The report as a table. Of tier 2 it counts calls from Python, but not those from compiled code, and no loops."""

    def text(value):
        if value is None:
            return "-"
        return f"{value:.3f}" if isinstance(value, float) else str(value)

    columns = (
        "function", "signature", "tier", "calls", "loop_iterations", "tier1_ms", "tier2_ms", "swapped_after_ms",
        "tier2_reason",
    )  # fmt: skip
    table = [columns, *(tuple(text(row[column]) for column in columns) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(columns))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)
