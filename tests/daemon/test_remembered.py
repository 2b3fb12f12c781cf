"""What a start finds in the journal, held to its shape: damage is dropped by itself, and told."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs

from automaton.core.parts import HEAD, STATE, split
from automaton.daemon.remembered import Remembered, remembered
from automaton.daemon.turn_journal import encode
from tests.core.story import LOBBY, Story

RULES = "rules: [{id: a, when: {event: crash}, until: 1h, do: []}, {id: b, when: {event: crash}, until: 1h}]"


def parts() -> dict[str, bytes]:
    """Of an engine with two open incidents."""
    engine = Story(RULES).happens(1.0, "crash").engine
    return {name: encode(part) for name, part in split(engine.dump(engine.now)).items()}


def rules_of(found: Remembered) -> list[str]:
    assert found.memory is not None
    return [one["rule"] for one in found.memory["places"][LOBBY.uuid]["standings"]]


def test_the_first_start_of_all_finds_nothing_and_tells_nothing() -> None:
    with capture_logs() as logs:
        assert remembered({}) == Remembered()

    assert logs == []


def test_parts_are_put_together_for_the_engine_and_those_of_delivery_are_handed_on() -> None:
    of_delivery = {"delivery/ops/1": b'{"a":1}'}
    with capture_logs() as logs:
        found = remembered({**parts(), **of_delivery})

    assert sorted(rules_of(found)) == ["a", "b"]
    assert found.kept == of_delivery
    assert found.stale == parts().keys()
    assert not found.is_old
    assert logs == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"rule":7}', b'{"home":"u","at":NaN}', b"\xff"])
def test_a_part_of_another_shape_is_dropped_by_itself_and_told(body: bytes) -> None:
    name = f"{STATE}{LOBBY.uuid}/a"
    with capture_logs() as logs:
        found = remembered({**parts(), name: body})

    assert rules_of(found) == ["b"]
    assert name in found.stale
    assert [(one["event"], one["parts"], one["first"]) for one in logs] == [("journal.forgotten", 1, name)]


def test_a_part_of_no_kind_that_this_version_knows_is_dropped_and_taken_away() -> None:
    with capture_logs() as logs:
        found = remembered({**parts(), "engine/tomorrow/x": b"1"})

    assert "engine/tomorrow/x" in found.stale
    assert logs[0]["reason"] == "no part of this version of automaton"


@pytest.mark.parametrize("missing", ["running", "last_verdict", "runs"])
def test_a_part_that_lacks_a_key_is_the_engines_affair(missing: str) -> None:
    """Older versions wrote less, and it knows what."""
    name = f"{STATE}{LOBBY.uuid}/a"
    part = {key: value for key, value in json.loads(parts()[name]).items() if key != missing}

    assert "b" in rules_of(remembered({**parts(), name: json.dumps(part).encode()}))


def test_without_its_head_nothing_is_taken_up_and_everything_is_stale() -> None:
    with capture_logs() as logs:
        found = remembered({**parts(), HEAD: b"[]"})

    assert found.memory is None
    assert found.stale == parts().keys()
    assert [one["first"] for one in logs] == [HEAD, HEAD]


def test_how_far_a_clusters_trail_was_copied_is_nothing_to_remember_and_no_damage() -> None:
    with capture_logs() as logs:
        found = remembered({"trail/read": b"7", "trail/of/node-a": b"3"})

    assert found.memory is None
    assert found.stale == {"trail/read", "trail/of/node-a"}
    assert logs == []
