"""`UPSHIFT_TRACE` and `UPSHIFT_STATS`: every event in lines, and trace files that are whole however a process ends."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

CODE = """
import os, signal, sys
import upshift
@upshift.jit
def total(n):
    result = 0
    for i in range(n):
        result += i ^ n
    return result
@upshift.jit
def gone(x):
    return x + 1
for i in range(3000):
    total(100), gone(i)
upshift.wait_for_tier_up(30)
del gone
total(2.0) if False else total(True)
"""
PLAIN = {"UPSHIFT_TIER": "auto", "UPSHIFT_OSR": "1", "UPSHIFT_TIER2_CALLS": "2000", "UPSHIFT_TIER2_LOOPS": "1000000"}


def run(code, **variables):
    environment = os.environ | PLAIN | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)


def test_a_line_for_each_event():
    done = run(CODE, UPSHIFT_TRACE="1")
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    form = re.compile(r"upshift +(\d+\.\d{3}) ms  (compiled|queued|swapped|went over|refused|replaced code freed|freed) +(\w+)(\(.*\) -> \w+): (.+)")
    events = [form.fullmatch(line) for line in lines]
    assert all(events), lines
    times = [float(event[1]) for event in events]
    assert times[0] > 0
    told = [(event[2], event[3], event[4], event[5]) for event in events]

    def texts(kind, name, signature="(int) -> int"):
        return [text for known, function, types, text in told if (known, function, types) == (kind, name, signature)]

    first, second = texts("compiled", "total")
    assert re.fullmatch(r"by tier 1 in \d+\.\d{3} ms, \d+ bytes", first)
    assert re.match(r"by tier 2 in \d+\.\d{3} ms", second)
    assert re.search(r"reached the threshold of \d+.*; \d+ in the queue$", texts("queued", "total")[0])
    assert "after the first" in texts("swapped", "total")[0]
    assert any(re.fullmatch(r"\d+ bytes", text) for text in texts("freed", "gone"))
    assert texts("compiled", "total", "(bool) -> int")


def test_a_running_loop_that_goes_over_is_told():
    code = CODE.partition("for i in range(3000)")[0] + "total(3_000_000_000)"
    done = run(code, UPSHIFT_TRACE="1")
    assert "a running loop, by tier 2" in done.stderr
    assert "running loops entered tier 2, 1 so far" in done.stderr


def test_a_refusal_by_tier_2_is_told():
    code = "import upshift\nbody = '\\n'.join(f' x = x * y + {i}' for i in range(6000))\n"
    code += "exec(f'def f(x, y):\\n{body}\\n return x')\nprint(upshift.jit(f)(1, 2))"
    done = run(code, UPSHIFT_TRACE="1", UPSHIFT_TIER="2")
    assert done.returncode == 0, done.stderr
    assert re.search(r"refused +f\(int, int\) -> int: stays in tier 1: the function is too large", done.stderr)


ENDS = {
    "returns": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "raises": ("1 / 0", 1),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_chrome_trace_is_whole(tmp_path, end):
    code, status = ENDS[end]
    path = tmp_path / "trace.json"
    done = run(CODE + code, UPSHIFT_TRACE=f"chrome:{path}")
    assert done.returncode == status, done.stderr
    check(json.loads(path.read_text()))


def check(events):
    for event in events:
        assert event["ph"] in "MXCi" and isinstance(event["pid"], int) and isinstance(event["tid"], int), event
        assert event["ph"] == "M" or event["ts"] >= 0, event
    tracks = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    compiled = [event for event in events if event["ph"] == "X"]
    by_tier = {tier: {tracks[event["tid"]] for event in compiled if event["cat"] == f"tier{tier}"} for tier in (1, 2)}
    assert by_tier == {1: {"calling thread 1"}, 2: {"upshift-tier2"}}
    assert all(event["dur"] > 0 and event["args"]["bytes"] > 0 for event in compiled)
    # Compilations of one thread do not overlap.
    for track in tracks:
        spans = sorted((event["ts"], event["ts"] + event["dur"]) for event in compiled if event["tid"] == track)
        assert all(one[1] <= other[0] + 0.01 for one, other in zip(spans, spans[1:])), spans
    counters = [event for event in events if event["ph"] == "C"]
    calls = [event["args"]["calls"] for event in counters if event["name"] == "calls of total(int) -> int"]
    assert calls == sorted(calls) and calls[-1] == 3000
    assert any(event["name"] == "functions that wait for tier 2" for event in counters)
    moments = {event["name"].partition(":")[0] for event in events if event["ph"] == "i"}
    assert {"queued", "swapped", "freed"} <= moments


def test_a_killed_process_leaves_all_but_the_bracket(tmp_path):
    path = tmp_path / "trace.json"
    done = run(CODE + "os.kill(os.getpid(), signal.SIGKILL)", UPSHIFT_TRACE=f"chrome:{path}")
    assert done.returncode == -signal.SIGKILL
    events = json.loads(path.read_text() + "]")
    assert any(event["ph"] == "X" and event["cat"] == "tier2" for event in events)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_child_process_has_a_file_of_its_own(tmp_path, method):
    path, script = tmp_path / "trace.json", tmp_path / "script.py"
    script.write_text(
        "import multiprocessing\nfrom upshift import jit\n"
        "@jit\ndef f(x): return x + 1\n"
        "def work():\n    print(f(2.0), flush=True)\n"
        "if __name__ == '__main__':\n"
        f"    f(1)\n    one = multiprocessing.get_context('{method}').Process(target=work)\n"
        "    one.start(); one.join(); f(True)\n"
    )
    environment = os.environ | PLAIN | {"UPSHIFT_TRACE": f"chrome:{path}"}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "3.0\n"), done.stderr
    events = json.loads(path.read_text())
    assert {event["name"] for event in events if event["ph"] == "X"} == {"f(int) -> int", "f(bool) -> int"}
    [other] = [one for one in tmp_path.iterdir() if one.name.startswith("trace.json.")]
    text = other.read_text()
    events = json.loads(text if text.endswith("]\n") else text + "]")
    assert {event["name"] for event in events if event["ph"] == "X"} == {"f(float) -> float"}
    assert {event["pid"] for event in events} == {int(other.suffix[1:])}


def test_a_trace_that_cannot_be_written_is_said_once():
    done = run("import upshift\nprint(upshift.jit(lambda x: x + 1)(1))", UPSHIFT_TRACE="chrome:/no/such/folder/file")
    assert (done.returncode, done.stdout) == (0, "2\n")
    assert done.stderr.count("the trace cannot be written") == 1


def test_stats_are_a_table_at_exit():
    done = run(CODE + "sys.exit(3)", UPSHIFT_STATS="1")
    header, *rows = done.stderr.splitlines()
    assert done.returncode == 3
    assert header.split()[:4] == ["function", "signature", "tier", "calls"]
    assert [row.split()[0] for row in rows] == ["__main__.total", "__main__.total"]
