"""Types by Numba's names, for signatures and `locals`, and what `typeof` answers.

`int64`, `float64`, `complex128` and `boolean` are Python's own numbers; the others are NumPy's scalars. Slices make
arrays: `float64[:]` has any strides, `float64[:, ::1]` is contiguous with the last axis fastest, `float64[::1, :]` with
the first. Calling a type makes a signature: `float64(float64, int64)`.
"""

from . import _upshift


class Type:
    """The type of a value in compiled code."""

    __slots__ = ("name", "code", "dtype")

    def __init__(self, name, code, dtype=None):
        self.name = name
        self.code = code
        self.dtype = dtype

    def __repr__(self):
        return self.name

    def __eq__(self, other):
        return isinstance(other, Type) and self.code == other.code

    def __hash__(self):
        return hash(self.code)

    def __reduce__(self):
        return (from_code, (self.code,))

    def __getitem__(self, index):
        if self.dtype is None:
            raise TypeError(f"there are no arrays of {self.name}")
        axes = index if isinstance(index, tuple) else (index,)
        if not all(isinstance(axis, slice) and axis.start is None and axis.stop is None for axis in axes):
            raise TypeError(f"the axes of an array type are ':' or '::1', not {index!r}")
        contiguous = [position for position, axis in enumerate(axes) if axis.step == 1]
        layout = "A"
        if contiguous == [len(axes) - 1]:
            layout = "C"
        elif contiguous == [0]:
            layout = "F"
        elif contiguous or any(axis.step is not None for axis in axes):
            raise TypeError("only the first or the last axis of an array type can be '::1'")
        return Array(self, len(axes), layout)

    def __call__(self, *args):
        if all(isinstance(arg, Type) for arg in args):
            return Signature(self, args)
        if len(args) == 1 and self.dtype is not None:
            import numpy

            value = numpy.dtype(self.dtype).type(args[0])
            return value if self.code == self.dtype else value.item()
        raise TypeError(f"{self.name}(...) takes argument types, which makes a signature, or one number")


class Signature:
    """Argument types, and the result's type or None."""

    __slots__ = ("return_type", "args")

    def __init__(self, return_type, args):
        self.return_type = return_type
        self.args = tuple(args)

    def __repr__(self):
        arguments = ", ".join(map(repr, self.args))
        return f"({arguments}) -> {self.return_type!r}"

    def __eq__(self, other):
        return isinstance(other, Signature) and (self.return_type, self.args) == (other.return_type, other.args)

    def __hash__(self):
        return hash((self.return_type, self.args))


class Number(Type):
    """Python's and NumPy's numbers other than `bool`; `bitwidth` is that of their values."""

    __slots__ = ("bitwidth",)

    def __init__(self, name, code, dtype):
        super().__init__(name, code, dtype)
        self.bitwidth = int("".join(one for one in dtype if one.isdigit()))


class Integer(Number):
    """An integer."""

    __slots__ = ()

    @property
    def signed(self):
        return not self.dtype.startswith("u")


class Float(Number):
    """A floating-point number."""

    __slots__ = ()


class Complex(Number):
    """A complex number; `underlying_float` is the type of its parts."""

    __slots__ = ()

    @property
    def underlying_float(self):
        return {64: float32, 128: float64}[self.bitwidth]


class Boolean(Type):
    """A truth value."""

    __slots__ = ()


class NoneType(Type):
    """`None`."""

    __slots__ = ()


class EllipsisType(Type):
    """`...`"""

    __slots__ = ()


class UnicodeType(Type):
    """A string."""

    __slots__ = ()


class Bytes(Type):
    """A bytes object."""

    __slots__ = ()


class RangeType(Type):
    """A range."""

    __slots__ = ()


class SliceType(Type):
    """A slice: `members` are the types of start, stop and step, each an int or `None`."""

    __slots__ = ("members",)

    def __init__(self, members):
        self.members = tuple(members)
        parts = ", ".join(one.code for one in self.members)
        super().__init__(f"slice({parts})", f"slice({parts})")

    @property
    def has_step(self):
        return self.members[2] != none


class Callable(Type):
    """What can be called: a function of the library, a jitted function, an inner function."""

    __slots__ = ()


class Function(Callable):
    """A function that the library knows; `canonical_name` is the one it has there."""

    __slots__ = ()

    @property
    def canonical_name(self):
        return self.code.removeprefix("function(").removesuffix(")")


class Dispatcher(Callable):
    """A jitted function."""

    __slots__ = ()


