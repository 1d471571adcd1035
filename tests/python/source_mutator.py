"""Programs out of the standard library: a function of a pure-Python module with a few pieces exchanged.

They were written for CPython alone, so most use something that compiled code does not have; what matters is that a
clear error says so. The modules do nothing to files or processes.
"""

import ast
import copy
import importlib
import inspect
import random

from source_generator import argument

MODULES = ["heapq", "bisect", "statistics", "textwrap", "difflib", "string", "colorsys", "fractions", "random", "calendar", "shlex",
    "fnmatch", "html", "base64", "quopri", "urllib.parse", "ipaddress", "json.encoder", "json.decoder", "posixpath", "ntpath",
    "nturl2path", "sre_parse", "_pydecimal", "datetime", "functools", "collections", "operator", "keyword", "stringprep",
    "email.quoprimime", "tokenize", "copy", "graphlib", "types", "numbers", "encodings.punycode", "encodings.idna", "html.parser", "http.cookies", "locale", "_strptime",
    "_pylong", "reprlib", "pprint", "token", "opcode", "struct", "unicodedata", "secrets", "timeit"]  # fmt: skip
# Functions that wait, write, or change the process.
AVOIDED = {"main", "test", "_test", "setlocale", "resetlocale", "install", "time", "input", "repeat", "timeit", "seed", "init"}
TYPES = ["int", "int", "float", "str", "str", "bool", "bytes", "complex", "Lint", "Lint", "Lfloat", "Lstr", "LLint", "Dsi", "Sint", "A1f8", "int?"]
OPERATORS = [ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.Div]
COMPARISONS = [ast.Lt, ast.LtE, ast.Eq, ast.NotEq, ast.Gt, ast.GtE, ast.In, ast.Is, ast.NotIn]
CONSTANTS = [0, 1, -1, 2, 0.5, "", "a", None, True, 2**63, 10**30, b"x"]


def functions():
    """All functions of the modules: (module, function definition). Methods come as functions of `self`."""
    found = []
    for name in MODULES:
        try:
            module = importlib.import_module(name)
            tree = ast.parse(inspect.getsource(module))
        except (ImportError, OSError, TypeError):
            continue
        definitions = [node for top in tree.body for node in (top.body if isinstance(top, ast.ClassDef) else [top])]
        found += [(module, node) for node in definitions if isinstance(node, ast.FunctionDef) and node.name not in AVOIDED]
    return found


class Mutator:
    """Writes one program."""

    known = None

    def __init__(self, seed):
        self.rng = random.Random(seed)
        if Mutator.known is None:
            Mutator.known = functions()

    def program(self):
        """The source of a function, its name, the types of arguments for it, and the module whose globals it has."""
        rng = self.rng
        module, definition = rng.choice(Mutator.known)
        definition = copy.deepcopy(definition)
        definition.decorator_list = []
        definition.body = [node for node in definition.body if not is_text(node)] or [ast.Pass()]
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            self.mutate(definition)
        own = definition.args
        count = len(own.posonlyargs) + len(own.args)
        parameters = [rng.choice(TYPES) for _ in range(rng.randint(max(count - len(own.defaults), 0), count))]
        return ast.unparse(ast.fix_missing_locations(definition)) + "\n", definition.name, parameters, module

    def mutate(self, definition):
        rng = self.rng
        nodes = [node for node in ast.walk(definition) if isinstance(node, (ast.expr, ast.stmt)) and node is not definition]
        node = rng.choice(nodes)
        expressions = [one for one in nodes if isinstance(one, ast.expr) and isinstance(getattr(one, "ctx", ast.Load()), ast.Load)]
        if isinstance(node, ast.BinOp):
            node.op = rng.choice(OPERATORS)()
        elif isinstance(node, ast.Compare):
            node.ops[0] = rng.choice(COMPARISONS)()
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            node.value = rng.choice([node.value + 1, -node.value, *CONSTANTS])
        elif isinstance(node, ast.Call) and node.args and expressions:
            node.args[rng.randrange(len(node.args))] = copy.deepcopy(rng.choice(expressions))
        elif isinstance(node, (ast.If, ast.While)):
            node.test = rng.choice([ast.UnaryOp(ast.Not(), node.test), ast.Constant(rng.choice(CONSTANTS))])
        elif isinstance(node, (ast.Assign, ast.Return, ast.AugAssign)) and expressions:
            node.value = copy.deepcopy(rng.choice(expressions))
        elif isinstance(node, ast.Subscript):
            node.slice = rng.choice([ast.Constant(rng.choice(CONSTANTS)), ast.Slice(None, None, ast.Constant(-1))])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names = [one.id for one in nodes if isinstance(one, ast.Name)]
            node.id = rng.choice(names)


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


__all__ = ["Mutator", "argument"]
