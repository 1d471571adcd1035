from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, Generic, Literal, ParamSpec, TextIO, TypeVar, overload

from . import config as config, errors as errors, extending as extending, tiering as tiering, typed as typed, types as types
from .explanation import Explanation
from .introspection import Specialization
from .tiering import tier_report as tier_report
from .types import Signature, Type
from .types import *  # noqa: F403

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])

__version__: str

class Dispatcher(Generic[_P, _R]):
    py_func: Callable[_P, _R]
    __wrapped__: Callable[_P, _R]
    __name__: str
    __qualname__: str
    @property
    def signatures(self) -> list[tuple[Type, ...]]: ...
    @property
    def nopython_signatures(self) -> list[tuple[Type, ...]]: ...
    @property
    def overloads(self) -> dict[tuple[Type, ...], Specialization]: ...
    @property
    def specializations(self) -> list[Specialization]: ...
    @property
    def func_code(self) -> CodeType: ...
    @property
    def doc(self) -> str | None: ...
    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R: ...
    def compile(self, signature: str | tuple[Any, ...] | Signature) -> None: ...
    def disable_compile(self, value: bool = True) -> None: ...
    def explain(self) -> Explanation: ...
    def inspect_types(
        self, file: TextIO | None = None, signature: str | tuple[Any, ...] | None = None, pretty: bool = False
    ) -> None: ...
    def inspect_llvm(self, signature: str | tuple[Any, ...] | None = None) -> Any: ...
    def inspect_asm(self, signature: str | tuple[Any, ...] | None = None, tier: Literal[1, 2] | None = None) -> Any: ...

_Signatures = str | tuple[Any, ...] | Signature | list[Any]

@overload
def jit(signature_or_function: Callable[_P, _R]) -> Dispatcher[_P, _R]: ...
@overload
def jit(
    signature_or_function: _Signatures | None = None,
    locals: Mapping[str, Type] | None = None,
    cache: bool = False,
    pipeline_class: Any = None,
    boundscheck: bool | None = None,
    *,
    nopython: bool = True,
    forceobj: bool = False,
    looplift: bool = True,
    nogil: bool = False,
    parallel: bool | dict[str, bool] = False,
    fastmath: bool | set[str] | dict[str, bool] = False,
    error_model: Literal["python", "numpy"] = "python",
    overflow: Literal["wrap", "raise"] = "wrap",
    tier: Literal[1, 2, "auto"] = "auto",
    eagerness: int = 5,
    inline: Any = "never",
    forceinline: bool = False,
    debug: bool = False,
    **options: Any,
) -> Callable[[Callable[_P, _R]], Dispatcher[_P, _R]]: ...

njit = jit

def literal_unroll(container: _T) -> _T: ...
def prange(*args: int) -> range: ...
def wait_for_tier_up(timeout: float | None = None) -> bool: ...
