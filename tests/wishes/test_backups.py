"""Backups: kept by number, locked, made before something, left out in vain, told where they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import LOBBY, watching
from tests.wishes.moments import HOUR, MINUTE, on
from tests.wishes.wish import SETTINGS, fulfilling, text_of

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)


def often(name: str, *schedules: str) -> dict[str, str]:
    """A wish whose days take a quarter of an hour: days of readings every second take too long to play."""
    text = text_of(name)
    for number, schedule in enumerate(schedules):
        assert schedule in text
        text = text.replace(schedule, f"{number}-59/15 * * * *")
    return {f"{name}.yml": text}


async def test_of_nine_nights_seven_backups_are_left_and_one_made_by_hand(tmp_path: Path) -> None:
    rules = often("backups-keep-seven", "0 4 * * *")
    async with watching(tmp_path, rules_of=rules, settings=SETTINGS, servers=ONE) as watch:
        watch.world.server("lobby").backups.begin("by hand", "human")
        await watch.seconds(9 * 15 * MINUTE)

        assert len(watch.backups()) == 8
        assert watch.backups()[0] == "by hand"
        assert watch.commands == ["save-all lobby"] * 9
        assert len([one for one in watch.deeds if one.startswith("backup: delete ")]) == 2
        assert watch.told == []


async def test_what_the_panel_refuses_is_told_and_nothing_is_deleted(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "backups-keep-seven", ONE, on("2026-01-06 03:59")) as watch:
        watch.world.server("lobby").backups.begin("by hand", "human")
        watch.befall("backup-limit", most=1)
        await watch.seconds(HOUR)

        assert watch.backups() == ["by hand"]
        (body,) = watch.bodies
        assert "lobby has no backup of tonight: " in body
        assert "this server has reached its limit of 1 backups" in body


async def test_one_a_week_is_locked_and_outlives_the_daily_ones(tmp_path: Path) -> None:
    rules = often("backup-weekly-locked", "0 4 * * mon-sat")
    async with watching(
        tmp_path, rules_of=rules, settings=SETTINGS, servers=ONE, at=on("2026-01-11 03:59")
    ) as watch:
        await watch.seconds(80 * MINUTE)
        kept = watch.world.server("lobby").backups.all()

        assert [one.name for one in kept if one.is_locked] == ["week 02"]
        assert [one.name for one in kept if not one.is_locked] == ["daily"] * 3
        assert watch.told == []


async def test_a_restart_comes_only_after_its_backup(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "backup-before-restart", ONE, on("2026-01-06 05:59")) as watch:
        await watch.seconds(10 * MINUTE)

        assert watch.deeds == [
            "command: say Restart in a few minutes, after a backup lobby",
            "command: save-all lobby",
            "backup: before the restart lobby",
            "power: restart lobby",
        ]
        assert (watch.state(), watch.told) == (State.RUNNING, [])


async def test_a_backup_that_fails_means_no_restart(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "backup-before-restart", ONE, on("2026-01-06 05:59")) as watch:
        watch.befall("backup-fails")
        await watch.seconds(HOUR)

        assert watch.power == []
        assert "lobby is not restarted, it has no backup" in watch.bodies[0]
        assert len(watch.told) == 1


async def test_a_world_on_which_somebody_played_is_backed_up(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "backup-if-played", ONE, on("2026-01-06 04:20")) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(MINUTE)
        watch.befall("command", command="kick Eve")
        await watch.seconds(20 * MINUTE)

        assert watch.backups() == ["played on Tuesday"]
        assert watch.told == []


async def test_one_on_which_nobody_played_is_not(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "backup-if-played", ONE, on("2026-01-06 04:20")) as watch:
        await watch.seconds(20 * MINUTE)

        assert (watch.backups(), watch.told) == ([], [])


async def test_a_failed_backup_of_the_panels_own_schedule_calls_somebody(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "backup-failed-told", ONE) as watch:
        backups = watch.world.server("lobby").backups
        backups.begin("by the panel", "panel schedule")
        await watch.seconds(MINUTE)
        assert watch.told == []

        watch.befall("backup-fails")
        failing = backups.begin("by the panel", "panel schedule")
        await watch.seconds(MINUTE)

        assert watch.told == [f"oncall: Backup {failing.uuid}, 6.1 % of the disk are in use"]
