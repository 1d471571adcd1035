"""The results as charts: Vega-Lite specifications, for the report in a browser and for pictures.

Altair makes them: it checks each against Vega-Lite's schema, has wheels of pure Python, and draws log axes, ranges and
layers without code of ours. Its companion vl-convert brings Vega's JavaScript in one piece (0.9 MB in a page, where
plotly's is 4.7 MB), and makes SVG and PNG without a browser.
"""

import math

import altair

from . import break_even, sweep
from .report import duration

# Pixels of a whole chart with its labels, and of the space that curves are drawn in.
WIDTH, INNER_WIDTH, HEIGHT = 880, 790, 380
# Colours that the colour-blind can tell apart, and that show on white and on black.
COLOURS = {
    "python": "#8a8f98",
    "tier1": "#e69f00",
    "llvm": "#3b8ede",
    "tiered": "#00a075",
    "numba": "#cc79a7",
}
_SPANS = {
    "compiling 1": ("compiling, tier 1", "#c44536"),
    "tier 1": ("runs in tier 1", "#e69f00"),
    "queued": ("queued for LLVM", "#a3a8b0"),
    "compiling 2": ("compiling, LLVM", "#7a5cc4"),
    "compiling loop": ("compiling a running loop, LLVM", "#b39be0"),
    "tier 2": ("runs in LLVM's code", "#00a075"),
}
_DURATION = (
    "datum.value >= 1 ? format(datum.value, ',~r') + ' s' : datum.value >= 9.9e-4 ? format(datum.value * 1e3, '~r')"
    " + ' ms' : datum.value >= 9.9e-7 ? format(datum.value * 1e6, '~r') + ' µs'"
    " : format(datum.value * 1e9, '~r') + ' ns'"
)
# Ratios: from where on, in words, and the colour.
_BANDS = (
    (0.0, "below 0.95", "#1b7f5f"),
    (0.95, "to 1.02", "#4fb08c"),
    (1.02, "to 1.10", "#a9d8bd"),
    (1.1, "to 1.25", "#f6d27a"),
    (1.25, "to 1.5", "#ef9f57"),
    (1.5, "to 2", "#d9603b"),
    (2.0, "above 2", "#a52a2a"),
)
# Marks closer than this, in pixels, are moved apart.
_MARK = 22
# Rows of a timeline that can still be read.
_MOST_FUNCTIONS = 30


def charts(results):
    """Title, explanation and specification of each chart there is something to draw for."""
    summary, found = results["summary"], []
    if summary.get("totals"):
        found.append((
            "Total time against the number of calls",
            "Solid: measured, the fastest run from point to point; the band reaches to the slowest run. Dashed: "
            "extended with the time of settled calls. Letters: the break-evens listed above.",
            calls_chart(results),
        ))  # fmt: skip
    if summary.get("envelope"):
        found.append((
            "How far tiered is from the best",
            "Total time of tiered over the better of tier 1 and LLVM at once, at each number of calls. The goal: 1.10.",
            envelope_chart(results),
        ))  # fmt: skip
    if "sizes" in summary and any(row["modes"] for row in summary["sizes"]):
        found.append((
            "Time of a call against the problem size",
            "Solid: a settled call. Dashed: the first call of a fresh process, compiling included.",
            sizes_chart(results),
        ))  # fmt: skip
    if results["target"]["kind"] == "script" and summary["modes"]:
        found.append((
            "Total time of the script",
            "From the start of the process, the fastest run; the line reaches to the slowest, the diamond is the first "
            "output.",
            script_chart(results),
        ))  # fmt: skip
    if results["timeline"]:
        found.append((
            "Tiers of each function over time",
            "One run in the tiered mode. Above: which code runs. Below: what the compile threads do for it meanwhile.",
            timeline_chart(results["timeline"]),
        ))  # fmt: skip
    if results["sweep"] and any(entry.get("relative") for entry in results["sweep"]["entries"]):
        found.append((
            "Settings",
            "Time in the tiered mode over that with the default: the median run, and from the fastest to the slowest.",
            sweep_chart(results["sweep"]),
        ))  # fmt: skip
    return found


