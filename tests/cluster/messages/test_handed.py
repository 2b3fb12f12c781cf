"""What goes over the wire comes back as it was, and what no version of ours would send is refused."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from automaton.cluster.messages.handed import (
    Batch,
    Expected,
    IncidentStanding,
    Item,
    Said,
    Taken,
    UnreadableBatchError,
    Untold,
    part_of,
    read_answer,
    read_batch,
    read_item,
    written,
)
from automaton.core.calls import SendMessage, Severity
from automaton.delivery.surroundings import ServerLabel

SAID = Said(
    number=3, at=1.5, ref="down/lobby/1", rule="down", server="lobby", severity=Severity.CRITICAL,
    text="down ☠", title="Down", excerpts=((0, 4),), resolves=True, name="Lobby", node="eu-1", url="https://x",
)  # fmt: skip
UNTOLD = Untold(number=4, at=2.0, ref="down/lobby/2", rule="down", server="lobby")
STANDING = IncidentStanding(number=6, at=3.0, ref="down/lobby/2", is_open=True, is_acked=True)
BATCH = Batch(source="node:eu-1", series=7, after=2, items=(SAID, UNTOLD, STANDING), ages=(9.0, 5.0, 0.0))


def test_a_batch_and_an_answer_come_back_as_they_were() -> None:
    assert read_batch(written(BATCH)) == BATCH
    for answer in (Taken(series=7, up_to=6), Expected(series=7, after=1)):
        assert read_answer(written(answer)) == answer


@pytest.mark.parametrize("item", [SAID, UNTOLD, STANDING])
def test_an_item_comes_back_from_its_part(item: Item) -> None:
    assert read_item(part_of(item)) == item


@pytest.mark.parametrize(
    "batch",
    [
        msgspec.structs.replace(BATCH, ages=(1.0,)),
        msgspec.structs.replace(BATCH, items=(), ages=()),
        msgspec.structs.replace(BATCH, items=(UNTOLD, SAID, STANDING)),
        msgspec.structs.replace(BATCH, after=3),
    ],
)
def test_a_batch_that_does_not_fit_together_is_refused(batch: Batch) -> None:
    with pytest.raises(UnreadableBatchError):
        read_batch(written(batch))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"source": 1}', b"\xff"])
def test_what_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableBatchError):
        read_batch(body)
    with pytest.raises(UnreadableBatchError):
        read_answer(body)


def test_a_message_is_what_a_rule_said() -> None:
    message = SendMessage(
        server="lobby", channel="ops", text="down ☠", title="Down", severity=Severity.CRITICAL, rule="down",
        ref="down/lobby/1", resolves=True, excerpts=((0, 4),),
    )  # fmt: skip

    assert SAID.message("ops") == message
    assert SAID.message("staff") == replace(message, channel="staff")
    assert SAID.label() == ServerLabel("Lobby", "eu-1", "https://x")
