"""LLVM's remarks about loops and calls, in the terms of somebody who writes Python.

LLVM names the line of an instruction or of a loop, and says in its own words what kept it from working on vectors. What
it means depends on the source: the same remark is made of a `break`, a `return` and an index check.
"""

import ast
import re

_VECTORIZED = re.compile(r"vectorized loop \(vectorization width: (?:vscale x )?(\d+), interleaved count: (\d+)\)")
_INTERLEAVED = re.compile(r"interleaved loop \(interleaved count: (\d+)\)")
_UNROLLED = re.compile(r"(?:unrolled loop by a factor of|completely unrolled loop with) (\d+)")
_INLINED = re.compile(r"'(\S+)' inlined into 'upshift_body'")

_CARRIED = "a value goes from one iteration to the next, and is no sum, product, minimum or maximum"
# What LLVM says (a part of it), and what that means; a word alone is looked into further.
_REASONS = (
    ("cannot prove it is safe to reorder floating-point operations", "order"),
    ("early exit", "exit"),
    ("potentially faulting load", "exit"),
    ("uncountable", "exit"),
    ("could not determine number of loop iterations", "exit"),
    ("loop control flow is not understood", "exit"),
    ("loop induction variable could not be identified", "no variable counts its iterations in even steps"),
    ("could not be identified as reduction", _CARRIED),
    ("unidentified PHI", _CARRIED),
    ("unsafe dependent memory operations", "an iteration reads or writes what another one writes"),
    ("unsafe dependenc", "an iteration reads or writes what another one writes"),
    ("cannot identify array bounds", "which elements it reads and writes is not known before it starts"),
    ("runtime pointer checks needed", "its arrays may overlap"),
    ("too many memory checks", "too many arrays may overlap"),
    ("call instruction cannot be vectorized", "call"),
    ("library call cannot be vectorized", "call"),
    ("instruction cannot be vectorized", "call"),
    ("instruction return type cannot be vectorized", "call"),
    ("cost-model indicates that vectorization is not beneficial", "LLVM expects no gain from it"),
    ("control flow cannot be substituted for a select", "what it does under a condition cannot be done to vectors"),
    ("write to a loop invariant address", "every iteration writes the same element"),
    ("not the innermost loop", "only innermost loops are"),
)  # fmt: skip
# A reason that explains the others: they are not told beside it.
_STRONG = ("order", "call")

# Asks whether something waits for the function: not of the user's making.
_POLLS = ("upshift_attend",)
_NAMES = {
    "upshift_allocate": "an array is made", "upshift_allocate_zeroed": "an array is made",
    "upshift_release": "an array is freed", "upshift_retain": "an array is kept",
}  # fmt: skip