def marks(results):
    """Break-evens that a chart shows, each with its letter: those between the first call and the last."""
    most = results["checkpoints"][-1]
    found = [one for one in results["summary"].get("break_evens", ()) if one.get("calls") and 1 < one["calls"] <= most]
    found.sort(key=lambda one: one["calls"])
    return [one | {"letter": chr(ord("A") + position)} for position, one in enumerate(found)]


def _chart(rows):
    return altair.Chart(altair.Data(values=rows))


def _finish(chart, height=HEIGHT):
    return chart.properties(width=WIDTH, height=height, autosize=altair.AutoSizeParams(type="fit-x")).to_dict()


def _mode_colour(results, names, legend=True):
    titles = [results["modes"][name]["title"] for name in names]
    shown = altair.Legend(title=None, orient="top", symbolStrokeWidth=4, symbolType="stroke", symbolOpacity=1)
    scale = altair.Scale(domain=titles, range=[COLOURS[name] for name in names])
    return altair.Color("mode:N", scale=scale, legend=shown if legend else None)


def _powers(low, high):
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def _calls_axis(most):
    values = [round(value) for value in _powers(1, most)]
    expression = "format(datum.value, ',')"
    return altair.X(
        "calls:Q",
        title="number of calls",
        scale=altair.Scale(type="log", domain=[1, max(most, 2)], nice=False),
        axis=altair.Axis(values=values, labelExpr=expression),
    )


def _time_axis(field, title, domain):
    axis = altair.Axis(values=_powers(*domain), labelExpr=_DURATION)
    return altair.Y(field, title=title, scale=altair.Scale(type="log", domain=domain, nice=False), axis=axis)


def calls_chart(results):
    """Total time of each mode against the number of calls, both in powers of ten, with the break-evens."""
    summary, most = results["summary"], results["checkpoints"][-1]
    curves = break_even.curves(results)
    rows, band = [], []
    for name, points in summary["totals"].items():
        title = results["modes"][name]["title"]
        kinds = [("measured", [one for one in points if one["is_measured"]])]
        kinds.append(("extended", points[max(0, len(kinds[0][1]) - 1) :]))
        for kind, chosen in kinds:
            rows += [_point(title, kind, one["calls"], one["seconds"]) for one in chosen if len(chosen) > 1]
        curve = curves[name]
        for calls, low, high in zip(curve.calls, curve.seconds, curve.slowest, strict=True):
            band.append({"mode": title, "calls": calls, "low": low, "high": max(low, high)})
    times = [row["seconds"] for row in rows] + [row["high"] for row in band]
    domain = [min(times) / 1.3, max(times) * 1.3]
    names = list(summary["totals"])
    x, colour = _calls_axis(most), _mode_colour(results, names)
    y = _time_axis("seconds:Q", "total time", domain)
    is_measured = altair.datum.kind == "measured"
    width = altair.condition(altair.datum.mode == "tiered", altair.value(4), altair.value(2.2))
    tooltip = [altair.Tooltip("mode:N"), altair.Tooltip("calls:Q", format=","), altair.Tooltip("time:N")]
    base = _chart(rows).encode(x=x, y=y, color=colour, strokeWidth=width)
    layers = [
        _chart(band).mark_area(opacity=0.16).encode(
            x=x, y=altair.Y("low:Q", title="total time"), y2="high:Q", color=colour
        ),
        base.transform_filter(altair.datum.kind == "extended").mark_line(strokeDash=[4, 4], opacity=0.8),
        base.transform_filter(is_measured).mark_line(),
        base.transform_filter(is_measured).mark_point(size=70, opacity=0).encode(tooltip=tooltip),
    ]  # fmt: skip
    return _finish(altair.layer(*layers, *_break_even_marks(results, most, domain)))


def _point(title, kind, calls, seconds):
    return {"mode": title, "kind": kind, "calls": calls, "seconds": seconds, "time": duration(seconds)}