class Closure(Callable):
    """An inner function."""

    __slots__ = ()


class DType(Type):
    """A dtype or a class of NumPy's scalars, such as `numpy.float32`; `dtype` is the type of the numbers."""

    __slots__ = ()


class Literal(Type):
    """A value that is known when compiling, which the typing functions of `upshift.extending` may ask for."""

    __slots__ = ()

    def __init__(self, value):
        self.literal_value = value
        self.literal_type = typeof(value)
        name = f"Literal[{self.literal_type!r}]({value!r})"
        Type.__init__(self, name, name, self.literal_type.dtype)

    def __reduce__(self):
        return (literal, (self.literal_value,))


class IntegerLiteral(Literal, Integer):
    """An int that is known when compiling."""

    __slots__ = ("literal_value", "literal_type")

    def __init__(self, value):
        super().__init__(value)
        self.bitwidth = self.literal_type.bitwidth


class BooleanLiteral(Literal, Boolean):
    """`True` or `False`, known when compiling."""

    __slots__ = ("literal_value", "literal_type")


class StringLiteral(Literal, UnicodeType):
    """A string that is known when compiling."""

    __slots__ = ("literal_value", "literal_type")


def literal(value):
    """The type of an int, bool or string that is known when compiling."""
    for python, one in ((bool, BooleanLiteral), (int, IntegerLiteral), (str, StringLiteral)):
        if isinstance(value, python):
            return one(value)
    raise TypeError(f"there is no literal type of {value!r}; literals are ints, bools and strings")


def unliteral(one):
    """The type of a literal's value; any other type as it is."""
    return one.literal_type if isinstance(one, Literal) else one


class Record(Type):
    """An item of a structured array, by its fields. Signatures take it from `typeof`."""

    __slots__ = ()

    def __init__(self, code):
        super().__init__(code, code, code)


class Array(Type):
    """An array: its element type, number of dimensions, layout (`C`, `F` or `A`), and whether it is read-only."""

    __slots__ = ("ndim", "layout", "mutable")

    def __init__(self, dtype, ndim, layout, readonly=False, aligned=True):
        if not aligned:
            raise ValueError("arrays in compiled code are aligned")
        if layout not in ("C", "F", "A"):
            raise ValueError(f"the layout of an array is 'C', 'F' or 'A', not {layout!r}")
        code = f"{'readonly ' if readonly else ''}array({dtype.dtype}, {ndim}d, {layout})"
        super().__init__(code, code, dtype)
        self.ndim = ndim
        self.layout = layout
        self.mutable = not readonly

    def copy(self, dtype=None, ndim=None, layout=None, readonly=None):
        """The same type with some parts changed."""
        readonly = not self.mutable if readonly is None else readonly
        return Array(dtype or self.dtype, self.ndim if ndim is None else ndim, layout or self.layout, readonly)

    __getitem__ = None


class Buffer(Type):
    """What reads and writes memory of Python's in place: its item type, number of dimensions and layout (`C` or `A`)."""

    __slots__ = ("ndim", "layout", "mutable")

    _name = ""

    def __init__(self, dtype, ndim=1, layout="C", readonly=False, format=None):
        if layout not in ("C", "A"):
            raise ValueError(f"the layout of a buffer is 'C' or 'A', not {layout!r}")
        letter = format or _FORMATS.get(dtype.dtype)
        if letter is None:
            raise TypeError(f"there are no buffers of {dtype!r}")
        name = f"{'readonly ' if readonly else ''}{self._name}({letter}, {ndim}d, {layout})"
        super().__init__(name, name if self._name else "bytearray", dtype)
        self.ndim = ndim
        self.layout = layout
        self.mutable = not readonly

    __getitem__ = None


class ByteArray(Buffer):
    """A bytearray."""

    __slots__ = ()

    def __init__(self, dtype=None, ndim=1, layout="C"):
        dtype = dtype or uint8
        if (dtype, ndim, layout) != (uint8, 1, "C"):
            raise ValueError("a bytearray holds uint8 in one dimension")
        super().__init__(dtype)
        self.name = "bytearray"


class MemoryView(Buffer):
    """A memoryview."""

    __slots__ = ()

    _name = "memoryview"


class PyArray(Buffer):
    """An `array.array`."""

    __slots__ = ()

    _name = "pyarray"


