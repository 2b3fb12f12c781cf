"""A batch is taken once, behind what was taken before it."""

from __future__ import annotations

from automaton.cluster.messages.handed import Batch, Expected, IncidentStanding
from automaton.cluster.messages.taken_numbers import TakenNumbers


def batch(after: int, *numbers: int, series: int = 7, source: str = "node:a") -> Batch:
    return Batch(
        source=source, series=series, after=after, ages=(0.0,) * len(numbers),
        items=tuple(IncidentStanding(number=number, at=0.0, ref="r", is_open=True) for number in numbers),
    )  # fmt: skip


def took(*batches: Batch) -> TakenNumbers:
    numbers = TakenNumbers()
    for one in batches:
        assert numbers.judge(one) is None
        numbers.take(one)
    return numbers


def test_what_follows_on_what_was_taken_is_taken_also_over_what_was_given_up() -> None:
    numbers = took(batch(0, 1, 4))

    assert numbers.judge(batch(4, 9)) is None
    assert numbers.judge(batch(2, 3, 9)) is None
    assert numbers.up_to(batch(4, 9)) == 4


def test_a_gap_is_refused_with_what_is_expected() -> None:
    assert took(batch(0, 1)).judge(batch(2, 3)) == Expected(series=7, after=1)
    assert took().judge(batch(2, 3)) == Expected(series=7, after=0)


def test_shards_are_counted_apart() -> None:
    numbers = took(batch(0, 5), batch(0, 1, source="node:b"))

    assert (numbers.up_to(batch(0, 9)), numbers.up_to(batch(0, 9, source="node:b"))) == (5, 1)


def test_a_later_series_begins_anew_and_an_earlier_one_is_refused() -> None:
    numbers = took(batch(0, 5), batch(0, 1, series=8))

    assert numbers.judge(batch(5, 6)) == Expected(series=8, after=1)
    assert numbers.judge(batch(4, 6, series=9)) == Expected(series=9, after=0)


def test_a_repeat_takes_nothing_back() -> None:
    numbers = took(batch(0, 1, 2, 3), batch(0, 1))

    assert numbers.take_changes() == {"node:a": {"series": 7, "number": 3}}


def test_numbers_come_back_from_their_parts() -> None:
    numbers = took(batch(0, 5))
    other = TakenNumbers()
    for source, data in numbers.dump().items():
        assert isinstance(data, dict)
        other.load(source, data)

    assert other.dump() == numbers.dump() == {"node:a": {"series": 7, "number": 5}}
