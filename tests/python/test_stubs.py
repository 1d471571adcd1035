"""The stubs say what the modules have: names, classes' members, functions' parameters. Nothing more, nothing less."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

import upshift
from upshift import introspection, jit, types

PACKAGE = Path(upshift.__file__).parent
STUBS = sorted(path.stem for path in PACKAGE.glob("*.pyi"))


def parsed(stub):
    return ast.parse((PACKAGE / f"{stub}.pyi").read_text()).body


def is_public(name):
    return not name.startswith("_")


def definitions(body):
    """Name to node of what a stub, or a class in it, defines or hands on. Of overloads the last counts."""
    found = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            found[node.target.id] = node
        elif isinstance(node, ast.Assign):
            found.update({target.id: node for target in node.targets if isinstance(target, ast.Name)})
        elif isinstance(node, ast.ImportFrom):
            if node.names[0].name == "*":
                found.update(dict.fromkeys(types.__all__, node))
            found.update({name.asname: node for name in node.names if name.asname})
    return {name: node for name, node in found.items() if is_public(name)}


def runtime_names(module):
    if module is upshift:
        return {name for name in (*upshift.__all__, *types.__all__) if is_public(name)}
    names = {*dir(module), *vars(module)}
    own = {name for name in names if is_public(name) and not inspect.ismodule(getattr(module, name))}
    return {name for name in own if getattr(getattr(module, name), "__module__", module.__name__) == module.__name__}


def parameters_of_stub(node):
    arguments = node.args
    named = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    optional = set(named[len(named) - len(arguments.defaults) :])
    return named, optional, [one.arg for one in arguments.kwonlyargs], arguments.vararg, arguments.kwarg


def check_parameters(where, node, function):
    named, optional, keyword_only, rest, keywords = parameters_of_stub(node)
    actual = list(inspect.signature(function).parameters.values())
    kinds = {one.kind for one in actual}
    assert (rest is not None) == (inspect.Parameter.VAR_POSITIONAL in kinds), where
    if rest is None:
        positional = [one for one in actual if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
        assert named == [one.name for one in positional], where
        assert optional == {one.name for one in positional if one.default is not one.empty}, where
    takes_any = inspect.Parameter.VAR_KEYWORD in kinds
    assert takes_any or (keywords is None and not keyword_only), where


def check_class(where, node, value):
    stated = definitions(node.body)
    members = {name for one in value.__mro__ for name in vars(one) if one is not object and is_public(name)}
    inherited = set()
    for base in value.__mro__[1:]:
        inherited |= {name for name in vars(base) if is_public(name)}
    missing = (members - inherited) ^ set(stated)
    assert not {name for name in missing if name not in inherited and not is_instance_attribute(value, name)}, where
    for name, member in stated.items():
        if isinstance(member, ast.FunctionDef) and not member.decorator_list:
            check_parameters(f"{where}.{name}", member, inspect.unwrap(getattr(value, name)))
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and member.name == "__init__":
            check_parameters(f"{where}.__init__", member, value.__init__)


def is_instance_attribute(value, name):
    """Attributes without slots are assigned in `__init__`."""
    return f"self.{name} = " in inspect.getsource(value.__init__)


@pytest.mark.parametrize("stub", STUBS)
def test_names(stub):
    module = upshift if stub == "__init__" else importlib.import_module(f"upshift.{stub}")
    stated = definitions(parsed(stub))
    assert set(stated) == runtime_names(module)
    for name, node in stated.items():
        value = getattr(module, name)
        if isinstance(node, ast.ClassDef):
            assert isinstance(value, type), name
            if value is not upshift.Dispatcher:
                check_class(f"{stub}.{name}", node, value)
        elif isinstance(node, ast.FunctionDef):
            assert callable(value), name
            check_parameters(f"{stub}.{name}", node, value)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and name != "njit":
            assert value is getattr(module, node.value.id), name


def test_star_of_types():
    for node in parsed("types"):
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__":
            assert ast.literal_eval(node.value) == types.__all__
            return
    pytest.fail("the stub has no __all__")


def test_attributes_of_dispatchers():
    @jit
    def same(x):
        return x

    node = next(node for node in parsed("__init__") if isinstance(node, ast.ClassDef) and node.name == "Dispatcher")
    stated = definitions(node.body)
    answered = {*introspection._PROPERTIES, *introspection._METHODS, "py_func"}
    assert set(stated) == answered
    for name, member in stated.items():
        value = getattr(same, name)
        if name in introspection._METHODS:
            method = introspection._METHODS[name]
            known = [one for one in inspect.signature(method).parameters if one not in ("dispatcher", "_")]
            assert [one.arg for one in member.args.args[1:]] == known, name
            assert callable(value)


def test_figures_of_specializations():
    @jit
    def same(x):
        return x

    same(1)
    node = next(node for node in parsed("introspection") if isinstance(node, ast.ClassDef))
    stated = {name for name, member in definitions(node.body).items() if isinstance(member, ast.AnnAssign)}
    assert stated == set(introspection.Specialization.__slots__)
    assert all(hasattr(same.specializations[0], name) for name in stated)