# The letters of `struct` by dtype, and the other way round.
_FORMATS = {
    "bool": "?", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "l",
    "uint64": "L", "float32": "f", "float64": "d",
}  # fmt: skip
_LETTERS = {letter: dtype for dtype, letter in _FORMATS.items()} | dict.fromkeys("qn", "int64") | dict.fromkeys("QN", "uint64") | {"c": "uint8"}


class BaseTuple(Type):
    """A tuple: `types` has the types of its items."""

    __slots__ = ("types",)

    def __init__(self, types):
        self.types = tuple(types)
        name = f"Tuple({', '.join(map(repr, self.types))})"
        super().__init__(name, f"tuple({', '.join(one.code for one in self.types)})")

    @property
    def count(self):
        return len(self.types)

    def __len__(self):
        return len(self.types)

    def __iter__(self):
        return iter(self.types)

    def __getitem__(self, index):
        return self.types[index]


class Tuple(BaseTuple):
    """A tuple of these types. One whose items share a type is made as a `UniTuple`."""

    __slots__ = ()

    def __new__(cls, types):
        types = tuple(types)
        if types and types.count(types[0]) == len(types):
            return UniTuple(types[0], len(types))
        return super().__new__(cls)


class UniTuple(BaseTuple):
    """A tuple of `count` items of one type."""

    __slots__ = ()

    def __init__(self, dtype, count):
        super().__init__((dtype,) * count)
        self.dtype = dtype


class ListType(Type):
    """A list of items of one type: a Python list, or a `typed.List`."""

    __slots__ = ("item_type",)

    def __init__(self, item_type):
        super().__init__(f"ListType[{item_type!r}]", f"list({item_type.code})")
        self.item_type = item_type


class SetType(Type):
    """A set of items of one type."""

    __slots__ = ("item_type",)

    def __init__(self, item_type):
        super().__init__(f"SetType[{item_type!r}]", f"set({item_type.code})")
        self.item_type = item_type


class DictType(Type):
    """A dict with keys of one type and values of one type."""

    __slots__ = ("key_type", "value_type")

    def __init__(self, key_type, value_type):
        super().__init__(f"DictType[{key_type!r}, {value_type!r}]", f"dict({key_type.code}, {value_type.code})")
        self.key_type = key_type
        self.value_type = value_type


class Optional(Type):
    """None or a value of the type."""

    __slots__ = ("type",)

    def __init__(self, one):
        super().__init__(f"Optional({one!r})", f"optional({one.code})")
        self.type = one


# Numba's names for what is passed as a plain list or set.
List = ListType
Set = SetType

none = void = NoneType("none", "none")
boolean = bool_ = Boolean("bool", "bool", "bool")
int64 = intp = int_ = long_ = longlong = Integer("int64", "int", "int64")
float64 = double = Float("float64", "float", "float64")
complex128 = Complex("complex128", "complex", "complex128")
int8 = char = Integer("int8", "int8", "int8")
int16 = short = Integer("int16", "int16", "int16")
int32 = intc = Integer("int32", "int32", "int32")
uint8 = byte = uchar = Integer("uint8", "uint8", "uint8")
uint16 = ushort = Integer("uint16", "uint16", "uint16")
uint32 = uintc = Integer("uint32", "uint32", "uint32")
uint64 = uintp = uint = ulong = ulonglong = Integer("uint64", "uint64", "uint64")
float32 = float_ = Float("float32", "float32", "float32")
complex64 = Complex("complex64", "complex64", "complex64")
b1, i1, i2, i4, i8 = boolean, int8, int16, int32, int64
u1, u2, u4, u8 = uint8, uint16, uint32, uint64
f4, f8, c8, c16 = float32, float64, complex64, complex128
ellipsis = EllipsisType("ellipsis", "ellipsis")
unicode_type = string = UnicodeType("unicode_type", "str")
bytes_ = Bytes("bytes", "bytes")
bytearray_ = ByteArray()
range_type = RangeType("range", "range")
slice2_type = SliceType((int64, int64, none))
slice3_type = SliceType((int64, int64, int64))

# NumPy's scalars of the dtypes whose names stand for Python's numbers.
_SCALARS = {
    "numpy.bool": Boolean("numpy.bool", "numpy.bool", "bool"),
    "int64": Integer("numpy.int64", "int64", "int64"),
    "float64": Float("numpy.float64", "float64", "float64"),
    "complex128": Complex("numpy.complex128", "complex128", "complex128"),
}
_CALLABLES = {"function(": Function, "jitted function ": Dispatcher, "inner function(": Closure}
_BY_CODE = {one.code: one for one in list(globals().values()) if isinstance(one, Type)} | _SCALARS
_BY_DTYPE = {one.dtype: one for one in _BY_CODE.values() if one not in _SCALARS.values() and isinstance(one.dtype, str)}

