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


@tiers_only
def test_assembly_of_the_code_that_is_there():
    total = make_total()
    with upshift.tiering.pause():
        total(np.ones(3))
        before = total.specializations[0].tier
        [text] = total.inspect_asm().values()
        assert text.count("; tier ") == 1 and f"; tier {before}, " in text
        assert f", {getattr(total.specializations[0], f'tier{before}_bytes')} bytes" in text
    for _ in range(5_000):
        total(np.ones(100))
    assert upshift.wait_for_tier_up(30)
    [text] = total.inspect_asm().values()
    assert "; tier 2, LLVM" in text


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
