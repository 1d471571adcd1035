"""Runs a plan: processes of every mode in turns, and what they told as plain data.

Turns alternate between the modes, so that a slow second of the machine hits all of them. The results grow while they
are measured: whatever interrupts it, what is there is whole. Times are seconds.

    {"target": ..., "machine": ..., "complete": True,
     "modes": {"tiered": {"title": "tiered", "status": "ok", "error": "", "runs": [RUN, ...], "functions": [...]}},
     "answers": [...], "timeline": [...], "sweep": {...}}
    RUN = {"points": [[calls, seconds], ...], "since_spawn": ..., "settled": ...}                  of a function
    RUN = {"sizes": {"1000": {"first": ..., "settled": ...}}}                                      with sizes
    RUN = {"total": ..., "first_output": ...}                                                      of a script
"""

import itertools
import os
import platform
import time

from . import agreement, modes, processes, progress, sweep, timeline
from .plan import PlanError


def measure(plan, show_progress=True):
    """The results, as far as they got: `complete` is false after Ctrl-C."""
    chosen = modes.available(plan.modes, plan.numba_python)
    results = _empty_results(plan, chosen)
    combinations = sweep.combinations(plan.sweep)
    rounds = plan.repeats * (len(plan.sizes) or 1)
    is_function = not plan.target.is_script
    total = len(chosen) * (rounds + is_function) + _has_tiered(chosen) + plan.repeats * len(combinations)
    try:
        with progress.bar(total, show_progress) as step:
            if is_function:
                _collect_answers(plan, chosen, results, step)
            _run_in_turns(plan, chosen, results, step)
            tiered = results["modes"].get("tiered")
            if tiered is not None and tiered["status"] == "ok":
                step("timeline")
                results["timeline"] = _timeline(plan)
            if tiered is None or tiered["status"] == "ok":
                _run_sweep(plan, combinations, results, step)
    except (KeyboardInterrupt, processes.Interrupted):
        results["complete"] = False
    results["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    results["answers"] = agreement.of(results, plan.target.is_script)
    return results


def _has_tiered(chosen):
    return any(mode.name == "tiered" for mode in chosen)


def _empty_results(plan, chosen):
    target = plan.target
    found = {
        "target": {
            "text": target.text,
            "kind": "script" if target.is_script else "function",
            "arguments": list(target.script_arguments) if target.is_script else target.arguments,
            "setup": target.setup,
        },
        "machine": machine(),
        "plan": {"repeats": plan.repeats, "budget": plan.budget, "timeout": plan.timeout, "sizes": list(plan.sizes)},
        "complete": True,
        "checkpoints": list(plan.checkpoints),
        "modes": {
            mode.name: {"title": mode.title, "status": "ok", "error": "", "runs": [], "functions": []}
            for mode in chosen
        },
        "answers": [],
        "timeline": [],
        "sweep": None,
        "notes": [],
    }
    _note_the_load(found)
    return found


def _note_the_load(results):
    """Who else computes takes the cores that compile in the background."""
    load, cores = results["machine"]["load_before"], results["machine"]["cores"]
    if load > 0.7 * cores:
        results["notes"].append(
            f"The machine was busy before this began (load {load} on {cores} cores): figures are less certain."
        )


def machine():
    """Where and with what this is measured."""
    import numpy

    import upshift

    model = "unknown"
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "upshift": upshift.__version__,
        "date": time.strftime("%Y-%m-%d %H:%M"),
    }


def _collect_answers(plan, chosen, results, step):
    """What the first call gives in each mode: also finds out which modes can run the program at all."""
    first_size = plan.sizes[0] if plan.sizes else None
    for mode in chosen:
        step(f"{mode.title}: the answer")
        outcome = _run(plan, mode, "answer", results, size=first_size)
        if outcome.status == "interrupted":
            raise processes.Interrupted
        told = outcome.first("answer")
        if told is None:
            continue
        found = results["modes"][mode.name]
        found["answer"] = {"given": told["given"], "first": told["answer"]}
        if mode.serves == "upshift":
            _note_the_compiler(told["used"], plan.target, results)


def _note_the_compiler(used, target, results):
    note = None
    if used["numba"] and not target.as_numba:
        note = "The program imports Numba itself, and upshift compiled nothing of that: --as-numba makes it do so."
    elif not used["compiled"]:
        note = "upshift compiled nothing: no jitted function was called."
        if not target.is_script:
            note += " --jit compiles the function although it has no decorator."
    if note is not None and note not in results["notes"]:
        results["notes"].append(note)


