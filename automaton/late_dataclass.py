"""The standard library's `dataclass`, of which each method is compiled when it is first called.

`dataclasses` compiles six functions for each class when it is imported. Of some two hundred classes on the
way to a command most are never made: their functions took a quarter of the time of `automaton check`.

Law: to type checkers this is `dataclasses.dataclass` itself, and so it is for everybody else: fields, slots,
order of arguments and errors are the standard library's, and so are the methods, from a twin with the same
fields. One difference: a class derived from one of these has its decorator from here too, or Python says that
it inherits a frozen class from one that is not.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type], type]:
        """`dataclasses.dataclass(frozen=True, slots=True)`, with `kw_only` or without; no other kind."""
        if not (frozen and slots):
            raise TypeError("a class that is not frozen and slotted is made by dataclasses.dataclass")
        return lambda cls: _late(cls, kw_only=kw_only)


_METHODS = ("__init__", "__repr__", "__eq__", "__hash__")
_SAID_OF_A_FIELD = ("default", "default_factory", "init", "repr", "hash", "compare", "metadata", "kw_only")


@dataclasses.dataclass(frozen=True, slots=True)
class _Any:
    """Has the methods that are the same for all, by which a frozen instance is copied."""


def _late(cls: type[Any], *, kw_only: bool) -> type[Any]:
    decorated = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)
    made: type[Any] = decorated(cls)
    for name in _METHODS:
        if made.__dict__.get(name) is None:  # a class with its own `__eq__` has None for `__hash__`
            setattr(made, name, _until_called(made, name))
    made.__signature__ = _SIGNATURE
    made.__setattr__ = _refuse_to_set  # type: ignore[assignment]
    made.__delattr__ = _refuse_to_delete  # type: ignore[assignment]
    for name in ("__getstate__", "__setstate__"):
        if name not in made.__dict__:
            setattr(made, name, getattr(_Any, name))
    return made


class _Signature:
    """The answer to `inspect.signature` of a class, in place of the `*args` of a method not compiled yet."""

    def __get__(self, _instance: object, owner: type[Any]) -> inspect.Signature:
        init = owner.__init__
        compiled = _compiled(owner, "__init__") if hasattr(init, "compiled_late") else init
        signature = inspect.signature(compiled)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


_SIGNATURE = _Signature()


def _until_called(made: type[Any], name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        compiled = _compiled(made, name)
        setattr(made, name, compiled)
        return compiled(self, *args, **kwargs)

    method.compiled_late = True  # type: ignore[attr-defined]
    return method


def _compiled(made: type[Any], name: str) -> Callable[..., Any]:
    """The method as `dataclasses` writes it for a class with the same fields."""
    fields = [
        (one.name, one.type, dataclasses.field(**{key: getattr(one, key) for key in _SAID_OF_A_FIELD}))
        for one in dataclasses.fields(made)
    ]
    # Without a docstring a signature would be written; by the module, types in quotes are found.
    space = {"__doc__": made.__doc__ or made.__name__, "__module__": made.__module__}
    if hasattr(made, "__post_init__"):
        space["__post_init__"] = made.__post_init__
    twin = dataclasses.make_dataclass(
        made.__name__,
        fields,
        namespace=space,
        init=name == "__init__",
        repr=name == "__repr__",
        eq=name in ("__eq__", "__hash__"),
        frozen=True,
    )
    method: Callable[..., Any] = twin.__dict__[name]
    method.__qualname__ = f"{made.__qualname__}.{name}"
    return method


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
