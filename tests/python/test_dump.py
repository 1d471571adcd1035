"""`UPSHIFT_DUMP`: a function in every form of its way."""

import os
import subprocess
import sys

import pytest

from upshift import _upshift

CODE = """
import upshift
@upshift.jit
def helper(x):
    total = 0
    for i in range(x):
        total ^= i * 3
    return total
@upshift.jit
def f(n):
    total = 0
    for i in range(n):
        total += i * 2
    return total + helper(n)
print(f(10))
"""
# Stage, tier, what is in its text, what is not.
CASES = [
    ("hir", "1", "binary *", "mul_int"),
    ("types", "1", "{int} = binary * ", "mul_int"),
    ("lir", "1", "call_function", "binary"),
    ("simplify_cfg", "1", "; f(int) -> int: before simplify_cfg", "binary"),
    ("fold_constants", "1", "; f(int) -> int: after fold_constants", "unify_latches"),
    ("unify_latches", "2", "; f(int) -> int: after unify_latches", "fold_constants"),
    ("clif", "1", "iadd", "define"),
    ("llvm", "2", "define", "binary"),
    ("asm", "1", "tier 1", "tier 2"),
    ("asm", "2", "tier 2", "tier 1"),
]


def run(dump, tier="1", code=CODE):
    environment = os.environ | {"UPSHIFT_DUMP": dump, "UPSHIFT_TIER": tier, "UPSHIFT_OSR": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"{90 + helper(10)}\n"), done.stderr
    return done.stderr


def helper(x):
    total = 0
    for i in range(x):
        total ^= i * 3
    return total


@pytest.mark.parametrize("stage, tier, said, not_said", CASES)
def test_a_stage_is_printed(stage, tier, said, not_said):
    text = run(f"f:{stage}", tier)
    assert said in text and not_said not in text, text
    assert "; helper" not in text and "func helper" not in text, text


def test_every_stage_is_reached_in_one_tier_or_the_other():
    for stage in _upshift.dump_stages():
        tier = "1" if stage == "clif" else "2"
        assert run(f"f:{stage}", tier), stage


def test_every_function_is_printed_for_a_star():
    text = run("*:lir")
    assert "; f(int) -> int: lir" in text and "; helper(int) -> int: lir" in text


def test_other_functions_are_not_printed():
    assert run("g:lir") == ""


def test_qualified_names():
    assert "; f(int) -> int: lir" in run("f:lir")
    nested = CODE.replace("print(f(10))", "def g():\n @upshift.jit\n def f2(x): return x\n f2(1)\ng()\nprint(f(10))")
    assert "; g.<locals>.f2(int) -> int: lir" in run("g.<locals>.f2:lir", code=nested)
    assert "; g.<locals>.f2(int) -> int: lir" in run("f2:lir", code=nested)
