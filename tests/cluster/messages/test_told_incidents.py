"""A channel knows of incidents what the shards that have them said last."""

from __future__ import annotations

from automaton.cluster.messages.handed import IncidentStanding, Said, Untold
from automaton.cluster.messages.raised_incidents import name_of
from automaton.cluster.messages.told_incidents import MOST_TOLD, ToldIncidents
from automaton.core.calls import Severity
from automaton.delivery.surroundings import IncidentStatus

REF = "down/lobby/1"


def said(ref: str = REF, *, resolves: bool = False) -> Said:
    return Said(
        number=1, at=0.0, ref=ref, rule="down", server="lobby", severity=Severity.INFO, text="t",
        resolves=resolves,
    )  # fmt: skip


def standing(*, is_open: bool, is_acked: bool = False, ref: str = REF) -> IncidentStanding:
    return IncidentStanding(number=2, at=0.0, ref=ref, is_open=is_open, is_acked=is_acked)


def test_what_was_said_is_open_until_its_end_is_said_or_that_it_is_over() -> None:
    incidents = ToldIncidents()
    before = incidents.status(REF)
    incidents.hear("node:a", said())
    opened = incidents.status(REF)
    incidents.hear("node:a", said(resolves=True))
    ended = incidents.status(REF)
    incidents.hear("node:a", Untold(number=3, at=0.0, ref=REF, rule="down", server="lobby"))
    untold = incidents.status(REF)
    incidents.hear("node:a", standing(is_open=False))

    assert (before, opened, ended) == (
        IncidentStatus(is_open=False),
        IncidentStatus(is_open=True),
        IncidentStatus(is_open=False),
    )
    assert (untold, incidents.status(REF)) == (IncidentStatus(is_open=True), IncidentStatus(is_open=False))


def test_what_somebody_has_in_hand_stays_so_when_more_is_said() -> None:
    incidents = ToldIncidents()
    incidents.hear("node:a", said())
    incidents.hear("node:a", standing(is_open=True, is_acked=True))
    incidents.hear("node:a", said())

    assert incidents.status(REF) == IncidentStatus(is_open=True, is_acked=True)


def test_what_is_no_incident_is_not_open() -> None:
    incidents = ToldIncidents()
    incidents.hear("fleet", said("automaton/fleet"))

    assert incidents.status("automaton/fleet") == IncidentStatus(is_open=False)


def test_with_a_shard_go_its_incidents() -> None:
    incidents = ToldIncidents()
    incidents.hear("node:a", said())
    incidents.hear("node:b", said("down/other/1"))
    before = incidents.sources()
    incidents.leave("node:a")

    assert (before, incidents.sources()) == ({"node:a", "node:b"}, {"node:b"})
    assert (incidents.source_of(REF), incidents.source_of("down/other/1")) == ("", "node:b")


def test_each_is_a_part_and_comes_back_from_it() -> None:
    incidents, other = ToldIncidents(), ToldIncidents()
    incidents.hear("node:a", said())
    incidents.hear("node:a", standing(is_open=True, is_acked=True))
    part = {"ref": REF, "source": "node:a", "acked": True}
    changes = incidents.take_changes()
    other.load(part)
    incidents.hear("node:a", said(resolves=True))

    assert changes == {name_of(REF): part} == other.dump()
    assert incidents.take_changes() == {name_of(REF): None}


def test_of_too_many_the_oldest_is_forgotten_and_counted() -> None:
    incidents = ToldIncidents()
    for number in range(1, MOST_TOLD + 2):
        incidents.hear("node:a", said(f"down/lobby/{number}"))

    assert incidents.forgotten == 1
    assert not incidents.status(REF).is_open
