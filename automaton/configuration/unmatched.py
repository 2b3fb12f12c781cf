"""Selectors of automaton.yml that choose none of the servers that Panels and nodes list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automaton.configuration.load import Configuration
from automaton.core.events import Profile
from automaton.problem import Problem, in_order, problem_at
from automaton.schema.scalar import target_of

Listed = Mapping[str, Sequence[Profile]]
"""All servers that a Panel or node lists, watched or not, by its name; it is missing if it did not answer."""


def unmatched(configuration: Configuration, listed: Listed) -> list[Problem]:
    """Panels and nodes of which no server is watched, and eggs that are set for no server."""
    return in_order([*_panels(configuration, listed), *_nodes(configuration, listed)])


def _panels(configuration: Configuration, listed: Listed) -> Iterator[Problem]:
    for name in configuration.settings.panels:
        profiles = listed.get(name)
        if profiles is None:
            continue
        if not profiles:
            yield _warning(name, f"`{name}` lists no server: make the key's user a subuser of the servers")
        elif not any(map(configuration.watches(name), profiles)):
            message = f"`servers` of `{name}` chooses none of the servers that it lists ({len(profiles)})"
            yield _warning(name, message)


def _nodes(configuration: Configuration, listed: Listed) -> Iterator[Problem]:
    for name, node in configuration.settings.nodes.items():
        profiles = listed.get(name)
        if profiles is None:
            continue
        if not profiles:
            yield _warning(name, f"the node `{name}` has no server")
            continue
        for one in node.servers:
            if not any(map(one.covers, profiles)):
                ids = ", ".join(glob.source for glob in one.id)
                yield _warning(
                    name, f"the egg `{one.egg}` is told of `{ids}`, which fits no server of `{name}`"
                )


def _warning(name: str, message: str) -> Problem:
    return problem_at(target_of(name), "no-server", message, severity="warning")
