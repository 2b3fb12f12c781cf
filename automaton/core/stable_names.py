"""Names under which classes and their fields go into files: recordings and memories outlive our own.

A class that is renamed keeps its name here, and so does a field: nobody's recording reads differently
and nobody's clock begins anew because of a refactoring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

C = TypeVar("C", bound=type)


@dataclass(frozen=True, slots=True)
class StableName:
    """`fields` are those that are called otherwise in files, by their name in the code."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)


_NAMES: dict[type, StableName] = {}


def stable_name(name: str, **fields: str) -> Callable[[C], C]:
    """Decorates a class with its name in files. `fields`: attribute=name, for those that differ."""

    def register(cls: C) -> C:
        _NAMES[cls] = StableName(name, fields)
        return cls

    return register


def name_of(cls: type) -> str:
    """The class' name in files. A kind of trigger or action that was never renamed needs none declared."""
    known = _NAMES.get(cls)
    return cls.__name__ if known is None else known.name


def field_of(cls: type, attribute: str) -> str:
    """The field's name in files."""
    known = _NAMES.get(cls)
    return attribute if known is None else known.fields.get(attribute, attribute)


def has_stable_name(cls: type) -> bool:
    """Whether its name in files is declared."""
    return cls in _NAMES