def _break_even_marks(results, most, domain):
    """A ring on each crossing, and a letter beside it where no other letter is."""
    rows, taken = [], []
    for one in marks(results):
        x = math.log(one["calls"]) / math.log(max(most, 2)) * INNER_WIDTH
        y = (1 - math.log(one["seconds"] / domain[0]) / math.log(domain[1] / domain[0])) * HEIGHT
        # Below the curves first: the space above is theirs.
        places = [(dx, dy) for dy in (18, -18, 40, -40, 62, -62) for dx in (0, 14, -14)]
        free = ((dx, dy) for dx, dy in places if all(math.dist((x + dx, y + dy), other) >= _MARK for other in taken))
        dx, dy = next((place for place in free if 0 < y + place[1] < HEIGHT), (0, 18))
        taken.append((x + dx, y + dy))
        modes = [results["modes"][one[part]]["title"] for part in ("mode", "over")]
        tip = f"{one['letter']}: {modes[0]} overtakes {modes[1]} at {one['calls']:,} calls, {duration(one['seconds'])}"
        rows.append({"calls": one["calls"], "seconds": one["seconds"], "letter": one["letter"], "tip": tip,
                     "dx": dx, "dy": dy})  # fmt: skip
    layers = []
    for row in rows:
        base = _chart([row]).encode(
            x=altair.X("calls:Q"), y=altair.Y("seconds:Q"), tooltip=altair.Tooltip("tip:N", title="break-even")
        )
        layers.append(base.mark_point(size=60, strokeWidth=2, filled=False, color="#d1495b"))
        letter = base.mark_text(dx=row["dx"], dy=row["dy"], fontSize=14, fontWeight="bold", color="#d1495b")
        layers.append(letter.encode(text="letter:N"))
    return layers


def envelope_chart(results):
    """The ratio of tiered to the lower envelope of tier 1 and LLVM."""
    rows = [row | {"kind": _kind(row)} for row in results["summary"]["envelope"]]
    top = max(1.25, *(row["ratio"] for row in rows)) * 1.05
    bottom = min(0.9, *(row["ratio"] for row in rows)) * 0.98
    y = altair.Y("ratio:Q", title="times the better of both", scale=altair.Scale(domain=[bottom, top], nice=False))
    x = _calls_axis(results["checkpoints"][-1])
    line = _chart(rows).encode(x=x, y=y)
    tooltip = [altair.Tooltip("calls:Q", format=","), altair.Tooltip("ratio:Q", format=".3f"), altair.Tooltip("kind:N")]
    goal = _chart([{"ratio": 1.1}]).mark_rule(strokeDash=[6, 4], color="#d1495b", strokeWidth=1.5).encode(y=y)
    label = _chart([{"ratio": 1.1, "calls": 1}]).mark_text(
        align="left", dx=6, dy=-8, color="#d1495b", text="goal: 1.10"
    ).encode(x=x, y=y)  # fmt: skip
    is_measured = altair.datum.kind == "measured"
    points = line.mark_point(size=50, filled=True, color=COLOURS["tiered"], opacity=1).encode(
        tooltip=tooltip,
        fill=altair.condition(is_measured, altair.value(COLOURS["tiered"]), altair.value("#8a8f98")),
    )
    return _finish(altair.layer(goal, label, line.mark_line(color=COLOURS["tiered"]), points), 200)


