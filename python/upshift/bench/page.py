"""The report as one HTML file: text, tables and charts, with the JavaScript that draws them. It loads nothing.

Charts are drawn in the colours of the reader's system, again when these change, and those of a folded part when it is
opened.
"""

import html
import json

import vl_convert

from . import plots, report

_STYLE = """
:root { color-scheme: light dark; --text: #1b1f24; --faint: #5d6672; --line: #d9dde3; --back: #ffffff; --card: #f5f7f9;
  --good: #0b7a55; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --faint: #9aa4b1; --line: #363c45; --back: #14171b;
  --card: #1d2127; --good: #4fd0a0; --bad: #ff8a7d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 960px; padding: 24px 20px 60px; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; overflow-wrap: anywhere; } h2 { font-size: 18px; margin: 36px 0 4px; }
p { margin: 4px 0 12px; } .faint { color: var(--faint); font-size: 13px; }
ul { padding-left: 20px; } li { margin: 3px 0; } .good::marker { color: var(--good); content: "✓ "; }
.bad { color: var(--bad); } .bad::marker { content: "! "; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 18px 0; }
.tile { flex: 1 1 130px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; 
  padding: 10px 14px; }
.tile b { display: block; font-size: 20px; font-weight: 600; } .tile span { color: var(--faint); font-size: 12.5px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; width: 100%; }
th, td { text-align: right; padding: 4px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--faint); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
td.wide { white-space: normal; min-width: 16em; } .chart { width: 100%; overflow-x: auto; min-height: 40px; }
.chart details { display: none; } details { border-top: 1px solid var(--line); padding: 8px 0; }
summary { cursor: pointer; font-weight: 600; } .key { color: #d1495b; font-weight: 700; }
"""
_SCRIPT = """
const specifications = JSON.parse(document.getElementById("specifications").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");
function theme() {
  const text = dark.matches ? "#e6e9ee" : "#1b1f24", line = dark.matches ? "#363c45" : "#dfe3e8";
  const words = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 500 };
  return { background: "transparent", font: "system-ui, sans-serif", view: { stroke: line },
    axis: { ...words, gridColor: line, domainColor: line, tickColor: line, labelLimit: 260 }, legend: words };
}
async function draw(element) {
  const options = { mode: "vega-lite", renderer: "svg", config: theme(), actions: false,
    tooltip: { theme: dark.matches ? "dark" : "light" } };
  await vegaEmbed(element, specifications[element.dataset.chart], options);
  element.dataset.drawn = "yes";
}
function drawAll(isAgain) {
  for (const element of document.querySelectorAll(".chart")) {
    const folded = element.closest("details:not([open])");
    if (!folded && (isAgain || !element.dataset.drawn)) draw(element);
    if (folded && isAgain) delete element.dataset.drawn;
  }
}
document.addEventListener("toggle", () => drawAll(false), true);
dark.addEventListener("change", () => drawAll(true));
drawAll(false);
"""


def write(suite, path):
    """Writes the report of one program, or of several with an overview."""
    text = page(suite)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def page(suite):
    """The text of the page."""
    specifications = []
    if len(suite) == 1:
        title = f"upshift bench {suite[0]['target']['text']}"
        body = _one(suite[0], specifications, title)
    else:
        title = f"upshift bench: {len(suite)} programs"
        body = _overview(suite, specifications, title)
    # Names of users may hold anything, also the end of a script.
    data = json.dumps(specifications).replace("<", "\\u003c")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">\n'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n"
        f'<script type="application/json" id="specifications">{data}</script>\n'
        f"<script>{_bundle()}</script>\n<script>{_SCRIPT}</script>\n</body></html>\n"
    )


def _bundle():
    """Vega's JavaScript; nothing in it may end the element that holds it."""
    return vl_convert.javascript_bundle().replace("</script", "<\\/script")


