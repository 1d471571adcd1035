"""What functions tell about their code, and tier-up."""

import io
import os

import numpy as np
import pytest

import upshift
from upshift import jit

tiers_only = pytest.mark.skipif(os.environ.get("UPSHIFT_OSR") == "stress", reason="calls stay in tier 1")


def make_total():
    @jit
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


def test_listings():
    total = make_total()
    total(np.ones(3))
    [assembly] = total.inspect_asm().values()
    assert "ret" in assembly
    assert "ret" in total.inspect_asm(total.signatures[0], tier=2)
    assert "define" in total.inspect_llvm(total.signatures[0])
    text = io.StringIO()
    total.inspect_types(file=text)
    assert "result: float" in text.getvalue()
    assert "for value in array:" in text.getvalue()
