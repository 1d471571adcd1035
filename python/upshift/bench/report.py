"""The results as text for a terminal, and as JSON."""

import json

from . import sweep

# Row labels of the number of calls in the table: each power of ten.
_POWERS = [10**power for power in range(7)]
# Of a timeline: the column, the kind of span, and which end of it.
_MOMENTS = (
    ("tier 1 ready", "compiling 1", "end"),
    ("queued", "queued", "start"),
    ("LLVM begins", "compiling 2", "start"),
    ("LLVM ready", "compiling 2", "end"),
    ("swapped", "tier 2", "start"),
)
_MAIN_PAIR = ("tiered", "python")


def write_json(results, path):
    """The results with their summary: figures in seconds."""
    with open(path, "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")


def text(results):
    """The whole report for a terminal."""
    sentences = "\n".join(line for line, _ in findings(results))
    parts = [_heading(results)]
    if has_figures(results):
        (_, figures), *others = tables(results)
        parts += [align(figures) + _legend(results), sentences]
        parts += [f"{title}\n{align(rows)}" for title, rows in others]
    else:
        parts.append(sentences)
    if not results["complete"]:
        parts.append(
            f"Interrupted: this is what was measured until then, of {results['plan']['repeats']} runs planned."
        )
    return "\n\n".join(part for part in parts if part) + "\n"


def has_figures(results):
    """Is there a mode in which anything was measured?"""
    return any(mode["runs"] for mode in results["modes"].values())


def tables(results):
    """Titles and rows of text, the first row the heads: the figures, and what else there is."""
    if "sizes" in results["summary"]:
        found = [("Times", _size_table(results))]
    elif results["target"]["kind"] == "script":
        found = [("Times", _script_table(results))]
    else:
        found = [("Times", _calls_table(results))]
    found.append(("Compiled functions", _function_table(results)))
    found.append(("When functions changed their tier, in a traced run", _timeline_table(results)))
    found.append(("Settings, in the tiered mode", _sweep_table(results)))
    return [(title, rows) for title, rows in found if rows]


def _heading(results):
    target, machine, plan = results["target"], results["machine"], results["plan"]
    arguments = target["arguments"]
    shown = " ".join(arguments) if isinstance(arguments, list) else arguments or ""
    lines = [f"upshift bench {target['text']} {shown}".rstrip()]
    lines.append(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']}; Python {machine['python']}, "
        f"NumPy {machine['numpy']}, upshift {machine['upshift']}"
    )
    lines.append(f"The fastest of {plan['repeats']} runs, each in a fresh process.")
    return "\n".join(lines)


def _calls_table(results):
    summary = results["summary"]
    names = list(results["modes"])
    rows = [["", *(results["modes"][name]["title"] for name in names)]]

    def row(label, value):
        rows.append([label, *(value(name) if name in summary["modes"] else "-" for name in names)])

    row("first call", lambda name: duration(summary["modes"][name]["first"]))
    for position, name in enumerate(names, 1):
        if results["modes"][name]["status"] == "timeout" and rows[1][position] == "-":
            rows[1][position] = f"> {duration(results['plan']['timeout'])}"
    row("first result, process start included", lambda name: duration(summary["modes"][name]["first_since_spawn"]))
    row("a settled call", lambda name: duration(summary["modes"][name]["settled"]))
    row("compiling, tier 1", lambda name: duration(summary["modes"][name]["compile_tier1"]))
    row("compiling, LLVM", lambda name: duration(summary["modes"][name]["compile_tier2"]))
    totals = {name: {one["calls"]: one for one in points} for name, points in summary["totals"].items()}
    most = results["checkpoints"][-1]
    for calls in [calls for calls in _POWERS if calls < most] + [most]:
        label = "total of 1 call" if calls == 1 else f"total of {calls:,} calls"
        row(label, lambda name, calls=calls: _total(totals[name][calls]))
    return rows


def _legend(results):
    points = [one for points in results["summary"].get("totals", {}).values() for one in points]
    if all(one["is_measured"] for one in points):
        return ""
    return "\n(in brackets: beyond what was measured, with the time of settled calls)"


