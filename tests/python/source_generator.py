"""Random programs of the whole language: what the compiler accepts, and now and then something that it may refuse.

On top of the typed programs of `program_generator.py` come strings, bytes, nested lists, dicts, sets and `None`, inner functions and
lambdas, generators, dataclasses, comprehensions, `match`, `with`, starred assignment, f-strings, assignment expressions, every target of an
augmented assignment, and nesting as deep as CPython parses. A program is well typed but for at most a few *poisons*:
expressions and statements with an operand of a wrong type, a wrong number of arguments, an unknown name, a constant
that is too big, or a construct that is refused. Those never put a number of another type where a variable has one,
because what joins two types is documented as different.
"""

import dataclasses
import random

import source_blocks
from program_generator import CONSTANTS, LISTS, Generator, random_argument

HEADER = f"""import cmath
import dataclasses
import math

import numpy as np


{source_blocks.HEADER}

class Manager:
    def __enter__(self):
        return 1

    def __exit__(self, *_):
        return False


class Failure(Exception):
    pass


COUNTER = 5


"""
TEXTS = ["''", "'a'", "'abc'", "' x, y '", "'Grüße'", "'日本'", "'\\U0001f600!'", "'12'", "'-3.5'", "'a\\tb\\n'", "('ab' * 7)"]
BYTES = ["b''", "b'a'", "b'abc'", "b'\\x00\\xff'", "b' x y '"]
# Item or key, then value, of the containers that the typed generator does not have.
ITEMS = {"Lstr": "str", "LLint": "Lint", "Sint": "int", "Sstr": "str"}
DICTS = {"Dsi": ("str", "int"), "Dif": ("int", "float"), "DsL": ("str", "Lint")}
OPTIONAL = "int?"
MORE = ["str", "str", "str", "bytes", *ITEMS, *DICTS, OPTIONAL]
# What a poison is made of.
OPERANDS = ["int", "str", "Lint", "Dsi", "A1f8", "bytes", ("int", "float"), "Sint", OPTIONAL]
# Bounds, counts and widths at the ends of 64 bits.
EXTREMES = ["(2**63 - 1)", "(-(2**63))", "(2**62)", "(-(2**62))", "2**46", "-(2**46)", "2**31", "65537", "-65537", "63", "64", "-64", "0"]
DEEP = [
    lambda text, count: "(" * count + text + ")" * count,
    lambda text, count: "-" * count + f"({text})",
    lambda text, count: f"({text})" + " + 1" * count,
    lambda text, count: "abs(" * count + text + ")" * count,
    lambda text, count: "(1 if COUNTER else " * count + text + ")" * count,
    lambda text, count: "[" * count + text + "]" * count + "[0]" * count,
    lambda text, count: "(lambda: " * min(count, 12) + text + ")()" * min(count, 12),
]


@dataclasses.dataclass(frozen=True)
class Function:
    """The type of an inner function."""

    parameters: tuple
    result: object


def argument(rng, type_):
    """An argument of a type of this generator."""
    if isinstance(type_, tuple):
        return tuple(argument(rng, item) for item in type_)
    if type_ in ("str", "bytes"):
        return eval(rng.choice(TEXTS if type_ == "str" else BYTES))
    if type_ == OPTIONAL:
        return rng.choice([None, 0, 7, -3])
    if type_ in ITEMS:
        items = [argument(rng, ITEMS[type_]) for _ in range(rng.randint(1, 4))]
        return set(items) if type_[0] == "S" else items
    if type_ in DICTS:
        key, value = DICTS[type_]
        return {argument(rng, key): argument(rng, value) for _ in range(rng.randint(1, 3))}
    return random_argument(rng, type_)


