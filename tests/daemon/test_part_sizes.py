"""What is remembered of keys that strangers choose is bounded, and what is left out is told."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.core.parts import HEAD, STATE, state_name
from automaton.daemon.part_sizes import PartSizes


def crowd(*numbers: int, rule: str = "crowd", size: int = 10) -> dict[str, bytes | None]:
    return {state_name("u1", rule, [f"player {number}"]): b"x" * size for number in numbers}


def test_what_fits_is_written() -> None:
    assert PartSizes(100).too_much(crowd(*range(10))) == []


def test_of_what_is_too_much_the_latest_is_left_out() -> None:
    sizes = PartSizes(100)
    sizes.too_much(crowd(*range(10)))

    assert sizes.too_much(crowd(10, 11)) == list(crowd(10, 11))


def test_what_is_gone_makes_room_and_what_is_written_anew_takes_none() -> None:
    sizes = PartSizes(100)
    sizes.too_much(crowd(*range(10)))

    assert sizes.too_much(crowd(3)) == []
    assert sizes.too_much({**dict.fromkeys(crowd(3)), **crowd(10)}) == []
    assert sizes.too_much(crowd(11)) == list(crowd(11))


def test_one_that_is_left_out_is_counted_no_more() -> None:
    sizes = PartSizes(100)
    sizes.too_much(crowd(*range(10)))

    assert sizes.too_much(crowd(3, size=11)) == list(crowd(3))
    assert sizes.too_much(crowd(10)) == []


def test_a_rule_that_a_stranger_fills_takes_nothing_from_the_others() -> None:
    sizes = PartSizes(100)
    sizes.too_much(crowd(*range(10)))

    assert sizes.too_much(crowd(*range(4), rule="few")) == []


def test_but_all_together_take_no_more_than_twice_as_much() -> None:
    sizes = PartSizes(100)
    for rule in "abcdefghijklmnopqrst":
        sizes.too_much(crowd(0, rule=rule))

    assert sizes.too_much(crowd(0, rule="u", size=10)) != []


def test_states_without_a_value_of_by_and_all_other_parts_are_never_left_out() -> None:
    own = {STATE + "u1/high": b"x" * 500, HEAD: b"x" * 500, "delivery/ops/1": b"x" * 500}

    assert PartSizes(100).too_much(own) == []


def test_what_is_left_out_is_told_once_in_a_thousand() -> None:
    with capture_logs() as logs:
        PartSizes(100).too_much(crowd(*range(1020)))

    assert [(one["event"], one["rule"], one["states"]) for one in logs] == [
        ("journal.states_left_out", "crowd", 1), ("journal.states_left_out", "crowd", 1001),
    ]  # fmt: skip
