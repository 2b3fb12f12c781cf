"""What goes wrong in one campaign, from a seed: faults with their moments, and whatever sets them right.

Pure: the same seed and the same names give the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

Given = dict[str, object]

TALLY = "tally"
"""Not a fault: the server prints its next number."""

NAP = "nap"
"""Not the world's fault: nobody takes what the pool heard for so many `seconds`."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happens, `at` seconds after the beginning; `given` is what the fault takes."""

    at: float
    name: str
    given: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom faults may befall, by the names that the simulator knows."""

    servers: Sequence[str]
    nodes: Sequence[str]
    panels: Sequence[str]


Story = Callable[[Random, Targets, float], list[Deed]]


def _on_server(name: str, **given: object) -> Story:
    return lambda chance, whom, at: [Deed(at, name, {"server": chance.choice(whom.servers), **given})]


def _on_node(name: str) -> Story:
    return lambda chance, whom, at: [Deed(at, name, {"node": chance.choice(whom.nodes)})]


def _node_for_a_while(name: str, low: float, high: float) -> Story:
    def story(chance: Random, whom: Targets, at: float) -> list[Deed]:
        seconds = round(chance.uniform(low, high), 1)
        return [Deed(at, name, {"node": chance.choice(whom.nodes), "seconds": seconds})]

    return story


def _nap(chance: Random, whom: Targets, at: float) -> list[Deed]:
    return [Deed(at, NAP, {"seconds": round(chance.uniform(1, 120), 1)})]


def _panel_for_a_while(name: str, low: float, high: float, **given: object) -> Story:
    def story(chance: Random, whom: Targets, at: float) -> list[Deed]:
        seconds = round(chance.uniform(low, high), 1)
        return [Deed(at, name, {"panel": chance.choice(whom.panels), "seconds": seconds, **given})]

    return story


def _undone(name: str, whose: str, given: Given, undo: str, undone: Given) -> Story:
    """A fault that stays until it is set right, a minute to ten later."""

    def story(chance: Random, whom: Targets, at: float) -> list[Deed]:
        target = chance.choice(whom.servers if whose == "server" else whom.nodes)
        later = at + chance.uniform(60.0, 600.0)
        return [Deed(at, name, {whose: target, **given}), Deed(later, undo, {whose: target, **undone})]

    return story


# How often each happens beside the others. Single links fail most, whole nodes and Panels seldom.
STORIES: Sequence[tuple[float, Story]] = (
    (20, _on_server("drop")),
    (8, _on_server("half-open")),
    (6, _on_server("expire")),
    (6, _on_server("deny")),
    (2, _on_server("revoke", user="automaton")),
    (1, _on_node("drop")),
    (1, _on_node("half-open")),
    (1, _on_node("deny")),
    (1, _on_node("expire")),
    (1, _on_node("deauthorize")),
    (1, _node_for_a_while("restart-wings", 2, 300)),
    (1, _node_for_a_while("wings-hangs", 10, 200)),
    (1, _node_for_a_while("maintenance", 30, 300)),
    (1, _panel_for_a_while("panel-down", 10, 400)),
    (1, _panel_for_a_while("panel-slow", 10, 200, delay=20)),
    (1, _panel_for_a_while("panel-slow", 10, 200, delay=60)),
    (1, _panel_for_a_while("no-tokens", 10, 200)),
    (1, _undone("origin", "node", {"remote": "http://elsewhere.test"}, "origin", {})),
    (1, _undone("rotate-token", "node", {}, "rotate-token", {"back": True})),
    (4, _undone("suspend", "server", {}, "unsuspend", {})),
    (2, _undone("freeze", "server", {}, "thaw", {})),
    (10, _on_server("crash")),
    (12, _on_server("start")),
    (4, _on_server("stop")),
    (6, _on_server("restart")),
    (2, _on_server("kill")),
    (2, _on_server("reinstall")),
    (2, _on_server("restore")),
    (3, _on_server("flood", lines=300)),
    (2, _nap),
)


def plan(seed: int, whom: Targets, seconds: float, *, faults: float, numbers: float) -> list[Deed]:
    """All deeds in order. `faults` and `numbers`: so many a minute, each server's numbers by itself.

    What stays until it is set right may be set right after `seconds`.
    """
    chance = Random(f"faults {seed}")
    weights = [weight for weight, _ in STORIES]
    deeds: list[Deed] = []
    at = chance.expovariate(faults / 60)
    while at < seconds:
        (_, story) = chance.choices(STORIES, weights)[0]
        deeds += story(chance, whom, at)
        at += chance.expovariate(faults / 60)
    for server in whom.servers:
        at = chance.expovariate(numbers / 60)
        while at < seconds:
            deeds.append(Deed(at, TALLY, {"server": server}))
            at += chance.expovariate(numbers / 60)
    return sorted(deeds, key=lambda deed: deed.at)
