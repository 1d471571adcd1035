from collections.abc import Iterable
from typing import Any

class Type:
    name: str
    code: str
    dtype: Any
    def __init__(self, name: str, code: str, dtype: str | None = None) -> None: ...
    def __getitem__(self, index: slice | tuple[slice, ...]) -> Array: ...
    def __call__(self, *args: Any) -> Any: ...

class Signature:
    return_type: Type | None
    args: tuple[Type, ...]
    def __init__(self, return_type: Type | None, args: tuple[Type, ...]) -> None: ...

class Record(Type):
    def __init__(self, code: str) -> None: ...

class Array(Type):
    ndim: int
    layout: str
    mutable: bool
    def __init__(
        self, dtype: Type, ndim: int, layout: str, readonly: bool = False, aligned: bool = True
    ) -> None: ...
    def copy(
        self,
        dtype: Type | None = None,
        ndim: int | None = None,
        layout: str | None = None,
        readonly: bool | None = None,
    ) -> Array: ...

class Number(Type):
    bitwidth: int
    def __init__(self, name: str, code: str, dtype: str) -> None: ...

class Integer(Number):
    @property
    def signed(self) -> bool: ...

class Float(Number): ...

class Complex(Number):
    @property
    def underlying_float(self) -> Type: ...

class Boolean(Type): ...
class NoneType(Type): ...
class EllipsisType(Type): ...
class UnicodeType(Type): ...
class Bytes(Type): ...
class RangeType(Type): ...

class SliceType(Type):
    members: tuple[Type, ...]
    def __init__(self, members: Iterable[Type]) -> None: ...
    @property
    def has_step(self) -> bool: ...

class Callable(Type): ...

class Function(Callable):
    @property
    def canonical_name(self) -> str: ...

class Dispatcher(Callable): ...
class Closure(Callable): ...
class DType(Type): ...

class Literal(Type):
    literal_value: Any
    literal_type: Type
    def __init__(self, value: int | str) -> None: ...

class IntegerLiteral(Literal, Integer):
    literal_value: Any
    literal_type: Type
    def __init__(self, value: int) -> None: ...

class BooleanLiteral(Literal, Boolean):
    literal_value: Any
    literal_type: Type

class StringLiteral(Literal, UnicodeType):
    literal_value: Any
    literal_type: Type

class Buffer(Type):
    ndim: int
    layout: str
    mutable: bool
    def __init__(self, dtype: Type, ndim: int = 1, layout: str = "C", readonly: bool = False, format: str | None = None) -> None: ...
    __getitem__: None

class ByteArray(Buffer):
    def __init__(self, dtype: Type | None = None, ndim: int = 1, layout: str = "C") -> None: ...

class MemoryView(Buffer): ...
class PyArray(Buffer): ...

class BaseTuple(Type):
    types: tuple[Type, ...]
    def __init__(self, types: Iterable[Type]) -> None: ...
    @property
    def count(self) -> int: ...

class Tuple(BaseTuple):
    def __init__(self, types: Iterable[Type]) -> None: ...

class UniTuple(BaseTuple):
    def __init__(self, dtype: Type, count: int) -> None: ...

class ListType(Type):
    item_type: Type
    def __init__(self, item_type: Type) -> None: ...

class SetType(Type):
    item_type: Type
    def __init__(self, item_type: Type) -> None: ...

class DictType(Type):
    key_type: Type
    value_type: Type
    def __init__(self, key_type: Type, value_type: Type) -> None: ...

class Optional(Type):
    type: Type
    def __init__(self, one: Type) -> None: ...

List = ListType
Set = SetType

b1: Type
bool_: Type
boolean: Type
byte: Type
bytes_: Type
c16: Type
c8: Type
char: Type
complex128: Type
complex64: Type
double: Type
ellipsis: Type
f4: Type
f8: Type
float32: Type
float64: Type
float_: Type
i1: Type
i2: Type
i4: Type
i8: Type
int16: Type
int32: Type
int64: Type
int8: Type
int_: Type
intc: Type
intp: Type
long_: Type
longlong: Type
none: Type
bytearray_: Type
range_type: Type
short: Type
slice2_type: Type
slice3_type: Type
string: Type
u1: Type
u2: Type
u4: Type
u8: Type
uchar: Type
uint: Type
uint16: Type
uint32: Type
uint64: Type
uint8: Type
uintc: Type
uintp: Type
ulong: Type
ulonglong: Type
unicode_type: Type
ushort: Type
void: Type

__all__ = [
    "Array", "Buffer", "ByteArray", "DictType", "List", "ListType", "MemoryView", "Optional", "PyArray", "Record", "Set", "SetType", "Signature", "Tuple", "Type", "UniTuple", "b1", "bool_", "boolean", "byte", "bytes_", "c16", "c8", "char",
    "complex128", "complex64", "double", "ellipsis", "f4", "f8", "float32", "float64", "float_", "i1", "i2", "i4", "i8",
    "int16", "int32", "int64", "int8", "int_", "intc", "intp", "long_", "longlong", "none", "short", "string", "typeof", "u1",
    "u2", "u4", "u8", "uchar", "uint", "uint16", "uint32", "uint64", "uint8", "uintc", "uintp", "ulong", "ulonglong",
    "unicode_type", "ushort", "void",
]  # fmt: skip

def literal(value: int | str) -> Literal: ...
def unliteral(one: Type) -> Type: ...
def typeof(value: object) -> Type: ...
def from_code(code: str) -> Type: ...
def parse_signature(signature: str | tuple[Any, ...] | Signature) -> tuple[tuple[Type, ...], Type | None]: ...
