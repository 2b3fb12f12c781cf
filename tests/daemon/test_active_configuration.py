"""Who reads the configuration in force sees what the last reload took."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from automaton.daemon.active_configuration import ActiveConfiguration


def configured(*rules: str) -> Any:
    book = SimpleNamespace(rules=[SimpleNamespace(id=id_) for id_ in rules])
    return SimpleNamespace(book=book, settings=f"settings of {rules}", limits=f"limits of {rules}")


def test_rules_settings_and_limits_are_those_of_the_last_reload() -> None:
    new = configured("new")
    active = ActiveConfiguration(configured("old"))
    active.configuration = new

    assert (active.settings, active.limits, active.book) == (new.settings, new.limits, new.book)
    assert active.rule("old") is None
    assert active.rule("new") is new.book.rules[0]
