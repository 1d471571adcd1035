from collections.abc import Callable, Mapping
from typing import Any, TextIO, TypeVar, overload as _overload

from .types import Type

_F = TypeVar("_F", bound=Callable[..., Any])

__all__ = ["describe", "implements", "overload", "overload_attribute", "overload_method", "register_jitable"]

def implements(target: str | Callable[..., Any], **jit_options: Any) -> Callable[[_F], _F]: ...
def overload(
    function: Callable[..., Any],
    jit_options: Mapping[str, Any] | None = None,
    strict: bool = True,
    inline: Any = "never",
    prefer_literal: bool = False,
    **kwargs: Any,
) -> Callable[[_F], _F]: ...
def overload_method(
    typ: Type | type[Type],
    attr: str,
    jit_options: Mapping[str, Any] | None = None,
    strict: bool = True,
    inline: Any = "never",
    prefer_literal: bool = False,
    **kwargs: Any,
) -> Callable[[_F], _F]: ...
def overload_attribute(
    typ: Type | type[Type],
    attr: str,
    jit_options: Mapping[str, Any] | None = None,
    strict: bool = True,
    inline: Any = "never",
    prefer_literal: bool = False,
    **kwargs: Any,
) -> Callable[[_F], _F]: ...
@_overload
def register_jitable(function: _F, /) -> _F: ...
@_overload
def register_jitable(*args: Callable[..., Any], **jit_options: Any) -> Any: ...
def describe(name: str, file: TextIO | None = None) -> None: ...
