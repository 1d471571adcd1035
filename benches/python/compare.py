"""How long do kernels compile, and how fast do they run? One process per compiler; their turns alternate.

Alternating is what makes ratios hold on a machine that does other things: a slow second hits all compilers.
"""

from contextlib import ExitStack

from engines import ENGINES, Engine
from kernels import KERNELS
from kernels.kernel import same
from worker import CALLS


def compile_times(names, rounds):
    """By kernel and engine: the fastest compile of `rounds` fresh processes, or the error, or a wrong answer."""
    expected = {name: KERNELS[name].function(*KERNELS[name].arguments(KERNELS[name].check)) for name in names}
    rows = {name: {} for name in names}
    for _ in range(rounds):
        with ExitStack() as stack:
            engines = [stack.enter_context(Engine(name)) for name in ENGINES]
            for name in names:
                for engine in engines:
                    answer = engine.ask("prepare", name)
                    known = rows[name].get(engine.name)
                    rows[name][engine.name] = _better(known, answer, KERNELS[name], expected[name])
    return rows


def _better(known, answer, kernel, expected):
    """Each figure's minimum of what is known and a new answer."""
    if "error" in answer:
        return answer
    if not same(answer.pop("result"), expected, kernel.tolerance):
        return {"error": "wrong answer"}
    if known is None or "error" in known:
        return known or answer
    return {key: value if value is None else min(value, known[key]) for key, value in answer.items()}


def run_times(rows, rounds, seconds):
    """Adds `run_ms` to each row of `compile_times` that has no error."""
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine(name)) for name in ENGINES]
        for name, row in rows.items():
            able = [engine for engine in engines if "error" not in row[engine.name]]
            for _ in range(rounds):
                for engine in able:
                    time = engine.ask("measure", name, seconds) / 1e6
                    row[engine.name]["run_ms"] = min(time, row[engine.name].get("run_ms", time))


def dispatch_times(rounds):
    """Nanoseconds by call: of Python, and of each compiler."""
    rows = {name: {} for name in CALLS}
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine(name)) for name in ("tier1", "numba")]
        for _ in range(rounds):
            for name, row in rows.items():
                for engine in engines:
                    for column, is_jitted in (("python", False), (engine.name, True)):
                        time = engine.ask("dispatch", name, is_jitted)
                        row[column] = min(time, row.get(column, time))
    return rows
