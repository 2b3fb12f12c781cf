"""A message is recognisable when it comes twice, and as short as its service wants it."""

from __future__ import annotations

from automaton.core.calls import Severity
from automaton.delivery.message import BODY_LIMIT, Message
from automaton.delivery.safe_text import lines_of, width

TAIL = ("https://panel.example.org/server/1a2b3c4d", "acknowledge: automaton ack mem-high lobby")


def message(
    text: str = "memory 95 %", *, tail: tuple[str, ...] = (), left_out: int = 0, late: float = 0.0,
    is_plain: bool = False, resolves: bool = False,
) -> Message:  # fmt: skip
    return Message(
        id="0f1e2d3c", title="lobby", lines=lines_of(text), severity=Severity.CRITICAL, tail=tail,
        left_out=left_out, late=late, is_plain=is_plain, resolves=resolves,
    )  # fmt: skip


def test_the_body_is_the_text_then_the_tail_then_the_id() -> None:
    assert message(tail=TAIL).body() == "\n".join(["memory 95 %", *TAIL, "#0f1e2d3c"])


def test_what_was_lost_before_it_and_how_late_it_is_are_told() -> None:
    body = message(left_out=12, late=300.0).body()

    assert body == "memory 95 %\n… 12 earlier could not be sent in time\n#0f1e2d3c, 5m late"


def test_a_plain_one_is_the_text_alone_but_for_what_was_lost() -> None:
    assert message(tail=TAIL, is_plain=True, late=300.0).body() == "memory 95 %"
    assert message(is_plain=True, left_out=1).body() == "memory 95 %\n… 1 earlier could not be sent in time"


def test_a_long_body_keeps_its_id_its_tail_and_our_limit() -> None:
    for limit in (400, 2000, 100_000):
        body = message("x" * 5000, tail=TAIL).body(limit)

        assert width(body) <= min(limit, BODY_LIMIT)
        assert body.endswith("\n".join(["", *TAIL, "#0f1e2d3c"]))


def test_where_there_is_hardly_room_the_text_comes_before_the_tail() -> None:
    body = message("x" * 5000, tail=TAIL).body(160)

    assert width(body) <= 160
    assert body.startswith("xxx")
    assert body.endswith("#0f1e2d3c")


def test_a_text_of_nothing_visible_still_sends_the_id() -> None:
    assert message("\u200b\n\x00").body() == "#0f1e2d3c"


def test_an_end_is_as_quiet_as_news() -> None:
    assert message().loudness is Severity.CRITICAL
    assert message(resolves=True).loudness is Severity.INFO