def _total(point):
    shown = duration(point["seconds"])
    return shown if point["is_measured"] else f"({shown})"


def _script_table(results):
    summary = results["summary"]
    rows = [["", "total", "slowest", "first output", "compiling, tier 1", "compiling, LLVM"]]
    for name, mode in results["modes"].items():
        found = summary["modes"].get(name)
        fields = ("total", "slowest", "first_output", "compile_tier1", "compile_tier2")
        rows.append([mode["title"], *(duration(found[field]) if found else "-" for field in fields)])
    return rows


def _size_table(results):
    names = list(results["modes"])
    rows = [["size", "", *(results["modes"][name]["title"] for name in names)]]
    for row in results["summary"]["sizes"]:
        for part, label in (("first", "first call"), ("settled", "settled call")):
            times = [duration(row["modes"][name][part]) if name in row["modes"] else "-" for name in names]
            rows.append([f"{row['size']:,}" if part == "first" else "", label, *times])
    return rows


def findings(results):
    """What the figures say, each a sentence and whether it is good, bad or neither."""
    found = []
    summary, modes = results["summary"], results["modes"]
    titles = {name: mode["title"] for name, mode in modes.items()}
    found += _failures(modes)
    found += [(break_even_sentence(one, titles), "") for one in summary.get("break_evens", ())]
    if summary.get("worst"):
        worst = summary["worst"]
        sentence = (
            f"Tiered takes at most {worst['ratio']:.2f} times the better of tier 1 and LLVM at once "
            f"(at {_calls(worst['calls'])})."
        )
        found.append((sentence, "good" if worst["ratio"] <= 1.1 else "bad"))
    if summary.get("ratio"):
        sentence = f"Tiered takes {summary['ratio']:.2f} times the better of tier 1 and LLVM at once."
        found.append((sentence, "good" if summary["ratio"] <= 1.1 else "bad"))
    found += _agreement(results, titles)
    found += [(note, "bad") for note in results["notes"]]
    if results["sweep"] and results["sweep"]["recommendation"]:
        found.append((results["sweep"]["recommendation"]["text"], "good"))
    return found


def _failures(modes):
    failed = {name: mode["error"] for name, mode in modes.items() if mode["status"] == "failed"}
    if len(failed) == len(modes) and len(set(failed.values())) == 1:
        return [(f"It fails in every mode: {next(iter(failed.values()))}", "bad")]
    found = [(f"{capital(modes[name]['title'])} fails: {error}", "bad") for name, error in failed.items()]
    for mode in modes.values():
        if mode["status"] == "timeout":
            found.append((f"{capital(mode['title'])} is too slow, and was ended: {mode['error']}.", "bad"))
    return found


def capital(text):
    """With a capital letter, as a sentence begins."""
    return text[:1].upper() + text[1:]


def break_even_sentence(one, titles):
    """A break-even in words."""
    mode, over = capital(titles[one["mode"]]), titles[one["over"]]
    if "size" in one:
        what = "first call" if one["part"] == "first" else "settled call"
        if one["size"] is None:
            return f"{mode}: its {what} is behind {over} at the largest size."
        return f"{mode}: its {what} is ahead of {over} from size {one['size']:,} on."
    if one["calls"] is None:
        return f"{mode} and {over} are level." if one["is_level"] else f"{mode} never overtakes {over}."
    if one["calls"] == 1:
        return f"{mode} is ahead of {over} from the first call."
    extended = "" if one["is_measured"] else " (extrapolated)"
    return f"{mode} overtakes {over} at {_calls(one['calls'])}{extended}."


def _calls(count):
    return "1 call" if count == 1 else f"{count:,} calls"


def _agreement(results, titles):
    rows = results["answers"]
    if not rows:
        return []
    what = "output" if results["target"]["kind"] == "script" else "answers"
    found = []
    for row in rows:
        mode, reference = titles[row["mode"]], titles[row["reference"]]
        if row["status"] == "different":
            found.append((f"The {what} of {mode} and {reference} DIFFER: {row['where']}.", "bad"))
        elif row["status"] == "unknown":
            found.append((f"The {what} of {mode} could not be compared: {row['where']}.", "bad"))
        elif row["status"] == "close":
            found.append((f"The {what} of {mode} differ from {reference}'s by rounding: {row['where']}.", ""))
    same = [row for row in rows if row["status"] == "same"]
    if same and len(same) == len(rows):
        extra = next((f" ({row['where']})" for row in same if row["where"]), "")
        all_modes = "All modes" if len(rows) + 1 == len(titles) else "The modes that ran"
        found.append((f"{all_modes} give the same {what}{extra}.", "good"))
    return found


