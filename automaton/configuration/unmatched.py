"""What automaton.yml chooses, held against what Panels and nodes list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automaton.configuration.load import Configuration
from automaton.core.events import Profile
from automaton.problem import FilePlace, Problem, in_order, problem_at
from automaton.schema.scalar import Scalar

Listed = Mapping[str, Sequence[Profile]]
"""All that a Panel or node lists, chosen or not, by its name; without those that could not be read."""


def unmatched(configuration: Configuration, listed: Listed) -> list[Problem]:
    """The Panels and nodes of which no server is watched, and eggs that are told of no server."""
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
    place = name.place if isinstance(name, Scalar) else FilePlace("-")
    return problem_at(place, "no-server", message, severity="warning")
