"""Why a function is as fast as it is: its tier and the reason, what LLVM made of its loops, what stays in them.

    print(f.explain())

Making an explanation compiles the function once more with LLVM, which tells of its work only when it is asked.
"""

from . import _upshift, introspection
from .remarks import Source, describe_loops, inlined_calls


class Explanation:
    """What there is to say of one function: as text by `str`, as plain data in `data`."""

    def __init__(self, data):
        self.data = data

    def __str__(self):
        return "\n".join(_function_text(self.data))

    __repr__ = __str__


def explain(dispatcher):
    """The explanation of a jitted function."""
    code = dispatcher.__code__
    source = Source(code.co_filename)
    specializations = [
        _specialization(dispatcher, position, known, source)
        for position, known in enumerate(_upshift.specializations(dispatcher))
    ]
    refusals = [{"arguments": types, "message": said} for types, said in _upshift.refusals(dispatcher)]
    return Explanation({
        "function": dispatcher.__qualname__,
        "module": dispatcher.__module__,
        "file": code.co_filename,
        "line": code.co_firstlineno,
        "status": "compiled" if specializations else "refused" if refusals else "not called",
        "refusals": refusals,
        "specializations": specializations,
    })


def _specialization(dispatcher, position, known, source):
    facts = _upshift.explain(dispatcher, position)
    told = {field: known.get(field) for field in introspection.REPORTED}
    made = {"why": _why(told), "error": facts.get("error"), "inlined": inlined_calls(facts)}
    made["loops"] = describe_loops(facts, source, made["inlined"])
    lines = {call["line"] for call in made["inlined"]}
    for loop in made["loops"]:
        lines |= {loop["line"], *loop["allocations"]}
        lines |= {row["line"] for rows in (loop["reasons"], loop["checks"], loop["calls"]) for row in rows}
    made["source"] = {number: source.line(number) for number in sorted(lines)}
    return told | made


def _why(known):
    """Why it is in its tier."""
    reason, swapped = known["tier2_reason"] or "", known["swapped_after_ms"]
    if known["tier"] == 2:
        return f"LLVM's code, {swapped:.1f} ms after its first call: {reason}" if swapped else f"LLVM's code: {reason}"
    if known["osr_entries"]:
        return f"Cranelift's code; running loops went over to LLVM's: {reason}"
    return f"Cranelift's code: {reason}"


def _function_text(data):
    place = f"{data['file']}:{data['line']}"
    for refusal in data["refusals"]:
        yield f"{data['function']}{refusal['arguments']}  {place}"
        yield "  not compiled:"
        yield from (f"    {line}" for line in refusal["message"].splitlines())
    if data["status"] == "not called":
        yield f"{data['function']}  {place}"
        yield "  not called, so not compiled"
    for known in data["specializations"]:
        yield f"{data['function']}{known['signature']}  {place}"
        yield f"  tier {known['tier']}: {known['why']}"
        if known["error"]:
            yield f"  LLVM does not compile it: {known['error']}"
        remarks = {}
        for line, text in _remarks(known):
            remarks.setdefault(line, []).append(text)
        for line in sorted(remarks):
            yield f"  {line:6}  {known['source'].get(line, '')}".rstrip()
            yield from (f"          ^ {text}" for text in remarks[line])


def _remarks(known):
    """Lines, with what is to be said of them."""
    for call in known["inlined"]:
        yield call["line"], f"{call['function']} is inlined"
    for loop in known["loops"]:
        yield loop["line"], _loop_text(loop)
        for check in loop["checks"]:
            yield check["line"], _check_text(check)
        for line in loop["allocations"]:
            yield line, "takes memory in each iteration"
        for call in loop["calls"]:
            yield call["line"], f"calls {call['function']} in each iteration"


def _loop_text(loop):
    if loop["vectorized"]:
        width, interleave = loop["width"], loop["interleave"]
        times = f", {interleave} vectors an iteration" if interleave > 1 else ""
        return f"vectorized: {width} elements at a time{times}"
    unrolled = f", unrolled {loop['unroll']} times" if loop["unroll"] else ""
    if loop["around"]:
        return f"a loop around {loop['around']}{unrolled}"
    reasons = [
        reason["text"] if reason["line"] == loop["line"] else f"{reason['text']} (line {reason['line']})"
        for reason in loop["reasons"]
    ]
    return f"not vectorized{unrolled}: {'; '.join(reasons)}" if reasons else f"not vectorized{unrolled}"


def _check_text(check):
    times = f"{check['count']} checks" if check["count"] > 1 else "a check"
    if check["exception"] == "IndexError":
        return f"{times} of an index in each iteration; boundscheck=False would leave it out"
    return f"{times} in each iteration that may raise {check['exception']}"
