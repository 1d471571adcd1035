"""What upshift raises when it does not compile a function, and how the message is put together.

    example.py:3: in function f: variable 'x' has no single type: ...
        x = "text" if n else 1
        ^

The interpreter never takes over: a function runs compiled or not at all. Numba's names for errors stand for ours.
"""


class UpshiftError(Exception):
    """Everything that upshift itself raises."""


class TypingError(UpshiftError):
    """An operation or value whose types compiled code has no meaning for."""


class UnsupportedError(UpshiftError):
    """A construct of the language, or a library function, that upshift does not compile."""


class LimitError(UpshiftError):
    """A function too large to compile."""


class InternalError(UpshiftError):
    """A fault of upshift."""


class DeprecationError(UpshiftError):
    """A way to use Numba that has long been gone."""


class UpshiftWarning(Warning):
    """Something was asked for that has no effect."""


NumbaError = UpshiftError
NumbaTypeError = NumbaValueError = NumbaAttributeError = NumbaIndexError = NumbaKeyError = TypingError
NumbaAssertionError = UntypedAttributeError = RequireLiteralValue = LiteralTypingError = TypingError
NumbaNotImplementedError = LoweringError = CompilerError = IRError = ForbiddenConstruct = UnsupportedError
UnsupportedParforsError = ByteCodeSupportError = UnsupportedBytecodeError = UnsupportedError
NotDefinedError = RedefinedError = VerificationError = ConstantInferenceError = TypingError
NumbaWarning = NumbaPerformanceWarning = NumbaDeprecationWarning = NumbaPendingDeprecationWarning = UpshiftWarning
NumbaExperimentalFeatureWarning = NumbaTypeSafetyWarning = NumbaParallelSafetyWarning = UpshiftWarning


_LIBRARY = __file__.removesuffix("errors.py") + "library"


def compose(class_name, reason, place, function, called_from):
    """The exception for a refusal. `place` is the file, then first and last line, first and last column."""
    filename, line, end_line, column, end_column = place
    called_from = list(called_from)
    library_function = None
    # Users know the call of a library function, not what happens inside.
    while called_from and filename.startswith(_LIBRARY):
        library_function = function
        function, filename, line = called_from.pop(0)
        end_line, column, end_column = line, 0, 0
    if library_function:
        reason = f"{library_function}(): {reason}"
    text = f"{filename}:{line}: in function {function}: {reason}"
    source = _source(filename, line, end_line, column, end_column)
    if source:
        text += f"\n{source}"
    for caller, caller_file, caller_line in called_from:
        text += f"\n  called from {caller} ({caller_file}:{caller_line})"
    return globals()[class_name](text)


def _source(filename, line, end_line, column, end_column):
    import linecache

    raw = linecache.getline(filename, line).rstrip("\n")
    stripped = raw.lstrip()
    if not stripped:
        return ""
    # Columns count bytes.
    data = raw.encode()
    start = len(data[:column].decode(errors="replace"))
    end = len(data[:end_column].decode(errors="replace")) if end_line == line else len(raw)
    shift = len(raw) - len(stripped)
    if end <= start or start < shift:
        return f"    {stripped}"
    return f"    {stripped}\n    {' ' * (start - shift)}{'^' * (end - start)}"
