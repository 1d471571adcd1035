"""`upshift bench`, the parts that compute: curves, comparisons, timelines, settings."""

import argparse
import ast
import dataclasses
import inspect
import math
from pathlib import Path

import numpy as np
import pytest
from upshift import bench
from upshift.bench import agreement, answers, break_even, cli, modes, plan, report, sweep, timeline


def curve(points, settled):
    calls, seconds = zip(*points, strict=True)
    return break_even.Curve(list(calls), list(seconds), list(seconds), settled)


PYTHON = curve([(1, 0.001), (10, 0.01), (100, 0.1)], 0.001)
COMPILED = curve([(1, 0.02), (10, 0.0209), (100, 0.0299)], 0.0001)


def test_a_curve_meets_its_points_and_goes_on():
    assert [PYTHON.at(calls) for calls in (1, 10, 100)] == [0.001, 0.01, 0.1]
    assert PYTHON.at(30) == pytest.approx(0.03)
    assert PYTHON.at(1000) == pytest.approx(1.0)
    assert PYTHON.is_measured(100) and not PYTHON.is_measured(101)


@pytest.mark.parametrize(
    ("left", "right", "calls", "is_level", "is_measured"),
    [
        (COMPILED, PYTHON, 23, False, True),
        (PYTHON, COMPILED, None, False, False),
        (PYTHON, PYTHON, None, True, False),
        (PYTHON, curve([(1, 0.5)], 0.5), 1, False, True),
        (curve([(1, 5.0)], 0.0), PYTHON, 5_001, False, False),
    ],
)
def test_break_even(left, right, calls, is_level, is_measured):
    found = break_even.break_even(left, right, 1_000_000)
    assert (found["calls"], found["is_level"], found["is_measured"]) == (calls, is_level, is_measured)
    if calls is not None and calls > 1:
        assert left.at(calls) < right.at(calls) and left.at(calls - 1) >= right.at(calls - 1)


def test_one_answer_for_a_pair_asked_both_ways():
    rows = break_even.break_evens({"tiered": COMPILED, "numba": curve([(1, 1.0)], 0.1)}, {"python": PYTHON}, 1000)
    assert [(row["mode"], row["over"], row["calls"]) for row in rows] == [
        ("tiered", "numba", 1),
        ("tiered", "python", 23),
        ("numba", "python", None),
    ]


def test_envelope():
    found = {"tiered": PYTHON, "tier1": PYTHON, "llvm": COMPILED}
    rows = break_even.envelope(found, [1, 100, 1000])
    assert [row["ratio"] for row in rows] == pytest.approx([1.0, 0.1 / 0.0299, 1.0 / 0.1199])
    assert [row["is_measured"] for row in rows] == [True, True, False]
    assert break_even.worst(rows)["calls"] == 1000
    assert break_even.envelope({"tiered": PYTHON}, [1]) == []


def test_curves_take_the_fastest_run_of_each_segment():
    runs = [
        {"points": [[1, 0.2], [2, 0.3], [3, 0.35]], "settled": 0.1},
        {"points": [[1, 0.1], [2, 0.4]], "settled": 0.05},
    ]
    results = {"checkpoints": [1, 2, 5], "modes": {"tiered": {"runs": runs}, "python": {"runs": []}}}
    found = break_even.curves(results)
    assert list(found) == ["tiered"]
    assert (found["tiered"].calls, found["tiered"].seconds) == ([1, 2], [0.1, pytest.approx(0.2)])
    assert (found["tiered"].slowest, found["tiered"].settled) == ([0.2, 0.4], 0.05)


def same(value):
    return value, value, 0.0


@pytest.mark.parametrize(
    ("found", "expected", "distance"),
    [
        same(1),
        same(None),
        same((1, [2.5, "text"], {"a": 1j})),
        same(math.nan),
        same(np.arange(3.0)),
        same(np.array([math.nan, 1.0])),
        (np.float64(1.5), 1.5, 0.0),
        (np.int32(3), 3, 0.0),
        (1, 2, math.inf),
        (1.0, 1.0 + 1e-12, pytest.approx(1e-12, rel=1e-3)),
        (0.0, -0.0, 0.0),
        (1.0, math.nan, math.inf),
        (np.zeros(2), np.zeros(3), math.inf),
        (np.zeros(2), np.zeros(2, np.float32), math.inf),
        (np.array([1.0, 2.0]), np.array([1.0, 4.0]), 0.5),
        (np.array([1, 2]), np.array([1, 4]), math.inf),
        ((1, 2), (1, 2, 3), math.inf),
        ((1, 2), [1, 2], math.inf),
        (object(), object(), None),
    ],
)
def test_answers(found, expected, distance):
    compared, where = answers.compare(answers.canonical(found), answers.canonical(expected))
    assert compared == distance
    assert compared == 0.0 or where


def test_outputs_are_compared_line_by_line_but_for_times():
    outputs = {
        "python": {"outputs": ["7\n0.1 s\n", "7\n0.2 s\n"]},
        "tier1": {"outputs": ["7\n0.3 s\n", "7\n0.4 s\n"]},
        "llvm": {"outputs": ["8\n0.3 s\n", "8\n0.4 s\n"]},
        "tiered": {"outputs": ["7\n", "7\n"]},
    }
    rows = agreement.of({"modes": outputs}, True)
    assert [(row["mode"], row["status"]) for row in rows] == [
        ("tier1", "same"), ("llvm", "different"), ("tiered", "different"),
    ]  # fmt: skip
    assert "1 of 2 lines" in rows[0]["where"] and "'8', not '7'" in rows[1]["where"]


