"""Files name classes and fields by names of their own."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from automaton.core.canonical import fingerprint_of_parts
from automaton.core.stable_names import field_of, has_stable_name, name_of, stable_name
from automaton.rulebook.catalogue import all_kinds
from tests.core.story import book
from tests.workbench.streams import RULES, WHOLE


@stable_name("Budget")
@dataclass(frozen=True)
class Before:
    max: int


@stable_name("Budget", most="max")
@dataclass(frozen=True)
class Renamed:
    most: int


class Undeclared:
    pass


def test_a_renamed_class_with_a_renamed_field_is_written_as_before() -> None:
    assert (name_of(Renamed), field_of(Renamed, "most")) == ("Budget", "max")
    assert fingerprint_of_parts(Renamed(3)) == fingerprint_of_parts(Before(3))
    assert fingerprint_of_parts(Renamed(3)) != fingerprint_of_parts(Before(4))


def test_a_class_that_declares_none_goes_by_its_own() -> None:
    assert name_of(Undeclared) == "Undeclared"
    assert not has_stable_name(Undeclared)


def test_every_kind_that_was_ever_released_has_one() -> None:
    """A kind that is added need not: its class has never had another name."""
    kinds = all_kinds()
    names = sorted(name_of(one) for one in (*kinds.actions.values(), *kinds.triggers.values()))

    assert [one for one in names if one in RELEASED] == RELEASED


def test_whatever_a_rulebook_is_made_of_has_one() -> None:
    met: set[type] = set()
    for rules in (RULES, WHOLE):
        _meet(book(rules).rules, met)

    assert sorted(one.__name__ for one in met if not has_stable_name(one)) == ["ZoneInfo"]  # of Python's own
    assert len(met) > 20


RELEASED = [
    "Any", "Backup", "Call", "Console", "Countdown", "End", "EventTrigger", "Exec", "Hook", "Http", "If",
    "Mute", "Notify", "Power", "Probe", "RuleTrigger", "Save", "Say", "Schedule", "Send", "StateTrigger",
    "Wait",
]  # fmt: skip


def _meet(value: object, met: set[type]) -> None:
    """Every class of ours in a value."""
    if isinstance(value, tuple | list | set | frozenset):
        for one in value:
            _meet(one, met)
    elif isinstance(value, Enum) or not isinstance(value, str | int | float | None):
        met.add(type(value))
        if is_dataclass(value):
            for field in fields(value):
                _meet(getattr(value, field.name) if field.compare else None, met)
        else:
            for name, one in getattr(value, "__dict__", {}).items():
                _meet(None if name.startswith("_") else one, met)
