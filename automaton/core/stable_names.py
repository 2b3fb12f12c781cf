"""The names of classes and fields in files: recordings and memories outlive those in the code.

A renamed class keeps its name here, and so does a field: no recording reads differently and no clock begins
anew because of a refactoring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

C = TypeVar("C", bound=type)


@dataclass(frozen=True, slots=True)
class StableName:
    """`fields` has the names in files that differ, by the name in the code."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)


_NAMES: dict[type, StableName] = {}


def stable_name(name: str, **fields: str) -> Callable[[C], C]:
    """Declares the name of a class in files. `fields`: attribute=name, for those that differ."""

    def register(cls: C) -> C:
        _NAMES[cls] = StableName(name, fields)
        return cls

    return register


def name_of(cls: type) -> str:
    """The name of a class in files. A kind of trigger or action that was never renamed declares none."""
    known = _NAMES.get(cls)
    return cls.__name__ if known is None else known.name


def field_of(cls: type, attribute: str) -> str:
    """The name of a field in files."""
    known = _NAMES.get(cls)
    return attribute if known is None else known.fields.get(attribute, attribute)


def has_stable_name(cls: type) -> bool:
    """Whether the name of a class in files is declared."""
    return cls in _NAMES
