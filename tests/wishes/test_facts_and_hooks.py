"""Facts of one's own, such as TPS, and calls from a git forge or a shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.answering_game import Answers, playing
from tests.rules.watch import LOBBY, Watch
from tests.wishes.moments import MINUTE
from tests.wishes.wish import fulfilling

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)
NOBODY = "There are 0 of a max of 20 players online:"
QUESTIONS = ("list", "status", "tps", "serverinfo")


def acts(watch: Watch) -> list[str]:
    """What the daemon did, without its questions."""
    return [one for one in watch.deeds if one.split()[1] not in QUESTIONS]


def tps(now: float) -> list[str]:
    """As Paper answers."""
    return [f"[12:00:00 INFO]: TPS from last 1m, 5m, 15m: {now}, 19.9, *20.0"]


def paper(answers: Answers, number: int = 3) -> ServerBuild:
    """A server whose ticks are its test's."""
    build = playing(f"mc-{number}", "Paper", answers)
    return ServerBuild(uuid=f"{build.uuid[:-1]}{number}", name=build.name, egg=build.egg, chatter=0.0)


async def test_a_slow_server_is_told_cleared_and_only_then_restarted(tmp_path: Path) -> None:
    answers = {"list": [NOBODY], "tps": tps(20.0), "save-all": ["[12:00:00 INFO]: Saved the game"]}
    async with fulfilling(tmp_path, "low-tps", (paper(answers),)) as watch:
        await watch.seconds(10 * MINUTE)
        assert (acts(watch), watch.told) == ([], [])

        answers["tps"] = tps(7.5)
        await watch.until(lambda: watch.power != [], within=15 * MINUTE)
        answers["tps"] = tps(19.5)
        await watch.seconds(4 * MINUTE)

    assert acts(watch) == [
        "command: say Items on the ground are cleared mc-3",
        "command: kill @e[type=item] mc-3",
        *(f"command: say The server is too slow: restart in {left} mc-3" for left in ("2m", "30s", "10s")),
        "command: save-all mc-3",
        "power: restart mc-3",
    ]
    assert [one[:30] for one in watch.told] == [
        "ops: mc-3: 7.5 ticks a second,",
        "ops: mc-3: 19.5 ticks a second",
    ]


async def test_a_server_that_is_fast_again_is_not_restarted(tmp_path: Path) -> None:
    answers = {"list": [NOBODY], "tps": tps(7.5)}
    async with fulfilling(tmp_path, "low-tps", (paper(answers),)) as watch:
        await watch.until(lambda: "command: kill @e[type=item] mc-3" in acts(watch), within=5 * MINUTE)
        answers["tps"] = tps(20.0)
        await watch.seconds(12 * MINUTE)

    assert watch.power == []


async def test_a_slow_machine_is_one_message_and_one_slow_server_another(tmp_path: Path) -> None:
    servers = [paper({}, number) for number in (1, 2, 3)]
    async with fulfilling(tmp_path, "tps-of-the-node", servers) as watch:
        for ticks in ({1: 20, 2: 20, 3: 20}, {1: 9, 2: 20, 3: 20}):
            for number, now in ticks.items():
                watch.befall("print", f"mc-{number}", lines=tps(now))
            await watch.seconds(4 * MINUTE)
        assert watch.told == ["ops: mc-1: 9 ticks a second"]

        for number in (2, 3):
            watch.befall("print", f"mc-{number}", lines=tps(8))
        await watch.seconds(5 * MINUTE)

    assert watch.told[1:] == ["oncall: node-1: 3 of 3 servers are slow: mc-1, mc-2, mc-3"]


async def test_slow_frames_of_rust_are_told_once_where_somebody_plays(tmp_path: Path) -> None:
    info = ["{", '  "Players": 1,', '  "Framerate": 60.0,', '  "EntityCount": 90000,', "}"]
    status = ["players : 1 (100 max) (0 queued) (0 joining)"]
    answers = {"serverinfo": info, "status": status}
    async with fulfilling(tmp_path, "rust-frames", (playing("rust-1", "Rust", answers),)) as watch:
        await watch.seconds(8 * MINUTE)
        assert watch.told == []

        answers["serverinfo"] = [*info[:2], '  "Framerate": 12.0,', *info[3:]]
        await watch.seconds(15 * MINUTE)

    assert watch.told == ["ops: rust-1: 12 frames a second at 1 players and 90000 entities"]


async def test_a_push_to_main_restarts_the_empty_server_and_another_branch_does_nothing(
    tmp_path: Path,
) -> None:
    body = {
        "ref": "refs/heads/main",
        "repository": {"full_name": "ops/configs", "private": True},
        "pusher": {"login": "alice"},
        "head_commit": {"message": "more diamonds\n\nand fewer creepers"},
        "commits": [{"id": "1"}],
    }
    async with fulfilling(tmp_path, "deploy-from-forge", ONE) as watch:
        assert await watch.hook("forge", {**body, "ref": "refs/heads/next"}) == 202
        await watch.seconds(MINUTE)
        assert (acts(watch), watch.told) == ([], [])

        assert await watch.hook("forge", body) == 202
        await watch.until(lambda: watch.power != [])

    assert acts(watch) == ["command: save-all lobby", "power: restart lobby"]
    assert watch.told == ["ops: alice: more diamonds"]


async def test_what_was_bought_is_given_once_its_buyer_is_there(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "shop-purchase", (paper(ANSWERS),)) as watch:
        body = {"server": "mc-3", "player": "Eve", "item": "minecraft:diamond", "amount": 5}
        assert await watch.hook("shop", body) == 202
        await watch.seconds(MINUTE)
        watch.befall(
            "print",
            "mc-3",
            lines=["[12:00:00 INFO]: Bob[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)"],
        )
        await watch.seconds(MINUTE)
        assert acts(watch) == ["command: give Eve minecraft:diamond 5 mc-3"]

        watch.befall(
            "print",
            "mc-3",
            lines=["[12:00:00 INFO]: Eve[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)"],
        )
        await watch.seconds(MINUTE)

        assert acts(watch)[1:] == [
            "command: give Eve minecraft:diamond 5 mc-3",
            "command: say Thank you, Eve! mc-3",
        ]
        assert await watch.hook("shop", {**body, "item": "minecraft:command_block"}) == 202
        assert await watch.hook("shop", {**body, "server": "nowhere"}) == 404


ANSWERS = {"give Eve minecraft:diamond 5": ["[12:00:00 INFO]: No player was found"], "list": [NOBODY]}
