"""A box keeps to its bounds by the rules of an outbox, and says what it gave up."""

from __future__ import annotations

from typing import Any

from automaton.cluster.messages.box import LARGEST_BATCH, MOST_AT_ONCE, Box
from automaton.cluster.messages.handed import Batch, IncidentStanding, Said, Untold
from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery.outbox import MOST_WHOLE, GivenUp
from automaton.delivery.record import LONGEST_TEXT, REMINDED_TEXT
from automaton.delivery.records import MOST_KEPT, MOST_WAITING
from automaton.delivery.surroundings import IncidentStatus, ServerLabel

NOW = Moment(1_000.0, 1_700_000_000.0)
ROOT = "delivery/handed/ops"
HOUR = 3_600.0
LABEL = ServerLabel("Lobby", "eu-1")
INFO, WARNING, CRITICAL = Severity


def box() -> Box:
    return Box(ROOT, "node:eu-1", NOW)


def said(
    number: int, severity: Severity = WARNING, *, text: str = "down", resolves: bool = False
) -> SendMessage:
    return SendMessage(
        server="lobby", channel="ops", text=text, severity=severity, rule="down",
        ref=f"down/lobby/{number}", resolves=resolves,
    )  # fmt: skip


def offered(one: Box, now: Moment = NOW, max_age: float = HOUR) -> Batch:
    batch = one.batch(now, max_age)
    assert batch is not None
    return batch


def kinds(batch: Batch) -> list[tuple[int, type, str]]:
    return [(item.number, type(item), item.ref) for item in batch.items]


def kept(one: Box, parts: dict[str, Any] | None = None) -> dict[str, Any]:
    changed = {**(parts or {}), **one.take_changes()}
    return {name: data for name, data in changed.items() if data is not None}


def test_what_is_said_is_offered_in_order_with_how_long_ago_it_was() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    one.put(said(1, resolves=True), LABEL, NOW + 10.0)
    batch = offered(one, NOW + 15.0)

    assert kinds(batch) == [(1, Said, "down/lobby/1"), (2, Said, "down/lobby/1")]
    assert (batch.after, batch.ages) == (0, (15.0, 5.0))


def test_what_is_taken_is_gone_and_the_next_follows_on_it() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    batch = offered(one)
    one.put(said(2), LABEL, NOW)
    one.taken(batch.series, 1, NOW)

    assert kinds(offered(one)) == [(2, Said, "down/lobby/2")]
    assert offered(one).after == 1


def test_without_room_the_oldest_info_goes_then_the_oldest_warning() -> None:
    one = box()
    one.put(said(1, INFO), LABEL, NOW)
    for number in range(2, MOST_WAITING + 2):
        assert one.put(said(number, WARNING), LABEL, NOW)
    one.put(said(5_000, CRITICAL), LABEL, NOW)

    assert one.given_up == [GivenUp("down/lobby/1", "no room"), GivenUp("down/lobby/2", "no room")]
    assert kinds(offered(one))[:3] == [
        (1, Untold, "down/lobby/1"),
        (2, Untold, "down/lobby/2"),
        (3, Said, "down/lobby/3"),
    ]


def test_a_critical_is_never_given_up_but_of_too_many_the_newest_is_not_taken() -> None:
    one = box()
    taken = [one.put(said(number, CRITICAL), LABEL, NOW) for number in range(1, MOST_KEPT + 2)]

    assert taken == [True] * MOST_KEPT + [False]


def test_what_is_under_way_is_not_given_up() -> None:
    one = box()
    one.put(said(1, INFO), LABEL, NOW)
    offered(one)
    for number in range(2, MOST_WAITING + 2):
        one.put(said(number, INFO), LABEL, NOW)

    assert one.given_up == [GivenUp("down/lobby/2", "no room")]


def test_what_is_too_old_is_given_up_but_an_end_never() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    one.put(said(2, resolves=True), LABEL, NOW)
    one.put(said(3), LABEL, NOW + HOUR)
    batch = offered(one, NOW + HOUR + 1.0)

    assert one.given_up == [GivenUp("down/lobby/1", "too old")]
    assert kinds(batch) == [
        (1, Untold, "down/lobby/1"),
        (2, Said, "down/lobby/2"),
        (3, Said, "down/lobby/3"),
    ]


