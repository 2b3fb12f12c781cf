"""Values as a text, and its hash, that is the same in every process and every version of automaton.

Law: it depends on no address, on no order of sets, and on no name of a class or field but the stable ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType
from typing import Any

from automaton.core.stable_names import field_of, name_of

LENGTH = 16  # hexadecimal digits, 64 bits: enough, for it tells few values apart


def fingerprint_of_value(value: object) -> str:
    """Sixteen hexadecimal digits, equal for equal values."""
    return _short(_told(value))


def fingerprint_of_parts(*parts: object) -> str:
    """The same for parts of a rule, in memory.json: it tells whether a clock or a run still fits them."""
    return _short(_printed(parts))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:LENGTH]


def _told(value: object) -> str:
    """The canonical text of a value."""
    cls = type(value)
    if cls is str or cls is int:  # most are, and a call each is saved
        return repr(value)
    teller = _TELLERS.get(cls)
    if teller is None:
        teller = _TELLERS[cls] = _teller(cls)
    return teller(value)


_TELLERS: dict[type, Callable[[Any], str]] = {}
"""Found once for each class: a recording has a call for everything that was done."""


def _teller(cls: type) -> Callable[[Any], str]:
    """What makes the canonical text of values of this class."""
    name = name_of(cls)
    if issubclass(cls, Enum):
        return lambda value: f"{name}.{value._name_}"  # `name` is a property, which takes two calls
    if issubclass(cls, str):
        return lambda value: repr(str(value))  # read from a file, it is a subclass that knows its place there
    if issubclass(cls, NoneType | bool | int | float):
        return repr
    if issubclass(cls, Mapping):
        return lambda value: f"{{{','.join([f'{_told(key)}:{_told(one)}' for key, one in value.items()])}}}"
    if issubclass(cls, Set):
        return lambda value: f"{{{','.join(sorted(map(_told, value)))}}}"
    if issubclass(cls, tuple | list):
        return lambda value: f"[{','.join(map(_told, value))}]"
    if is_dataclass(cls):
        compared = [(f"{field_of(cls, one.name)}=", one.name) for one in fields(cls) if one.compare]
        return lambda value: (
            f"{name}({','.join([begin + _told(getattr(value, field)) for begin, field in compared])})"
        )
    return lambda value: f"{name}({','.join(_named(value, _of_a_model(value), _told))})"


def _printed(value: object) -> str:
    """The same in the form of `repr`, in which the first memories were written: they can still be read."""
    match value:
        case Enum():
            return f"<{name_of(type(value))}.{value.name}: {value.value!r}>"
        case frozenset() if value:
            return f"frozenset({{{', '.join(sorted(map(_printed, value)))}}})"
        case tuple():
            return f"({', '.join(map(_printed, value))}{',' if len(value) == 1 else ''})"
        case list():
            return f"[{', '.join(map(_printed, value))}]"
    shown = _shown(value)
    return (
        repr(value)
        if shown is None
        else f"{name_of(type(value))}({', '.join(_named(value, shown, _printed))})"
    )


def _named(
    value: object, parts: Iterable[tuple[str, object]], written: Callable[[object], str]
) -> Iterable[str]:
    return (f"{field_of(type(value), name)}={written(part)}" for name, part in parts)


def _of_a_model(value: object) -> Iterable[tuple[str, object]]:
    """The fields by which values of a kind's model are compared."""
    named: Mapping[str, object] = getattr(value, "__dict__", {})
    return [(name, one) for name, one in named.items() if not name.startswith("_")]


def _shown(value: object) -> Iterable[tuple[str, object]] | None:
    """The fields that its `repr` shows; None for anything that is not our own data."""
    if is_dataclass(value):
        return [(one.name, getattr(value, one.name)) for one in fields(value) if one.repr]
    of_a_model: Callable[[], Iterable[tuple[str, object]]] | None = getattr(value, "__repr_args__", None)
    return None if of_a_model is None else of_a_model()
