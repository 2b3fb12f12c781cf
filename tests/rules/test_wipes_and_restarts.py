"""Recipes that wipe, back up, welcome, end crash loops, and restart: by what the simulator saw."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automaton.configuration.recipes import all_recipes
from automaton.core.events import State
from tests.rules.watch import LOBBY, Watch, watching

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)
MINUTE = 60.0
CASTLE = "world/region/r.0.0.mca"


def berlin(text: str) -> float:
    """The wall time of `2026-01-06 03:50` there."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp()


def said(watch: Watch) -> list[str]:
    """What players read, in order."""
    return [one.removeprefix("say ").rpartition(" ")[0] for one in watch.commands if one.startswith("say ")]


async def leave(watch: Watch, player: str) -> None:
    """A human throws a player out, which the game tells as any leaving."""
    await watch.seconds(2)
    watch.befall("command", command=f"kick {player}")
    await watch.seconds(2)


async def test_a_wipe_warns_stops_backs_up_deletes_and_starts(tmp_path: Path) -> None:
    async with watching(tmp_path, "wipe.yml", servers=ONE, at=berlin("2026-01-01 17:59")) as watch:
        watch.files()[CASTLE] = "a castle"
        await watch.seconds(40 * MINUTE)

        assert CASTLE not in watch.files()
        assert {"server.properties", "plugins/Essentials/config.yml"} <= watch.files().keys()
        assert [one for one in watch.deeds if not one.startswith("command")] == [
            "power: stop lobby",
            "backup: before the wipe of 2026-01-01 lobby",
            "files: delete world world_nether world_the_end lobby",
            "power: start lobby",
        ]
        assert said(watch)[0] == "The world is wiped in 30m"
        assert (watch.state(), watch.told) == (State.RUNNING, ["ops: lobby is wiped"])


async def test_a_wipe_whose_backup_fails_deletes_nothing(tmp_path: Path) -> None:
    async with watching(tmp_path, "wipe.yml", servers=ONE, at=berlin("2026-01-01 17:59")) as watch:
        watch.files()[CASTLE] = "a castle"
        watch.befall("backup-fails")
        await watch.seconds(40 * MINUTE)

        assert watch.files()[CASTLE] == "a castle"
        assert watch.power == ["stop lobby", "start lobby"]
        assert watch.state() is State.RUNNING
        (told,) = watch.told
        assert told.startswith("ops: lobby is not wiped, it has no backup: ")


async def test_a_server_that_goes_down_before_is_not_wiped(tmp_path: Path) -> None:
    async with watching(tmp_path, "wipe.yml", servers=ONE, at=berlin("2026-01-01 17:59")) as watch:
        watch.files()[CASTLE] = "a castle"
        await watch.seconds(10 * MINUTE)
        watch.befall("stop")
        await watch.seconds(40 * MINUTE)

        assert watch.files()[CASTLE] == "a castle"
        assert (watch.power, watch.backups()) == ([], [])
        assert watch.told == ["ops: lobby is not wiped: it went down during the countdown"]


async def test_a_backup_is_made_at_night_after_a_save(tmp_path: Path) -> None:
    async with watching(tmp_path, "backup-rotation.yml", servers=ONE, at=berlin("2026-01-06 03:59")) as watch:
        await watch.seconds(40 * MINUTE)

        assert (watch.commands, watch.backups()) == (["save-all lobby"], ["nightly 2026-01-06"])
        assert watch.told == []


async def test_the_one_of_the_month_is_locked(tmp_path: Path) -> None:
    async with watching(tmp_path, "backup-rotation.yml", servers=ONE, at=berlin("2026-02-01 03:59")) as watch:
        await watch.seconds(40 * MINUTE)
        kept = watch.world.server("lobby").backups.all()

        assert [(one.name, one.is_locked) for one in kept] == [("monthly 2026-02", True)]


async def test_a_backup_that_fails_is_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "backup-rotation.yml", servers=ONE) as watch:
        watch.befall("backup-fails")
        failing = watch.world.server("lobby").backups.begin("daily", "panel schedule")
        await watch.seconds(MINUTE)

        assert watch.told == [f"ops: lobby: the backup {failing.uuid} failed"]


async def test_a_player_is_welcomed_once(tmp_path: Path) -> None:
    async with watching(tmp_path, "welcome.yml", servers=ONE) as watch:
        watch.befall("join", player="Eve")
        watch.befall("join", player="Adam")
        await watch.seconds(MINUTE)
        await leave(watch, "Eve")
        watch.befall("join", player="Eve")
        await watch.seconds(MINUTE)

        assert sorted(said(watch)) == [
            "Welcome, Adam! It is your first time here",
            "Welcome, Eve! It is your first time here",
        ]
        assert len(watch.told) == 2


async def test_the_third_crash_in_a_quarter_of_an_hour_ends_the_loop(tmp_path: Path) -> None:
    """Together with the recipe that starts what Wings gives up on."""
    async with watching(tmp_path, "crash-loop.yml", "crash-recover.yml", servers=ONE) as watch:
        for _ in range(3):
            await watch.seconds(90)
            watch.befall("crash")
            await watch.seconds(10)
        await watch.seconds(20 * MINUTE)

        assert (watch.power, watch.state()) == (["stop lobby"], State.OFFLINE)
        assert watch.told == ["oncall: lobby crashed 3 times within 15 minutes, stopping it"]


async def test_a_restart_at_night_waits_for_the_last_player(tmp_path: Path) -> None:
    async with watching(tmp_path, "nightly-restart.yml", servers=ONE, at=berlin("2026-01-06 04:59")) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(30 * MINUTE)
        assert watch.power == []

        await leave(watch, "Eve")
        await watch.seconds(MINUTE)
        assert (watch.power, watch.told) == (["restart lobby"], [])
        assert "save-all lobby" in watch.commands


async def test_at_seven_it_is_given_up(tmp_path: Path) -> None:
    """It begins later here: hours of readings every second take too long to play."""
    (text,) = [one.text for one in all_recipes() if one.name == "nightly-restart"]
    later = {"nightly-restart.yml": text.replace("0 5 * * *", "35 6 * * *")}
    async with watching(tmp_path, rules_of=later, servers=ONE, at=berlin("2026-01-06 06:34")) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(30 * MINUTE)
        await leave(watch, "Eve")
        await watch.seconds(10 * MINUTE)

        assert watch.power == []
        assert watch.told == ["ops: lobby is not restarted tonight: it was not seen empty before seven"]


async def test_who_plays_in_the_morning_is_warned_before_the_restart(tmp_path: Path) -> None:
    async with watching(tmp_path, "clean-restart.yml", servers=ONE, at=berlin("2026-01-06 05:44")) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(20 * MINUTE)

        assert said(watch) == [
            f"The daily restart comes in {left}" for left in ("15m", "10m", "5m", "1m", "30s", "10s")
        ]
        assert "save-all lobby" in watch.commands
        assert (watch.power, watch.state(), watch.told) == (["restart lobby"], State.RUNNING, [])


async def test_a_restart_in_the_morning_that_does_not_come_back_calls_somebody(tmp_path: Path) -> None:
    async with watching(tmp_path, "clean-restart.yml", servers=ONE, at=berlin("2026-01-06 05:44")) as watch:
        watch.befall("no-image")
        await watch.seconds(40 * MINUTE)

        assert watch.state() is State.OFFLINE
        assert watch.told[0].startswith("oncall: lobby did not come back from its daily restart: ")