def function_rows(results):
    """The functions that were compiled in the tiered mode, or in another if there was none."""
    for name in ("tiered", "llvm", "tier1"):
        rows = results["modes"].get(name, {}).get("functions")
        if rows:
            return rows
    return []


def _function_table(results):
    rows = function_rows(results)
    if not rows:
        return []
    table = [["function", "tier", "calls", "tier 1", "LLVM", "swapped after", "why"]]
    for row in rows:
        times = [milliseconds(row.get(field)) for field in ("tier1_ms", "tier2_ms", "swapped_after_ms")]
        name = f"{row['function'].rpartition('.')[2]}{row['signature'] or ''}"
        table.append([_shortened(name, 60), str(row["tier"]), f"{row['calls']:,}", *times, row["tier2_reason"] or ""])
    return table


def _timeline_table(results):
    times = {}
    for span in results["timeline"]:
        known = times.setdefault(span["function"], {})
        for column, what, edge in _MOMENTS:
            if span["what"] == what:
                known.setdefault(column, span[edge])
    if not times:
        return []
    columns = [column for column, _, _ in _MOMENTS]
    rows = [[name, *(duration(known.get(column)) for column in columns)] for name, known in times.items()]
    return [["function", *columns], *rows]


def _sweep_table(results):
    if not results["sweep"]:
        return []
    table = [["setting", "time, of the default's", "runs from", "to"]]
    for entry in results["sweep"]["entries"]:
        relative, spread = entry.get("relative"), entry.get("spread") or [None, None]
        shown = [f"{value:.3f}" if value is not None else "-" for value in (relative, *spread)]
        table.append([sweep.text(entry["settings"]), shown[0] if not entry["error"] else entry["error"], *shown[1:]])
    return table


def suite_rows(suite):
    """A row for each program: first calls, the worst ratio, and the break-even with plain Python."""
    head = ["program", "plain call", "first tiered call", "ahead of Python from call", "settled", "worst ratio", "at"]
    rows = [head]
    for results in suite:
        summary, names = results["summary"], results["summary"].get("modes", {})
        even = next((one for one in summary.get("break_evens", ()) if (one["mode"], one["over"]) == _MAIN_PAIR), None)
        worst = summary.get("worst")
        rows.append([
            results["name"],
            duration(names["python"]["settled"]) if "python" in names else "-",
            duration(names["tiered"]["first"]) if "tiered" in names else "-",
            f"{even['calls']:,}" if even and even["calls"] else "never" if even else "-",
            duration(names["tiered"]["settled"]) if "tiered" in names else "-",
            f"{worst['ratio']:.2f}" if worst else "-",
            _calls(worst["calls"]) if worst else "-",
        ])  # fmt: skip
    return rows


def align(rows):
    """Columns of equal width: text on the left, figures on the right."""
    columns = list(zip(*rows, strict=True))
    justify = [
        str.rjust if position and _is_figures(column[1:]) else str.ljust for position, column in enumerate(columns)
    ]
    widths = [max(map(len, column)) for column in columns]
    lines = [[how(cell, width) for how, cell, width in zip(justify, row, widths, strict=True)] for row in rows]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _is_figures(cells):
    return all(not cell or not cell[0].isalpha() for cell in cells)


def _shortened(text, most):
    return text if len(text) <= most else text[: most - 3] + "..."


def milliseconds(value):
    """A time that is already in milliseconds."""
    return duration(value / 1e3) if value is not None else "-"


def duration(seconds):
    """Three digits and a unit."""
    if seconds is None:
        return "-"
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 0.9995:
            return f"{_three_digits(seconds * factor)} {unit}"
    return f"{_three_digits(seconds * 1e9)} ns"


def _three_digits(value):
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
