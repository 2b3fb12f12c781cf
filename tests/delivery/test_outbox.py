"""A full outbox loses what is least loud and oldest, and never a critical message that it took."""

from __future__ import annotations

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.message import Message
from automaton.delivery.outbox import Outbox

INFO, WARNING, CRITICAL = Severity


def message(name: str, severity: Severity) -> Message:
    return Message(id=name, title="", lines=(), severity=severity, at=Moment(0, 0))


def filled(*severities: Severity) -> tuple[Outbox, list[str]]:
    """An outbox for three, and the ids of what it dropped while these were put into it."""
    outbox = Outbox(capacity=3)
    dropped = [outbox.put(message(str(place), severity)) for place, severity in enumerate(severities)]
    return outbox, [lost.id for lost in dropped if lost]


def ids(outbox: Outbox) -> list[str]:
    taken = []
    while (next_one := outbox.take()) is not None:
        taken.append(next_one.id)
    return taken


def test_messages_come_out_as_they_went_in_however_loud() -> None:
    outbox, dropped = filled(WARNING, CRITICAL, INFO)

    assert dropped == []
    assert len(outbox) == 3
    assert ids(outbox) == ["0", "1", "2"]


def test_the_oldest_info_is_dropped_first() -> None:
    outbox, dropped = filled(WARNING, INFO, INFO, CRITICAL)

    assert dropped == ["1"]
    assert ids(outbox) == ["0", "2", "3"]


def test_then_the_oldest_warning() -> None:
    outbox, dropped = filled(CRITICAL, WARNING, WARNING, CRITICAL)

    assert dropped == ["1"]
    assert ids(outbox) == ["0", "2", "3"]


def test_a_new_info_is_itself_dropped_where_all_others_are_louder() -> None:
    outbox, dropped = filled(CRITICAL, WARNING, WARNING, INFO)

    assert dropped == ["3"]
    assert ids(outbox) == ["0", "1", "2"]


def test_a_critical_that_was_taken_stays_and_a_new_one_finds_no_room() -> None:
    outbox, dropped = filled(CRITICAL, CRITICAL, CRITICAL, CRITICAL)

    assert dropped == ["3"]
    assert ids(outbox) == ["0", "1", "2"]


def test_an_empty_outbox_gives_nothing() -> None:
    assert Outbox().take() is None
