"""Real programs, `tests/real_programs`: how long does the work of each take, the first time and once it is compiled?

Each runs in fresh processes: as plain Python, with tier 1 only, tiered, and with Numba in place of upshift. The answer must
be plain Python's. Alone: `python programs.py`.
"""

import json
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent.parent.parent / "tests" / "real_programs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
# What `jit` is, and the variables of the process.
ENGINES = {
    "python": ("lambda function: function", {}),
    "tier1": ("upshift.jit", {"UPSHIFT_TIER": "1"}),
    "upshift": ("upshift.jit", {}),
    "numba": ("numba.njit", {"NUMBA_DISABLE_PERFORMANCE_WARNINGS": "1"}),
}
RUN = """
import json, runpy, sys, time, types, warnings
warnings.simplefilter("ignore")
{imports}
if "upshift" not in sys.modules:
    sys.modules["upshift"] = types.ModuleType("upshift")
    sys.modules["upshift"].jit = {jit}
times, answers = [], set()
module = runpy.run_path(sys.argv[1], run_name="program")
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    answer = module["work"]()
    times.append((time.perf_counter() - start) * 1e3)
    answers.add(repr(answer))
print(json.dumps({{"first_ms": times[0], "settled_ms": min(times[1:]), "answers": sorted(answers)}}))
"""


def measure(rounds):
    """By program and engine: milliseconds of the first run and of the fastest later one, or the error."""
    results = {}
    for name in NAMES:
        rows = {engine: run(name, engine, rounds) for engine in ENGINES}
        expected = rows["python"].pop("answers")
        for row in rows.values():
            if "error" not in row and row.pop("answers", expected) != expected:
                row.clear()
                row["error"] = "wrong answer"
        results[name] = rows
    return results


def run(name, engine, rounds):
    """The figures of a fresh process."""
    jit, variables = ENGINES[engine]
    package = jit.partition(".")[0]
    script = RUN.format(jit=jit, imports=f"import {package}" if package in ("upshift", "numba") else "")
    command = [sys.executable, "-c", script, str(FOLDER / f"{name}.py"), str(rounds)]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return {"error": next((line for line in lines if "Error" in line), "it fails")[:120]}
    return json.loads(done.stdout.splitlines()[-1])


def table(results):
    """The figures as rows of text."""
    rows = []
    for name, row in results.items():
        cells = [name]
        for engine in ENGINES:
            figures = row[engine]
            cells.append("refused" if "error" in figures else f"{figures['first_ms']:.1f} / {figures['settled_ms']:.1f}")
        if "error" in row["upshift"]:
            cells.append("-")
        else:
            cells.append(f"{row['python']['settled_ms'] / row['upshift']['settled_ms']:.1f}x")
        rows.append(cells)
    return rows


if __name__ == "__main__":
    found = measure(20)
    print(json.dumps(found, indent=1))
    for cells in table(found):
        print(" | ".join(cells))
