"""How expressions of each type are made, for `source_generator.py`: a table of the functions that write one."""

SPECIFICATIONS = {
    "int": ["", ":5d", ":<6", ":>+8,d", ":x", ":#010b", ":^9", "!r", ":_d", ":e"],
    "float": ["", ":.3f", ":10.2e", ":g", ":%", "!r", ":+.1f", ":08.3f", ":,.2f"],
    "str": ["", ":>8", ":.2", ":^7", "!r", "!s:*<9", "!a"],
    "bool": ["", ":5", "!r"],
    "Lint": ["", "!r"],
    "bytes": ["", "!r"],
}


def rules(generator, depth):
    """For each type the functions that write an expression of it."""
    rng = generator.rng

    def sub(type_):
        return generator.expression(type_, depth)

    def small():
        return f"({sub('int')}) % 4"

    def made(item, opening, closing):
        inside, clauses = generator.comprehended(item, depth)
        return f"{opening}{inside} {clauses}{closing}"

    def paired(key, value):
        inside, clauses = generator.comprehended(value, depth)
        first = {"str": "str(", "int": "hash("}[key]
        return f"{{{first}{clauses.split()[1]}): {inside} {clauses}}}"

    def formatted():
        parts = []
        for _ in range(rng.randint(1, 3)):
            type_ = rng.choice(list(SPECIFICATIONS))
            text = sub(type_).replace("'", '"')
            # An f-string of 3.11 has no backslash and no quotation mark of its own sort inside.
            if "\\" in text or '"' in text or "{" in text:
                text = {"int": "7", "float": "2.5", "bool": "True", "Lint": "[1, 2]", "bytes": "None", "str": '"t"'}[type_]
                type_ = "int" if type_ == "bytes" else type_
                text = "7" if text == "None" else text
            parts.append("{(" + text + ")" + rng.choice(SPECIFICATIONS[type_]) + "}")
        return "f'''" + " ".join(parts) + "'''"

    return {
        "str": [
            lambda: f"({sub('str')} + {sub('str')})[:60]",
            lambda: f"{sub('str')}[{generator.slice()}]",
            lambda: f"({sub('str')} + 'ab')[{generator.index()}]",
            lambda: f"({sub('str')}[:9] * ({small()}))",
            lambda: f"{sub('str')}.{rng.choice(['upper', 'lower', 'strip', 'title', 'swapcase', 'capitalize', 'casefold', 'lstrip', 'expandtabs'])}()",
            lambda: f"{sub('str')}.replace({sub('str')}[:2], {sub('str')}[:3])[:60]",
            lambda: f"{sub('str')}.{rng.choice(['center', 'ljust', 'rjust', 'zfill'])}({rng.randint(0, 12)})",
            lambda: f"{rng.choice(['str', 'repr'])}({sub(rng.choice(['int', 'float', 'str', 'bool', 'Lint', 'complex', 'Dsi', 'bytes']))})[:80]",
            lambda: f"{sub('str')}.join({sub('Lstr')})[:60]",
            lambda: f"chr({sub('int')} % 1000 + 32)",
            lambda: formatted(),
            lambda: f"({rng.choice(['%d', '%5.2f', '%s', '%r', '%x', '%-6d|'])!r} % ({sub('int')},))",
            lambda: f"'{{}}:{{:>4}}'.format({sub('float')}, {sub('int')})",
            lambda: f"{sub('str')}.partition({sub('str')})[{rng.randint(0, 2)}]",
            lambda: f"{rng.choice(['min', 'max'])}({sub('Lstr')})",
            lambda: f"({sub('str')} {rng.choice(['or', 'and'])} {sub('str')})",
            lambda: f"{rng.choice(['bin', 'hex', 'oct'])}({sub('int')})",
        ],
        "bytes": [
            lambda: f"({sub('bytes')} + {sub('bytes')})[:40]",
            lambda: f"{sub('bytes')}[{generator.slice()}]",
            lambda: f"{sub('str')}.encode()",
            lambda: f"{sub('bytes')}.{rng.choice(['upper', 'strip', 'title', 'hex().encode'])}()[:60]",
        ],
        "Lstr": [
            lambda: f"{sub('str')}.split()",
            lambda: f"{sub('str')}.{rng.choice(['split', 'rsplit'])}({rng.choice(['None', repr(','), repr(' ')])}, {rng.randint(-1, 3)})",
            lambda: f"list({sub('str')})[:9]",
            lambda: f"sorted({sub(rng.choice(['Lstr', 'Sstr']))})",
            lambda: f"sorted({sub('Lstr')}, key=lambda t: (len(t), t), reverse={generator.leaf('bool')})",
            lambda: made("str", "[", "]"),
            lambda: f"{sub('Lstr')}[{generator.slice()}]",
            lambda: f"({sub('Lstr')} + {sub('Lstr')})[:9]",
            lambda: f"list({sub('Dsi')}.keys())",
            lambda: f"{sub('str')}.splitlines()",
        ],
        "LLint": [
            lambda: made("Lint", "[", "]"),
            lambda: f"[{sub('Lint')}, {sub('Lint')}]",
            lambda: f"{sub('LLint')}[{generator.slice()}]",
            lambda: f"list({sub('DsL')}.values())",
        ],
        "Lint": [
            lambda: made("int", "[", "]"),
            lambda: f"{sub('LLint')}[{generator.index()}]",
            lambda: f"sorted({sub('Sint')})",
            lambda: f"list({sub('Dsi')}.values())",
            lambda: f"list(range({small()}, 9, {small()}))",
            lambda: f"[*{sub('Lint')}, {sub('int')} % 9][:9]",
            lambda: f"list({sub('bytes')})[:9]",
            lambda: f"sorted({sub('Lint')}, key=lambda n: -n % 7)",
            lambda: f"[a for b in {sub('LLint')} for a in b][:9]",
        ],
        "Lfloat": [lambda: made("float", "[", "]")],
        "Sint": [
            lambda: made("int", "{", "}"),
            lambda: f"set({sub('Lint')})",
            lambda: f"({sub('Sint')} {rng.choice('|&^-')} {sub('Sint')})",
        ],
        "Sstr": [lambda: f"set({sub('str')})", lambda: made("str", "{", "}"), lambda: f"set({sub('Lstr')})"],
        "Dsi": [
            lambda: paired("str", "int"),
            lambda: f"dict(zip({sub('Lstr')}, {sub('Lint')}))",
            lambda: f"({sub('Dsi')} | {sub('Dsi')})",
            lambda: f"{sub('Dsi')}.copy()",
            lambda: f"{{text: len(text) for text in {sub('Lstr')}}}",
        ],
        "Dif": [
            lambda: f"{{{sub('int')} % 100: {sub('float')}, {sub('int')} % 7: {sub('float')}}}",
            lambda: f"{{n % 50: n / 4 for n in {sub('Lint')}}}",
        ],
        "DsL": [
            lambda: f"{{{sub('str')}: {sub('Lint')}, {sub('str')}: {sub('Lint')}}}",
            lambda: paired("str", "Lint"),
        ],
        "int": [
            lambda: f"len({sub(rng.choice(['str', 'Lstr', 'Dsi', 'Sint', 'bytes', 'LLint']))})",
            lambda: f"{sub('str')}.{rng.choice(['find', 'count', 'rfind', 'find', 'index'])}({sub('str')})",
            lambda: f"ord(({sub('str')} + 'ab')[{generator.index()}])",
            lambda: f"sum({sub('Lint')}) % 1009",
            lambda: f"{sub('Dsi')}[{sub('str')}]" if rng.random() < 0.2 else f"max({sub('Dsi')}.values())",
            lambda: f"{sub('Dsi')}.get({sub('str')}, {sub('int')})",
            lambda: f"int({sub('str') if rng.random() < 0.2 else repr('-77')}) % 1009",
            lambda: f"{sub('Lint')}.{rng.choice(['index', 'count', 'count'])}({sub('int')})",
            lambda: f"{rng.choice(['min', 'max'])}({sub('Lint')})",
            lambda: f"({sub('int')}).{rng.choice(['bit_length', 'bit_count'])}()",
            lambda: f"{sub('bytes')}[{generator.index()}]",
            lambda: f"(lambda a, b=2: a - b)({sub('int')} % 1009)",
            lambda: f"({generator.fresh('w')} := {sub('int')} % 1009)" if not generator.iterable_depth else sub("int"),
            lambda: f"sum([{sub('int')} % 9 for a in {sub('Lint')} if a])",
            lambda: f"round({sub('float')} % 1000.0)",
            lambda: f"math.gcd({sub('int')}, {sub('int')})",
            lambda: f"[{sub('int')}, {sub('int')}][{generator.index()}]",
            lambda: f"{{{sub('int')} % 9: {sub('int')}}}.get({sub('int')}, 1) % 1009",
        ],
        "float": [
            lambda: f"{sub('Dif')}.get({sub('int')}, 0.5)",
            lambda: f"sum({sub('Lfloat')})",
            lambda: f"float({sub('str') if rng.random() < 0.2 else repr('1e3')})",
            lambda: f"round({sub('float')}, {rng.randint(-2, 4)})",
            lambda: f"math.{rng.choice(['sqrt', 'floor', 'sin', 'exp', 'log', 'fabs', 'trunc', 'cos', 'atan'])}({sub('float')}) * 1.0",
            lambda: f"math.{rng.choice(['hypot', 'fmod', 'copysign', 'atan2', 'pow'])}({sub('float')}, {sub('float')})",
            lambda: f"({sub('complex')} * {sub('complex')}).real",
        ],
        "bool": [
            lambda: f"({sub('str')} {generator.comparison()} {sub('str')})",
            lambda: f"({sub('str')} in {sub(rng.choice(['str', 'Lstr', 'Dsi', 'Sstr']))})",
            lambda: f"({sub('int')} not in {sub(rng.choice(['Lint', 'Sint', 'Dif']))})",
            lambda: f"({sub('Lint')} {generator.comparison()} {sub('Lint')})",
            lambda: f"({sub('Sint')} {rng.choice(['<=', '<', '==', '>'])} {sub('Sint')})",
            lambda: f"({sub('Dsi')} == {sub('Dsi')})",
            lambda: f"{rng.choice(['all', 'any'])}({sub('Lint')})",
            lambda: f"{sub('str')}.{rng.choice(['isdigit', 'isalpha', 'isspace', 'isupper', 'istitle', 'isidentifier', 'isprintable'])}()",
            lambda: f"{sub('str')}.{rng.choice(['startswith', 'endswith'])}({sub('str')})",
            lambda: f"({sub('int?')} is {rng.choice(['', 'not '])}None)",
            lambda: f"isinstance({sub('int')}, {rng.choice(['int', 'float', '(int, str)', 'bool'])})",
            lambda: f"({sub('int')} < {sub('int')} <= {sub('int')} != {sub('int')})",
            lambda: f"bool({sub(rng.choice(['str', 'Lstr', 'Dsi', 'Sint', 'bytes']))})",
            lambda: f"({sub('bytes')} {generator.comparison()} {sub('bytes')})",
        ],
    }  # fmt: skip
