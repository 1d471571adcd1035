"""Random typed programs: functions over numbers, tuples, lists and arrays that CPython and the compiler must agree on.

Every variable has one type, and every expression is made for the type that is wanted, so that a program stays clear
of what the README documents as different: Python ints stay within 64 bits, and no variable joins two types. Programs
may raise: indexes may be out of range, divisors zero, shapes different, variables unbound; and they may catch it.
"""

import random

import numpy as np

NUMBERS = ["int", "float", "bool", "complex", "f8", "i8", "f4", "u1"]
ARRAYS = ["A1f8", "A1i8", "A1f4", "A2f8"]
LISTS = {"Lint": "int", "Lfloat": "float"}
TUPLES = [("int", "float"), ("int", "int"), ("A1f8", "int"), ("A1f8", "A1f8"), ("f8", ("int", "bool"))]
HEADER = "import numpy as np\n\n\n"
INTS = [0, 1, -1, 2, 3, -7, 255, 256, 1000, -(2**31), 2**40]
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 2.5e10, 1e300, 5e-324, float("inf"), float("-inf"), float("nan")]
RAISED = ["ValueError", "KeyError", "IndexError", "ZeroDivisionError", "RuntimeError"]
CAUGHT = [*RAISED, "Exception", "ArithmeticError", "LookupError", "UnboundLocalError", "AssertionError"]
CONSTANTS = {
    "int": ["0", "1", "2", "-1", "3", "7", "-5", "100", "255", "300"],
    "float": ["0.0", "-0.0", "0.5", "1.0", "-2.5", "1e10", "3.0"],
    "bool": ["True", "False"],
    "complex": ["1j", "0j", "(1+2j)", "(-0.5+0.25j)"],
    "f8": ["np.float64(1.5)", "np.float64(0.0)"],
    "i8": ["np.int64(3)", "np.int64(-4)", "np.int64(0)"],
    "f4": ["np.float32(0.1)", "np.float32(-3.0)"],
    "u1": ["np.uint8(200)", "np.uint8(3)"],
}


def random_argument(rng, type_):
    """An argument of a type."""
    if isinstance(type_, tuple):
        return tuple(random_argument(rng, item) for item in type_)
    if type_ == "int":
        return rng.choice(INTS)
    if type_ == "float":
        return rng.choice(FLOATS)
    if type_ == "bool":
        return rng.random() < 0.5
    if type_ == "complex":
        return complex(rng.choice(FLOATS[:5]), rng.choice(FLOATS[:5]))
    if type_ in ("f8", "f4"):
        return np.dtype(type_).type(rng.choice(FLOATS[:6]))
    if type_ in ("i8", "u1"):
        return np.dtype(type_).type(rng.choice([0, 1, 2, 3, 100, 200]))
    if type_ in LISTS:
        # A NaN in a list is found by its identity in CPython; an empty one has no type.
        return [rng.choice(INTS if type_ == "Lint" else FLOATS[:6]) for _ in range(rng.choice([1, 2, 3, 5]))]
    length = rng.choice([0, 1, 2, 3, 4, 5])
    if type_ == "A2f8":
        array = np.array([[rng.choice(FLOATS[:6]) for _ in range(length)] for _ in range(rng.choice([1, 2, 3]))])
        array = array.astype("f8")
        return rng.choice([array, np.asfortranarray(array), array[::-1]])
    values = INTS if type_ == "A1i8" else FLOATS[:6]
    with np.errstate(all="ignore"):
        array = np.array([rng.choice(values) for _ in range(length)], type_[2:])
    return rng.choice([array, array, array[::-1], np.repeat(array, 2)[::2]])


