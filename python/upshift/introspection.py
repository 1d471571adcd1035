"""What a jitted function answers about itself: the attributes that are neither slots nor the function's own."""

from . import _upshift
from .types import from_code, parse_signature

REPORTED = (
    "signature", "tier", "calls", "loop_iterations", "tier1_ms", "tier2_ms", "predicted_ms", "tier1_spent_ms",
    "tier1_call_us", "tier2_call_us", "tier2_reason", "osr_entries", "swapped_after_ms", "insts",
    "tier1_bytes", "tier2_bytes",
)  # fmt: skip


class Specialization:
    """A function compiled for argument types. Figures are those of the moment it was asked for."""

    __slots__ = (*REPORTED, "arguments", "result", "variables", "compile_ms")

    def __init__(self, known):
        for name in self.__slots__:
            setattr(self, name, known.get(name))

    def __repr__(self):
        return f"<{self.signature}: tier {self.tier}, {self.calls} calls>"


def attribute(dispatcher, name):
    """The attribute of a jitted function that upshift answers."""
    if name in _PROPERTIES:
        return _PROPERTIES[name](dispatcher)
    if name in _METHODS:
        method = _METHODS[name]

        def bound(*args, **keywords):
            return method(dispatcher, *args, **keywords)

        bound.__name__ = bound.__qualname__ = name
        bound.__doc__ = method.__doc__
        return bound
    raise AttributeError(name)


def _specializations(dispatcher):
    return [Specialization(known) for known in _upshift.specializations(dispatcher)]


def _signatures(dispatcher):
    return [_arguments(known) for known in _upshift.specializations(dispatcher)]


def _overloads(dispatcher):
    return {_arguments(known): Specialization(known) for known in _upshift.specializations(dispatcher)}


def _arguments(known):
    return tuple(map(from_code, known["arguments"]))


def _compile(dispatcher, signature):
    """Compiles for a signature, whatever has been compiled before."""
    arguments, result = parse_signature(signature)
    _upshift.compile(dispatcher, [one.code for one in arguments], None if result is None else result.code)


def _disable_compile(dispatcher, value=True):
    """From now on arguments are converted to the signatures there are, or refused."""
    _upshift.set_may_compile(dispatcher, not value)


def _inspect_types(dispatcher, file=None, signature=None, pretty=False, **_):
    """Prints the source, with the types of variables where they are assigned."""
    import linecache

    code = dispatcher.__code__
    for known in _chosen(dispatcher, signature):
        print(f"{dispatcher.__qualname__} {known['signature']}", file=file)
        lines = {}
        for line, name, type_name in known["variables"]:
            lines.setdefault(line, []).append(f"{name}: {type_name}")
        last = max([code.co_firstlineno, *lines, *(line for _, _, line in code.co_lines() if line)])
        for line in range(code.co_firstlineno, last + 1):
            source = linecache.getline(code.co_filename, line).rstrip()
            print(f"{line:5} {source}", file=file)
            for text in dict.fromkeys(lines.get(line, ())):
                print(f"      # {text}", file=file)
        print(file=file)


def _inspect(dispatcher, signature, list_one):
    """What `list_one` makes of the position and the figures of one specialization, or a dict of all."""
    every = {_arguments(known): (at, known) for at, known in enumerate(_upshift.specializations(dispatcher))}
    if signature is None:
        return {arguments: list_one(at, known) for arguments, (at, known) in every.items()}
    arguments, _ = parse_signature(signature)
    if arguments not in every:
        raise KeyError(f"{dispatcher.__qualname__} is not compiled for {arguments}")
    return list_one(*every[arguments])


def _inspect_llvm(dispatcher, signature=None):
    """LLVM's IR as its passes leave it: of one signature, or a dict of all."""
    return _inspect(dispatcher, signature, lambda at, known: _upshift.listing(dispatcher, at, "intermediate", 2))


def _inspect_asm(dispatcher, signature=None, tier=None):
    """Assembly of the tiers that have code, or of the given one even if it has none: of one signature, or a dict of all."""
    if tier not in (None, 1, 2):
        raise ValueError(f"tier must be 1, 2 or None, not {tier!r}")

    def list_one(at, known):
        tiers = [tier] if tier else [one for one in (1, 2) if known[f"tier{one}_bytes"]] or [known["tier"]]
        texts = []
        for one in tiers:
            size = known[f"tier{one}_bytes"]
            made = f"{size} bytes" if size else "not made yet"
            title = f"; tier {one}, {'LLVM' if one == 2 else 'Cranelift'}: {dispatcher.__qualname__}{known['signature']}"
            texts.append(f"{title}, {made}\n{_upshift.listing(dispatcher, at, 'assembly', one)}")
        return "\n".join(texts)

    return _inspect(dispatcher, signature, list_one)


def _explain(dispatcher):
    """Why the function is as fast as it is: see `upshift.explanation`."""
    from .explanation import explain

    return explain(dispatcher)


def _chosen(dispatcher, signature):
    known = _upshift.specializations(dispatcher)
    if signature is None:
        return known
    arguments = parse_signature(signature)[0]
    return [one for one in known if _arguments(one) == arguments]


_PROPERTIES = {
    "signatures": _signatures,
    "nopython_signatures": _signatures,
    "overloads": _overloads,
    "specializations": _specializations,
    "func_code": lambda dispatcher: dispatcher.__code__,
    "doc": lambda dispatcher: dispatcher.__doc__,
}
_METHODS = {
    "compile": _compile,
    "disable_compile": _disable_compile,
    "explain": _explain,
    "inspect_asm": _inspect_asm,
    "inspect_llvm": _inspect_llvm,
    "inspect_types": _inspect_types,
}
