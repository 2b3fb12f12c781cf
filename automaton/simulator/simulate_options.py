"""The options of `automaton simulate` that are small languages: `--node` and `--game`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar
from uuid import UUID

from automaton.simulator.games.eggs import GAMES
from automaton.simulator.panel.panel_kind import PANELS, PanelKind
from automaton.simulator.wings.generation import GENERATIONS, Generation
from automaton.simulator.wings.server_build import ServerBuild

T = TypeVar("T")
MOST = 1000


class OptionError(Exception):
    """An option that names what does not exist; the text lists what does."""


def nodes_of(nodes: Sequence[str], panel: str) -> list[tuple[Generation, PanelKind]]:
    """The nodes of texts such as `g11` or `g11@pterodactyl-1.11`; `panel` is for those that name none."""
    return [_place(node, panel) for node in nodes]


def _place(text: str, panel: str) -> tuple[Generation, PanelKind]:
    generation, _, kind = text.partition("@")
    return _chosen(GENERATIONS, generation, "generation"), _chosen(PANELS, kind or panel, "Panel")


def servers_of(texts: Sequence[str], seed: int, chatter: float) -> list[ServerBuild]:
    """The servers of texts such as `rust=2` or `rust`, which is one. They are called `rust-1`, `rust-2`."""
    chance = Random(seed)
    builds: list[ServerBuild] = []
    for text in texts:
        game, equals, number = text.partition("=")
        egg = _chosen(GAMES, game, "game")
        if equals and not (number.isdigit() and 1 <= int(number) <= MOST):
            raise OptionError(f"`{text}`: a number from 1 to {MOST} follows the `=`")
        first = sum(build.egg is egg for build in builds) + 1
        for count in range(first, first + int(number or 1)):
            uuid = str(UUID(int=chance.getrandbits(128), version=4))
            builds.append(ServerBuild(uuid=uuid, name=f"{game}-{count}", egg=egg, chatter=chatter))
    return builds


def _chosen(there: Mapping[str, T], name: str, what: str) -> T:
    if name not in there:
        raise OptionError(f"no {what} `{name}`, there are {', '.join(there)}")
    return there[name]