class Generator:
    """Writes one program."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.functions = []
        self.lines = []
        self.scope = {}
        self.loop_depth = 0
        self.handler_depth = 0
        self.counter = 0
        self.result = None

    def program(self):
        """The source, the name of the function to call, and its parameter types."""
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            self.function()
        self.function()
        name, parameters, _ = self.functions[-1]
        return HEADER + "\n\n\n".join(self.lines) + "\n", name, parameters

    def function(self):
        rng = self.rng
        name = f"function{len(self.functions)}"
        parameters = [self.some_type() for _ in range(rng.randint(1, 4))]
        self.scope = {f"p{index}": type_ for index, type_ in enumerate(parameters)}
        self.result = self.some_type()
        self.loop_depth = 0
        self.counter = 0
        body = []
        for index in range(rng.randint(1, 4)):
            type_ = self.some_type()
            body.append(f"    v{index} = {self.expression(type_, 2)}")
            self.scope[f"v{index}"] = type_
        body += self.block(1, rng.randint(2, 6), 3)
        body.append(f"    return {self.expression(self.result, 2)}")
        header = f"def {name}({', '.join(f'p{index}' for index in range(len(parameters)))}):"
        self.lines.append("\n".join([header, *body]))
        self.functions.append((name, parameters, self.result))

    def some_type(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.55:
            return rng.choice(NUMBERS[:2] * 3 + NUMBERS)
        if kind < 0.82:
            return rng.choice(ARRAYS + ["A1f8"])
        return rng.choice(list(LISTS)) if kind < 0.92 else rng.choice(TUPLES)

    def block(self, level, count, depth):
        lines = []
        known = dict(self.scope)
        for _ in range(count):
            lines += self.statement(level, depth)
        # A variable that only some paths assign stays readable now and then: then it may be unbound.
        if self.rng.random() < 0.8:
            self.scope = known
        return lines or ["    " * level + "pass"]

    def statement(self, level, depth):
        rng, pad = self.rng, "    " * level
        choices = [self.assign] * 6 + [self.augmented] * 3 + [self.store] * 3 + [self.swap]
        if any(type_ in LISTS for type_ in self.scope.values()):
            choices += [self.change_list] * 3
        if depth > 0:
            choices += [self.branch] * 3 + [self.loop] * 3 + [self.while_loop] + [self.handled] * 2
        if depth < 3:
            choices += [self.leave]
        return [pad + line for line in rng.choice(choices)(depth)]

    def nested(self, depth, count=None):
        """A block, one level deeper than the statement that holds it."""
        return self.block(1, count or self.rng.randint(1, 4), depth - 1)

    def assign(self, _):
        type_ = self.some_type()
        names = [name for name, known in self.scope.items() if known == type_]
        if names and self.rng.random() < 0.7:
            name = self.rng.choice(names)
        else:
            self.counter += 1
            name = f"w{self.counter}"
        text = self.expression(type_, 3)
        self.scope[name] = type_
        if type_ == "int":
            text = f"({text}) % {self.rng.choice([1009, 65537, -257])}"
        return [f"{name} = {text}"]

    def augmented(self, _):
        names = [name for name, type_ in self.scope.items() if type_ in ("int", "float", "f8", "i8", "complex", *ARRAYS)]
        if not names:
            return ["pass"]
        name = self.rng.choice(names)
        type_ = self.scope[name]
        if type_ == "int":
            return [f"{name} += ({self.expression('int', 1)}) % 1009"]
        right = type_ if self.rng.random() < 0.6 else {"A1f8": "float", "A2f8": "A1f8", "f8": "float"}.get(type_, "int")
        if type_ == "complex" and right == "int":
            right = "float"
        return [f"{name} {self.rng.choice(['+=', '-=', '*='])} {self.expression(right, 2)}"]

    def store(self, _):
        arrays = [name for name, type_ in self.scope.items() if type_ in ARRAYS]
        if not arrays:
            return self.assign(0)
        name = self.rng.choice(arrays)
        type_ = self.scope[name]
        element = {"A1f8": "float", "A1i8": "int", "A1f4": "float", "A2f8": "f8"}[type_]
        kind = self.rng.random()
        if kind < 0.5:
            index = self.index() if type_ != "A2f8" else f"{self.index()}, {self.index()}"
            return [f"{name}[{index}] = {self.expression(element, 2)}"]
        if kind < 0.7:
            return [f"{name}[{self.slice()}] = {self.expression(element, 1)}"]
        if type_ == "A2f8":
            return [f"{name}[{self.rng.choice(['0', ':, 0', '-1', '...'])}] = {self.expression('A1f8', 1)}"]
        return [f"{name}[{self.slice()}] = {self.expression(type_, 1)}"]

    def change_list(self, _):
        """A statement that changes a list; lists stay short, so that loops over them end."""
        rng = self.rng
        name = rng.choice([name for name, type_ in self.scope.items() if type_ in LISTS])
        item = self.item(self.scope[name], 1)
        # CPython finds a NaN by its identity.
        value = "0.5" if self.scope[name] == "Lfloat" else f"{name}[-1]"
        return rng.choice([
            [f"if len({name}) < 12:", f"    {name}.append({item})"],
            [f"if len({name}) < 12:", f"    {name}.insert({self.index()}, {item})"],
            [f"if len({name}) < 6:", f"    {name} += [{item}, {item}]"],
            [f"{name}[{self.index()}] = {item}"],
            [f"del {name}[{self.slice()}]"],
            [f"if len({name}) < 6:", f"    {name}[{rng.choice(['1:1', ':2', '-1:'])}] = [{item}]"],
            [f"{name}.{rng.choice(['reverse()', 'pop()', 'pop(0)', 'clear()'])}"],
            [f"if len({name}) > 1:", f"    {name}.remove({value})"],
        ])  # fmt: skip

    def item(self, type_, depth):
        """An item of a list of this type."""
        text = self.expression(LISTS[type_], depth)
        return f"({text}) % 1009" if type_ == "Lint" else text

    def swap(self, _):
        groups = {}
        for name, type_ in self.scope.items():
            groups.setdefault(type_, []).append(name)
        groups = [names for names in groups.values() if len(names) > 1]
        if not groups:
            return self.assign(0)
        a, b = self.rng.sample(self.rng.choice(groups), 2)
        return [f"{a}, {b} = {b}, {a}"]

    def branch(self, depth):
        lines = [f"if {self.condition()}:", *self.nested(depth)]
        if self.rng.random() < 0.3:
            lines += [f"elif {self.condition()}:", *self.nested(depth)]
        if self.rng.random() < 0.5:
            lines += ["else:", *self.nested(depth)]
        return lines

    def loop(self, depth):
        rng = self.rng
        self.counter += 1
        first, second = f"i{self.counter}", f"x{self.counter}"
        known = dict(self.scope)
        kind = rng.random()
        arrays = [name for name, type_ in self.scope.items() if type_ in ARRAYS]
        lists = [name for name, type_ in self.scope.items() if type_ in LISTS]
        if kind < 0.15 and lists:
            name = rng.choice(lists)
            header = rng.choice([f"for {second} in {name}:", f"for {first}, {second} in enumerate({name}):"])
            if "enumerate" in header:
                self.scope[first] = "int"
            self.scope[second] = LISTS[self.scope[name]]
        elif kind < 0.4 or not arrays:
            bounds = [str(rng.randint(-4, 6)) for _ in range(rng.randint(1, 2))]
            if rng.random() < 0.4:
                bounds[-1] = f"({self.expression('int', 1)}) % 7"
            if len(bounds) == 2 and rng.random() < 0.5:
                bounds.append(rng.choice(["1", "2", "-1", "-3"]))
            header = f"for {first} in range({', '.join(bounds)}):"
            self.scope[first] = "int"
        else:
            name = rng.choice(arrays)
            array = name
            if rng.random() < 0.3:
                array = f"({self.expression(self.scope[name], 1)})"
            item = {"A1f8": "f8", "A1i8": "i8", "A1f4": "f4", "A2f8": "A1f8"}[self.scope[name]]
            if kind < 0.6:
                header = f"for {second} in {array}:"
            elif kind < 0.8:
                header = f"for {first}, {second} in enumerate({array}):"
                self.scope[first] = "int"
            else:
                header = f"for {first}, {second} in zip(range({rng.randint(0, 5)}), {array}):"
                self.scope[first] = "int"
            self.scope[second] = item
        self.loop_depth += 1
        lines = [header, *self.nested(depth)]
        self.loop_depth -= 1
        if rng.random() < 0.8:
            self.scope = known
        if rng.random() < 0.2:
            lines += ["else:", *self.nested(depth, 1)]
        return lines

    def while_loop(self, depth):
        self.counter += 1
        name = f"n{self.counter}"
        self.loop_depth += 1
        lines = [f"{name} = {self.rng.randint(1, 6)}", f"while {name} > 0 and {self.condition()}:", f"    {name} -= 1"]
        lines += self.nested(depth)
        self.loop_depth -= 1
        return lines

    def leave(self, _):
        kind = self.rng.random()
        if self.loop_depth and kind < 0.5:
            return [f"if {self.condition()}:", f"    {self.rng.choice(['break', 'continue'])}"]
        if kind < 0.65:
            return [f"assert {self.condition()}, 'checked'"]
        if kind < 0.75:
            return [f"if {self.condition()}:", f"    {self.raise_statement()}"]
        return [f"if {self.condition()}:", f"    return {self.expression(self.result, 1)}"]

    def raise_statement(self):
        rng = self.rng
        if self.handler_depth and rng.random() < 0.4:
            return "raise"
        arguments = ", ".join(self.expression(rng.choice(NUMBERS), 1) for _ in range(rng.randint(0, 2)))
        text = rng.choice([f"('raised', {arguments})", f"({arguments})", ""])
        cause = rng.choice(["", "", "", " from None", " from KeyError('cause')"])
        return f"raise {rng.choice(RAISED)}{text}{cause}"

    def handled(self, depth):
        """A `try` statement."""
        rng = self.rng
        known = dict(self.scope)
        lines = ["try:", *self.nested(depth)]
        has_finally = rng.random() < 0.4
        for _ in range(rng.randint(0 if has_finally else 1, 2)):
            self.scope = dict(known)
            classes = rng.choice([rng.choice(CAUGHT), f"({rng.choice(CAUGHT)}, {rng.choice(CAUGHT)})"])
            self.counter += 1
            name = f"e{self.counter}"
            lines.append(f"except {classes}" + (f" as {name}:" if rng.random() < 0.3 else ":"))
            self.handler_depth += 1
            lines += self.nested(depth)
            if rng.random() < 0.2:
                lines += [f"    if {self.condition()}:", f"        {self.raise_statement()}"]
            self.handler_depth -= 1
        self.scope = dict(known)
        if any(line.startswith("except") for line in lines) and rng.random() < 0.3:
            lines += ["else:", *self.nested(depth, 1)]
        if has_finally:
            lines += ["finally:", *self.nested(depth, 1)]
        if rng.random() < 0.8:
            self.scope = known
        return lines

    def condition(self):
        type_ = self.rng.choice(["bool", "bool", "bool", "int", "f8", "float"])
        return self.expression(type_, 2)

    def index(self):
        return self.rng.choice(["0", "-1", "1", "2", f"({self.expression('int', 1)}) % 4"])

    def slice(self):
        rng = self.rng
        parts = [rng.choice(["", "", "0", "1", "2", "-1", "-2", f"({self.expression('int', 0)}) % 3"]) for _ in range(2)]
        step = rng.choice(["", "", "", ":2", ":-1", ":1"])
        return f"{parts[0]}:{parts[1]}{step}"

    def expression(self, type_, depth):
        """An expression of exactly this type."""
        rng = self.rng
        if isinstance(type_, tuple):
            names = [name for name, known in self.scope.items() if known == type_]
            if names and rng.random() < 0.4:
                return rng.choice(names)
            return "(" + ", ".join(self.expression(item, max(depth - 1, 0)) for item in type_) + ")"
        if depth <= 0 or rng.random() < 0.15:
            return self.leaf(type_)
        calls = [(name, parameters) for name, parameters, result in self.functions if result == type_]
        if calls and rng.random() < 0.15:
            name, parameters = rng.choice(calls)
            return f"{name}({', '.join(self.expression(one, depth - 1) for one in parameters)})"
        if rng.random() < 0.08:
            a, b = self.expression(type_, depth - 1), self.expression(type_, depth - 1)
            return f"({a} if {self.expression('bool', 1)} else {b})"
        return self.operation(type_, depth - 1)

    def leaf(self, type_):
        rng = self.rng
        names = [name for name, known in self.scope.items() if known == type_]
        names += [
            f"{name}[{position}]"
            for name, known in self.scope.items()
            if isinstance(known, tuple)
            for position, item in enumerate(known)
            if item == type_
        ]
        if names and (type_ in ARRAYS or rng.random() < 0.7):
            return rng.choice(names)
        if type_ in CONSTANTS:
            return rng.choice(CONSTANTS[type_])
        if type_ in LISTS:
            return "[" + ", ".join(rng.choice(CONSTANTS[LISTS[type_]]) for _ in range(rng.randint(1, 4))) + "]"
        dtype = {"f8": "np.float64", "i8": "np.int64", "f4": "np.float32"}[type_[2:]]
        shape = f"({rng.randint(1, 3)}, {rng.randint(1, 3)})" if type_[1] == "2" else str(rng.randint(0, 4))
        return f"np.{rng.choice(['zeros', 'ones'])}({shape}, {dtype})"

    def operation(self, type_, depth):
        rng = self.rng

        def sub(wanted):
            return self.expression(wanted, depth)

        def array(wanted):
            names = [name for name, known in self.scope.items() if known == wanted]
            return rng.choice(names) if names else self.leaf(wanted)

        rules = {
            "int": [
                lambda: f"({sub('int')} {rng.choice('+-')} {sub('int')})",
                lambda: f"(({sub('int')} % 1009) * ({sub('int')} % 997))",
                lambda: f"({sub('int')} {rng.choice(['//', '%', '&', '|', '^'])} {sub('int')})",
                lambda: f"(({sub('int')} % 1009) << ({sub('int')} & 7))",
                lambda: f"({sub('int')} >> ({sub('int')} & 31))",
                lambda: f"{rng.choice('-~')}({sub('int')})",
                lambda: f"{rng.choice(['min', 'max'])}({sub('int')}, {sub('int')})",
                lambda: f"abs({sub('int')})",
                lambda: f"len({array(rng.choice(ARRAYS))})",
                lambda: f"len({array(rng.choice(list(LISTS)))})",
                lambda: f"{array('Lint')}[{self.index()}]",
                lambda: f"{array(rng.choice(ARRAYS))}.shape[0]",
                lambda: f"int({sub('float')} % 1000.0)",
                lambda: f"int({sub(rng.choice(['bool', 'u1']))})",
                lambda: f"({sub('bool')} + {sub('int')})",
                lambda: f"(({sub('int')} % 13) ** ({sub('int')} & 3))",
                lambda: f"({sub('int')} {rng.choice(['and', 'or'])} {sub('int')})",
                lambda: f"divmod({sub('int')}, {sub('int')})[{rng.choice('01')}]",
            ],
            "Lint": [
                lambda: f"({sub('Lint')} + {array('Lint')})[:9]",
                lambda: f"{array('Lint')}[{self.slice()}]",
                lambda: f"sorted({sub('Lint')})",
                lambda: f"[{self.item('Lint', depth)} for _ in range({rng.randint(0, 4)})]",
                lambda: f"([{self.item('Lint', depth)}] * {rng.randint(0, 3)})",
                lambda: f"{array('Lint')}.copy()",
            ],
            "Lfloat": [
                lambda: f"({sub('Lfloat')} + {array('Lfloat')})[:9]",
                lambda: f"{array('Lfloat')}[{self.slice()}]",
                lambda: f"[{self.item('Lfloat', depth)} for _ in range({rng.randint(0, 4)})]",
                lambda: f"{array('Lfloat')}.copy()",
            ],
            "float": [
                lambda: f"({sub('float')} {rng.choice(['+', '-', '*', '/', '//', '%'])} {sub('float')})",
                lambda: f"({sub('int')} {rng.choice(['+', '-', '*', '/'])} {sub('float')})",
                lambda: f"({sub('float')} {rng.choice(['+', '-', '*', '//', '%'])} {sub('int')})",
                lambda: f"({sub('int')} / {sub('int')})",
                lambda: f"(-{sub('float')})",
                lambda: f"abs({sub('float')})",
                lambda: f"({sub('float')}) ** 2",
                lambda: f"{rng.choice(['min', 'max'])}({sub('float')}, {sub('float')})",
                lambda: f"float({sub(rng.choice(['int', 'f8', 'i8', 'f4', 'bool']))})",
                lambda: f"({sub('complex')}).{rng.choice(['real', 'imag'])}",
                lambda: f"abs({sub('complex')})",
            ],
            "bool": [
                lambda: f"({sub('int')} {self.comparison()} {sub('int')})",
                lambda: f"({sub('int')} {self.comparison()} {sub('float')})",
                lambda: f"({sub('float')} {self.comparison()} {sub('float')} {self.comparison()} {sub('float')})",
                lambda: f"({sub('complex')} {rng.choice(['==', '!='])} {sub('complex')})",
                lambda: f"({sub('bool')} {rng.choice(['and', 'or', '&', '|', '^', '==', 'is'])} {sub('bool')})",
                lambda: f"(not {sub(rng.choice(['bool', 'int', 'f8', 'float']))})",
                lambda: f"({sub('int')} {rng.choice(['in', 'not in'])} ({sub('int')}, {sub('int')}))",
                lambda: f"({sub('int')} in range({sub('int')}))",
                lambda: f"(({sub('int')}, {sub('bool')}) {self.comparison()} ({sub('int')}, {sub('bool')}))",
                lambda: f"bool({sub(rng.choice(['f4', 'u1', 'complex']))})",
            ],
            "complex": [
                lambda: f"({sub('complex')} {rng.choice(['+', '-', '*', '/'])} {sub('complex')})",
                lambda: f"({sub('complex')} {rng.choice('+-*')} {sub(rng.choice(['float', 'int', 'f8']))})",
                lambda: f"complex({sub('float')}, {sub('float')})",
                lambda: f"(-{sub('complex')})",
            ],
            "f8": [
                lambda: f"{array('A1f8')}[{self.index()}]",
                lambda: f"{array('A2f8')}[{self.index()}, {self.index()}]",
                lambda: f"({sub('f8')} {rng.choice(['+', '-', '*', '/', '//', '%'])} {sub('f8')})",
                lambda: f"({sub('f8')} {rng.choice(['+', '-', '*', '/'])} {sub(rng.choice(['float', 'int', 'i8', 'f4', 'bool']))})",
                lambda: f"({sub(rng.choice(['float', 'int']))} {rng.choice(['+', '-', '*', '/'])} {sub('f8')})",
                lambda: f"({sub('i8')} / {sub('i8')})",
                lambda: f"np.float64({sub(rng.choice(['float', 'int', 'i8']))})",
                lambda: f"(-{sub('f8')})",
            ],
            "i8": [
                lambda: f"{array('A1i8')}[{self.index()}]",
                lambda: f"({sub('i8')} {rng.choice(['+', '-', '*', '//', '%', '&', '|', '^'])} {sub('i8')})",
                lambda: f"({sub('i8')} {rng.choice('+-*')} {sub(rng.choice(['int', 'u1', 'bool']))})",
                lambda: f"({sub('i8')} {rng.choice(['<<', '>>'])} np.int64({sub('int')} & 63))",
                lambda: f"{rng.choice(['-', '~', 'abs'])}({sub('i8')})",
            ],
            "f4": [
                lambda: f"{array('A1f4')}[{self.index()}]",
                lambda: f"({sub('f4')} {rng.choice(['+', '-', '*', '/'])} {sub(rng.choice(['f4', 'float', 'u1']))})",
                lambda: f"np.float32({sub(rng.choice(['float', 'f8', 'int']))})",
            ],
            "u1": [
                lambda: f"({sub('u1')} {rng.choice(['+', '-', '*', '//', '%', '&', '|', '^'])} {sub('u1')})",
                lambda: f"({sub('u1')} {rng.choice('+-*')} {sub('int')})",
                lambda: f"np.uint8({sub('int')} & 255)",
            ],
            "A1f8": [
                lambda: f"({sub('A1f8')} {rng.choice(['+', '-', '*', '/'])} {sub('A1f8')})",
                lambda: f"({sub('A1f8')} {rng.choice(['+', '-', '*', '/'])} {sub(rng.choice(['float', 'int', 'f8', 'A1i8', 'A1f4']))})",
                lambda: f"({sub(rng.choice(['float', 'int', 'i8']))} {rng.choice(['+', '-', '*'])} {sub('A1f8')})",
                lambda: f"(-{sub('A1f8')})",
                lambda: f"abs({sub('A1f8')})",
                lambda: f"{array('A1f8')}[{self.slice()}]",
                lambda: f"({sub('A1f8')})[{self.slice()}]",
                lambda: f"{array('A2f8')}[{self.index()}]",
                lambda: f"{array('A2f8')}[:, {self.index()}]",
                lambda: f"({sub('A1i8')} / 4)",
                lambda: f"{array('A1f8')}.copy()",
            ],
            "A1i8": [
                lambda: f"({sub('A1i8')} {rng.choice(['+', '-', '*', '&', '//', '%'])} {sub('A1i8')})",
                lambda: f"({sub('A1i8')} {rng.choice('+-*|')} {sub(rng.choice(['int', 'i8', 'u1', 'bool']))})",
                lambda: f"{array('A1i8')}[{self.slice()}]",
                lambda: f"(~{sub('A1i8')})",
                lambda: f"np.arange({rng.randint(0, 5)})",
            ],
            "A1f4": [
                lambda: f"({sub('A1f4')} {rng.choice('+-*/')} {sub(rng.choice(['A1f4', 'float', 'f4']))})",
                lambda: f"{array('A1f4')}[{self.slice()}]",
            ],
            "A2f8": [
                lambda: f"({sub('A2f8')} {rng.choice('+-*/')} {sub(rng.choice(['A2f8', 'A1f8', 'float', 'int']))})",
                lambda: f"({sub('A2f8')}).T",
                lambda: f"{array('A2f8')}[{self.slice()}]",
                lambda: f"{array('A2f8')}[{self.slice()}, {self.slice()}]",
                lambda: f"{array('A1f8')}[None, :]",
                lambda: f"(-{sub('A2f8')})",
            ],
        }
        return rng.choice(rules[type_])()

    def comparison(self):
        return self.rng.choice(["<", "<=", "==", "!=", ">", ">="])
