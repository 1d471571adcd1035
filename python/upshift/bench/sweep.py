"""Settings tried one by one, and whether any of them is worth setting.

A setting is recommended when every run with it beat every run with the default, by more than runs with the default
differ among themselves, and when the gain is worth a line in somebody's configuration: anything less is noise.
"""

import itertools
import math
import statistics

from upshift import config

from .plan import PlanError

# Gains below this are not worth a setting.
LEAST_GAIN = 0.03
DEFAULT = "default"


def parse(texts):
    """`["NAME=1,10", ...]` as names with their values."""
    found = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not values.strip(","):
            raise PlanError(f"--sweep takes NAME=VALUE,VALUE,..., not {text!r}")
        found.setdefault(name, [])
        for value in values.split(","):
            _check(name, value)
            if value not in found[name]:
                found[name].append(value)
    return found


def _check(name, value):
    takes = {setting: takes for setting, takes, _ in config.described()}
    if name not in takes:
        raise PlanError(f"there is no setting {name}; there are {', '.join(takes)}")
    if not config.accepts(name, value):
        raise PlanError(f"the setting {name} takes {takes[name]}, not {value!r}")


def combinations(variables):
    """All combinations of values, after the default; none without variables."""
    if not variables:
        return []
    products = itertools.product(*variables.values())
    return [{}, *(dict(zip(variables, values, strict=True)) for values in products)]


def text(settings):
    """A combination in a line."""
    return " ".join(f"{name.removeprefix('UPSHIFT_')}={value}" for name, value in settings.items()) or DEFAULT


def recommend(found):
    """Adds `relative` to each entry, its time over the default's, and the recommendation."""
    default, *others = found["entries"]
    checkpoints = _shared_checkpoints(found["entries"])
    scores = {id(entry): _scores(entry, checkpoints) for entry in found["entries"]}
    base = scores[id(default)]
    if not base:
        return
    middle = statistics.median(base)
    for entry in found["entries"]:
        own = scores[id(entry)]
        entry["relative"] = statistics.median(own) / middle if own else None
        entry["spread"] = [min(own) / middle, max(own) / middle] if own else None
    able = [entry for entry in others if entry["relative"] is not None]
    if not able:
        return
    best = min(able, key=lambda entry: entry["relative"])
    gain = 1.0 - best["relative"]
    noise = (max(base) - min(base)) / middle
    is_clear = gain >= max(LEAST_GAIN, noise) and len(base) > 1 and max(scores[id(best)]) < min(base)
    found["recommendation"] = {"settings": best["settings"] if is_clear else {}, "gain": gain, "text": _advice(
        best, gain, is_clear, len(base), checkpoints)}  # fmt: skip


def _shared_checkpoints(entries):
    """Numbers of calls that every run got to."""
    runs = [run for entry in entries for run in entry["runs"] if "points" in run]
    reached = [{calls for calls, _ in run["points"]} for run in runs]
    return sorted(set.intersection(*reached)) if reached else []


def _scores(entry, checkpoints):
    """A figure for each run: the geometric mean of its total times, so that every number of calls counts alike."""
    scores = []
    for run in entry["runs"]:
        if "total" in run:
            scores.append(run["total"])
            continue
        times = [seconds for calls, seconds in run["points"] if calls in checkpoints]
        if times:
            scores.append(math.exp(statistics.fmean(math.log(max(time, 1e-9)) for time in times)))
    return scores


def _advice(best, gain, is_clear, runs, checkpoints):
    over = f" over 1 to {checkpoints[-1]:,} calls" if checkpoints else ""
    if is_clear:
        exports = " ".join(f"{name}={value}" for name, value in best["settings"].items())
        return f"Set {exports}: {gain:.0%} less time{over} than with the default, in every run."
    if runs < 2:
        return f"Keep the default: one run cannot tell a gain from noise (best here: {text(best['settings'])})."
    if gain <= 0.0:
        return f"Keep the default: nothing tried was faster{over}."
    return f"Keep the default: the best, {text(best['settings'])}, is {gain:.0%} ahead{over}, which is within noise."
