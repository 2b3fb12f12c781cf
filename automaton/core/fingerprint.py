"""A short name for what an engine judges by: equal where rules, packs and limits say the same.

Read off the compiled rules, not off their files: a comment changes nothing. The same in each process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum

from automaton.core.calls import Call
from automaton.core.gates import Limits
from automaton.core.rule import Rulebook

LENGTH = 16  # letters; 64 bits, for it tells few from each other


def fingerprint(book: Rulebook, limits: Limits) -> str:
    """Sixteen hexadecimal letters. Which servers have which tags is no part of it."""
    return _short(_told((book.rules, book.packs, book.windows, limits)))


def fingerprint_of(call: Call) -> str:
    """The same of a call, without the number of its incident: equal where the same is asked."""
    name = call.recorded_as or type(call).__name__
    return _short(f"{name}({','.join(_parts(call.without_incident()))})")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:LENGTH]


def _told(value: object) -> str:
    """The value as text that does not depend on addresses or on the order of sets."""
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case str():
            return repr(str(value))  # what is read from a file knows its place, which does not count
        case None | bool() | int() | float():
            return repr(value)
        case Mapping():
            return f"{{{','.join(f'{_told(key)}:{_told(one)}' for key, one in value.items())}}}"
        case Set():
            return f"{{{','.join(sorted(map(_told, value)))}}}"
        case tuple() | list():
            return f"[{','.join(map(_told, value))}]"
    return f"{type(value).__name__}({','.join(_parts(value))})"


def _parts(value: object) -> list[str]:
    if is_dataclass(value):
        return [f"{one.name}={_told(getattr(value, one.name))}" for one in fields(value) if one.compare]
    named: Mapping[str, object] = getattr(value, "__dict__", {})  # a kind's model
    return [f"{name}={_told(one)}" for name, one in named.items() if not name.startswith("_")]
