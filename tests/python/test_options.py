"""Options of the decorators, and settings."""

import os
import subprocess
import sys
import warnings

import pytest

from upshift import errors, jit, njit

BAD_OPTIONS = [
    ({"unknown": 1}, KeyError, "Unrecognized options: unknown"),
    ({"fastmath": {"fats"}}, ValueError, "Unrecognized fastmath flags: fats"),
    ({"error_model": "rust"}, ValueError, "'python' or 'numpy'"),
    ({"overflow": "saturate"}, ValueError, "'wrap' or 'raise'"),
    ({"inline": "maybe"}, ValueError, "'never' or 'always'"),
    ({"tier": 3}, ValueError, "1 or 2 or 'auto'"), ({"tier": "1"}, ValueError, "1 or 2 or 'auto'"),
    ({"tier": True}, ValueError, "1 or 2 or 'auto'"), ({"eagerness": 0}, ValueError, "a number from 1 to 9"),
    ({"eagerness": 10}, ValueError, "a number from 1 to 9"), ({"eagerness": "5"}, ValueError, "a number from 1 to 9"),
    ({"parallel": {"prang": True}}, NameError, "prang"),
    ({"forceobj": True}, errors.UnsupportedError, "interpreter"),
    ({"forceobj": True, "nopython": True}, ValueError, "Only one of"),
    ({"argtypes": ()}, errors.DeprecationError, "signature"),
]
GOOD_OPTIONS = [
    {"nopython": True}, {"nogil": True}, {"fastmath": True}, {"fastmath": {"nnan", "contract"}},
    {"fastmath": {"reassoc": True, "ninf": False}}, {"boundscheck": True}, {"boundscheck": False}, {"error_model": "numpy"},
    {"overflow": "wrap"}, {"inline": "never"}, {"locals": {}}, {"cache": False}, {"parallel": False}, {"looplift": True},
    {"tier": 1}, {"tier": 2}, {"tier": "auto"}, {"eagerness": 1}, {"eagerness": 9},
]  # fmt: skip


@pytest.mark.parametrize("options, error, text", BAD_OPTIONS, ids=repr)
def test_bad_options(options, error, text):
    with pytest.raises(error, match=text):
        jit(lambda x: x, **options)


@pytest.mark.parametrize("options", GOOD_OPTIONS, ids=repr)
def test_good_options(options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert jit(**options)(lambda x: x + 1)(1) == 2


def test_what_has_no_effect_yet_warns_once():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            jit(parallel=True)(lambda x: x)
            njit(nopython=True)(lambda x: x)
    assert [warning.category for warning in caught] == [errors.UpshiftWarning] * len(caught)
    assert len(caught) <= 2
    assert all(warning.filename == __file__ for warning in caught)


def test_jit_takes_functions_only():
    for bad in (3, int, len):
        with pytest.raises(TypeError, match="takes a Python function"):
            jit(bad)


def run(code, **variables):
    environment = os.environ | variables
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)


CODE = "import upshift\nf = upshift.jit(lambda x: x + 1)\nprint(f(1), f(2))"
WRONG = [
    ("UPSHIFT_TIER", "3", "auto, 1, 2"), ("UPSHIFT_TIER2_CALLS", "many", "a number from 1"), ("UPSHIFT_SYNC", "yes", "0 or 1"),
    ("UPSHIFT_OSR", "2", "0, 1, stress"), ("UPSHIFT_TIER2_LOOPS", "-1", "a number from 1"), ("UPSHIFT_TIER2_LOOPS", "0", "a number from 1"),
    ("UPSHIFT_TIER2_TIME_US", "1.5", "a number from 1"), ("UPSHIFT_TIER2_CALLS", str(2**64), "a number from 1"),
    ("UPSHIFT_TIER2_THREADS", "65", "a number from 1 to 64"), ("UPSHIFT_EAGERNESS", "0", "a number from 1 to 9"),
    ("UPSHIFT_EAGERNESS", "10", "a number from 1 to 9"), ("UPSHIFT_EAGERNESS", "\u00b2", "a number from 1 to 9"),
    ("UPSHIFT_STATS", "on", "0 or 1"),
    ("UPSHIFT_TIER2_OPT", "O9", "lean, O1, O2, O3"), ("UPSHIFT_TRACE", "file", "chrome:FILE"),
    ("UPSHIFT_PERF", "map,perf", "map, jitdump, gdb"), ("UPSHIFT_PERF", "map,map", "map, jitdump, gdb"),
    ("UPSHIFT_BOUNDSCHECK", "maybe", "0 or 1"), ("UPSHIFT_DUMP", "f", "FUNC:STAGE"),
    ("UPSHIFT_DUMP", "f:folding", "hir, types, lir, simplify_cfg, "), ("UPSHIFT_DUMP", ":lir", "clif, llvm, asm"),
]  # fmt: skip


