"""What an engine remembers, as a file holds it that anybody may have written."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from automaton.core.engine import Engine
from automaton.core.events import ServerListed
from automaton.core.parts import ARMED, PAST
from automaton.web.memory_shape import read_memory, read_part
from tests.core.turmoil import Turmoil

SEEDS = range(12)
WRONG: tuple[object, ...] = (
    None, True, 0, -1, 1e11, -1e308, float("nan"), float("inf"), 10**400, 2**63, "", "x", [], {}, [[]],
    [None], [1, 2, 3], {"a": 1}, [1.0, True],
)  # fmt: skip


def remembered(seed: int) -> tuple[Turmoil, str]:
    """A fleet in turmoil, and what it would leave."""
    story = Turmoil(seed)
    for _ in range(80):
        story.let_time_pass()
        story.happen()
    return story, json.dumps(story.engine.dump(story.engine.now), allow_nan=False)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in a memory."""
    if path and not isinstance(value, dict | list):
        return [path]
    within = value.items() if isinstance(value, dict) else enumerate(value)
    return [
        *([path] if path else []),
        *(one for key, each in within for one in places_in(each, (*path, key))),
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_an_engine_leaves_has_the_shape_whole(seed: int) -> None:
    _, text = remembered(seed)

    assert read_memory(text.encode()) == (json.loads(text), {})


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_stands_where_something_else_should_an_engine_goes_on_and_can_leave_it_again(
    seed: int,
) -> None:
    story, text = remembered(seed)
    chance = Random(seed)
    ways = places_in(json.loads(text))
    for _ in range(25):
        memory = json.loads(text)
        *way, last = chance.choice(ways)
        inside = memory
        for key in way:
            inside = inside[key]
        inside[last] = chance.choice(WRONG)
        try:
            read, _ = read_memory(json.dumps(memory).encode())
        except ValueError:
            continue
        now = story.engine.now + 10.0
        engine = Engine(story.engine._book, story.engine.limits, now, read)
        for server in story.engine.servers().values():
            profile = server.facts.profile
            engine.handle(ServerListed(server=profile.uuid, at=now, profile=profile))
        for _ in range(10):
            due = engine.next_deadline()
            now = now + min(max((due or now.mono) - now.mono, 0.0), 3600.0)
            engine.advance(now)

        json.dumps(engine.dump(now), allow_nan=False)


@pytest.mark.parametrize(
    "text", ["null", "[]", "7", '"x"', '{"at":1e999}', '{"at":NaN}', "[" * 50_000, "\x00"]
)
def test_what_is_no_memory_is_refused_with_why(text: str) -> None:
    with pytest.raises(ValueError, match="it is no memory of automaton"):
        read_memory(text.encode())


def test_a_place_that_is_unfit_costs_the_others_nothing() -> None:
    fit = {"at": 1.0, "standings": []}
    text = json.dumps({"version": 1, "places": {"u1": fit, "u2": {"at": None, "standings": []}}})

    memory, unfit = read_memory(text.encode())

    assert memory["places"] == {"u1": fit}
    assert unfit == {"u2": "Expected `float`, got `null` - at `$.at`"}


def test_what_was_said_by_hand_of_a_rule_is_a_part_of_its_own() -> None:
    """Without the head a memory is lost, so nothing is in it that need not be."""
    told = {"arm": "off", "own": "live", "since": 5.0, "by": "anna", "note": ""}

    assert read_part(ARMED, json.dumps({"a": told}).encode()) == ({"a": told}, "")
    assert "Invalid enum value" in read_part(ARMED, json.dumps({"a": {**told, "arm": "loud"}}).encode())[1]


def test_steps_that_are_written_apart_are_each_six_numbers() -> None:
    fit = {"(cpu_pct, 1m)": [[3, 1.0, 50.0, 0.0, 50.0, 50.0]]}
    short = json.dumps({"(cpu_pct, 1m)": [[3, 1.0]]}).encode()

    assert read_part(PAST + "u1", json.dumps(fit).encode()) == (fit, "")
    assert "Expected `array` of length 6" in read_part(PAST + "u1", short)[1]
