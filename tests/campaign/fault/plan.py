"""What goes wrong in one fault campaign, from a seed: families of faults that fail together at random.

Pure: the same seed and names give the same plan. Each fault ends by itself or is ended, all before `STRETCH`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

STRETCH = 14.0  # seconds
FAULTS_A_FAMILY = (1, 3)
FAMILIES_AT_LEAST = 2
ONE_IN = 1.5  # so many plans have a certain family
CLOCK_JUMPS = (-7200.0, -60.0, 45.0, 3600.0, 86_400.0)
ODD_RETRY_AFTER = ("0", "-5", "soon", "99999999999999999999", "1e3", "Wed, 21 Oct 2015 07:28:00 GMT", "")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happens, `at` seconds after the beginning. `family` says to whom `name` is a word."""

    at: float
    family: str
    name: str
    given: dict[str, object] = field(default_factory=dict)


def plan(seed: int, servers: Sequence[str], nodes: Sequence[str]) -> list[Deed]:
    """All deeds in order: faults, their ends, and a last one that ends them all."""
    chance = Random(f"faults {seed}")
    families = [name for name in FAMILIES if chance.random() < 1 / ONE_IN]
    while len(families) < FAMILIES_AT_LEAST:
        families = sorted({*families, chance.choice(list(FAMILIES))})
    deeds = []
    for family in families:
        for _ in range(chance.randint(*FAULTS_A_FAMILY)):
            deeds += FAMILIES[family](chance, chance.uniform(0.0, STRETCH * 0.7), servers, nodes)
    return sorted(deeds, key=lambda deed: deed.at)


def _until(chance: Random, at: float) -> float:
    return min(STRETCH, at + chance.uniform(1.0, STRETCH / 2))


def _links(chance: Random, at: float, servers: Sequence[str], nodes: Sequence[str]) -> list[Deed]:
    name = chance.choice(("drop", "drop", "half-open", "expire", "deny", "restart-wings", "wings-hangs"))
    if name in ("restart-wings", "wings-hangs"):
        given: dict[str, object] = {
            "node": chance.choice(nodes),
            "seconds": round(_until(chance, at) - at, 1),
        }
    elif name == "drop" and chance.random() < 0.5:
        given = {"node": chance.choice(nodes)}
    else:
        given = {"server": chance.choice(servers)}
    return [Deed(at, "links", name, given)]


def _panel(chance: Random, at: float, _: Sequence[str], __: Sequence[str]) -> list[Deed]:
    name = chance.choice(("panel-down", "panel-slow", "no-tokens"))
    given: dict[str, object] = {"seconds": round(_until(chance, at) - at, 1)}
    if name == "panel-slow":
        given["delay"] = chance.choice((3, 20))
    return [Deed(at, "panel", name, given)]


def _chat(chance: Random, at: float, _: Sequence[str], __: Sequence[str]) -> list[Deed]:
    name = chance.choice(("fails", "refuses", "too many", "hangs"))
    given: dict[str, object] = {"retry_after": chance.choice(ODD_RETRY_AFTER)} if name == "too many" else {}
    return [Deed(at, "chat", name, given), Deed(_until(chance, at), "chat", "is well")]


def _disk(chance: Random, at: float, _: Sequence[str], __: Sequence[str]) -> list[Deed]:
    return [Deed(at, "disk", "fills"), Deed(_until(chance, at), "disk", "has room")]


def _clock(chance: Random, at: float, _: Sequence[str], __: Sequence[str]) -> list[Deed]:
    by = chance.choice(CLOCK_JUMPS)
    return [Deed(at, "clock", "jumps", {"by": by}), Deed(_until(chance, at), "clock", "jumps", {"by": 0.0})]


FAMILIES = {"links": _links, "panel": _panel, "chat": _chat, "disk": _disk, "clock": _clock}
