"""Data made for every event: like a frozen dataclass, at a quarter of the cost.

A frozen dataclass sets each field by a call, 0.15 µs each. Here only the types prevent changes: mypy refuses
what Python would allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def quick(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A slotted dataclass, compared and hashed by its fields, that must not be changed."""
    return dataclass(slots=True, unsafe_hash=True, kw_only=kw_only)
