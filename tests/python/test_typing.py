"""What inference finds: the functions in `tests/typing/*.md`, with the types that their comments state.

    # arguments: int8, float64[:, ::1]     in front of a function: it is compiled for these types
    x = a + 1  # revealed: int8            the type of what the line assigns, or returns; several where it assigns several
    y = 1.5  # revealed: nothing           the line is not reached for these types
    # refused: has no single type          in front of a function: it is not compiled, and the message says so

Types are written as `inspect_types` prints them, arrays as in signatures: `float64[:]` has any strides. `int`, `float`,
`complex` and `bool` are Python's, `int64` and the others NumPy's scalars. Several lines of arguments make several
specializations, whose types stand in the same order, with `|` between them.
"""

import ast
import math
import re
from pathlib import Path

import numpy as np
import pytest

from upshift import _upshift, errors, jit
from upshift.types import _split

FILES = sorted((Path(__file__).parent.parent / "typing").glob("*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def code_of(text):
    """Arrays as the compiler prints them."""

    def array(match):
        readonly, dtype, axes = match.groups()
        axes = [axis.strip() for axis in axes.split(",")]
        layout = "C" if axes[-1] == "::1" else "F" if axes[0] == "::1" else "A"
        return f"{readonly or ''}array({dtype}, {len(axes)}d, {layout})"

    return re.sub(r"(readonly )?(\w+)\[([:1, ]+)\]", array, text.strip())


def blocks():
    for path in FILES:
        text = path.read_text()
        for match in BLOCK.finditer(text):
            line = text.count("\n", 0, match.start(1))
            yield pytest.param(path, line, match.group(1), id=f"{path.stem}:{line}")


def run(path, line, source):
    """The block's functions, compiled with the file's own lines. Those it defines may call each other."""
    names = {"np": np, "math": math, "__name__": path.stem}
    exec(compile("\n" * line + source, str(path), "exec"), names)
    for name, value in list(names.items()):
        if getattr(value, "__module__", None) == path.stem and callable(value):
            names[name] = jit(value)
    return names


def comments(lines, definition, kind):
    """What the comments in front of a definition say of a kind, from the top."""
    found = []
    for text in reversed(lines[: definition.lineno - 1]):
        if not text.startswith("# "):
            break
        if text.startswith(f"# {kind}:"):
            found.insert(0, text.partition(":")[2].strip())
    return found


def targets(statement):
    """Names that a statement assigns."""
    if isinstance(statement, ast.Assign):
        nodes = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For)):
        nodes = [statement.target]
    else:
        return None
    return [node.id for target in nodes for node in ast.walk(target) if isinstance(node, ast.Name)]


def revealed(known, statement, line):
    """The types of what a statement assigns or returns, as the compiler prints them; None for what it does not know."""
    names = targets(statement)
    if names is None:
        return [known["result"]] if isinstance(statement, ast.Return) else None
    types = []
    for name in names:
        of_name = {kind for at, variable, kind in known["variables"] if (at, variable) == (line, name)}
        types.append(" or ".join(sorted(of_name)) or "nothing")
    return types


def expectations(lines, definition):
    for statement in ast.walk(definition):
        if isinstance(statement, ast.stmt) and "# revealed:" in lines[statement.lineno - 1]:
            yield statement, lines[statement.lineno - 1].partition("# revealed:")[2]


@pytest.mark.parametrize(("path", "first", "source"), list(blocks()))
def test_types(path, first, source):
    lines = source.split("\n")
    names = run(path, first, source)
    checked = 0
    for definition in [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]:
        function = names[definition.name]
        arguments = [_split(code_of(text)) for text in comments(lines, definition, "arguments")]
        refused = comments(lines, definition, "refused")
        if refused:
            with pytest.raises(errors.UpshiftError, match=re.escape(refused[0])):
                _upshift.compile(function, arguments[0], None)
            checked += 1
            continue
        specializations = []
        for types in arguments:
            _upshift.compile(function, types, None)
            specializations.append(_upshift.specializations(function)[-1])
        for statement, expected in expectations(lines, definition):
            line = first + statement.lineno
            found = [revealed(known, statement, line) for known in specializations]
            assert None not in found, f"{path.name}:{line}: the line assigns nothing"
            wanted = [_split(code_of(types)) for types in expected.split("|")]
            assert found == wanted, f"{path.name}:{line}: revealed: {' | '.join(map(', '.join, found))}"
            checked += 1
    assert checked, "the block states no types"


def test_there_are_files():
    assert len(FILES) >= 6