def test_an_incident_of_which_the_channel_cannot_know_ends_between_us() -> None:
    one = box()
    one.put(said(3), LABEL, NOW)
    for number in range(4, MOST_WAITING + 4):
        one.put(said(number), LABEL, NOW)
    one.put(said(3, resolves=True), LABEL, NOW)

    assert one.given_up == [GivenUp("down/lobby/3", "no room")]
    assert kinds(offered(one))[0] == (2, Said, "down/lobby/4")


def given_up(one: Box, number: int) -> None:
    """An opening that has no room, before the channel was offered it."""
    one.put(said(number), LABEL, NOW)
    for other in range(number + 1, number + 1 + MOST_WAITING):
        one.put(said(other), LABEL, NOW)


def test_a_second_word_of_an_end_between_us_stays_between_us() -> None:
    """An `on_clear` may tell twice."""
    one = box()
    given_up(one, 3)
    before = len(one)
    for _ in range(2):
        assert one.put(said(3, resolves=True), LABEL, NOW)

    assert len(one) == before - 1
    assert "down/lobby/3" not in {item.ref for item in offered(one).items}


def test_an_end_that_is_said_long_after_its_incident_was_over_stays_between_us_too() -> None:
    """A run that goes on after the clear is waited for: by then it was told how the incident stands."""
    one = box()
    given_up(one, 3)
    before = len(one)
    one.stand("down/lobby/3", IncidentStatus(is_open=False), NOW)
    one.put(said(3, resolves=True), LABEL, NOW)

    assert len(one) == before - 1


def test_what_is_said_anew_of_an_incident_that_was_between_us_has_its_end_told() -> None:
    one = box()
    given_up(one, 3)
    one.put(said(3, resolves=True), LABEL, NOW)
    one.put(said(3, CRITICAL), LABEL, NOW)
    before = len(one)
    one.put(said(3, resolves=True), LABEL, NOW)

    assert len(one) == before + 1


def test_the_end_of_what_may_be_known_is_handed_over_although_its_opening_was_given_up() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    offered(one)
    one.unanswered()
    one.batch(NOW + 2 * HOUR, HOUR)
    one.put(said(1, resolves=True), LABEL, NOW + 2 * HOUR)

    assert kinds(offered(one, NOW + 2 * HOUR)) == [(1, Untold, "down/lobby/1"), (2, Said, "down/lobby/1")]


def test_news_of_what_the_channel_was_told_is_given_up_without_a_trace() -> None:
    """Its opening was told, and so will be its end."""
    one = box()
    one.put(said(1), LABEL, NOW)
    one.taken(offered(one).series, 1, NOW)
    one.put(said(1, text="worse"), LABEL, NOW)
    nothing = one.batch(NOW + 2 * HOUR, HOUR)

    assert (nothing, one.given_up) == (None, [GivenUp("down/lobby/1", "too old")])


def test_how_an_incident_stands_is_said_once_and_the_last_word_alone() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    one.taken(offered(one).series, 1, NOW)
    for is_acked in (True, True, False, True):
        one.stand("down/lobby/1", IncidentStatus(is_open=True, is_acked=is_acked), NOW)
    batch = offered(one)

    assert [item for item in batch.items if isinstance(item, IncidentStanding)] == [
        IncidentStanding(number=4, at=NOW.wall, ref="down/lobby/1", is_open=True, is_acked=True)
    ]
    assert len(batch.items) == 1


def test_of_many_long_texts_only_the_beginning_waits() -> None:
    one = box()
    for number in range(1, MOST_WHOLE + 2):
        one.put(said(number, text="x" * 20_000), LABEL, NOW)
    parts = kept(one)

    assert len(parts[f"{ROOT}/1"]["text"]) == LONGEST_TEXT
    assert len(parts[f"{ROOT}/{MOST_WHOLE + 1}"]["text"]) == REMINDED_TEXT


def test_a_batch_is_bounded_by_items_and_by_bytes() -> None:
    short, long = box(), box()
    for number in range(1, MOST_AT_ONCE + 50):
        short.put(said(number), LABEL, NOW)
        long.put(said(number, text="x" * 9_000), LABEL, NOW)

    assert len(offered(short).items) == MOST_AT_ONCE
    assert len(offered(long).items) == LARGEST_BATCH // 9_300


