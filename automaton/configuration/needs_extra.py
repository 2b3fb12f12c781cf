"""Facts that games are asked for over the network, where what this needs is not installed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from automaton.checkpoint import with_checkpoints
from automaton.configuration.pack_commands import own_games
from automaton.configuration.read_facts import reads
from automaton.core.arm import Arm
from automaton.core.facts.own import FromQuery, OwnFact
from automaton.core.facts.queried import QUERIED
from automaton.core.rules.rule import Rule
from automaton.packs.load import Packs
from automaton.problem import Problem, problem_at

INSTALLS = "sudo PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install --force '.[query]'"
"""What installs it over what is there, in the folder of the checkout; README.md has it for the first time."""

LIBRARIES = ("mcstatus", "a2s")
"""The modules of the extra `query`."""


def without_extra(
    rules: Iterable[Rule], own_facts: Mapping[str, OwnFact], packs: Packs, is_installed: Callable[[str], bool]
) -> Iterator[Problem]:
    """Warns of each rule that reads such a fact where nobody can ask for it."""
    if all(map(is_installed, LIBRARIES)):
        return
    games = packs.games
    facts = {str(game): pack.own_facts for game, pack in packs.by_name.items()}
    for rule in with_checkpoints(rules):
        if rule.arm is Arm.OFF:
            continue
        there = [facts[game.name] for game in own_games(rule, games)]
        for name, place in reads(rule).items():
            sources = [own_facts] if name in own_facts else there
            told = [one[name] for one in sources if name in one]
            if all(map(_is_asked_so, told)) if told else name in QUERIED:
                message = (
                    f"rule `{rule.id}` reads `{name}`, for which games are asked over the network, and the"
                    " extra `query` is not installed: it stays unknown; in the checkout install it as well"
                )
                yield problem_at(place, "needs-extra", message, severity="warning", suggestion=INSTALLS)


def _is_asked_so(fact: OwnFact) -> bool:
    return isinstance(fact.origin, FromQuery)
