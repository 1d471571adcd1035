"""Groups of statements for random programs: generators with `try` and `finally`, starred calls, instances of a dataclass.

Each takes the generator of the program and gives lines; what they leave behind are variables of plain types.
"""

HEADER = """@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.5

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Point(self.x * k % 1000, self.y * k)

    def __neg__(self):
        return Point(-self.x, -self.y)

    def __getitem__(self, index):
        if index > 1:
            raise IndexError(index)
        return self.x + index

    def __len__(self):
        return 2

    def __call__(self, a, *more, scale=2):
        return a * scale + len(more) + self.x

    def moved(self, by=1):
        self.x += by
        return self

    @property
    def half(self):
        return self.y / 2

    def each(self, count):
        try:
            for i in range(count):
                yield self.x + i
        finally:
            self.x += 1
"""


def generator_block(program, _):
    """An inner generator, and the uses of it."""
    rng, item = program.rng, program.rng.choice(["int", "float", "str"])
    name, log, k = program.fresh("each"), program.fresh("v"), program.fresh("k")
    list_type = {"int": "Lint", "float": "Lfloat", "str": "Lstr"}[item]
    known = dict(program.scope)
    program.scope = {**known, k: "int"}
    value, other = program.expression(item, 2), program.expression(item, 1)
    inside = rng.choice([
        [f"            if {k} == {rng.randint(0, 3)}:", f"                raise {rng.choice(['ValueError(1)', 'KeyError', 'StopIteration'])}"],
        [f"            if {program.condition()}:", f"                {rng.choice(['return', 'break', 'continue'])}"],
        [f"            yield from [{other}]"],
        [],
    ])  # fmt: skip
    end = rng.choice([
        ["    except ValueError:", f"        yield {program.leaf(item)}", "    finally:", f"        {log}.append(2)"],
        ["    except (ValueError, KeyError) as error:", f"        {log}.append(len(error.args))", "    else:", f"        yield {other}"],
        ["    finally:", f"        {log}.append(3)"],
    ])  # fmt: skip
    program.scope = known
    lines = [f"{log} = [1]", f"def {name}(n):", "    try:", f"        for {k} in range(n):", f"            yield {value}", *inside, *end]
    program.scope[log] = "Lint"
    for _ in range(rng.randint(1, 2)):
        lines += generator_use(program, name, item, list_type)
    return lines


def generator_use(program, name, item, list_type):
    rng, new = program.rng, program.fresh("v")
    call = f"{name}({rng.randint(0, 4)})"
    leaf = program.leaf(item)
    uses = [
        ([f"{new} = list({call})"], list_type),
        ([f"{new} = [{leaf}, *{call}]"], list_type),
        ([f"{new} = next({call}, {leaf})"], item),
        ([f"{new} = max({call}, default={leaf})"], item),
        ([f"{new} = sum(1 for {new}k in {call} if {new}k != {leaf})"], "int"),
        ([f"{new} = 0", f"for {new}k in {call}:", f"    {new} += 1", f"    if {new} > {rng.randint(0, 2)}:", "        break"], "int"),
        ([f"{new}g = {call}", f"{new} = 0", f"for {new}k, {new}o in zip({new}g, {new}g):", f"    {new} += {new}k == {new}o"], "int"),
        ([f"{new}g = {call}", f"next({new}g, {leaf})", f"{new}g.close()", f"{new} = len(list({new}g))"], "int"),
    ]  # fmt: skip
    lines, type_ = rng.choice(uses)
    program.scope[new] = type_
    return lines


def starred_block(program, _):
    """An inner function with all kinds of parameters, and starred calls of it."""
    rng, name, new = program.rng, program.fresh("inner"), program.fresh("v")

    def one(type_):
        return program.expression(type_, 1)

    first = f"(({one('int')}) % 100)"
    if rng.random() < 0.5:
        head = f"def {name}(a, b={program.leaf('float')}, *rest, c={first}, **named):"
        body = "    return a % 100 + c + len(rest) * 2 + len(named) * 3 + (1 if b > 0.5 else 0)"
        call = rng.choice([
            f"{name}(*({first}, {one('float')}))",
            f"{name}({first}, *({one('float')}, 1, 'a'), c={first})",
            f"{name}(**{{'a': {first}, 'c': {first}}})",
            f"{name}({first}, z={one('str')}, **{{'y': 1}})",
            f"{name}(*[{first}], b={one('float')})",
        ])  # fmt: skip
    else:
        head = f"def {name}(a, b={first}, /, c=3, *, d=2):"
        body = "    return a % 100 + b % 10 * 2 + c % 10 * 3 + d % 10"
        items = rng.choice([one("Lint"), f"range({rng.randint(0, 4)})", f"(z for z in {one('Lint')})", f"sorted({{{first}, 1}})"])
        call = rng.choice([f"{name}(*{items})", f"{name}(*{items}, d={first})", f"{name}({first}, d={first})"])
    program.scope[new] = "int"
    return [head, body, f"{new} = {call}"]


def instance_block(program, _):
    """An instance of the dataclass, which is changed and asked."""
    rng, name = program.rng, program.fresh("o")

    def one(type_):
        return program.expression(type_, 1)

    number = f"(({one('int')}) % 1000)"
    lines = [f"{name} = Point({number}, {one('float')})"]
    for _ in range(rng.randint(1, 4)):
        new = program.fresh("v")
        line, type_ = rng.choice([
            (f"{name}.x += {number}", None),
            (f"{name}.y *= {one('float')}", None),
            (f"{name}.moved({rng.choice(['', number, 'by=2'])}).y = {one('float')}", None),
            (f"{name} = {name} + Point({number})", None),
            (f"{name} += -{name} * {rng.randint(-2, 3)}", None),
            (f"{new} = {name}.x", "int"),
            (f"{new} = {name}.half", "float"),
            (f"{new} = {name}[{rng.randint(0, 2)}] + len({name})", "int"),
            (f"{new} = {name}({number}, *(1, 2), scale=3)", "int"),
            (f"{new} = sum({name}.each({rng.randint(0, 3)})) + {name}.x", "int"),
            (f"{new} = {name} == Point({name}.x, {name}.y)", "bool"),
            (f"{new} = [{name}, Point(1)][{rng.randint(-1, 1)}].x", "int"),
            (f"{new} = f'{{{name}}}'", "str"),
        ])  # fmt: skip
        lines.append(line)
        if type_ is not None:
            program.scope[new] = type_
    return lines


BLOCKS = [generator_block, starred_block, instance_block]