def _one(results, specifications, title):
    parts = [f"<h1>{html.escape(title)}</h1>", _conditions(results)]
    if not results["complete"]:
        parts.append('<p class="bad">Interrupted: this is what was measured until then.</p>')
    return "\n".join([*parts, _tiles(results), _findings(results), *_charts(results, specifications), _tables(results)])


def _conditions(results):
    machine, plan, target = results["machine"], results["plan"], results["target"]
    arguments = target["arguments"]
    shown = " ".join(arguments) if isinstance(arguments, list) else arguments
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']} before and "
        f"{machine['load_after']} after; Python {machine['python']}, NumPy {machine['numpy']}, "
        f"upshift {machine['upshift']}; {machine['date']}. The fastest of {plan['repeats']} runs, each a fresh process."
    ]
    if shown:
        lines.append(f"Arguments: <code>{html.escape(shown)}</code>")
    return f'<p class="faint">{"<br>".join(lines)}</p>'


def _tiles(results):
    summary = results["summary"]
    tiles = []
    for name, found in summary.get("modes", {}).items():
        title = results["modes"][name]["title"]
        if "settled" in found:
            tiles.append(
                (title, report.duration(found["first"]), f"first call; then {report.duration(found['settled'])}")
            )
        else:
            tiles.append((title, report.duration(found["total"]), "in total"))
    shown = [tuple(map(html.escape, tile)) for tile in tiles]
    inside = [f"<span>{title}</span><b>{value}</b><span>{more}</span>" for title, value, more in shown]
    return f'<div class="tiles">{"".join(f"<div class=tile>{tile}</div>" for tile in inside)}</div>'


def _findings(results):
    letters = {(one["mode"], one["over"]): one["letter"] for one in plots.marks(results)}
    titles = {name: mode["title"] for name, mode in results["modes"].items()}
    items = []
    keyed = {report.break_even_sentence(one, titles): (one["mode"], one["over"])
             for one in results["summary"].get("break_evens", ())}  # fmt: skip
    for sentence, kind in report.findings(results):
        letter = letters.get(keyed.get(sentence))
        key = f'<span class="key">{letter}</span> ' if letter else ""
        items.append(f'<li class="{kind}">{key}{html.escape(sentence)}</li>')
    return f'<ul id="findings">{"".join(items)}</ul>' if items else ""


def _charts(results, specifications):
    for title, explanation, specification in plots.charts(results):
        yield f"<h2>{html.escape(title)}</h2><p class=faint>{html.escape(explanation)}</p>"
        yield f'<div class="chart" data-chart="{len(specifications)}"></div>'
        specifications.append(specification)


def _tables(results):
    parts = []
    for title, rows in report.tables(results) if report.has_figures(results) else ():
        head, *body = rows
        cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
        lines = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in body)
        table = f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"
        parts.append(f'<h2>{html.escape(title)}</h2><div class="scroll">{table}</div>')
    return "\n".join(parts)


def _cell(text):
    return f"<td{' class=wide' if len(text) > 40 else ''}>{html.escape(text)}</td>"


def _overview(suite, specifications, title):
    parts = [f"<h1>{html.escape(title)}</h1>", _conditions(suite[0])]
    parts.append(
        "<p>Total time of the tiered mode over the better of tier 1 and LLVM at once, at each number of calls.</p>"
    )
    parts.append(f'<div class="chart" data-chart="{len(specifications)}"></div>')
    specifications.append(plots.suite_chart(suite))
    head, *body = report.suite_rows(suite)
    cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in body)
    parts.append(f'<h2>All programs</h2><div class="scroll"><table><tr>{cells}</tr>{lines}</table></div>')
    parts.append("<h2>Each program</h2>")
    for results in suite:
        inside = [_findings(results), *_charts(results, specifications), _tables(results)]
        parts.append(f"<details><summary>{html.escape(results['name'])}</summary>{''.join(inside)}</details>")
    return "\n".join(parts)
