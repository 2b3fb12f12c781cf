"""Wipes, seasons and reinstalls: files, variables, installations, in order, and let be where one fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from automaton.core.events import State
from automaton.simulator.games.eggs import RUST, EggVariable
from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.watch import LOBBY
from tests.wishes.moments import HOUR, MINUTE, on
from tests.wishes.wish import fulfilling

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)
# As the egg of Pterodactyl has it: a map is made of this number.
ISLAND = ServerBuild(
    uuid="cccccccc-0000-4000-8000-000000000003",
    name="island",
    egg=replace(RUST, variables=(EggVariable("WORLD_SEED", "7", r"\d{1,10}", "The seed is a number."),)),
    chatter=0.0,
)
MAP = "server/rust/proceduralmap.4500.7.260.map"
SAVE = "server/rust/proceduralmap.4500.7.260.sav"
BLUEPRINTS = "server/rust/player.blueprints.5.db"


async def test_rust_is_wiped_after_a_backup_and_keeps_its_blueprints(tmp_path: Path) -> None:
    begin = on("2026-01-01 18:59", "Europe/London")
    async with fulfilling(tmp_path, "wipe-rust", (ISLAND,), begin) as watch:
        watch.files("island").update({MAP: "m", SAVE: "s", f"{SAVE}.1": "s", BLUEPRINTS: "b"})
        await watch.seconds(25 * MINUTE)

        left = [path for path in watch.files("island") if path.startswith("server/rust/")]
        assert left == [BLUEPRINTS]
        assert watch.variables("island")["WORLD_SEED"] == "20260101"
        assert watch.backups("island") == ["before the wipe of January"]
        assert [one.split(":")[0] for one in watch.deeds] == [
            *["command"] * 3, "power", "backup", "files", "startup", "power",
        ]  # fmt: skip
        assert watch.state("island") is State.RUNNING
        assert watch.told == ["ops: island is wiped, and up with the seed 20260101"]


async def test_rust_without_a_backup_is_not_wiped_and_comes_back(tmp_path: Path) -> None:
    begin = on("2026-01-01 18:59", "Europe/London")
    async with fulfilling(tmp_path, "wipe-rust", (ISLAND,), begin) as watch:
        watch.files("island").update({MAP: "m", SAVE: "s"})
        watch.befall("backup-fails", server="island")
        await watch.seconds(25 * MINUTE)

        assert {MAP, SAVE} <= watch.files("island").keys()
        assert watch.power == ["stop island", "start island"]
        assert watch.state("island") is State.RUNNING
        assert watch.told[0].startswith("ops: island is not wiped, there is no backup: ")


async def test_nether_and_end_are_made_anew_and_the_overworld_stays(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "nether-reset", ONE, on("2026-01-05 04:59")) as watch:
        for world in ("world", "world_nether", "world_the_end"):
            watch.files()[f"{world}/built.dat"] = "a castle"
        await watch.seconds(15 * MINUTE)

        built = [path for path, text in watch.files().items() if text == "a castle"]
        assert built == ["world/built.dat"]
        assert "world_nether/level.dat" in watch.files()
        assert watch.power == ["stop lobby", "start lobby"]
        assert (watch.state(), watch.told) == (State.RUNNING, [])


async def test_a_new_season_has_the_prepared_map_and_the_old_one_is_kept(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "season-map", ONE, on("2026-02-01 11:59")) as watch:
        watch.files()["world/built.dat"] = "a castle"
        await watch.seconds(10 * MINUTE)

        assert watch.files()["world/built.dat"] == "a castle"
        assert watch.files()["map_2026_02/level.dat"] == "(unpacked)"
        assert watch.variables()["LEVEL"] == "map_2026_02"
        assert watch.state() is State.RUNNING
        assert watch.told == ["ops: A new season has begun on lobby"]


async def test_without_an_archive_the_old_season_goes_on(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "season-map", ONE, on("2026-02-01 11:59")) as watch:
        watch.files()["world/built.dat"] = "a castle"
        del watch.files()["seeds/next.tar.gz"]
        await watch.seconds(10 * MINUTE)

        assert watch.files()["world/built.dat"] == "a castle"
        assert watch.variables()["LEVEL"] == "world"
        assert watch.state() is State.RUNNING
        assert watch.told[0].startswith("ops: No new season on lobby: ")


async def test_the_event_server_is_reinstalled_after_its_backup(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "reinstall-monthly", ONE, on("2026-02-01 02:59")) as watch:
        await watch.seconds(20 * MINUTE)

        assert watch.deeds == [
            "power: stop lobby",
            "backup: before the reinstall lobby",
            "files: reinstall lobby",
            "power: start lobby",
        ]
        assert watch.files()["server.jar"] == "(the game, installed anew)"
        assert (watch.state(), watch.told) == (State.RUNNING, ["ops: lobby is new"])


async def test_without_a_backup_it_is_not_reinstalled(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "reinstall-monthly", ONE, on("2026-02-01 02:59")) as watch:
        watch.befall("backup-limit", most=0)
        await watch.seconds(20 * MINUTE)

        assert watch.deeds == ["power: stop lobby", "power: start lobby"]
        assert watch.files()["server.jar"] == "(the game)"
        assert watch.told[0].startswith("ops: lobby is not reinstalled, it has no backup: ")


async def test_the_rates_of_the_weekend_are_written_while_the_server_is_down(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "weekend-rates", ONE, on("2026-01-09 17:59", "Europe/Berlin")) as watch:
        await watch.seconds(10 * MINUTE)

        assert watch.files()["plugins/Rates/config.yml"] == "# written by automaton\nexperience: 2\n"
        assert [one for one in watch.deeds if not one.startswith("command")] == [
            "power: stop lobby",
            "files: write /plugins/Rates/config.yml lobby",
            "power: start lobby",
        ]
        assert (watch.state(), watch.told) == (State.RUNNING, [])


async def test_a_disk_of_old_logs_is_cleaned_between_stop_and_start(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "disk-cleanup", ONE) as watch:
        watch.files().update({"logs/2026-01-01-1.log.gz": "old", "logs/latest.log": "new"})
        watch.befall("disk", percent=96)
        await watch.until(lambda: "logs/2026-01-01-1.log.gz" not in watch.files(), within=HOUR)
        assert watch.state() is State.OFFLINE
        watch.befall("disk", percent=60)
        await watch.seconds(10 * MINUTE)

        assert "logs/latest.log" in watch.files()
        assert watch.power == ["stop lobby", "start lobby"]
        assert [one for one in watch.told if one.startswith("oncall")] == []


async def test_a_disk_that_stays_full_calls_somebody(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "disk-cleanup", ONE) as watch:
        watch.befall("disk", percent=96)
        await watch.seconds(20 * MINUTE)

        assert watch.power == ["stop lobby", "start lobby"]
        assert [one for one in watch.told if one.startswith("oncall")] == [
            "oncall: lobby: old logs are deleted, and 96 % of the disk are in use still"
        ]