class SourceGenerator(Generator):
    """Writes one program."""

    def __init__(self, seed):
        super().__init__(seed)
        self.poisons = self.rng.choice([0, 0, 0, 1, 1, 2])
        self.inner_depth = 0
        # Where Python has no assignment expression.
        self.iterable_depth = 0

    def program(self):
        _, name, parameters = super().program()
        return HEADER + "\n\n\n".join(self.lines) + "\n", name, parameters

    def function(self):
        super().function()
        # Defaults, or the last parameter by keyword only.
        parameters = self.functions[-1][1]
        last = f"p{len(parameters) - 1}"
        if parameters[-1] in CONSTANTS and self.rng.random() < 0.3:
            head, _, rest = self.lines[-1].partition("\n")
            head = head.replace(f"{last})", f"{last}={self.rng.choice(CONSTANTS[parameters[-1]])})")
            self.lines[-1] = f"{head}\n{rest}"

    def some_type(self):
        return self.rng.choice(MORE) if self.rng.random() < 0.35 else super().some_type()

    # Statements.

    def statement(self, level, depth):
        rng = self.rng
        if self.poisons and rng.random() < 0.08:
            self.poisons -= 1
            return ["    " * level + line for line in self.poisoned_statement()]
        if rng.random() < 0.6:
            return super().statement(level, depth)
        choices = [self.starred, self.target, self.target, self.change_container, self.named, self.delete, self.shown]
        if depth > 0:
            choices += [self.matched] * 2 + [self.loop_over] * 2 + [self.while_else]
            choices += [self.with_block] if rng.random() < 0.1 else []
            if self.inner_depth < 2:
                choices += [self.inner_function] * 2 + [self.block_of_several] * 2
        return ["    " * level + line for line in rng.choice(choices)(depth)]

    def fresh(self, letter):
        self.counter += 1
        return f"{letter}{self.counter}"

    def variable(self, types):
        """A variable of one of the types, or None."""
        names = [name for name, type_ in self.scope.items() if type_ in types]
        return self.rng.choice(names) if names else None

    def starred(self, _):
        type_ = self.rng.choice(["Lint", "Lstr"])
        item = {"Lint": "int", "Lstr": "str"}[type_]
        first, rest = self.fresh("s"), self.fresh("r")
        value = self.expression(type_, 2)
        self.scope |= {first: item, rest: "Lint" if item == "int" else "Lstr"}
        targets = self.rng.choice([f"{first}, *{rest}", f"*{rest}, {first}", f"[{first}, *{rest}]"])
        return [f"{targets} = {value}"]

    def target(self, _):
        """An augmented assignment to an item, a slice, or a variable of any type."""
        rng = self.rng
        name = self.variable(["Lint", "Lstr", "Dsi", "Dif", "Sint", "str", "bytes", "A1f8", "A2f8", "Lfloat", "DsL"])
        if name is None:
            return self.assign(0)
        one, text = self.expression("int", 1), self.expression("str", 1)
        return [rng.choice({
            "Lint": [f"{name}[{self.index()}] += ({one}) % 100", f"{name} += [{one}]", f"{name}[{self.slice()}] *= 1"],
            "Lfloat": [f"{name}[{self.index()}] -= {self.expression('float', 1)}", f"{name} *= 1"],
            "Lstr": [f"{name}[{self.index()}] += 'x'", f"{name} += {text}[:3]"],
            "Dsi": [f"{name}[{text}] = {name}.get({text}, 0) + 1", f"{name}[{text}] += 1", f"{name} |= {{'k': 1}}"],
            "Dif": [f"{name}[({one}) % 5] = {self.expression('float', 1)}", f"{name}[{one}] /= 2.0"],
            "DsL": [f"{name}.setdefault({text}, [1]).append(2)", f"{name}[{text}] += [({one}) % 9]"],
            "Sint": [f"{name} {rng.choice(['|=', '&=', '-=', '^='])} {{({one}) % 9, 2}}"],
            "str": [f"{name} = ({name} + {text})[:40]", f"{name} += 'y'"],
            "bytes": [f"{name} = ({name} + b'z')[-20:]"],
            "A1f8": [f"{name}[{self.index()}] /= {self.expression('float', 1)}", f"{name}[{self.slice()}] += 1"],
            "A2f8": [f"{name}[{self.index()}, {self.index()}] *= 2", f"{name}[:, {self.index()}] -= 0.5"],
        }[self.scope[name]])]  # fmt: skip

    def change_container(self, _):
        rng = self.rng
        name = self.variable(["Dsi", "Dif", "Sint", "Sstr", "Lstr", "LLint"])
        if name is None:
            return self.assign(0)
        one, text = self.expression("int", 1), self.expression("str", 1)
        return [rng.choice({
            "Dsi": [f"del {name}[{text}]", f"{name}.pop({text}, 0)", f"{name}.update({{'u': 2}})", f"{name}.popitem()"],
            "Dif": [f"del {name}[{one}]", f"{name}.clear()", f"{name}.setdefault(({one}) % 7, 0.5)"],
            "Sint": [f"{name}.add(({one}) % 50)", f"{name}.discard({one})", f"{name}.remove({one})"],
            "Sstr": [f"{name}.add({text})", f"{name}.update(['q', {text}])"],
            "Lstr": [f"{name}.append({text})", f"{name}.sort(key=len)", f"{name}.insert(0, {text})", f"{name}.remove({text})"],
            "LLint": [f"{name}.append([{one}])", f"{name}[{self.index()}].append({one})", f"{name}.sort()"],
        }[self.scope[name]])]  # fmt: skip

    def named(self, _):
        """An assignment expression in a condition."""
        name = self.fresh("w")
        type_ = self.rng.choice(["int", "float", "str"])
        test = f"({name} := {self.expression(type_, 2)}) {self.comparison()} {self.leaf(type_)}"
        self.scope[name] = type_
        return [f"if {test}:", f"    {name} = {self.leaf(type_)}"]

    def delete(self, _):
        name = self.variable(["int", "float", "str", "Lint"])
        if name is None or name.startswith("p") or self.inner_depth or self.rng.random() < 0.6:
            return ["pass"]
        if self.rng.random() < 0.8:
            del self.scope[name]
        return [f"del {name}"]

    def shown(self, _):
        return [f"assert {self.expression('bool', 2)}, {self.expression(self.rng.choice(['str', 'int']), 1)}"]

    def matched(self, depth):
        rng = self.rng
        type_ = rng.choice(["int", "str", ("int", "float"), "Lint", OPTIONAL])
        lines = [f"match {self.expression(type_, 2)}:"]
        known = dict(self.scope)
        for _ in range(rng.randint(1, 3)):
            pattern, bound = self.pattern(type_)
            self.scope = {**known, **bound}
            guard = f" if {self.condition()}" if rng.random() < 0.3 else ""
            lines += [f"    case {pattern}{guard}:", *("    " + line for line in self.nested(depth, 2))]
        self.scope = known
        return [*lines, "    case _:", *("    " + line for line in self.nested(depth, 1))]

    def pattern(self, type_):
        rng, name = self.rng, self.fresh("m")
        if type_ == "int":
            return rng.choice(["0", "1 | 2 | -3", "int()", "-1"]), {}
        if type_ == "str":
            return rng.choice(["'a'", "'abc' | ''", "str()"]), {}
        if type_ == OPTIONAL:
            return rng.choice(["None", "0", "int()"]), {}
        if type_ == "Lint":
            return rng.choice([("[]", {}), (f"[{name}]", {name: "int"}), (f"[{name}, *_]", {name: "int"}), ("[0, _]", {})])
        return rng.choice([(f"(0, {name})", {name: "float"}), (f"({name}, _)", {name: "int"}), ("(_, 0.5)", {})])

    def loop_over(self, depth):
        """A loop over a container, a string, or a view of a dict."""
        rng = self.rng
        type_ = rng.choice(["str", "Lstr", "Dsi", "Sint", "LLint", "bytes"])
        name = self.fresh("x")
        text = self.expression(type_, 1)
        item = {"str": "str", "bytes": "int", "Dsi": "str"}.get(type_) or ITEMS[type_]
        targets = {name: item}
        header = f"for {name} in {text}:"
        if type_ == "Dsi" and rng.random() < 0.5:
            targets = {name: "str", f"{name}v": "int"}
            header = f"for {name}, {name}v in {text}.items():"
        elif type_ == "Sint":
            header = f"for {name} in sorted({text}):"
        elif rng.random() < 0.3:
            targets = {f"{name}i": "int", name: item}
            header = f"for {name}i, {name} in {rng.choice(['enumerate', 'zip'])}({'' if False else text}):"
            header = header.replace("zip(", "zip(range(3), ")
        # What changes a container while a loop runs over it is another test's.
        known = dict(self.scope)
        self.scope = {name: type_ for name, type_ in known.items() if type_ not in (*ITEMS, *DICTS)} | targets
        self.loop_depth += 1
        lines = [header, *self.nested(depth)]
        self.loop_depth -= 1
        self.scope = known
        return lines

    def while_else(self, depth):
        lines = self.while_loop(depth)
        return [*lines, "else:", *self.nested(depth, 1)]

    def with_block(self, depth):
        name = self.fresh("c")
        known = dict(self.scope)
        self.scope[name] = "int"
        lines = [f"with Manager() as {name}:", *self.nested(depth, 2)]
        self.scope = known
        return lines

    def inner_function(self, depth):
        rng = self.rng
        name = self.fresh("inner")
        parameters = [self.some_type() for _ in range(rng.randint(0, 2))]
        names = [self.fresh("q") for _ in parameters]
        state = self.scope, self.result, self.loop_depth, self.handler_depth
        self.result = self.some_type()
        self.loop_depth = self.handler_depth = 0
        self.inner_depth += 1
        own = dict(zip(names, parameters))
        lines = []
        if rng.random() < 0.5:
            # Reads the variables around it.
            self.scope = {**self.scope, **own}
        else:
            counted = self.variable(["int"])
            self.scope = own
            if counted and not counted.startswith(("p", "i", "q")) and rng.random() < 0.6:
                lines += [f"    nonlocal {counted}", f"    {counted} = ({counted} + 1) % 1000"]
            lines += self.block(1, rng.randint(1, 3), max(depth - 2, 0))
        result, value = self.result, self.expression(self.result, 2)
        self.inner_depth -= 1
        self.scope, self.result, self.loop_depth, self.handler_depth = state
        self.scope[name] = Function(tuple(parameters), result)
        if not lines and rng.random() < 0.5:
            return [f"{name} = lambda {', '.join(names)}: {value}"]
        return [f"def {name}({', '.join(names)}):", *lines, f"    return {value}"]

    def block_of_several(self, depth):
        return self.rng.choice(source_blocks.BLOCKS)(self, depth)

    def poisoned_statement(self):
        rng = self.rng
        name = self.variable(["int", "str", "Lint"]) or "undefined"
        wrong = self.poison()
        return rng.choice([
            [f"{name} = {wrong}"],
            [f"{wrong}"],
            [f"if {wrong}:", "    pass"],
            [f"for {self.fresh('z')} in {wrong}:", "    pass"],
            [f"{self.fresh('z')}, {self.fresh('z')} = {wrong}"],
            [f"{name}[{wrong}] = {wrong}"],
            [f"{name}.attribute = {wrong}"],
            [f"{name} += {wrong}"],
            [f"del {name}[{wrong}]"],
            [f"raise {wrong}"],
            [f"assert {wrong}, {wrong}"],
            ["global COUNTER", f"COUNTER = {wrong}"],
            ["import os"],
            [f"yield {wrong}"],
            [f"with {wrong}:", "    pass"],
            ["class Inner:", "    x = 1"],
            [f"def {self.fresh('inner')}(*args, **kwargs):", f"    return {wrong}"],
            [f"{self.fresh('z')} = {self.expression('int', 1)}, *{wrong}"],
            [f"match {wrong}:", "    case {'a': 1}:", "        pass", "    case Failure(x=1):", "        pass"],
            ["try:", f"    {wrong}", "except Failure as failure:", f"    {wrong}"],
            ["try:", "    pass", f"except {wrong}:", "    pass"],
            [f"{self.fresh('z')}: int = {wrong}"],
        ])  # fmt: skip

    # Expressions.

    def poison(self):
        """An expression with something wrong in it, or something that is refused."""
        rng = self.rng

        def sub(*types):
            return self.expression(rng.choice(types or OPERANDS), 1)

        def big():
            return rng.choice(EXTREMES)

        function = rng.choice([name for name, *_ in self.functions] or ["len"])
        return rng.choice([
            lambda: "undefined_name",
            lambda: f"({sub()} {rng.choice(['+', '-', '*', '/', '//', '%', '@', '<<', '&', '|'])} {sub()})",
            lambda: f"({sub()} {rng.choice(['<', '==', 'in', 'is', 'not in', 'is not'])} {sub()})",
            lambda: f"({sub()}).{rng.choice(['nothing', 'append', 'upper', 'real', '__class__', 'shape', 'keys'])}",
            lambda: f"({sub()}).{rng.choice(['nothing', 'append', 'upper', 'items', 'sum', 'pop', 'split'])}({sub()})",
            lambda: f"{function}({', '.join(sub() for _ in range(rng.randint(0, 3)))})",
            lambda: f"{function}({sub()}, *{sub()})",
            lambda: f"{function}(**{sub()}, p9={sub()})",
            lambda: f"{rng.choice(['len', 'abs', 'int', 'float', 'str', 'sorted', 'max', 'sum', 'range', 'list', 'dict', 'set', 'ord', 'chr', 'hash', 'tuple', 'round', 'iter', 'next', 'reversed', 'bytes', 'bool', 'complex', 'repr', 'min', 'all', 'zip', 'map', 'enumerate', 'type', 'id', 'print', 'slice', 'frozenset', 'bytearray', 'memoryview', 'object', 'super', 'globals', 'locals', 'eval', 'open', 'vars', 'dir', 'getattr', 'callable', 'hex', 'format', 'divmod', 'isinstance'])}({', '.join(sub() for _ in range(rng.randint(0, 3)))})",
            lambda: f"{sub()}[{sub()}]",
            lambda: f"{sub()}[{sub()}:{sub()}]",
            lambda: f"{sub()}({sub()})",
            lambda: f"{rng.choice(['-', '~', 'not ', '+'])}{sub()}",
            lambda: rng.choice(["2**63", "-(2**63)", "10**40", "1 << 70", "-(2**63) - 1", "1e400", "123456789012345678901234567890", "0x" + "f" * 200]),
            lambda: rng.choice(["...", "NotImplemented", "__name__", "int", "np", "math", "Manager", "Failure", "Failure(1)", "Manager()", "None", "print", "np.float64", "np.sin", "'\\ud800'", "b'\\xff'.decode()", "COUNTER"]),
            lambda: f"np.{rng.choice(['nothing', 'sin', 'zeros', 'array', 'sum', 'arange', 'dot', 'where', 'ones', 'full', 'reshape', 'linspace', 'clip'])}({', '.join(sub() for _ in range(rng.randint(0, 3)))})",
            lambda: f"math.{rng.choice(['nothing', 'sqrt', 'gcd', 'log', 'floor', 'pow', 'factorial', 'comb', 'fsum', 'isqrt'])}({', '.join(sub() for _ in range(rng.randint(0, 2)))})",
            lambda: f"[{sub()}, {sub()}]",
            lambda: f"{{{sub()}: {sub()}, {sub()}: {sub()}}}",
            lambda: f"[{sub()} for z in {sub()}]",
            lambda: f"list(z for z in {sub()})",
            lambda: f"sum({sub()} for z in {sub()} if z)",
            lambda: f"(lambda a, b: a + b)({sub()}, {sub()})",
            lambda: f"(lambda *a: a)({sub()}, {sub()})",
            lambda: f"f'{{{sub('int', 'float', 'Lint', OPTIONAL)}:{rng.choice(['d', 'x', '.2f', 'q', '>', '{COUNTER}'])}}}'",
            lambda: f"({sub('str')} % {sub()})",
            lambda: f"'{{}} {{{rng.choice(['', '0', 'a', ':x'])}}}'.format({sub()})",
            lambda: "''.join(" + sub() + ")",
            lambda: rng.choice(DEEP)(sub("int"), rng.choice([20, 60, 90])),
            lambda: f"(yield {sub()})",
            lambda: f"{sub('str', 'bytes', 'Lint', 'A1f8', 'LLint')}[{big()}:{big()}:{big()}]",
            lambda: f"{rng.choice(['len', 'sum', 'max', 'list'])}(range({big()}, {big()}, {big()})[{big()}:{big()}])",
            lambda: f"len(range({big()}, {big()}, {big()}))",
            lambda: f"({big()} in range({big()}, {big()}, {big()}))",
            lambda: f"len({sub('str', 'bytes', 'Lint', ('int', 'float'))} * {big()})",
            lambda: f"({sub('int')} {rng.choice(['<<', '>>', '**', '//', '%'])} {big()})",
            lambda: f"({big()} {rng.choice(['<<', '>>', '//', '%', '^', '-', '+'])} {sub('int')})",
            lambda: f"{sub('str', 'Lint', 'A1f8', 'bytes', 'LLint')}[{big()}]",
            lambda: f"{sub('str', 'bytes')}.{rng.choice(['zfill', 'center', 'ljust', 'expandtabs', 'split'])}({rng.choice(['', 'None, '])}{big()})[:5]",
            lambda: f"{sub('str')}.{rng.choice(['find', 'count', 'startswith', 'rfind'])}({sub('str')}, {big()}, {big()})",
            lambda: f"{sub('Lint')}.{rng.choice(['pop', 'index', 'insert'])}({big()}, {big()})",
            lambda: f"np.{rng.choice(['zeros', 'ones', 'arange', 'empty', 'eye'])}({big()}).shape",
            lambda: f"np.zeros(({big()}, {big()})).shape",
            lambda: f"np.arange({big()}, {big()}, {big()})[:3]",
            lambda: f"f'{{{sub('int', 'float', 'str')}:{rng.choice(['', '.', '0', '<', '+,.'])}{rng.choice([70, 2**31, 2**63])}{rng.choice(['', 'd', 'f', 's', 'e', 'x'])}}}'[:9]",
            lambda: f"math.{rng.choice(['factorial', 'comb', 'perm', 'isqrt', 'ldexp', 'gcd', 'lcm'])}({big()}, {big()})",
            lambda: f"round({sub('float', 'int')}, {big()})",
            lambda: f"{rng.choice(['chr', 'bytes', 'int', 'float', 'hash', 'bin', 'abs', 'str'])}({big()})",
            lambda: f"pow({sub('int')}, {big()}, {big()})",
            lambda: f"divmod({big()}, {big()})",
            lambda: f"int({sub('str')}, {big()})",
            lambda: f"(np.int64({big()}) {rng.choice(['//', '%', '<<', '>>', '**', '+', '*'])} np.int64({big()}))",
            lambda: f"{sub('A2f8')}[{big()}, {big()}]",
            lambda: f"{sub('A2f8')}.reshape({big()}, {big()})",
        ])()  # fmt: skip

    def expression(self, type_, depth):
        rng = self.rng
        if self.poisons and depth > 0 and rng.random() < 0.01:
            self.poisons -= 1
            return self.poison()
        if type_ == OPTIONAL:
            names = [name for name, known in self.scope.items() if known == type_]
            return rng.choice([*names, "None", f"({self.expression('int', 0)} if {self.leaf('bool')} else None)"])
        inner = [(name, known) for name, known in self.scope.items() if isinstance(known, Function)]
        inner = [(name, known.parameters) for name, known in inner if known.result == type_]
        if inner and depth > 0 and rng.random() < 0.4:
            name, parameters = rng.choice(inner)
            return f"{name}({', '.join(self.expression(one, depth - 1) for one in parameters)})"
        if type_ == "int" and depth > 0 and rng.random() < 0.02:
            return rng.choice(DEEP)(self.expression("int", 0), rng.choice([5, 20, 60]))
        return super().expression(type_, depth)

    def leaf(self, type_):
        rng = self.rng
        if type_ not in ("str", "bytes", *ITEMS, *DICTS):
            return super().leaf(type_)
        names = [name for name, known in self.scope.items() if known == type_]
        if names and rng.random() < 0.7:
            return rng.choice(names)
        if type_ in ("str", "bytes"):
            return rng.choice(TEXTS if type_ == "str" else BYTES)
        if type_ in DICTS:
            key, value = DICTS[type_]
            return "{" + ", ".join(f"{self.constant(key)}: {self.constant(value)}" for _ in range(rng.randint(1, 3))) + "}"
        items = ", ".join(self.constant(ITEMS[type_]) for _ in range(rng.randint(1, 4)))
        return f"{{{items}}}" if type_[0] == "S" else f"[{items}]"

    def constant(self, type_):
        return self.rng.choice(CONSTANTS[type_]) if type_ in CONSTANTS else self.leaf(type_)

    def operation(self, type_, depth):
        from source_rules import rules

        own = rules(self, depth).get(type_, [])
        if type_ in ("str", "bytes", *ITEMS, *DICTS) or own and self.rng.random() < 0.35:
            return self.rng.choice(own)()
        return super().operation(type_, depth)

    def comprehended(self, item, depth):
        """What a comprehension says of its variable: the text after the item, and the item's text."""
        name = self.fresh("k")
        source = self.rng.choice(["Lint", "Lint", "range", "str", "Lstr", "Lfloat"])
        self.iterable_depth += 1
        text = f"range({self.rng.randint(0, 5)})" if source == "range" else self.expression(source, depth - 1)
        self.iterable_depth -= 1
        known = dict(self.scope)
        self.scope[name] = {"Lint": "int", "range": "int", "Lfloat": "float"}.get(source, "str")
        poisons, self.poisons = self.poisons, 0
        inside = self.item("Lint", depth - 1) if item == "int" else self.expression(item, depth - 1)
        # A constant condition leaves nothing that says what a container holds.
        condition = f" if {self.expression('int', 0)} {self.comparison()} {self.expression('int', depth - 1)}"
        condition = condition if self.rng.random() < 0.4 else ""
        self.poisons, self.scope = poisons, known
        return inside, f"for {name} in {text}{condition}"


__all__ = ["LISTS", "SourceGenerator", "argument"]
