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
    ({"parallel": {"prang": True}}, NameError, "prang"),
    ({"forceobj": True}, errors.UnsupportedError, "interpreter"),
    ({"forceobj": True, "nopython": True}, ValueError, "Only one of"),
    ({"argtypes": ()}, errors.DeprecationError, "signature"),
]
GOOD_OPTIONS = [
    {"nopython": True}, {"nogil": True}, {"fastmath": True}, {"fastmath": {"nnan", "contract"}},
    {"fastmath": {"reassoc": True, "ninf": False}}, {"boundscheck": True}, {"boundscheck": False}, {"error_model": "numpy"},
    {"overflow": "wrap"}, {"inline": "never"}, {"locals": {}}, {"cache": False}, {"parallel": False}, {"looplift": True},
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
    ("UPSHIFT_OSR", "2", "0, 1, stress"),
    ("UPSHIFT_TIER2_OPT", "O9", "lean, O1, O2, O3"), ("UPSHIFT_TRACE", "file", "chrome:FILE"),
    ("UPSHIFT_PERF", "map,perf", "map, jitdump, gdb"), ("UPSHIFT_PERF", "map,map", "map, jitdump, gdb"),
    ("UPSHIFT_BOUNDSCHECK", "maybe", "0 or 1"), ("UPSHIFT_DUMP", "f", "FUNC:lir"),
]  # fmt: skip


@pytest.mark.parametrize("name, value, takes", WRONG)
def test_a_wrong_variable_is_an_error_that_names_it(name, value, takes):
    done = run(CODE, **{name: value})
    assert done.returncode == 1
    assert f"the environment variable {name} takes" in done.stderr and takes in done.stderr


SETTINGS = [{"UPSHIFT_TIER": "1"}, {"UPSHIFT_TIER": "2"}, {"UPSHIFT_SYNC": "1"}, {"UPSHIFT_OSR": "0"}]


@pytest.mark.parametrize("variables", SETTINGS, ids=repr)
def test_answers_do_not_depend_on_tiers(variables):
    done = run(CODE, **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 3\n", "")


def test_dump_prints_the_lir_of_one_function():
    done = run("import upshift\n@upshift.jit\ndef f(x): return x + 1\nprint(f(1))", UPSHIFT_DUMP="f:lir")
    assert done.stdout == "2\n"
    assert "add_int" in done.stderr
    assert run(CODE, UPSHIFT_DUMP="g:lir").stderr == ""