def test_what_is_no_text_is_replaced() -> None:
    one = box()
    one.put(said(1, text="half \ud83d of it"), LABEL, NOW)

    assert kept(one)[f"{ROOT}/1"]["text"] == "half ? of it"


def test_the_next_owner_goes_on_where_the_last_one_stood() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    one.put(said(2), LABEL, NOW)
    batch = offered(one)
    one.taken(batch.series, 1, NOW)
    other = Box.load(ROOT, "node:eu-1", kept(one), NOW + 60.0)
    other.put(said(3), LABEL, NOW + 60.0)
    again = offered(other, NOW + 60.0)

    assert (again.series, again.after, again.ages) == (batch.series, 1, (60.0, 0.0))
    assert kinds(again) == [(2, Said, "down/lobby/2"), (3, Said, "down/lobby/3")]
    assert [(one.ref, one.is_taken) for one in other.raised] == [
        ("down/lobby/1", True),
        ("down/lobby/2", False),
        ("down/lobby/3", False),
    ]


def test_a_number_is_never_given_twice_also_where_nothing_waits_any_more() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    one.taken(offered(one).series, 1, NOW)
    other = Box.load(ROOT, "node:eu-1", kept(one), NOW)
    other.put(said(2), LABEL, NOW)

    assert kinds(offered(other)) == [(2, Said, "down/lobby/2")]


def test_what_the_last_owner_may_have_offered_ends_at_the_channel() -> None:
    """Nobody remembers what was under way: its opening was given up here, and may be known there."""
    one = box()
    one.put(said(1, INFO), LABEL, NOW)
    other = Box.load(ROOT, "node:eu-1", kept(one), NOW)
    for number in range(2, MOST_WAITING + 2):
        other.put(said(number), LABEL, NOW)
    other.put(said(1, resolves=True), LABEL, NOW)

    assert kinds(offered(other))[0] == (1, Untold, "down/lobby/1")
    assert len(other) == MOST_WAITING + 2


def test_damaged_parts_are_dropped_by_themselves() -> None:
    parts = {f"{ROOT}/1": {"kind": "said"}, f"{ROOT}/self": {"series": "x"}, f"{ROOT}/raised/ab": []}
    one = Box.load(ROOT, "node:eu-1", parts, NOW)

    assert (one.damaged, one.take_changes()) == (3, dict.fromkeys(parts))


def test_a_channel_that_has_more_than_was_ever_said_begins_a_later_series() -> None:
    """The log of this shard has lost its end: its numbers would be taken for what was said before."""
    one = box()
    one.put(said(1), LABEL, NOW)
    series = offered(one).series

    assert not one.taken(series, 50, NOW)
    assert (offered(one).series, offered(one).after) == (series + 1, 0)
    assert kinds(offered(one)) == [(1, Said, "down/lobby/1")]


def test_a_channel_that_lost_what_it_took_is_followed_and_told_how_incidents_stand() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    series = offered(one).series
    one.taken(series, 1, NOW)
    one.put(said(2), LABEL, NOW)
    offered(one)
    one.expected(series, 0, NOW)
    batch = offered(one)

    assert (batch.after, kinds(batch)) == (
        0,
        [(2, Said, "down/lobby/2"), (3, IncidentStanding, "down/lobby/1")],
    )


def test_a_channel_that_knows_a_later_series_is_given_a_later_one_still() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    later = offered(one).series + 1_000
    one.expected(later, 40, NOW)

    assert (offered(one).series, offered(one).after) == (later + 1, 0)


def test_an_answer_that_comes_late_changes_nothing() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    series = offered(one).series
    one.expected(series - 1, 9, NOW)
    one.taken(series - 1, 9, NOW)

    assert (offered(one).series, offered(one).after, len(one)) == (series, 0, 1)


def test_a_box_whose_channel_left_takes_all_its_parts_with_it() -> None:
    one = box()
    one.put(said(1), LABEL, NOW)
    one.taken(offered(one).series, 1, NOW)
    one.put(said(2), LABEL, NOW)
    parts = kept(one)

    assert {name for name, data in one.forget().items() if data is None} >= parts.keys()
    assert one.given_up == [GivenUp("down/lobby/2", "target left")]
