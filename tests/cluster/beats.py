"""Heartbeats and members as tests want them."""

from __future__ import annotations

from automaton.cluster.heartbeat import Formats, Heartbeat
from automaton.cluster.members import LivingMember

FORMATS = Formats(reads_from=1, reads_to=1, writes=1)


def beat(
    member: str = "a",
    number: int = 1,
    *,
    boot: str = "",
    cores: int = 2,
    formats: Formats = FORMATS,
    generation: int = 1,
    appends_work: bool = True,
    wall: float = 0.0,
    owned: dict[str, int] | None = None,
    releasing: dict[str, str] | None = None,
    draining: bool = False,
    started_ago: float = 100.0,
    settling: int = 0,
    waits: dict[str, float] | None = None,
    knows_nodes: bool = True,
    lost: tuple[str, ...] = (),
) -> Heartbeat:
    """A heartbeat of a member for which all is well."""
    return Heartbeat(
        member=member,
        boot=boot or f"{member}-boot",
        number=number,
        cores=cores,
        formats=formats,
        generation=generation,
        appends_work=appends_work,
        wall=wall,
        owned=owned or {},
        releasing=releasing or {},
        draining=draining,
        version="0.1.0",
        started_ago=started_ago,
        settling=settling,
        waits=waits or {},
        knows_nodes=knows_nodes,
        lost=lost,
    )


def member(heartbeat: Heartbeat, *, steady: float = 100.0, is_able: bool = True) -> LivingMember:
    """One that lives, and has for long."""
    return LivingMember(heartbeat=heartbeat, steady=steady, silent=0.5, is_able=is_able, skew=0.0)
