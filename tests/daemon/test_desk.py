"""What an operator asks and says of rules, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.events import State
from automaton.simulator.faults import cause
from automaton.web.routes.silences import SilenceWanted
from tests.daemon.asking import LOBBY, asking, explained, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_rules_are_told_in_numbers(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, desk):
        await open_down(watch)
        rows = {row.id: row for row in (await desk.rules()).rules}

    assert [rows[id_].servers for id_ in ("down", "rust", "wide")] == [2, 0, 2]
    assert [rows[id_].arm for id_ in ("down", "quiet")] == ["live", "shadow"]
    assert (rows["down"].open, rows["down"].fired, rows["down"].counted["fired"]) == (1, 1, 1)
    assert (rows["wide"].by, rows["down"].note) == ("node", "a server that nobody stopped")


async def test_an_incident_is_acknowledged_once(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, desk):
        await open_down(watch)
        before = desk.incidents().incidents
        meant = desk.acknowledge("down", "", "uid 0")
        await watch.seconds(1)
        after = desk.incidents().incidents
        nobody = desk.acknowledge("down", "bbbbbbbb-0000-4000-8000-000000000002", "uid 0")

    assert [(one.acked, one.step) for one in before] == [(False, "wait (2 of 2), waits for its time")]
    assert meant is not None
    assert [one.name for one in meant.incidents] == ["lobby"]
    assert [one.acked for one in after] == [True]
    assert nobody is not None
    assert nobody.incidents == []


async def test_a_silence_holds_until_it_is_ended(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, desk):
        begun = desk.silence(SilenceWanted(["down"], ["lob*"], 3600.0, "night"), "uid 0")
        await open_down(watch)
        held, going = explained(desk, "down"), desk.silences().silences
        left = desk.end_silence(begun.id, "uid 0")
        await watch.seconds(5)
        unknown, after = desk.end_silence(begun.id, "uid 0"), desk.silences().silences

    assert ("silenced", f"silence {begun.id}: night") in [(one.verdict, one.detail) for one in held.reasons]
    assert held.incident is not None
    assert any(begun.id in one for one in held.incident.held)
    assert [(one.id, one.rules, one.servers) for one in going] == [(begun.id, ["down"], ["lob*"])]
    assert 3500 < going[0].left < 3600
    assert (left is not None and left.silences, unknown, after) == ([], None, [])
    assert "ops: lobby is down" in watch.told


async def test_a_breaker_that_tripped_is_listed_and_put_to_work_again(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, desk):
        for _ in range(2):
            cause(watch.world, "crash", {"server": "lobby"})
            await watch.seconds(65)
            if watch.state() is State.OFFLINE:
                watch.befall("start")
                await watch.until(lambda: watch.state() is State.RUNNING)
        tripped = desk.breakers().breakers
        reset = desk.reset_breaker("crashed", LOBBY, "uid 0")
        await watch.seconds(1)
        after = desk.breakers().breakers

    assert [(one.rule, one.name, one.left) for one in tripped] == [("crashed", "lobby", None)]
    assert reset is not None
    assert len(reset.breakers) == 1
    assert after == []