__all__ = [
    "Array", "Buffer", "ByteArray", "DictType", "List", "ListType", "MemoryView", "Optional", "PyArray", "Record", "Set", "SetType", "Signature", "Tuple", "Type", "UniTuple", "b1", "bool_", "boolean", "byte", "bytes_", "c16", "c8", "char",
    "complex128", "complex64", "double", "ellipsis", "f4", "f8", "float32", "float64", "float_", "i1", "i2", "i4", "i8",
    "int16", "int32", "int64", "int8", "int_", "intc", "intp", "long_", "longlong", "none", "short", "string", "typeof", "u1",
    "u2", "u4", "u8", "uchar", "uint", "uint16", "uint32", "uint64", "uint8", "uintc", "uintp", "ulong", "ulonglong",
    "unicode_type", "ushort", "void",
]  # fmt: skip


def typeof(value):
    """The type that `value` has as an argument of a compiled function."""
    return from_code(_upshift.type_code(value))


def from_code(code):
    """The type that the compiler prints as `code`."""
    known = _BY_CODE.get(code)
    if known is not None:
        return known
    if code.startswith("record("):
        return Record(code)
    if code.startswith(("array(", "readonly array(")):
        dtype, ndim, layout = _split(code[code.index("(") + 1 : -1])
        item = _BY_DTYPE.get(dtype) or from_code(dtype)
        return Array(item, int(ndim[:-1]), layout, readonly=code.startswith("readonly"))
    for one in (MemoryView, PyArray):
        plain = code.removeprefix("readonly ")
        if plain.startswith(f"{one._name}("):
            letter, ndim, layout = _split(plain[len(one._name) + 1 : -1])
            return one(_BY_DTYPE[_LETTERS[letter]], int(ndim[:-1]), layout, plain != code, format=letter)
    if code.startswith("tuple("):
        return Tuple(tuple(from_code(item) for item in _split(code[len("tuple(") : -1])))
    if code.startswith("slice("):
        return SliceType(map(from_code, _split(code[len("slice(") : -1])))
    if code.startswith("dtype("):
        return DType(code, code, from_code(code[len("dtype(") : -1]))
    for beginning, one in _CALLABLES.items():
        if code.startswith(beginning):
            return one(code, code)
    for name, one in {"list": ListType, "set": SetType, "dict": DictType, "optional": Optional}.items():
        if code.startswith(f"{name}("):
            return one(*(from_code(item) for item in _split(code[len(name) + 1 : -1])))
    return Type(code, code)


def _split(items):
    """The items of a list at its own level of parentheses."""
    depth, start, found = 0, 0, []
    for position, character in enumerate(items):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            found.append(items[start:position].strip())
            start = position + 1
    return [*found, items[start:].strip()] if items else []


def parse_signature(signature):
    """Argument types and the result's type or None, from text, a tuple of types, or a `Signature`."""
    given = signature
    if isinstance(signature, str):
        # The names are those of this module alone; Numba's signatures are evaluated the same way.
        names = {name: one for name, one in globals().items() if _is_type(one)}
        try:
            signature = eval(signature, {"__builtins__": {}}, names | {"bool": boolean, "int": int64, "float": float64})
        except Exception as error:
            raise TypeError(f"invalid signature: {given!r}: {error}") from None
    if isinstance(signature, Signature):
        arguments, result = signature.args, signature.return_type
    elif isinstance(signature, tuple):
        arguments, result = signature, None
    else:
        raise TypeError(f"invalid signature: {given!r}; write 'result(arguments)' or a tuple of argument types")
    arguments = tuple(_from_python(one, given) for one in arguments)
    return arguments, None if result is None else _from_python(result, given)


def _is_type(one):
    return isinstance(one, Type) or isinstance(one, type) and issubclass(one, Type)


def _from_python(one, given):
    if isinstance(one, Type):
        return one
    if isinstance(one, tuple):
        return Tuple(tuple(_from_python(item, given) for item in one))
    python = {int: int64, float: float64, complex: complex128, bool: boolean, None: none, str: unicode_type, bytes: bytes_, bytearray: bytearray_}
    try:
        return python[one]
    except (KeyError, TypeError):
        raise TypeError(f"invalid signature: {given!r}: {one!r} is not a type") from None
