"""When a group has its turn, to the second: Alertmanager's timing, with what is critical before the rest."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.channel import Channel, Label
from automaton.delivery.digest import Digest
from automaton.delivery.group import DIGEST, DRILL, Group, in_order, key_of, name_of
from automaton.delivery.record import Record
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from tests.delivery.desk import OPS, said

T = Moment(1_000.0, 1_700_000_000.0)
LABELLED = replace(OPS, group_by=tuple(Label))


def record(
    number: int = 1, *, since: float | None = 0.0, severity: Severity = Severity.WARNING,
    told: bool = False, ended: bool = False, gone: bool = False,
) -> Record:  # fmt: skip
    return Record(
        number, f"down/s{number}/{number}", "down", f"s{number}", f"s{number}", "eu-1", severity, T,
        ended=T if ended else None, since=T + since if since is not None else None, is_told=told,
        is_gone=gone,
    )  # fmt: skip


def group(
    *records: Record, last: float | None = None, loudest: Severity = Severity.WARNING, looked: float = -inf
) -> Group:
    spoken = T + last if last is not None else None
    return Group(
        (("rule", "down"),), {one.number: one for one in records}, last=spoken,
        looked=T + looked if looked > -inf else spoken, loudest=loudest,
    )  # fmt: skip


def turn(group: Group, channel: Channel = OPS) -> float | None:
    """Seconds from T."""
    at = group.next_turn(channel)
    return at - T.mono if at is not None else None


CRITICAL = Severity.CRITICAL


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (group(record()), 30.0),
        (group(record(), record(2, since=-10.0)), 20.0),
        (group(record(severity=CRITICAL)), 0.0),
        (group(record(severity=CRITICAL, ended=True)), 30.0),
        (group(record(), last=-10.0), 290.0),
        (group(record(), last=-290.0), 30.0),
        (group(record(), last=-5_000.0), 30.0),
        (group(record(severity=CRITICAL), last=-10.0), 0.0),
        (group(record(severity=CRITICAL), last=-10.0, loudest=CRITICAL), 290.0),
        (group(record(told=True, ended=True), last=-10.0), 290.0),
        (group(record(since=None, told=True), last=-10.0), 4 * 3600.0 - 10.0),
        (group(record(since=None, told=True), last=-20_000.0, looked=-10.0), 290.0),
        (group(record(since=None, told=True, gone=True), last=-10.0), 290.0),
        (group(last=-10.0), 290.0),
    ],
)
def test_its_next_turn(made: Group, expected: float) -> None:
    assert turn(made) == pytest.approx(expected)


def test_hurried_or_played_it_waits_for_nothing() -> None:
    hurried = group(record(), last=-10.0)
    hurried.hurry()
    played = Group((*DRILL, ("rule", "down")), {1: record()}, last=T)

    assert (turn(hurried), turn(played)) == (0.0, 0.0)


def test_refused_it_holds_until_it_may_try_again_or_somebody_asks() -> None:
    made = group(record(severity=CRITICAL))
    made.hold(T.mono + 60.0)
    held, refusals = turn(made), made.refusals
    made.hurry()

    assert (held, refusals, turn(made)) == (60.0, 1, 0.0)


def test_it_reminds_of_what_is_open_and_nobody_took_note_of() -> None:
    made = group(*(record(number, since=None, told=True) for number in (1, 2, 3)), last=0.0)
    status = {
        "down/s1/1": IncidentStatus(is_open=True),
        "down/s2/2": IncidentStatus(is_open=True, is_acked=True),
        "down/s3/3": IncidentStatus(is_open=False),
    }
    early, _ = made.look(status.__getitem__, T + 600.0, OPS)
    late, over = made.look(status.__getitem__, T + OPS.repeat, OPS)

    assert early == []
    assert [one.number for one in late] == [1]
    assert [one.number for one in over] == [3]  # it was not open at two turns


def test_a_digest_reminds_of_nothing() -> None:
    made = Group(DIGEST, {1: record(since=None, told=True)}, last=T, looked=T)

    assert made.look(lambda _: IncidentStatus(is_open=True), T + 90_000.0, OPS) == ([], [])


@pytest.mark.parametrize(
    ("channel", "severity", "key"),
    [
        (OPS, Severity.INFO, (("rule", "down"), ("node", "eu-1"))),
        (replace(OPS, group_by=()), Severity.INFO, ()),
        (
            LABELLED,
            Severity.INFO,
            (("rule", "down"), ("node", "eu-1"), ("server", "s1"), ("severity", "info")),
        ),
        (replace(OPS, digest=Digest(0, None)), Severity.INFO, DIGEST),  # type: ignore[arg-type]
        (
            replace(OPS, digest=Digest(0, None)),  # type: ignore[arg-type]
            Severity.WARNING,
            (("rule", "down"), ("node", "eu-1")),
        ),
    ],
)
def test_a_record_belongs_to_the_group_of_its_labels(
    channel: Channel, severity: Severity, key: tuple[tuple[str, str], ...]
) -> None:
    assert key_of(record(severity=severity), channel) == key


def test_a_drill_is_a_group_by_itself() -> None:
    drill = Record.of(1, replace(said(), ref="drill/down/s1/1"), ServerLabel("s1"), T)

    assert key_of(drill, replace(OPS, group_by=()))[:1] == DRILL


def test_of_open_ones_what_is_new_comes_first_and_what_is_over_last() -> None:
    old, new, over = record(1, since=None, told=True), record(2), record(3, ended=True)

    assert [one.number for one in in_order([over, old, new])] == [2, 1, 3]


def test_a_file_gives_back_what_was_dumped() -> None:
    made = group(last=-10.0)
    made.spoke(T, CRITICAL)

    assert Group.load(made.dump(), T).dump() == made.dump()
    assert name_of(made.key) != name_of(DIGEST)


def test_records_that_move_do_not_speak_sooner() -> None:
    into, spoke_late, spoke_early = group(record()), group(last=-10.0), group(last=-200.0)
    into.follow(spoke_late)
    into.follow(spoke_early)

    assert turn(into) == pytest.approx(290.0)