def sizes_chart(results):
    """Time of the first call and of a settled one against the problem size."""
    rows = []
    for row in results["summary"]["sizes"]:
        for name, times in row["modes"].items():
            for part, seconds in times.items():
                rows.append(_point(results["modes"][name]["title"], part, row["size"], seconds))
    names = [name for name in results["modes"] if any(name in row["modes"] for row in results["summary"]["sizes"])]
    times, sizes = [row["seconds"] for row in rows], [row["calls"] for row in rows]
    low, high = min(sizes), max(sizes)
    x = altair.X(
        "calls:Q",
        title="problem size n",
        scale=altair.Scale(type="log", domain=[low, high if high > low else low + 1], nice=False),
        axis=altair.Axis(values=sorted(set(sizes)), labelExpr="format(datum.value, ',')", labelOverlap=True),
    )
    dash = altair.StrokeDash(
        "kind:N", scale=altair.Scale(domain=["settled", "first"], range=[[1, 0], [4, 4]]), legend=None
    )
    tooltip = [altair.Tooltip("mode:N"), altair.Tooltip("kind:N", title="call"), altair.Tooltip("time:N")]
    base = _chart(rows).encode(
        x=x,
        y=_time_axis("seconds:Q", "time of a call", [min(times) / 1.3, max(times) * 1.3]),
        color=_mode_colour(results, names),
        detail="kind:N",
    )
    points = base.mark_point(size=40, filled=True, opacity=1).encode(tooltip=tooltip)
    return _finish(altair.layer(base.mark_line(strokeWidth=2.5).encode(strokeDash=dash), points))


def script_chart(results):
    """Bars of total time, one a mode."""
    rows = []
    for name, found in results["summary"]["modes"].items():
        title = results["modes"][name]["title"]
        shown = f"{duration(found['total'])}"
        rows.append({"mode": title, "time": shown, **{key: found[key] for key in ("total", "slowest", "first_output")}})
    names = list(results["summary"]["modes"])
    titles = [results["modes"][name]["title"] for name in names]
    y = altair.Y("mode:N", title=None, sort=titles)
    x = altair.X("total:Q", title="seconds from the start of the process")
    tooltip = [altair.Tooltip("mode:N"), altair.Tooltip("time:N", title="total")]
    base = _chart(rows).encode(y=y)
    bars = base.mark_bar(height={"band": 0.6}).encode(x=x, color=_mode_colour(results, names, False), tooltip=tooltip)
    ranges = base.mark_rule(strokeWidth=2, color="#8a8f98").encode(x=x, x2="slowest:Q")
    first = base.transform_filter(altair.datum.first_output > 0).mark_point(
        shape="diamond", size=90, filled=True, color="#d1495b", opacity=1
    ).encode(x=altair.X("first_output:Q", title="seconds from the start of the process"))  # fmt: skip
    # At the end of the longest line, so that it crosses nothing.
    labels = base.mark_text(align="left", dx=8, color="#8a8f98").encode(x=altair.X("slowest:Q"), text="time:N")
    return _finish(altair.layer(bars, ranges, first, labels), 46 * len(rows) + 20)


def timeline_chart(spans):
    """Spans of each function: above what runs, below what is compiled."""
    functions = list(dict.fromkeys(span["function"] for span in spans))[:_MOST_FUNCTIONS]
    rows = [
        {
            "function": span["function"],
            "lane": "runs" if span["what"].startswith("tier") else "compiles",
            "what": _SPANS[span["what"]][0],
            "start": span["start"] * 1e3,
            "end": span["end"] * 1e3,
            "time": duration(span["end"] - span["start"]),
        }
        for span in spans
        if span["function"] in functions
    ]
    end = max(row["end"] for row in rows)
    used = [known for known in _SPANS.values() if any(row["what"] == known[0] for row in rows)]
    tooltip = [altair.Tooltip("function:N"), altair.Tooltip("what:N"), altair.Tooltip("time:N"),
               altair.Tooltip("start:Q", format=".2f", title="from, ms")]  # fmt: skip
    chart = _chart(rows).mark_bar(cornerRadius=2, minBandSize=4).encode(
        x=altair.X(
            "start:Q", title="milliseconds after the first compilation began",
            scale=altair.Scale(domain=[0, end], nice=False),
        ),
        x2="end:Q",
        y=altair.Y("function:N", title=None, sort=functions, scale=altair.Scale(paddingInner=0.3)),
        yOffset=altair.YOffset("lane:N", sort=["runs", "compiles"]),
        color=altair.Color(
            "what:N",
            scale=altair.Scale(domain=[title for title, _ in used], range=[colour for _, colour in used]),
            legend=altair.Legend(title=None, orient="top", symbolType="square"),
        ),
        tooltip=tooltip,
    )  # fmt: skip
    return _finish(chart, 52 * len(functions) + 10)


