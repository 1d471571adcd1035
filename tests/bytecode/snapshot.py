"""Writes the code objects of each `*.py` here as data, for `tests/bytecode.rs`, which needs no Python.

    python3.11 tests/bytecode/snapshot.py        then   UPDATE=1 cargo test --test bytecode

`name.py` becomes `name.3.11.code`: the functions of the module, in order. One field a line; text is quoted as in
URLs, bytes are hexadecimal; a constant is a line, a tuple or an inner code object several.
"""

import sys
import types
from pathlib import Path
from urllib.parse import quote


def text(value):
    return quote(value, safe=" <>.,:;=+-*/()[]{}'\"!?&|^~@#$")


def constant(value):
    match value:
        case None:
            yield "none"
        case bool():
            yield f"bool {value}"
        case int():
            yield f"int {value}" if -(2**63) <= value < 2**63 else f"bigint {value}"
        case float():
            yield f"float {value!r}"
        case complex():
            yield f"complex {value.real!r} {value.imag!r}"
        case str():
            yield f"str {text(value)}"
        case bytes():
            yield f"bytes {value.hex()}"
        case tuple():
            yield f"tuple {len(value)}"
            for item in value:
                yield from constant(item)
        case frozenset():
            yield f"frozenset {len(value)}"
            for item in value:
                yield from constant(item)
        case types.CodeType():
            yield "code"
            yield from code(value)
        case _ if value is ...:
            yield "ellipsis"
        case _:
            yield f"other {type(value).__name__}"


def variables(value):
    """`co_localsplusnames` and kinds, which Python does not show: cells that are arguments stand among the locals."""
    for name in value.co_varnames:
        yield f"{'cell' if name in value.co_cellvars else 'local'} {name}"
    for name in value.co_cellvars:
        if name not in value.co_varnames:
            yield f"cell {name}"
    for name in value.co_freevars:
        yield f"free {name}"


def section(name, lines):
    lines = list(lines)
    yield f"{name} {len(lines)}"
    yield from lines


def code(value):
    yield f"name {text(value.co_name)}"
    yield f"qualname {text(value.co_qualname)}"
    yield f"first_line {value.co_firstlineno}"
    yield f"arguments {value.co_argcount} {value.co_posonlyargcount} {value.co_kwonlyargcount}"
    yield f"flags {value.co_flags}"
    yield from section("variables", variables(value))
    yield from section("names", value.co_names)
    yield f"constants {len(value.co_consts)}"
    for item in value.co_consts:
        yield from constant(item)
    yield f"bytecode {value.co_code.hex()}"
    yield f"exceptions {value.co_exceptiontable.hex()}"
    yield f"lines {value.co_linetable.hex()}"


def functions(value):
    """The functions of a module; what makes them of an enclosing one counts too if its name starts with `make`."""
    for item in value.co_consts:
        if isinstance(item, types.CodeType):
            if item.co_name.startswith("make"):
                yield from functions(item)
            else:
                yield item


def main():
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name != Path(__file__).name:
            module = compile(path.read_text(), path.name, "exec", dont_inherit=True)
            lines = [line for function in functions(module) for line in ("code", *code(function))]
            path.with_suffix(f".{version}.code").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
