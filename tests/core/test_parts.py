"""The parts of what is remembered, and the whole made of them again."""

from __future__ import annotations

from typing import Any

import pytest

from automaton.core.parts import (
    AGES,
    ARMED,
    FACTS,
    HEAD,
    SERVER,
    SILENCES,
    STATE,
    budget_name,
    join,
    split,
    state_name,
)

HEAD_PART: dict[str, Any] = {
    "version": 1,
    "at": 100.0,
    "next_number": 7,
    "next_incident": 3,
    "hold": None,
}


def state(**more: Any) -> dict[str, Any]:
    """A state as an engine writes it, of a rule without values of `by`."""
    return {
        "rule": "high", "more": [], "home": "u1", "at": 90.0, "hold": [5.0, True], "quiet": [0.0, False],
        "running": [True, False], "going": [], **more,
    }  # fmt: skip


def server(**more: Any) -> dict[str, Any]:
    watched = {"watched": [10.0, 50.0], "names": {}, "patterns": {}}
    facts = {"connected": True, "seen": 40.0, "console_since": [None, False], "hindsight": watched}
    return {"at": 90.0, "server": {**facts, **more}}


def joined(**parts: Any) -> dict[str, Any]:
    memory, damaged = join({HEAD: HEAD_PART, **parts})
    assert memory is not None
    assert damaged == 0
    return memory


def test_without_a_head_there_is_nothing() -> None:
    assert join({}) == (None, 0)
    assert join({SILENCES: [], STATE + "u1/high": state()}) == (None, 0)


def test_a_whole_in_parts_is_the_whole_again() -> None:
    standing = {
        key: value for key, value in state(running=[False, False]).items() if key not in ("home", "at")
    }
    memory = {
        **HEAD_PART, "silences": [{"id": "s"}], "facts": {"build": {"last": 7}}, "seen": {},
        "armed": {"a": {"arm": "off", "own": "live", "since": 5.0, "by": "", "note": ""}},
            "spent": [["send.server", "u1", [1.0, 2.0]]],
        "places": {
            "u1": {"at": 100.0, "server": None, "standings": [standing], "crowds": {"few": ["u2"]}},
            "u3": {"at": 80.0, "server": None, "standings": [], "crowds": {}, "absent": True},
        },
    }  # fmt: skip
    found = joined(**split(memory))

    (back,) = found["places"]["u1"].pop("standings")
    assert {key: back[key] for key in standing} == standing
    assert found == {**memory, "places": {**memory["places"], "u1": found["places"]["u1"]}}
    assert found["places"]["u1"] == {"at": 100.0, "server": None, "crowds": {"few": ["u2"]}}


def test_damaged_places_are_left_out_and_the_others_are_kept() -> None:
    place: dict[str, Any] = {"at": 1.0, "server": None, "standings": [], "crowds": {"few": ["u2"]}}
    places = {"u1": {"at": 1.0}, "u2": place}
    memory: dict[str, Any] = {**HEAD_PART, "silences": [], "spent": [], "places": places}

    assert split(memory).keys() == {HEAD, SILENCES, FACTS, ARMED, "engine/crowd/u2"}


@pytest.mark.parametrize("part", [7, None, [], {"at": "x"}, {"home": "u1", "at": 90.0}])
def test_a_damaged_part_is_counted_and_costs_the_others_nothing(part: object) -> None:
    memory, damaged = join({HEAD: HEAD_PART, STATE + "u1/bad": part, STATE + "u1/high": state()})

    assert damaged == 1
    assert memory is not None
    assert [one["rule"] for one in memory["places"]["u1"]["standings"]] == ["high"]


def test_a_clock_that_ran_goes_on_up_to_the_last_turn_and_one_that_stood_does_not() -> None:
    (found,) = joined(**{STATE + "u1/high": state()})["places"]["u1"]["standings"]

    assert found["hold"] == [15.0, True]
    assert found["quiet"] == [0.0, False]
    assert found["running"] == [False, False]


def test_a_part_that_is_newer_than_the_head_takes_nothing_back() -> None:
    (found,) = joined(**{STATE + "u1/high": state(at=130.0)})["places"]["u1"]["standings"]

    assert found["hold"] == [5.0, True]


def test_a_run_was_left_when_the_engine_last_turned_unless_it_had_not_returned_yet() -> None:
    runs = [{"left_at": 90.0}, {"left_at": 20.0, "returning": True}]
    (found,) = joined(**{STATE + "u1/high": state(going=runs)})["places"]["u1"]["standings"]

    assert [run["left_at"] for run in found["going"]] == [100.0, 20.0]


def test_a_server_that_was_watched_was_seen_up_to_the_last_turn() -> None:
    found = joined(**{SERVER + "u1": server()})["places"]["u1"]["server"]
    unseen = joined(**{SERVER + "u1": server(connected=False)})["places"]["u1"]["server"]

    assert (found["seen"], found["hindsight"]["watched"]) == (50.0, [10.0, 60.0])
    assert (unseen["seen"], unseen["hindsight"]["watched"]) == (40.0, [10.0, 50.0])


@pytest.mark.parametrize(("at", "since"), [(95.0, [94.0, True]), (80.0, [None, False])])
def test_the_ages_of_lines_count_where_they_are_newer_than_what_else_is_known(
    at: float, since: list[object]
) -> None:
    ages = [at, 94.0, True, {"ready": [94.0, True]}, {}, False]
    found = joined(**{AGES + "u1": ages, SERVER + "u1": server()})["places"]["u1"]["server"]

    assert found["console_since"] == since


def test_a_console_that_was_lively_printed_up_to_the_last_moment_that_is_known() -> None:
    quiet, lively = [95.0, 94.0, True, {}, {}, False], [95.0, 94.0, True, {}, {}, True]
    told = [joined(**{AGES + "u1": one, SERVER + "u1": server()}) for one in (quiet, lively)]
    quiet_since, lively_since = (one["places"]["u1"]["server"]["console_since"] for one in told)
    seen = told[1]["places"]["u1"]["server"]["seen"]

    assert quiet_since == [94.0, True]
    assert lively_since == [seen, False]
    written_whole = joined(**{SERVER + "u1": {**server(), "lively": True}})
    assert written_whole["places"]["u1"]["server"]["console_since"] == [seen, False]


def test_the_ages_of_a_server_that_is_not_known_are_nothing() -> None:
    ages = [95.0, 94.0, True, {}, {}, False]

    assert joined(**{AGES + "u1": ages})["places"] == {}


def test_a_place_is_as_old_as_its_newest_part() -> None:
    parts = {STATE + "u1/high": state(at=60.0), STATE + "u1/low": state(rule="low", at=70.0)}

    assert joined(**parts)["places"]["u1"]["at"] == 70.0


def test_names_of_parts_are_short_and_never_meet_whatever_a_stranger_chose() -> None:
    values = [["a"], ["a/b"], ["a", "b"], ["a,b"], ["\ud800"], ["x" * 10_000], ["é"]]
    names = [state_name("u1", "high", one) for one in values]

    assert state_name("u1", "high", []) == STATE + "u1/high"
    assert len(set(names)) == len(values)
    assert max(map(len, names)) < 100
    assert budget_name("power.node", "eu/1") != budget_name("power.node", "eu") + "/1"
