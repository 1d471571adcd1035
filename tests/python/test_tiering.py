"""What functions tell about their code, and tier-up."""

import io
import os
import re
import subprocess
import sys
import threading

import numpy as np
import pytest

import upshift
from upshift import jit

tiers_only = pytest.mark.skipif(os.environ.get("UPSHIFT_OSR") == "stress", reason="calls stay in tier 1")


def make_total():
    # Hot soon, also on a machine that is busy and predicts long compilations.
    @jit(eagerness=9)
    def total(array):
        result = 0.0
        for value in array:
            result += value
        return result

    return total


def test_specializations_report():
    total = make_total()
    total(np.ones(10))
    total(np.ones(10, "f4"))
    first, second = total.specializations
    assert first.signature == "(array(float64, 1d, C)) -> float64" or "array(float64, 1d, C)" in first.signature
    assert "float32" in second.signature
    assert first.tier in (1, 2)
    assert first.tier1_ms is None or first.tier1_ms > 0
    assert first.osr_entries == (os.environ.get("UPSHIFT_OSR") == "stress")
    assert isinstance(first.tier2_reason, str)
    assert total.signatures[0] == (upshift.float64[::1],)
    assert list(total.overloads) == total.signatures


@tiers_only
def test_a_hot_function_moves_to_llvm_with_the_same_answer():
    total = make_total()
    array = np.random.default_rng(1).random(1000)
    expected = total(array)
    for _ in range(5_000):
        assert total(array) == expected
    assert upshift.wait_for_tier_up(30)
    [known] = total.specializations
    assert known.tier == 2, known.tier2_reason
    assert known.tier2_ms > 0 and known.swapped_after_ms > 0
    assert total(array) == expected
    assert any(row["function"].endswith("total") and row["tier"] == 2 for row in upshift.tier_report())


@tiers_only
def test_pause_holds_tier_up():
    with upshift.tiering.pause():
        total = make_total()
        array = np.ones(1000)
        for _ in range(5_000):
            total(array)
        assert [known.tier for known in total.specializations] == [1]
    assert upshift.wait_for_tier_up(30)
    assert [known.tier for known in total.specializations] == [2]


@tiers_only
def test_assembly_of_the_code_that_is_there():
    total = make_total()
    with upshift.tiering.pause():
        total(np.ones(3))
        before = total.specializations[0].tier
        [text] = total.inspect_asm().values()
        assert text.count("; tier ") == 1 and f"; tier {before}, " in text
        assert f", {getattr(total.specializations[0], f'tier{before}_bytes')} bytes" in text
    array = np.ones(1000)
    for _ in range(20_000):
        total(array)
    assert upshift.wait_for_tier_up(60)
    [text] = total.inspect_asm().values()
    assert "; tier 2, LLVM" in text


@tiers_only
def test_pauses_nest_and_count_for_all_threads():
    entered, leave = threading.Event(), threading.Event()

    def other():
        with upshift.tiering.pause():
            entered.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    array = np.ones(1000)
    with upshift.tiering.pause():
        with upshift.tiering.pause():
            thread.start()
            assert entered.wait(60)
            total = make_total()
        for _ in range(5_000):
            total(array)
    # The other thread's still holds.
    for _ in range(1_000):
        total(array)
    assert [known.tier for known in total.specializations] == [1]
    leave.set()
    thread.join()
    assert upshift.wait_for_tier_up(60)
    assert [known.tier for known in total.specializations] == [2]


@tiers_only
def test_a_pause_ends_when_its_block_raises():
    with pytest.raises(ZeroDivisionError):
        with upshift.tiering.pause():
            raise ZeroDivisionError
    total = make_total()
    array = np.ones(1000)
    for _ in range(5_000):
        total(array)
    assert upshift.wait_for_tier_up(60)
    assert [known.tier for known in total.specializations] == [2]


