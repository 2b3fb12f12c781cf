"""Facts that games are asked for over the network, where what this needs is not installed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from automaton.configuration.read_facts import reads
from automaton.core.facts.own import FromQuery, OwnFact
from automaton.core.facts.queried import QUERIED
from automaton.core.rules.rule import Arm, Rule
from automaton.problem import Problem, problem_at

INSTALLS = "sudo PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install --force '.[query]'"
"""What installs it, as README.md says it, in the folder of the checkout."""

LIBRARIES = ("mcstatus", "a2s")
"""The modules of the extra `query`."""


def without_extra(
    rules: Iterable[Rule], own_facts: Mapping[str, OwnFact], is_installed: Callable[[str], bool]
) -> Iterator[Problem]:
    """Warns of each rule that reads such a fact where nobody can ask for it."""
    if all(map(is_installed, LIBRARIES)):
        return
    own = {name for name, fact in own_facts.items() if isinstance(fact.origin, FromQuery)}
    for rule in rules:
        if rule.arm is Arm.OFF:
            continue
        for name, place in reads(rule).items():
            if name in own or (name in QUERIED and name not in own_facts):
                message = (
                    f"rule `{rule.id}` reads `{name}`, for which games are asked over the network, and the"
                    " extra `query` is not installed: it stays unknown; in the checkout install it as well"
                )
                yield problem_at(place, "needs-extra", message, severity="warning", suggestion=INSTALLS)