@pytest.mark.parametrize("name, value, takes", WRONG)
def test_a_wrong_variable_is_an_error_that_names_it(name, value, takes):
    done = run(CODE, **{name: value})
    assert done.returncode == 1
    assert f"the environment variable {name} takes" in done.stderr and takes in done.stderr


def test_settings_can_be_set_in_code_and_are_checked():
    code = (
        "from upshift import config, errors\n"
        "for name, value, takes in [('UPSHIFT_EAGERNESS', 12, '1 to 9'), ('UPSHIFT_TIER', '3', 'auto, 1, 2'),\n"
        "                           ('UPSHIFT_SYNC', 'yes', '0 or 1'), ('UPSHIFT_TIER2_CALLS', 1.5, 'a number')]:\n"
        "    try: setattr(config, name, value)\n"
        "    except errors.UpshiftError as error: assert f'upshift.config.{name} takes' in str(error) and takes in str(error)\n"
        "    else: raise SystemExit(name)\n"
        "try: config.UPSHIFT_TEIR = '1'\n"
        "except AttributeError as error: print(error)\n"
        "config.UPSHIFT_TIER, config.UPSHIFT_EAGERNESS, config.UPSHIFT_TIER2_CALLS = 2, 9, None\n"
        "config.UPSHIFT_SYNC = True\n"
        "print(config.UPSHIFT_TIER, config.UPSHIFT_EAGERNESS, config.UPSHIFT_TIER2_CALLS, config.UPSHIFT_SYNC)\n"
        "import upshift\nf = upshift.jit(lambda x: x + 1)\nf(1)\nprint(f.specializations[0].tier)"
    )
    done = run(code, UPSHIFT_TIER="1", UPSHIFT_OSR="1")
    assert done.stderr == ""
    assert done.stdout == "module 'upshift.config' has no attribute 'UPSHIFT_TEIR'\n2 9 None True\n2\n"


# What makes a function hot, and what its report says, in synchronous mode: no clock decides there.
THRESHOLDS = [
    ({"UPSHIFT_TIER2_CALLS": "40"}, "total", "40 calls reached the threshold of 40"),
    ({"UPSHIFT_TIER2_LOOPS": "2500"}, "total", "loop iterations reached the threshold of 2500"),
    ({"UPSHIFT_TIER2_TIME_US": "10"}, "total", "ms in tier 1 reached the threshold of 0.010 ms"),
    ({"UPSHIFT_EAGERNESS": "9"}, "total", "predicted for LLVM"),
    ({"UPSHIFT_EAGERNESS": "1"}, "total", "not hot yet: "),
    ({"UPSHIFT_TIER2_CALLS": "1000000"}, "total", "not hot yet: 100 of 1000000 calls"),
    ({}, "jit(tier=1)(total)", "tier 2 is switched off for this function"),
    ({}, "jit(tier=2)(total)", "tier 2 is asked for at once"),
    ({"UPSHIFT_TIER": "1"}, "jit(tier=2)(total)", "tier 2 is switched off"),
    ({}, "jit(eagerness=9)(total)", "predicted for LLVM"),
    ({"UPSHIFT_EAGERNESS": "9"}, "jit(eagerness=1)(total)", "not hot yet: "),
]
HOT = """
import upshift
from upshift import jit
@jit
def total(count):
    result = 0
    for i in range(count):
        result += i * result
    return result
f = {}
for _ in range(100): f(100)
[known] = f.specializations
print(known.tier, known.tier2_reason)
"""


@pytest.mark.parametrize("variables, function, reason", THRESHOLDS, ids=repr)
def test_what_makes_a_function_hot(variables, function, reason):
    neutral = {"UPSHIFT_TIER": "auto", "UPSHIFT_OSR": "1", "UPSHIFT_SYNC": "1"}
    done = run(HOT.format(function), **neutral | variables)
    assert done.stderr == ""
    tier, said = done.stdout.split(" ", 1)
    assert reason in said
    assert tier == ("1" if "not hot" in reason or "off" in reason else "2")


SETTINGS = [{"UPSHIFT_TIER": "1"}, {"UPSHIFT_TIER": "2"}, {"UPSHIFT_SYNC": "1"}, {"UPSHIFT_OSR": "0"}]


@pytest.mark.parametrize("variables", SETTINGS, ids=repr)
def test_answers_do_not_depend_on_tiers(variables):
    done = run(CODE, **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 3\n", "")
