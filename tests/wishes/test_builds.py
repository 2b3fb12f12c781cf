"""Versions and mods: polled, told, and acted on when they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from automaton.simulator.games.eggs import RUST, SOURCE
from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.answering_game import playing
from tests.rules.watch import LOBBY, Watch
from tests.wishes.wish import fulfilling

pytestmark = pytest.mark.anyio
MINUTE = 60.0
EMPTY = "There are 0 of a max of 20 players online:"


def build(number: int) -> dict[str, object]:
    """As papermc.io tells the latest."""
    return {"id": number, "channel": "STABLE", "commits": [{"sha": "c0ffee", "message": "Mend a door"}]}


def acts(watch: Watch) -> list[str]:
    """What the daemon did, without its questions."""
    asked = ("list", "status", "tps", "checkModsNeedUpdate", "serverinfo")
    return [one for one in watch.deeds if one.split()[1] not in asked]


async def test_a_new_paper_build_restarts_the_empty_server_once(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "paper-build", answers={"/builds": build(231)}) as watch:
        await watch.seconds(15 * MINUTE)
        assert watch.power == []

        watch.site.answers["/builds"] = build(232)
        await watch.until(lambda: watch.power != [], within=11 * MINUTE)
        await watch.seconds(15 * MINUTE)

    assert acts(watch) == ["command: save-all lobby", "power: restart lobby"]
    assert watch.told == ["ops: Build 232 is out, after 231", "ops: Restarted for build 232"]


async def test_who_plays_is_not_thrown_out_for_a_build(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "paper-build", answers={"/builds": build(231)}) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(5 * MINUTE)
        watch.site.answers["/builds"] = build(232)
        await watch.seconds(20 * MINUTE)

        assert watch.power == []
        watch.befall("command", command="kick Eve")
        await watch.until(lambda: watch.power != [])

    assert watch.power == ["restart lobby"]


async def test_a_new_oxide_is_counted_down_before_it_comes(tmp_path: Path) -> None:
    rust = ServerBuild(uuid=LOBBY.uuid, name="rust-1", egg=RUST, chatter=0.0)
    async with fulfilling(
        tmp_path, "oxide-update", (rust,), answers={"/oxide": {"tag_name": "2.0.6300"}}
    ) as watch:
        await watch.seconds(2 * MINUTE)
        watch.site.answers["/oxide"] = {"tag_name": "2.0.6320"}
        await watch.until(lambda: watch.power != [], within=27 * MINUTE)
        await watch.until(lambda: watch.state("rust-1") is State.STARTING)

    said = "command: say Oxide 2.0.6320 is out: restart in {} rust-1"
    assert acts(watch) == [
        *(said.format(left) for left in ("15m", "10m", "5m", "1m", "10s")),
        "command: server.save rust-1",
        "power: restart rust-1",
    ]
    assert watch.told == ["ops: rust-1: Oxide 2.0.6320 is out, restart in 15 minutes"]


async def test_mods_that_the_game_calls_old_are_a_restart(tmp_path: Path) -> None:
    line = "LOG  : General     , 1649000000000> 0> CheckModsNeedUpdate: Mods {}"
    answers = {"checkModsNeedUpdate": [line.format("updated")]}
    async with fulfilling(tmp_path, "workshop-mods", (playing("zed", "Project Zomboid", answers),)) as watch:
        await watch.seconds(11 * MINUTE)
        assert acts(watch) == []

        answers["checkModsNeedUpdate"] = [line.format("need update")]
        await watch.until(lambda: watch.power != [], within=12 * MINUTE)
        answers["checkModsNeedUpdate"] = [line.format("updated")]
        await watch.seconds(11 * MINUTE)

    assert acts(watch) == [
        'command: servermsg "A mod was updated: restart in 5 minutes" zed',
        'command: servermsg "Restart in a minute" zed',
        "command: save zed",
        "power: restart zed",
    ]


async def test_a_loader_that_is_behind_is_told_once_and_not_to_a_server_without_one(tmp_path: Path) -> None:
    async with fulfilling(
        tmp_path, "loader-behind", answers={"/fabric": [{"version": "0.16.9"}, {"version": "0.16.7"}]}
    ) as watch:
        await watch.seconds(MINUTE)
        assert watch.told == []

        line = "[12:00:00] [main/INFO]: Loading Minecraft 1.21.4 with Fabric Loader 0.16.7"
        watch.befall("print", lines=[line])
        await watch.seconds(15 * MINUTE)

    assert watch.told == ["ops: lobby runs Fabric 0.16.7, and 0.16.9 is out"]


async def test_a_bedrock_server_follows_the_clients_after_a_backup(tmp_path: Path) -> None:
    bedrock = playing("rock", "Vanilla Bedrock", {}, ("BEDROCK_VERSION",))
    async with fulfilling(
        tmp_path, "bedrock-version", (bedrock,), answers={"/bedrock": {"version": "1.21.50.10"}}
    ) as watch:
        await watch.seconds(2 * MINUTE)
        watch.site.answers["/bedrock"] = {"version": "1.21.51.02"}
        await watch.until(lambda: "ops: rock runs 1.21.51.02" in watch.told, within=30 * MINUTE)

        assert watch.world.server("rock").variables["BEDROCK_VERSION"] == "1.21.51.02"
        assert watch.backups("rock") == ["before 1.21.51.02"]
        assert watch.state("rock") is State.RUNNING
    assert acts(watch) == [
        "command: say Update to 1.21.51.02 in 5m rock",
        "command: say Update to 1.21.51.02 in 1m rock",
        "power: stop rock",
        "backup: before 1.21.51.02 rock",
        "startup: BEDROCK_VERSION=1.21.51.02 rock",
        "files: reinstall rock",
        "power: start rock",
    ]


async def test_a_bedrock_server_without_a_backup_stays_as_it_is(tmp_path: Path) -> None:
    bedrock = playing("rock", "Vanilla Bedrock", {}, ("BEDROCK_VERSION",))
    async with fulfilling(
        tmp_path, "bedrock-version", (bedrock,), answers={"/bedrock": {"version": "1.21.50.10"}}
    ) as watch:
        await watch.seconds(2 * MINUTE)
        watch.befall("backup-limit", "rock", most=0)
        watch.site.answers["/bedrock"] = {"version": "1.21.51.02"}
        await watch.until(lambda: watch.power == ["stop rock", "start rock"], within=30 * MINUTE)

        assert watch.world.server("rock").variables["BEDROCK_VERSION"] == "1.0"
    assert [one for one in watch.told if "stays on 1.21.50.10, without a backup" in one] == watch.told[:1]


async def test_a_version_that_does_not_come_up_goes_back(tmp_path: Path) -> None:
    server = playing("lobby", "Paper", {"list": [EMPTY]}, ("VERSION",))
    async with fulfilling(
        tmp_path, "version-goes-back", (server,), answers={"/versions": {"latest": "1.21.3"}}
    ) as watch:
        await watch.seconds(2 * MINUTE)
        watch.befall("no-image")
        watch.site.answers["/versions"] = {"latest": "1.21.4"}
        await watch.until(
            lambda: "oncall: lobby did not come up with 1.21.4: back to 1.21.3" in watch.told, 1200
        )
        watch.befall("no-image", back=True)
        await watch.until(lambda: watch.state() is State.RUNNING, within=5 * MINUTE)

        assert watch.world.server("lobby").variables["VERSION"] == "1.21.3"
    sets = [one for one in acts(watch) if one.startswith("startup")]
    assert sets == ["startup: VERSION=1.21.4 lobby", "startup: VERSION=1.21.3 lobby"]


async def test_another_map_is_told_and_the_same_one_is_not(tmp_path: Path) -> None:
    source = ServerBuild(uuid=LOBBY.uuid, name="cs", egg=SOURCE, chatter=0.0)
    async with fulfilling(tmp_path, "map-told", (source,)) as watch:
        for level in ("de_dust2", "cs_office", "cs_office"):
            watch.befall("command", "cs", command=f"changelevel {level}")
            await watch.seconds(MINUTE)

    assert watch.told == ["mods: Now on cs_office, after de_dust2, with 0 players"]
    assert watch.called == [()]
