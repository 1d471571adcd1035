"""What perf and gdb see of compiled code: `UPSHIFT_PERF`. The files are read here; the tools run where installed."""

import os
import re
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import os, sys
import numpy as np
import upshift

@upshift.jit
def inner(x):
    if x > 1e300:
        raise ValueError
    return x * x - 1.0

@upshift.jit
def work(values, count):
    result = 0.0
    for i in range(count):
        for value in values:
            result += inner(value)
            result *= 0.5
    return result

values = np.ones(1000)
work(values, 1)
for i in range(3000):
    work(values, 1)
upshift.wait_for_tier_up(30)
print(os.getpid(), *(known.tier for known in work.specializations), flush=True)
"""
FIRST = 13  # the line of `def work`
PLAIN = {"UPSHIFT_TIER": "auto", "UPSHIFT_OSR": "1", "UPSHIFT_TIER2_CALLS": "1000"}
NAME = "py::work[array(float64, 1d, C), int]@tier{} (script.py:{})"


def run(folder, code, **variables):
    script = folder / "script.py"
    script.write_text(code)
    environment = os.environ | PLAIN | {"JITDUMPDIR": str(folder)} | variables
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


def read_map(pid):
    path = Path(f"/tmp/perf-{pid}.map")
    rows = [line.split(" ", 2) for line in path.read_text().splitlines()]
    path.unlink()
    return [(int(start, 16), int(size, 16), name) for start, size, name in rows]


def test_a_perf_map_names_the_code_of_both_tiers(tmp_path):
    (pid, tier), _ = run(tmp_path, CODE, UPSHIFT_PERF="map")
    assert tier == "2"
    rows = read_map(pid)
    names = [name for _, _, name in rows]
    line = FIRST - 1  # that of the decorator, as in code objects
    assert NAME.format(1, line) in names and NAME.format(2, line) in names
    assert NAME.format(1, line).replace("work", "work.entry") in names
    spans = sorted((start, start + size) for start, size, _ in rows)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in zip(spans, spans[1:])), "code does not overlap"


def read_jitdump(path):
    """The header and the records: kind, time, body."""
    data = path.read_bytes()
    header = struct.unpack_from("<6I2Q", data)
    records, at = [], header[2]
    while at < len(data):
        kind, size, time = struct.unpack_from("<IIQ", data, at)
        records.append((kind, time, data[at + 16 : at + size]))
        assert size >= 16
        at += size
    assert at == len(data)
    return header, records


def read_lines(body):
    address, count = struct.unpack_from("<QQ", body)
    at, lines = 16, []
    for _ in range(count):
        start, line, _ = struct.unpack_from("<QII", body, at)
        end = body.index(b"\0", at + 16)
        lines.append((start, line, body[at + 16 : end].decode()))
        at = end + 1
    assert at == len(body)
    return address, lines


def read_load(body):
    pid, thread, _, address, size, index = struct.unpack_from("<2I4Q", body)
    end = body.index(b"\0", 40)
    code = body[end + 1 :]
    assert len(code) == size > 0
    return pid, address, size, index, body[40:end].decode(), code


def test_a_jitdump_holds_code_names_and_lines(tmp_path):
    (pid, _), _ = run(tmp_path, CODE, UPSHIFT_PERF="jitdump")
    header, records = read_jitdump(tmp_path / f"jit-{pid}.dump")
    assert header[:6] == (0x4A695444, 1, 40, 62, 0, int(pid))
    times = [time for _, time, _ in records]
    assert times == sorted(times) and header[6] <= times[0]
    assert records[-1][0] == 3, "the end is marked"
    loads, debug = [], {}
    for kind, _, body in records[:-1]:
        if kind == 2:
            address, lines = read_lines(body)
            debug[address] = lines
        else:
            assert kind == 0
            loads.append(read_load(body))
    assert [index for _, _, _, index, _, _ in loads] == list(range(len(loads)))
    assert {one[0] for one in loads} == {int(pid)}
    script = str(tmp_path / "script.py")
    for tier in (1, 2):
        [(_, address, size, _, _, code)] = [one for one in loads if one[4] == NAME.format(tier, FIRST - 1)]
        assert code.startswith(b"\x55\x48\x89\xe5"), "push rbp; mov rbp, rsp"
        lines = debug[address]
        starts = [start for start, _, _ in lines]
        assert starts == sorted(starts) and address <= starts[0] and starts[-1] < address + size
        assert {file for _, _, file in lines} == {script}
        assert {FIRST + 3, FIRST + 4} <= {line for _, line, _ in lines} <= {*range(FIRST - 1, FIRST + 7)}


def test_a_child_of_a_fork_has_files_of_its_own(tmp_path):
    code = CODE + (
        "child = os.fork()\nif not child:\n    work(np.ones(3, 'f4'), 1)\n    os._exit(0)\nos.waitpid(child, 0)\n"
        "print(child)\n"
    )
    (pid, _, child), _ = run(tmp_path, code, UPSHIFT_PERF="map,jitdump")
    parent, own = read_map(pid), read_map(child)
    assert own[: len(parent)] == parent
    assert any("float32" in name for _, _, name in own[len(parent) :])
    _, records = read_jitdump(tmp_path / f"jit-{child}.dump")
    assert any("float32" in read_load(body)[4] for kind, _, body in records if kind == 0)


def test_files_that_cannot_be_made_are_no_reason_to_stop(tmp_path):
    out, err = run(tmp_path, CODE, UPSHIFT_PERF="jitdump", JITDUMPDIR="/no/such/folder")
    assert out[1] == "2" and err.count("UPSHIFT_PERF has no effect") == 1


def test_nothing_is_written_unless_asked(tmp_path):
    (pid, _), _ = run(tmp_path, CODE)
    assert not list(tmp_path.glob("*.dump")) and not Path(f"/tmp/perf-{pid}.map").exists()


LONG = CODE + "import signal\nsignal.setitimer(signal.ITIMER_REAL, 1.0)\nwork(values, 10_000_000)\n"


@pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is not installed")
@pytest.mark.parametrize("tier", ["1", "2"])
def test_gdb_shows_names_and_lines(tmp_path, tier):
    script, commands = tmp_path / "script.py", tmp_path / "commands"
    script.write_text(LONG)
    commands.write_text("set confirm off\nset pagination off\nhandle SIGALRM stop nopass\nrun\nbacktrace 3\nkill\nquit\n")
    command = ["gdb", "-q", "-nx", "-batch", "-x", commands, "--args", sys.executable, script]
    environment = os.environ | {"UPSHIFT_PERF": "gdb", "UPSHIFT_TIER": tier}
    gdb = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        out, _ = gdb.communicate(timeout=120)
    finally:
        if gdb.poll() is None:
            os.killpg(gdb.pid, signal.SIGKILL)
    if "ptrace" in out:
        pytest.skip("this machine lets no debugger in")
    frame = re.escape(f"{NAME.format(tier, FIRST - 1)}") + rf" \(\) at {re.escape(str(script))}:(\d+)"
    found = re.search(rf"^#0 .*{frame}", out, re.MULTILINE) or re.search(rf"^#1 .*{frame}", out, re.MULTILINE)
    assert found, out
    assert FIRST <= int(found[1]) <= FIRST + 5
    assert "py::work.entry[" in out


@pytest.mark.skipif(shutil.which("perf") is None, reason="perf is not installed")
def test_perf_attributes_samples(tmp_path):
    script, data, jitted = tmp_path / "script.py", tmp_path / "perf.data", tmp_path / "jitted.data"
    script.write_text(CODE + "work(values, 300_000)\n")
    environment = os.environ | PLAIN | {"UPSHIFT_PERF": "jitdump", "JITDUMPDIR": str(tmp_path)}
    record = ["perf", "record", "-q", "-k", "1", "-g", "-e", "cpu-clock", "-o", data, sys.executable, script]
    done = subprocess.run(record, env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        pytest.skip(f"perf may not record here: {done.stderr[-300:]}")
    for command in (["inject", "--jit", "-i", data, "-o", jitted], ["report", "-i", jitted, "--stdio", "--no-children"]):
        done = subprocess.run(["perf", *command], capture_output=True, text=True, timeout=120, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert NAME.format(2, FIRST - 1) in done.stdout
    # Frame pointers lead from it to the function that the dispatcher calls.
    assert "py::work.entry[" in done.stdout