def event(kind, start, duration=None, name="f(int64) -> int64", part="calls"):
    if duration is None:
        return {"ph": "i", "ts": start, "cat": kind, "name": f"{kind}: {name}", "args": {}}
    return {"ph": "X", "ts": start, "dur": duration, "cat": kind, "name": name, "args": {"for": part}}


def test_timeline():
    events = [
        event("tier1", 1000.0, 500.0),
        event("queued", 2000.0),
        event("tier2", 3000.0, 7000.0),
        event("tier2", 3500.0, 700.0, part="a running loop"),
        event("swapped", 10_500.0),
        {"ph": "M", "name": "something else"},
    ]
    found = timeline.spans(events)
    assert {span["function"] for span in found} == {"f"}
    assert {span["what"] for span in found} == set(timeline.KINDS)
    spans = {span["what"]: (round(span["start"] * 1e6), round(span["end"] * 1e6)) for span in found}
    assert spans.pop("compiling loop") == (2500, 3200)
    assert spans.pop("tier 2")[0] == 9500
    assert spans == {
        "compiling 1": (0, 500), "queued": (1000, 2000), "compiling 2": (2000, 9000), "tier 1": (500, 9500),
    }  # fmt: skip


def test_functions_of_a_timeline_keep_what_tells_them_apart():
    events = [event("tier1", 1.0, 5.0), event("tier1", 9.0, 5.0, name="f(float64) -> float64"), event("queued", 20.0)]
    names = [span["function"] for span in timeline.spans(events) if span["what"] == "compiling 1"]
    assert names == ["f(int64) -> int64", "f(float64) -> float64"]
    assert timeline.spans([]) == []


def entries(*runs):
    return [
        {"settings": {"UPSHIFT_TIER2_CALLS": str(position)} if position else {}, "error": "", "runs": [
            {"points": [[1, seconds], [2, 2 * seconds], [1 << 40, 1.0]]} for seconds in own
        ]}
        for position, own in enumerate(runs)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "settings", "says"),
    [
        (([1.0, 1.01, 1.02], [0.7, 0.71, 0.72]), {"UPSHIFT_TIER2_CALLS": "1"}, "Set UPSHIFT_TIER2_CALLS=1"),
        (([1.0, 1.01, 1.02], [0.98, 0.985, 0.99]), {}, "within noise"),
        (([1.0, 1.4, 1.8], [0.9, 0.95, 0.99]), {}, "within noise"),
        (([1.0, 1.0, 1.0], [1.2, 1.3, 1.4], [1.5, 1.5, 1.5]), {}, "nothing tried was faster"),
        (([1.0], [0.5]), {}, "one run cannot tell"),
    ],
)
def test_recommendation(runs, settings, says):
    found = {"entries": entries(*runs)}
    sweep.recommend(found)
    assert found["recommendation"]["settings"] == settings
    assert says in found["recommendation"]["text"]


def test_sweep_is_the_product_of_settings():
    variables = sweep.parse(["UPSHIFT_TIER2_CALLS=1,10", "UPSHIFT_TIER2_OPT=O1,O3"])
    found = [sweep.text(settings) for settings in sweep.combinations(variables)]
    assert found == ["default", *(f"TIER2_CALLS={calls} TIER2_OPT={opt}" for calls in (1, 10) for opt in ("O1", "O3"))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("UPSHIFT_TIER2_CALLS", "NAME=VALUE"),
        ("UPSHIFT_TIER2_CALLS=", "NAME=VALUE"),
        ("UPSHIFT_TIER2_CALLS=0", "takes a number from 1, not '0'"),
        ("UPSHIFT_NOTHING=1", "there is no setting UPSHIFT_NOTHING"),
    ],
)
def test_wrong_sweeps(text, says):
    with pytest.raises(bench.PlanError, match=says):
        sweep.parse([text])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0.0, "0.00 ns"),
        (2.5e-8, "25.0 ns"),
        (9.999e-4, "1.00 ms"),
        (0.0204, "20.4 ms"),
        (1234.0, "1,234 s"),
    ],
)
def test_durations(seconds, text):
    assert report.duration(seconds) == text


def test_numba_is_a_mode_where_it_is(monkeypatch):
    monkeypatch.setattr(modes.importlib.util, "find_spec", lambda name: None)
    assert [mode.name for mode in modes.available(("tiered", "numba"), None)] == ["tiered"]
    assert [mode.name for mode in modes.available(("tiered", "numba"), "python")] == ["tiered", "numba"]
    with pytest.raises(bench.PlanError, match="Numba is not installed here"):
        cli._chosen_modes(argparse.Namespace(modes=("numba",), numba_python=None))


def test_the_stub_says_what_there_is():
    stated = ast.parse((Path(bench.__file__).parent / "__init__.pyi").read_text()).body
    found = {node.name: node for node in stated if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    assert set(found) == set(bench.__all__)
    for name in ("Plan", "Target"):
        fields = [node.target.id for node in found[name].body if isinstance(node, ast.AnnAssign)]
        assert fields == [field.name for field in dataclasses.fields(getattr(plan, name))]
    for name, node in found.items():
        if isinstance(node, ast.FunctionDef):
            named = [one.arg for one in (*node.args.args, *filter(None, [node.args.kwarg]))]
            assert named == list(inspect.signature(getattr(bench, name)).parameters), name
