"""The tables of constructs, types and functions: their examples do what they say, and the tests that they name exist."""

import collections.abc
import copy
import pathlib
import re

import differential
import pytest

from upshift import _upshift, errors, jit, language, reference

FOLDER = pathlib.Path(__file__).parent


@pytest.mark.parametrize("row", language.CONSTRUCTS, ids=lambda row: row[0])
def test_a_construct_does_what_cpython_does_or_is_refused(row):
    function = language.function_of(row[1])
    refusal = language.refusal_of(function, 3)
    if refusal is None:
        assert differential.difference(function, jit(function), lambda: (3,)) is None
    else:
        assert " is not supported" in refusal
        assert len(refusal) < 150


@pytest.mark.parametrize("row", language.TYPES, ids=lambda row: row[0])
def test_a_type_comes_back_or_is_refused(row):
    value = language.value_of(row[1])
    if isinstance(value, collections.abc.Iterator):
        # Iterators have no copies; what comes back stands where the argument stands.
        assert list(jit(lambda x: (x, 1))(value)[0]) == list(language.value_of(row[1]))
        return
    try:
        # Memoryviews have no copies.
        compiled = jit(lambda x: (x, 1))(value if isinstance(value, memoryview) else copy.copy(value))
    except errors.UpshiftError as error:
        assert re.search("compiled code does not take|has no form outside of compiled code", str(error)), error
    else:
        if isinstance(value, _upshift.Closure):
            assert compiled[0](2) == value(2)
            return
        assert compiled[0] is value or differential.describe(compiled) == differential.describe((value, 1))


def test_the_tests_of_the_language_exist_and_cover_it():
    for name, _, tests in [*language.CONSTRUCTS, *language.TYPES]:
        for test in tests.split():
            assert (FOLDER / test).exists(), f"{test}, of {name}"


@pytest.mark.parametrize("group", reference.names())
def test_the_tests_of_a_group_name_all_of_it(group):
    text = ""
    for test in reference.tests_of(group):
        assert (FOLDER / test).exists(), f"{test}, of {group}"
        files = sorted((FOLDER / test).glob("*.py")) if (FOLDER / test).is_dir() else [FOLDER / test]
        text += "".join(file.read_text() for file in files)
    words = set(re.findall(r"\w+", text))
    missing = sorted(name for name in reference.names()[group] if name not in words)
    assert not missing, f"no test of {missing} in {reference.tests_of(group)}"
