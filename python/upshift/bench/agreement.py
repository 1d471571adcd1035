"""Do all modes give the same answers? Compared with plain Python's, or with the first mode that has one."""

import math

from . import answers

# Farther apart than this is another answer: sums in another order stay well below it.
TOLERANCE = 1e-9


def of(results, is_script):
    """A row for each mode but the reference: `same`, `close`, `different` or `unknown`, and where."""
    compare = _compare_outputs if is_script else _compare_answers
    wanted = "outputs" if is_script else "answer"
    able = {name: mode for name, mode in results["modes"].items() if wanted in mode}
    rows = []
    reference = next(iter(able), None)
    for name, mode in able.items():
        if name != reference:
            status, where = compare(mode[wanted], able[reference][wanted])
            rows.append({"mode": name, "reference": reference, "status": status, "where": where})
    # They have served; reports do not repeat megabytes.
    for mode in able.values():
        mode.pop(wanted)
    return rows


def _compare_answers(found, reference):
    if answers.compare(found["given"], reference["given"])[0] != 0.0:
        return "unknown", "its arguments are not the same in every process: give random generators a seed"
    status, where = _judged(answers.compare(found["first"], reference["first"]), "the first call gives ")
    if status not in ("same", "close") or "settled" not in found:
        return status, where
    # After many calls, too, unless the function remembers its calls.
    remembers = "settled" in reference and answers.compare(reference["settled"], reference["first"])[0] != 0.0
    if remembers:
        return status, where
    comparison = answers.compare(found["settled"], reference["first"])
    settled, settled_where = _judged(comparison, "after many calls it gives ")
    order = ("same", "close", "unknown", "different")
    return (settled, settled_where) if order.index(settled) > order.index(status) else (status, where)


def _judged(comparison, prefix):
    distance, where = comparison
    if distance is None:
        return "unknown", where
    if distance == 0.0:
        return "same", ""
    if distance <= TOLERANCE:
        return "close", f"relative distance {distance:.1e}"
    far = "" if math.isinf(distance) else f" (relative distance {distance:.1e})"
    return "different", f"{prefix}{where}{far}"


def _compare_outputs(found, reference):
    """Lines that are not the same in all runs of one mode are times and the like: they do not count."""
    left, right = _settled_lines(found), _settled_lines(reference)
    if left is None or right is None:
        return "unknown", "the number of lines it prints varies from run to run"
    if len(left) != len(right):
        return "different", f"it prints {len(left)} lines, not {len(right)}"
    for number, (line, expected) in enumerate(zip(left, right, strict=True), 1):
        if line is not None and expected is not None and line != expected:
            return "different", f"line {number}: {line[:80]!r}, not {expected[:80]!r}"
    varying = sum(line is None or expected is None for line, expected in zip(left, right, strict=True))
    return "same", f"but for {varying} of {len(left)} lines that vary from run to run" if varying else ""


def _settled_lines(outputs):
    """Lines of the outputs, `None` where they differ; `None` for all if there are not always as many."""
    runs = [output.splitlines() for output in outputs]
    if len({len(lines) for lines in runs}) > 1:
        return None
    return [lines[0] if len(set(lines)) == 1 else None for lines in zip(*runs, strict=True)]
