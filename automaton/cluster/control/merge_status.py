"""The whole at a glance, of all shards together, and what is not in it as one more trouble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from automaton.cluster.control.merge import Lacking, Merge
from automaton.cluster.control.merge_lists import oldest_first
from automaton.web.fleet_summary import FleetSummary
from automaton.web.routes.status import Status
from automaton.wings.link_supervisor import LinkState

DECISIONS_SHOWN = 10  # as of one daemon


def _status(parts: Sequence[Status], lacking: Lacking) -> Status:
    """What members say alike, as of their Panel, is said once."""
    links: Counter[str] = Counter()
    for part in parts:
        links.update(part.links)
    rules = max(part.rules for part in parts)
    incidents = oldest_first(chain.from_iterable(part.incidents for part in parts))
    decisions = sorted(chain.from_iterable(part.decisions for part in parts), key=lambda row: -row.age)
    troubles = [*_lacking(lacking), *_differing(parts), *chain.from_iterable(part.troubles for part in parts)]
    summary = FleetSummary(
        live=links[LinkState.LIVE], servers=links.total(), parked=links[LinkState.PARKED], rules=rules,
        incidents=len(incidents), suspended=links[LinkState.SUSPENDED],
    )  # fmt: skip
    return Status(
        summary=str(summary),
        version=", ".join(sorted({part.version for part in parts})),
        uptime=max(part.uptime for part in parts),
        arm=", ".join(sorted({part.arm for part in parts})),
        rules=rules,
        links={state.value: links[state.value] for state in LinkState},
        hold=max((part.hold for part in parts if part.hold), key=lambda one: one.age, default=None),
        troubles=list(dict.fromkeys(troubles)),
        parked=list(chain.from_iterable(part.parked for part in parts)),
        breakers=list(chain.from_iterable(part.breakers for part in parts)),
        incidents=incidents,
        decisions=decisions[-DECISIONS_SHOWN:],
    )


def _lacking(lacking: Lacking) -> Iterator[str]:
    for one in lacking.shards:
        yield f"{one.shard} is not in this: {one.why}"


def _differing(parts: Sequence[Status]) -> Iterator[str]:
    """What a reload of those that lag behind mends."""
    if len(arms := sorted({part.arm for part in parts})) > 1:
        yield f"members differ in `limits.arm`, {' and '.join(arms)}: reload those that have the old files"
    if len(counts := sorted({part.rules for part in parts})) > 1:
        told = " and ".join(map(str, counts))
        yield f"members differ in how many rules they have, {told}: reload those that have the old files"


STATUS = Merge(Status, _status, is_of_none=False)
