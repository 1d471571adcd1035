"""Programs that were written for plain Python print the same compiled, with nothing but decorators added."""

import ast
import importlib
import os
import pathlib
import re
import subprocess
import sys

import pytest
import tiers

FOLDER = pathlib.Path(__file__).parent.parent / "real_programs"
PROGRAMS = sorted(path.stem for path in FOLDER.glob("*.py"))
# Runs a program with decorators that do nothing.
PLAIN = """
import runpy, sys, types
module = types.ModuleType("upshift")
module.jit = lambda function: function
sys.modules["upshift"] = module
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def output(command, **environment):
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def plain_outputs():
    return {program: output([sys.executable, "-c", PLAIN, FOLDER / f"{program}.py"]) for program in PROGRAMS}


@pytest.mark.parametrize("mode", tiers.MODES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_prints_the_same(program, mode, plain_outputs):
    printed = output([sys.executable, FOLDER / f"{program}.py"], **tiers.MODES[mode])
    assert len(printed) > 100
    assert printed == plain_outputs[program]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_states_its_origin(program):
    source = (FOLDER / f"{program}.py").read_text()
    text = " ".join(ast.get_docstring(ast.parse(source)).split())
    assert re.search(r"From (CPython 3\.11|TheAlgorithms)", text)
    assert re.search(r"Copyright .* Licensed under the (PSF|MIT) License", text)


def test_programs_are_long():
    lengths = sorted((FOLDER / f"{program}.py").read_text().count("\n") for program in PROGRAMS)
    assert lengths[0] > 100
    assert lengths[-5] > 150


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_but_decorators_was_added(program):
    """Each decorated function of a program from the standard library is the installed one, but for what is timed."""
    source = (FOLDER / f"{program}.py").read_text()
    decorated = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    assert len(decorated) >= 5
    assert all(ast.unparse(node.decorator_list[0]) == "jit" for node in decorated)
    origin = re.search(r"`Lib/(.*)\.py`", source)
    if origin is not None:
        module = importlib.import_module(origin[1].replace("/", "."))
        tree = ast.parse(pathlib.Path(module.__file__).read_text())
        originals = {node.name: ast.dump(node) for node in tree.body if isinstance(node, ast.FunctionDef)}
        for node in (node for node in decorated if node.name != "work"):
            node.decorator_list = []
            assert ast.dump(node) == originals[node.name], node.name
