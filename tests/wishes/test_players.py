"""What is remembered of players: who is new, comes back, comes too often; whether anybody is there."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from automaton.core.events import State
from tests.rules.watch import LOBBY, Watch, watching
from tests.wishes.moments import MINUTE, on
from tests.wishes.wish import SETTINGS, fulfilling, text_of

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)


async def leave(watch: Watch, player: str) -> None:
    """A human throws a player out, which the game tells as any leaving."""
    await watch.seconds(2)
    watch.befall("command", command=f"kick {player}")
    await watch.seconds(2)


async def test_bread_is_given_to_each_player_once(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "first-join-kit", ONE) as watch:
        for player in ("Eve", "Adam"):
            watch.befall("join", player=player)
        await watch.seconds(20)
        await leave(watch, "Eve")
        watch.befall("join", player="Eve")
        await watch.seconds(MINUTE)

        given = [one for one in watch.commands if "bread" in one]
        assert given == ["give Eve bread 16 lobby", "give Adam bread 16 lobby"]
        assert sorted(watch.told) == ["ops: Adam is new", "ops: Eve is new"]


async def test_who_was_away_for_long_is_greeted_as_an_old_friend(tmp_path: Path) -> None:
    """A month of half an hour."""
    rules = {"own.yml": text_of("welcome-back").replace("within: 30d", "within: 30m")}
    async with watching(tmp_path, rules_of=rules, settings=SETTINGS, servers=ONE) as watch:
        watch.befall("join", player="Eve")
        await leave(watch, "Eve")
        watch.befall("join", player="Eve")
        await leave(watch, "Eve")
        await watch.seconds(40 * MINUTE)
        watch.befall("join", player="Eve")
        watch.befall("join", player="Adam")
        await watch.seconds(MINUTE)

        said = [one for one in watch.commands if one.startswith("say")]
        assert said == [
            "say Welcome, Eve. Type /help to begin lobby",
            "say Good to see you again, Eve lobby",
            "say Welcome, Adam. Type /help to begin lobby",
        ]


async def test_who_comes_and_goes_all_the_time_is_sent_away_and_nobody_else(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "join-flood", ONE) as watch:
        watch.befall("join", player="Eve")
        for _ in range(5):
            watch.befall("join", player="Bot")
            await leave(watch, "Bot")
        await watch.seconds(MINUTE)

        assert len(watch.commands) == 1
        assert watch.commands[0].startswith("kick Bot ")
        assert watch.told == ["ops: Bot came 5 times in a minute"]


async def test_a_server_on_which_nobody_is_is_stopped_after_half_an_hour(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "stop-when-empty", ONE) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(25 * MINUTE)
        assert watch.power == []

        await leave(watch, "Eve")
        await watch.seconds(29 * MINUTE)
        assert watch.power == []

        await watch.seconds(2 * MINUTE)
        assert (watch.power, watch.state()) == (["stop lobby"], State.OFFLINE)
        assert "save-all lobby" in watch.commands


async def test_the_restart_waits_for_the_last_player(tmp_path: Path) -> None:
    begin = on("2026-01-06 03:58", "Europe/Berlin")
    async with fulfilling(tmp_path, "restart-when-empty", ONE, begin) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(20 * MINUTE)
        assert watch.power == []

        await leave(watch, "Eve")
        await watch.seconds(MINUTE)
        assert (watch.power, watch.told) == (["restart lobby"], [])


def sooner(folder: Path, name: str, old: str, new: str, at: float) -> AbstractAsyncContextManager[Watch]:
    """A wish of which one time is another: hours of readings every second take too long to play."""
    assert old in text_of(name)
    rules = {f"{name}.yml": text_of(name).replace(old, new)}
    return watching(folder, rules_of=rules, settings=SETTINGS, servers=ONE, at=at)


async def test_at_seven_the_restart_is_given_up_and_told(tmp_path: Path) -> None:
    begin = on("2026-01-06 06:39", "Europe/Berlin")
    async with sooner(tmp_path, "restart-when-empty", "0 4 * * *", "40 6 * * *", begin) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(25 * MINUTE)
        await leave(watch, "Eve")
        await watch.seconds(10 * MINUTE)

        assert watch.power == []
        assert watch.told == ["ops: No restart today: 1 were there until seven"]


async def test_before_six_it_restarts_whoever_is_there_after_a_warning(tmp_path: Path) -> None:
    begin = on("2026-01-06 02:59", "Europe/Berlin")
    async with sooner(tmp_path, "update-window", "within: 2h45m", "within: 15m", begin) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(15 * MINUTE)
        assert (watch.power, [one for one in watch.commands if one.startswith("say")]) == ([], [])

        await watch.seconds(20 * MINUTE)
        said = [one for one in watch.commands if one.startswith("say")]
        assert said[0] == "say The daily restart comes in 15m lobby"
        assert len(said) == 5
        assert watch.power == ["restart lobby"]


async def test_who_leaves_during_the_warning_ends_it(tmp_path: Path) -> None:
    begin = on("2026-01-06 02:59", "Europe/Berlin")
    async with sooner(tmp_path, "update-window", "within: 2h45m", "within: 15m", begin) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(20 * MINUTE)
        await leave(watch, "Eve")
        await watch.seconds(MINUTE)

        assert watch.power == ["restart lobby"]
        assert len([one for one in watch.commands if one.startswith("say")]) == 1