@tiers_only
def test_reports_tell_times():
    total = make_total()
    array = np.ones(1000)
    for _ in range(20_000):
        total(array)
    assert upshift.wait_for_tier_up(60)
    for _ in range(10):
        total(array)
    [known] = total.specializations
    assert re.fullmatch(
        r"[\d.]+ ms in tier 1 >= [\d.]+ ms, [\d.]+ % of the [\d.]+ ms predicted for LLVM", known.tier2_reason
    )
    assert known.predicted_ms > 0 and known.tier1_spent_ms > 0 and known.insts > 0
    assert known.tier1_call_us > 0 and known.tier2_call_us > 0
    [row] = [row for row in upshift.tier_report() if row["signature"] == known.signature and row["calls"] == known.calls]
    assert row["predicted_ms"] == known.predicted_ms


def up(n):
    total = 0
    for i in range(n):
        total += i
    return total


def by_threes_and_back(n):
    total = 0
    for _ in range(3):
        for i in range(0, n, 3):
            total += i
        for i in range(n, 0, -1):
            total -= i
    return total


def until(n):
    for i in range(n):
        if i * i > n:
            return i
    return -1


def halving(n):
    steps = 0
    while n > 1:
        n //= 2
        steps += 1
    return steps


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 10_000])
@pytest.mark.parametrize(
    ("function", "iterations"),
    [
        (up, lambda n: n),
        (by_threes_and_back, lambda n: 3 * (1 + len(range(0, n, 3)) + n)),
        (until, lambda n: n if until(n) < 0 else until(n)),
        # A `while` tests before it jumps back, and jumps are what is counted.
        (halving, lambda n: max(n.bit_length() - 2, 0)),
    ],
)
def test_iterations_are_counted_in_pieces_too(function, iterations, size):
    compiled = upshift.jit(tier=1)(function)
    assert compiled(size) == function(size)
    assert compiled.specializations[0].loop_iterations == iterations(size)


IDLE = """
import os, time
import upshift
f = upshift.jit(lambda x: x + 1)
for _ in range(1000): f(1)
def switches():
    counts = {}
    for thread in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{thread}/comm") as comm, open(f"/proc/self/task/{thread}/status") as status:
                if comm.read().startswith("upshift"):
                    counts[thread] = [line for line in status if line.startswith("voluntary")][0]
        except (FileNotFoundError, ProcessLookupError):
            pass  # the thread ended since it was listed
    return counts
end = time.monotonic() + 60
before = None
while time.monotonic() < end and before != switches():
    before = switches()
    time.sleep(1)
assert before and before == switches(), "it never rests"
f(1)
while time.monotonic() < end and before == switches(): time.sleep(0.01)
print("woke up" if before != switches() else "sleeps on")
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="the system counts no switches there")
def test_an_idle_process_has_no_wake_ups():
    neutral = {"UPSHIFT_TIER": "auto", "UPSHIFT_OSR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", IDLE], env=os.environ | neutral, capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("woke up\n", "")


def test_listings():
    total = make_total()
    total(np.ones(3))
    [assembly] = total.inspect_asm().values()
    assert "ret" in assembly
    assert f"; tier {total.specializations[0].tier}, " in assembly
    for tier, name in ((1, "Cranelift"), (2, "LLVM")):
        text = total.inspect_asm(total.signatures[0], tier=tier)
        assert text.startswith(f"; tier {tier}, {name}: ") and "ret" in text
        assert "total(array(float64, 1d, C)) -> float64" in text.splitlines()[0]
    with pytest.raises(ValueError, match="tier must be 1, 2 or None, not 3"):
        total.inspect_asm(tier=3)
    with pytest.raises(KeyError, match="is not compiled for"):
        total.inspect_asm("int64(int64)")
    assert "ret" in total.inspect_asm(total.signatures[0], tier=2)
    assert "define" in total.inspect_llvm(total.signatures[0])
    text = io.StringIO()
    total.inspect_types(file=text)
    assert "result: float" in text.getvalue()
    assert "for value in array:" in text.getvalue()