def sweep_chart(found):
    """A point and a range for each setting."""
    rows = []
    for entry in found["entries"]:
        if entry.get("relative"):
            low, high = entry["spread"]
            rows.append({"setting": sweep.text(entry["settings"]), "relative": entry["relative"], "low": low,
                         "high": high})  # fmt: skip
    order = [row["setting"] for row in rows]
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    x = altair.X(
        "relative:Q",
        title="time, of the default's",
        scale=altair.Scale(domain=[min(0.95, low * 0.98), max(1.05, high * 1.02)], nice=False, zero=False),
    )
    y = altair.Y("setting:N", title=None, sort=order, axis=altair.Axis(labelLimit=420))
    base = _chart(rows).encode(y=y)
    colour = altair.condition(
        altair.datum.setting == sweep.DEFAULT, altair.value("#8a8f98"), altair.value(COLOURS["llvm"])
    )
    tooltip = [altair.Tooltip("setting:N"), altair.Tooltip("relative:Q", format=".3f")]
    layers = [
        _chart([{"relative": 1.0}]).mark_rule(strokeDash=[6, 4], color="#8a8f98").encode(x=x),
        base.mark_rule(strokeWidth=3, opacity=0.6).encode(x=altair.X("low:Q"), x2="high:Q", color=colour),
        base.mark_point(size=90, filled=True, opacity=1).encode(x=x, color=colour, tooltip=tooltip),
    ]
    return _finish(altair.layer(*layers), 34 * len(rows) + 10)


def suite_chart(suite):
    """Ratios of all programs: a row a program, a column a number of calls, redder where tiered is behind."""
    rows, order = [], []
    for results in suite:
        order.append(results["name"])
        for row in results["summary"].get("envelope", ()):
            band = next(text for least, text, _ in reversed(_BANDS) if row["ratio"] >= least)
            rows.append({"program": results["name"], "calls": f"{row['calls']:,}", "ratio": row["ratio"], "band": band,
                         "text": f"{row['ratio']:.2f}", "kind": _kind(row)})  # fmt: skip
    columns = list(dict.fromkeys(row["calls"] for row in rows))
    base = _chart(rows).encode(
        x=altair.X("calls:O", title="number of calls", sort=columns, axis=altair.Axis(labelAngle=-50)),
        y=altair.Y("program:N", title=None, sort=order),
    )
    tooltip = [altair.Tooltip("program:N"), altair.Tooltip("calls:O"), altair.Tooltip("ratio:Q", format=".3f"),
               altair.Tooltip("kind:N")]  # fmt: skip
    bands = [text for _, text, _ in _BANDS]
    colour = altair.Color(
        "band:N",
        scale=altair.Scale(domain=bands, range=[colour for _, _, colour in _BANDS]),
        legend=altair.Legend(title=None, orient="top", symbolType="square", symbolSize=150, columns=len(bands)),
    )
    cells = base.mark_rect(stroke="#8a8f98", strokeWidth=0.2).encode(color=colour, tooltip=tooltip)
    is_dark = (altair.datum.ratio >= 1.5) | (altair.datum.ratio < 0.95)
    text = base.mark_text(fontSize=9).encode(
        text="text:N", color=altair.condition(is_dark, altair.value("#ffffff"), altair.value("#1b1f24"))
    )
    return _finish(altair.layer(cells, text), 19 * len(order))


def _kind(row):
    return "measured" if row["is_measured"] else "extended"


def picture(specification, path):
    """Writes a chart as SVG or PNG, by the ending of the path."""
    import vl_convert

    if str(path).endswith(".svg"):
        with open(path, "w") as file:
            file.write(vl_convert.vegalite_to_svg(specification))
    else:
        with open(path, "wb") as file:
            file.write(vl_convert.vegalite_to_png(specification, scale=2))
