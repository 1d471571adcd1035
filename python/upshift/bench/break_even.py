"""Curves of total time against the number of calls, where they cross, and how far the tiered mode is from the best.

A curve takes the fastest run from each measured number of calls to the next: what the machine does when nothing else
disturbs it. A pause that the system made in one run would else stay in that run's total to the end. Beyond the last
measured number of calls a curve is extended with the time of a settled call, and says so.
"""

import bisect
import itertools
from dataclasses import dataclass

# Curves that end closer than this are level: which of them is ahead is noise.
LEVEL = 0.02
PAIRS = (
    ("tiered", "python"), ("tier1", "python"), ("llvm", "python"), ("llvm", "tier1"), ("tiered", "tier1"),
    ("tiered", "llvm"), ("numba", "python"), ("numba", "tiered"), ("tiered", "numba"),
)  # fmt: skip
# With problem sizes: mode, the mode that it is compared with, and which call.
SIZE_PAIRS = (
    ("tiered", "python", "first"), ("llvm", "python", "first"), ("numba", "python", "first"),
    ("tiered", "python", "settled"), ("llvm", "tier1", "settled"),
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """Total seconds at numbers of calls, both ascending; and the seconds of a settled call."""

    calls: list
    seconds: list
    # The slowest run at each number of calls.
    slowest: list
    settled: float

    def at(self, calls):
        """Seconds of this many calls: between points on a straight line, beyond them extended."""
        if calls >= self.calls[-1]:
            return self.seconds[-1] + (calls - self.calls[-1]) * self.settled
        position = bisect.bisect_right(self.calls, calls) - 1
        if self.calls[position] == calls:
            return self.seconds[position]
        (x0, x1), (y0, y1) = self.calls[position : position + 2], self.seconds[position : position + 2]
        return y0 + (y1 - y0) * (calls - x0) / (x1 - x0)

    def is_measured(self, calls):
        """Did the runs get to this many calls?"""
        return calls <= self.calls[-1]


def bounds(results):
    """By mode that did not finish one call in the time it had: a curve that it stays above."""
    limit = results["plan"]["timeout"]
    slow = [name for name, mode in results["modes"].items() if mode["status"] == "timeout" and not mode["runs"]]
    return {name: Curve([1], [limit], [limit], limit) for name in slow}


def curves(results):
    """By mode, of the modes that have finished a call."""
    grid = set(results["checkpoints"])
    found = {}
    for name, mode in results["modes"].items():
        runs = [run for run in mode["runs"] if run.get("points")]
        if runs:
            found[name] = _curve(runs, grid)
    return found


def _curve(runs, grid):
    # Where a run's time was over, only that run has a point.
    known = [[point for point in run["points"] if point[0] in grid] for run in runs]
    segments, totals = {}, {}
    for points in known:
        for (before, start), (calls, end) in itertools.pairwise([(0, 0.0), *points]):
            segments.setdefault((before, calls), []).append(end - start)
            totals.setdefault(calls, []).append(end)
    ends = sorted(segments)
    calls = [end for _, end in ends]
    seconds = list(itertools.accumulate(min(segments[segment]) for segment in ends))
    settled = [run["settled"] for run in runs if run["settled"] is not None]
    return Curve(calls, seconds, [max(totals[end]) for end in calls], min(settled, default=seconds[-1] / calls[-1]))


def break_evens(found, least, most):
    """For each pair of modes there is: from how many calls on the first is ahead of the second.

    Of modes in `least` only a bound is known: another mode may be ahead of them, but they of none.
    """
    others = found | least
    rows = {
        (mode, over): {"mode": mode, "over": over} | break_even(found[mode], others[over], most)
        for mode, over in PAIRS
        if mode in found and over in others
    }
    # Of two that are asked both ways, one answer says it.
    answered = {(over, mode) for (mode, over), row in rows.items() if row["calls"] is not None}
    telling = [row for pair, row in rows.items() if row["calls"] is not None or pair not in answered]
    return sorted(telling, key=lambda row: (row["calls"] is None, row["calls"]))


def break_even(curve, other, most):
    """`calls`: the number from which on `curve` stays ahead, `None` if it is not ahead in the end.

    `is_level` if it is neither ahead nor behind in the end; `is_measured` if both curves were measured there.
    """
    grid = [calls for calls in sorted({1, most, *curve.calls, *other.calls}) if calls <= most]
    ahead = [curve.at(calls) < other.at(calls) for calls in grid]
    end, other_end = curve.at(most), other.at(most)
    is_level = abs(end - other_end) <= LEVEL * max(end, other_end)
    if not ahead[-1] or (is_level and not all(ahead)):
        return {"calls": None, "is_level": is_level, "is_measured": _both(curve, other, most), "seconds": None}
    calls = 1
    if not all(ahead):
        behind = len(ahead) - 1 - ahead[::-1].index(False)
        calls = _crossing(curve, other, grid[behind], grid[behind + 1])
    return {
        "calls": calls, "is_level": False, "is_measured": _both(curve, other, calls), "seconds": curve.at(calls),
    }  # fmt: skip


def _both(curve, other, calls):
    return curve.is_measured(calls) and other.is_measured(calls)


def _crossing(curve, other, low, high):
    """The first number of calls in `(low, high]` where `curve` is ahead, by halving."""
    while high - low > 1:
        middle = (low + high) // 2
        if curve.at(middle) < other.at(middle):
            high = middle
        else:
            low = middle
    return high


def envelope(found, checkpoints):
    """Tiered over the better of tier 1 and LLVM, at each number of calls; empty if a mode is missing."""
    if not {"tiered", "tier1", "llvm"} <= set(found):
        return []
    rows = []
    for calls in checkpoints:
        best = min(found["tier1"].at(calls), found["llvm"].at(calls))
        measured = all(found[name].is_measured(calls) for name in ("tiered", "tier1", "llvm"))
        rows.append({"calls": calls, "ratio": found["tiered"].at(calls) / best, "is_measured": measured})
    return rows


def worst(rows):
    """The row with the largest ratio."""
    return max(rows, key=lambda row: row["ratio"], default=None)


def size_rows(results):
    """With problem sizes: by size and mode, the fastest first call and the fastest settled call."""
    rows = []
    for size in results["plan"]["sizes"]:
        row = {"size": size, "modes": {}}
        for name, mode in results["modes"].items():
            told = [run["sizes"][str(size)] for run in mode["runs"] if str(size) in run.get("sizes", {})]
            if told:
                row["modes"][name] = {part: min(one[part] for one in told) for part in ("first", "settled")}
        rows.append(row)
    return rows


def size_break_even(rows, mode, over, part):
    """The smallest size from which on a mode is ahead at all larger ones; `None` if it is not ahead at the largest."""
    known = [row for row in rows if {mode, over} <= set(row["modes"])]
    found = None
    for row in reversed(known):
        if row["modes"][mode][part] >= row["modes"][over][part]:
            break
        found = row["size"]
    return found
