"""Which rules hear of a hook that is called, for a server or without one."""

from __future__ import annotations

from collections.abc import Iterable

from automaton.core.happening import of_hook
from automaton.core.key import By
from automaton.core.rules.rule import Rule


def hook_hearers(rules: Iterable[Rule], hook: str) -> list[Rule]:
    """Those that listen to it, in a step too, whatever their `arm`."""
    return [rule for rule in rules if of_hook(hook) in rule.hears()]


def hears_without_server(rules: Iterable[Rule]) -> bool:
    """Whether one of them hears of a call that names no server: only rules by `fleet` do."""
    return any(rule.by is By.FLEET for rule in rules)
