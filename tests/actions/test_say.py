"""The pack's broadcast, where there is one."""

from __future__ import annotations

from automaton.core import events as ev
from tests.core.story import on_crash


def test_a_broadcast_is_the_packs() -> None:
    assert on_crash('{say: "bye ${name}"}').happens(1.0, "crash").calls == ["1 send say bye lobby"]


def test_where_the_game_has_no_broadcast_it_is_skipped() -> None:
    told = on_crash("{say: hi}, {notify: ops, text: on}")
    told.at(0.5, ev.ServerListed, profile=ev.Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Toy"))

    assert told.happens(1.0, "crash").calls == ["1 notify ops: on"]
