"""Recipes that poll, remind, announce and deploy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automaton.core.events import State
from automaton.simulator.games.eggs import SOURCE
from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.answering_game import playing
from tests.rules.watch import LOBBY, Watch, watching

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)
MINUTE = 60.0
TICKS = "[12:00:00 INFO]: TPS from last 1m, 5m, 15m: {}, 19.9, *20.0"


def berlin(text: str) -> float:
    """The wall time of `2026-01-06 03:50` there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()


def said(watch: Watch) -> list[str]:
    """What players read, in order."""
    return [one.removeprefix("say ").rpartition(" ")[0] for one in watch.commands if one.startswith("say ")]


def answer(build: int) -> dict[str, object]:
    """As papermc.io tells the latest."""
    return {"id": build, "channel": "STABLE"}


async def test_a_new_build_restarts_an_empty_server_and_is_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "new-build.yml", servers=ONE, answers={"/builds": answer(231)}) as watch:
        await watch.seconds(5 * MINUTE)
        watch.site.answers["/builds"] = answer(232)
        await watch.until(lambda: len(watch.told) == 2, within=10 * MINUTE)

        assert watch.state() is State.RUNNING
    assert watch.power == ["restart lobby"]
    assert watch.told == ["ops: 232, after 231", "ops: lobby was restarted for build 232"]


async def test_a_build_that_does_not_come_up_calls_somebody(tmp_path: Path) -> None:
    async with watching(tmp_path, "new-build.yml", servers=ONE, answers={"/builds": answer(231)}) as watch:
        watch.befall("no-image")
        watch.site.answers["/builds"] = answer(232)
        await watch.until(lambda: len(watch.told) == 2, within=25 * MINUTE)

    assert watch.told[1].startswith("oncall: lobby did not come up with build 232: ")


async def test_who_is_on_duty_is_reminded_until_he_takes_note(tmp_path: Path) -> None:
    async with watching(tmp_path, "rota.yml", servers=ONE, at=berlin("2026-01-10 12:00")) as watch:
        await watch.crash_twice()
        await watch.seconds(40 * MINUTE)
        watch.acknowledge("duty-reminder")
        await watch.seconds(20 * MINUTE)

    assert watch.told == [
        "oncall: Carol: lobby is down (crash)",
        "oncall: Carol: lobby is still down, for 15m",
        "oncall: Carol: lobby is still down, for 30m",
    ]


async def test_the_change_of_duty_is_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "rota.yml", servers=ONE, at=berlin("2026-01-06 19:59")) as watch:
        await watch.seconds(2 * MINUTE)

    assert watch.told == ["ops: Bob is on duty"]


async def test_announcements_wait_for_who_reads_them(tmp_path: Path) -> None:
    async with watching(tmp_path, "announcements.yml", servers=ONE, at=berlin("2026-01-06 11:59")) as watch:
        await watch.seconds(5 * MINUTE)
        watch.befall("join", player="Eve")
        await watch.seconds(42 * MINUTE)

    assert said(watch) == [
        "Our rules: example.org/rules",
        "Talk to us: discord.example.org",
        "1 of us are here. Bring a friend!",
    ]


async def test_ticks_are_asked_for_and_low_ones_told(tmp_path: Path) -> None:
    answers = {"tps": [TICKS.format(19.9)], "list": ["There are 0 of a max of 20 players online:"]}
    async with watching(tmp_path, "low-tps.yml", servers=(playing("mc", "Paper", answers),)) as watch:
        await watch.seconds(3 * MINUTE)
        assert 2 <= watch.commands.count("tps mc") <= 4
        assert watch.told == []

        answers["tps"] = [TICKS.format(9.1)]
        await watch.seconds(7 * MINUTE)
        answers["tps"] = [TICKS.format(20.0)]
        await watch.seconds(2 * MINUTE)

    assert [one.split(",")[0] for one in watch.told] == [
        "ops: mc: 9.1 ticks a second",
        "ops: mc: 20 ticks a second again",
    ]


async def test_a_deployment_restarts_the_empty_server_and_no_other(tmp_path: Path) -> None:
    async with watching(tmp_path, "deploy-hook.yml") as watch:
        assert await watch.hook("deploy", {"version": "1.4.2"}) == 202
        await watch.until(lambda: watch.power != [])
        await watch.seconds(MINUTE)

    assert watch.power == ["restart lobby"]
    assert watch.told == ["ops: 1.4.2"]


async def test_a_deployment_waits_for_who_plays(tmp_path: Path) -> None:
    async with watching(tmp_path, "deploy-hook.yml") as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(5)
        assert await watch.hook("deploy", {"version": "1.4.2"}) == 202
        await watch.seconds(20 * MINUTE)
        assert watch.power == []

        watch.befall("command", command="kick Eve")
        await watch.until(lambda: watch.power != [])


async def test_another_map_and_other_mods_are_told(tmp_path: Path) -> None:
    source = ServerBuild(uuid="dddddddd-0000-4000-8000-000000000004", name="cs", egg=SOURCE, chatter=0.0)
    async with watching(tmp_path, "map-and-mods.yml", servers=(LOBBY, source)) as watch:
        for level, mods in (("de_dust2", 45), ("cs_office", 44), ("cs_office", 44)):
            watch.befall("command", "cs", command=f"changelevel {level}")
            watch.befall("print", lines=[f"[12:00:00] [main/INFO]: Loading {mods} mods:"])
            await watch.seconds(MINUTE)

    assert sorted(watch.told) == [
        "ops: cs plays cs_office now, after de_dust2, with 0 players",
        "ops: lobby has 44 mods or plugins, and had 45",
    ]