class Source:
    """The lines of a file, and its loops."""

    def __init__(self, filename):
        import linecache

        self.lines = [line.rstrip("\n") for line in linecache.getlines(filename)]
        try:
            tree = ast.parse("\n".join(self.lines))
        except (SyntaxError, ValueError):
            tree = ast.Module([], [])
        self._loops, self._statements = [], {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.For, ast.While)):
                self._loops.append(node)
            if isinstance(node, (ast.AugAssign, ast.Assign)):
                self._statements[node.lineno] = node

    def line(self, number):
        """The text of a line."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def loop(self, number):
        """The innermost statement that loops over the line, or `None`."""
        around = [node for node in self._loops if node.lineno <= number <= node.end_lineno]
        return max(around, key=lambda node: node.lineno, default=None)

    def running(self, number):
        """What a line adds up: `sum`, `product` or `result`."""
        statement = self._statements.get(number)
        operators = {ast.Add: "sum", ast.Sub: "sum", ast.Mult: "product"}
        if isinstance(statement, ast.AugAssign):
            return operators.get(type(statement.op), "result")
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
            return operators.get(type(statement.value.op), "result")
        return "result"


def describe_loops(facts, source, inlined):
    """The loops of a specialization, as dicts: what was made of them, why not more, what stays in them."""
    loops = [_describe_loop(loop, source) for loop in _joined(facts["loops"])]
    for place, line, text in facts["remarks"]:
        if place == 0:
            loop = _loop_at(loops, line)
            if loop is not None:
                _add_remark(loop, line, text, source)
    for loop in loops:
        _conclude(loop, inlined)
    return loops


def inlined_calls(facts):
    """Lines, with the functions whose code became part of them."""
    names = {known: name for known, name, is_library in facts["functions"] if not is_library}
    calls = {tuple(call) for call in facts["inlined"]}
    for place, line, text in facts["remarks"]:
        found = _INLINED.match(text)
        if found and place == 0 and found[1] in names:
            calls.add((line, names[found[1]]))
    return [{"line": line, "function": name} for line, name in sorted(calls)]


def _joined(loops):
    """The loops of the source: one that polls in strips is two loops, the outer one of strips, on one line."""
    joined = []
    for loop in loops:
        routines = [row for row in loop["routines"] if row[1] not in _POLLS]
        loop = loop | {"routines": routines}
        outer = joined[-1] if joined else None
        if outer is not None and (outer["line"], outer["depth"] + 1) == (loop["line"], loop["depth"]):
            both = {name: [*outer[name], *loop[name]] for name in ("checks", "allocations", "calls", "routines")}
            lines = sorted({*outer["lines"], *loop["lines"]})
            joined[-1] = loop | both | {"depth": loop["depth"], "lines": lines}
        else:
            joined.append(loop)
    return joined


def _describe_loop(loop, source):
    statement = source.loop(loop["line"])
    line = loop["line"] if statement is None else statement.lineno
    counted = {}
    for number, exception, message in loop["checks"]:
        key = (number, exception, message)
        counted[key] = counted.get(key, 0) + 1
    checks = [
        {"line": number, "exception": exception, "message": message, "count": count}
        for (number, exception, message), count in counted.items()
        if exception != "MemoryError"
    ]
    return {
        "line": line,
        "source": source.line(line).strip(),
        "depth": loop["depth"],
        "around": None if loop["is_innermost"] else "other loops",
        "vectorized": None,
        "width": None,
        "interleave": None,
        "unroll": None,
        "reasons": [],
        "checks": checks,
        "allocations": sorted(set(loop["allocations"])),
        "calls": [{"line": number, "function": name} for number, name in loop["calls"]],
        "lines": loop["lines"],
        "routines": [{"line": number, "routine": name} for number, name in loop["routines"]],
        "is_while": isinstance(statement, ast.While),
        "leaves": [] if statement is None else _early_ends(statement),
    }


def _loop_at(loops, line):
    """The innermost loop that has the line."""
    return max((loop for loop in loops if line in loop["lines"]), key=lambda loop: loop["depth"], default=None)


def _early_ends(statement):
    """Lines of `break` and `return` that end a loop early."""
    ends = []

    def visit(node, is_inner):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Return) or isinstance(child, ast.Break) and not is_inner:
                ends.append((child.lineno, "break" if isinstance(child, ast.Break) else "return"))
            if not isinstance(child, (ast.FunctionDef, ast.Lambda)):
                visit(child, is_inner or isinstance(child, (ast.For, ast.While)))

    visit(statement, False)
    return ends


def _add_remark(loop, line, text, source):
    if found := _VECTORIZED.match(text):
        width, interleave = int(found[1]), int(found[2])
        if width > (loop["width"] or 0):
            loop.update(vectorized=True, width=width, interleave=interleave)
        return
    if found := _INTERLEAVED.match(text):
        loop["interleave"] = int(found[1])
        return
    if found := _UNROLLED.match(text):
        loop["unroll"] = max(int(found[1]), loop["unroll"] or 0)
        return
    said, _, why = text.partition("loop not vectorized")
    if why.startswith(":"):
        said = why[1:].strip()
    elif "cost-model indicates that vectorization" not in text:
        return
    for part, meaning in _REASONS:
        if part in (said or text):
            _add_reason(loop, line, meaning, said or text, source)
            return
    _add_reason(loop, line, f"LLVM says: {said or text}", said or text, source)


def _add_reason(loop, line, meaning, said, source):
    kind = meaning
    if meaning == "order":
        running = source.running(line)
        how = {"sum": "added", "product": "multiplied", "result": "computed"}[running]
        meaning = f"the {running} must be {how} in order; fastmath=True would allow it"
    elif meaning == "exit":
        line, meaning = _exit(loop, line)
    elif meaning == "call":
        meaning = _call(loop, line)
    if all(known["text"] != meaning for known in loop["reasons"]):
        loop["reasons"].append({"line": line, "text": meaning, "llvm": said, "kind": kind})


def _exit(loop, line):
    if loop["checks"]:
        check = loop["checks"][0]
        what = "an index check" if check["exception"] == "IndexError" else f"a check that raises {check['exception']}"
        return check["line"], f"{what} may leave the loop in any iteration"
    if loop["leaves"]:
        number, what = loop["leaves"][0]
        return number, f"{what} may leave the loop in any iteration"
    if loop["is_while"]:
        return loop["line"], "how often it runs is not known before it starts"
    return line, "it may be left in any iteration"


def _call(loop, line):
    if line in loop["allocations"]:
        return "it makes an array in each iteration"
    for call in loop["calls"]:
        if call["line"] == line:
            return f"it calls {call['function']}, which is not inlined"
    for routine in loop["routines"]:
        if routine["line"] == line and routine["routine"] not in _NAMES:
            return f"it calls {routine['routine'].removeprefix('upshift_')}, once for each number"
    if loop["allocations"]:
        return "it makes an array in each iteration"
    return "an operation in it takes one number at a time"


def _conclude(loop, inlined):
    """Decides what is worth telling of what was said."""
    names = [call["function"] for call in inlined if call in loop["calls"]]
    loop["calls"] = [call for call in loop["calls"] if call not in inlined]
    if names and not loop["reasons"] and not loop["vectorized"]:
        loop["around"] = f"the code of {', '.join(dict.fromkeys(names))}"
    reasons = loop.pop("reasons")
    for name in ("lines", "is_while", "leaves", "routines"):
        del loop[name]
    strong = [reason for reason in reasons if reason["kind"] in _STRONG]
    if loop["vectorized"]:
        reasons = []
    elif reasons:
        loop["vectorized"] = False
        # A call keeps all else from mattering; an array in a loop brings checks that are no reason by themselves.
        reasons = strong or reasons
    elif not loop["around"]:
        loop["vectorized"] = False
    loop["reasons"] = [{name: reason[name] for name in ("line", "text", "llvm")} for reason in reasons]