def _run(plan, mode, task, results, settings=(), **more):
    """A process whose failure is the mode's: later turns leave it out."""
    outcome = processes.run(plan, mode, task, settings, **more)
    if outcome.is_request_wrong:
        raise PlanError(outcome.error)
    if outcome.status in ("failed", "timeout"):
        found = results["modes"][mode.name]
        found["status"], found["error"] = outcome.status, outcome.error
    return outcome


def _run_in_turns(plan, chosen, results, step):
    for turn in range(plan.repeats):
        for size in plan.sizes or (None,):
            for mode in chosen:
                of_size = "" if size is None else f", n = {size:,}"
                step(f"{mode.title}: run {turn + 1} of {plan.repeats}{of_size}")
                if results["modes"][mode.name]["status"] != "ok":
                    continue
                outcome = _run(plan, mode, _task(plan), results, size=size)
                _keep(results["modes"][mode.name], outcome, turn, size)
                used = outcome.first("used")
                if used is not None and mode.serves == "upshift":
                    _note_the_compiler(used["used"], plan.target, results)
                if outcome.status == "interrupted":
                    raise processes.Interrupted


def _task(plan):
    return "script" if plan.target.is_script else "size" if plan.sizes else "calls"


def _keep(found, outcome, turn, size):
    """Adds what a process told to its mode."""
    run = run_of(outcome)
    if size is not None:
        told = outcome.last("size")
        run = found["runs"][turn] if len(found["runs"]) > turn else {"sizes": {}}
        if told is not None:
            run["sizes"][str(size)] = {"first": told["first"], "settled": told["settled"]}
    if run is not None and len(found["runs"]) == turn:
        found["runs"].append(run)
    settled = outcome.first("settled_answer")
    if settled is not None and "answer" in found:
        found["answer"]["settled"] = settled["answer"]
    functions = outcome.last("functions")
    if functions is not None:
        found["functions"] = functions["rows"]
    if outcome.output:
        found.setdefault("outputs", []).append(outcome.output.decode(errors="replace"))


def run_of(outcome):
    """A process as a run of the results; `None` if it told nothing that counts."""
    script, functions = outcome.first("script"), outcome.last("functions")
    compiled = _compile_times(functions["rows"] if functions is not None else [])
    if script is not None:
        total, first = script["since_spawn"], outcome.first_output
        # The thread that reads output may wake up after a short script is done.
        first = None if first is None else min(first, total)
        return {"total": total, "inside": script["seconds"], "first_output": first, "compiled": compiled}
    points = [[record["calls"], record["seconds"]] for record in outcome.records if record["kind"] == "point"]
    if not points:
        return None
    first, settled = outcome.first("first"), outcome.first("settled")
    return {
        "points": points,
        "since_spawn": first["since_spawn"],
        "settled": settled["seconds"] if settled is not None else None,
        "compiled": compiled,
    }


def _compile_times(rows):
    """Seconds that each tier took for all functions."""
    times = {}
    for field in ("tier1_ms", "tier2_ms"):
        known = [row[field] for row in rows if row.get(field) is not None]
        times[field] = sum(known) / 1e3 if known else None
    return times


def _timeline(plan):
    """One more run in the tiered mode, traced."""
    mode = modes.MODES["tiered"]
    with timeline.trace_file() as (path, settings):
        size = plan.sizes[-1] if plan.sizes else None
        outcome = processes.run(plan, mode, _task(plan), settings, size=size)
        if outcome.status == "interrupted":
            raise processes.Interrupted
        return timeline.read(path)


def _run_sweep(plan, combinations, results, step):
    if not combinations:
        return
    mode = modes.MODES["tiered"]
    runs = [{"settings": settings, "runs": [], "error": ""} for settings in combinations]
    results["sweep"] = {"variables": plan.sweep, "entries": runs, "recommendation": None}
    size = plan.sizes[-1] if plan.sizes else None
    try:
        for turn, entry in itertools.product(range(plan.repeats), runs):
            step(f"{sweep.text(entry['settings'])}: run {turn + 1} of {plan.repeats}")
            if entry["error"]:
                continue
            outcome = processes.run(plan, mode, _task(plan), entry["settings"], size=size)
            entry["error"] = outcome.error
            run = run_of(outcome)
            told = outcome.last("size")
            if told is not None:
                run = {"points": [[1, told["first"]]], "settled": told["settled"], "since_spawn": None}
            if run is not None:
                entry["runs"].append(run)
            if outcome.status == "interrupted":
                raise processes.Interrupted
    finally:
        sweep.recommend(results["sweep"])
