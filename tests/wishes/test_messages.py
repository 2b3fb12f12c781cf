"""Texts in turn, calls by a mention, reminders as often as one likes: who is told what, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.simulator.games.eggs import RUST
from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.watch import LOBBY, Watch
from tests.wishes.moments import HOUR, MINUTE, on
from tests.wishes.wish import fulfilling

pytestmark = pytest.mark.anyio
ONE = (LOBBY,)
BERLIN = "Europe/Berlin"


def said(watch: Watch) -> list[str]:
    """What players read, in order."""
    return [one.removeprefix("say ").rpartition(" ")[0] for one in watch.commands if one.startswith("say ")]


async def test_tips_come_in_their_turn_and_nobody_is_told_nothing(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "tips-in-turn", ONE, on("2026-01-06 11:59")) as watch:
        await watch.seconds(10 * MINUTE)
        assert said(watch) == []

        watch.befall("join", player="Eve")
        await watch.seconds(52 * MINUTE)
        watch.befall("command", command="kick Eve")
        await watch.seconds(20 * MINUTE)

    assert said(watch) == [
        "Read the rules: example.org/rules",
        "Our Discord: discord.example.org",
        "Vote for us and get a key: example.org/vote",
        "Read the rules: example.org/rules",
    ]


async def test_shuffled_tips_all_come_before_any_comes_twice(tmp_path: Path) -> None:
    rust = ServerBuild(uuid=LOBBY.uuid, name="rust-1", egg=RUST, chatter=0.0)
    async with fulfilling(tmp_path, "tips-shuffled", (rust,), on("2026-01-06 11:55")) as watch:
        for player in ("Ann", "Bob", "Cy", "Di", "Ed"):
            watch.befall("join", "rust-1", player=player)
        await watch.seconds(82 * MINUTE)

    first, second = said(watch)[:4], said(watch)[4:8]
    assert len(set(first)) == 4
    assert set(first) == set(second)


async def test_a_night_has_other_tips_than_a_day(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "tips-by-the-hour", ONE, on("2026-01-09 22:35", BERLIN)) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(90 * MINUTE)

    assert said(watch) == [
        "Events are on Saturday at eight",  # 22:40, a Friday
        "It is late: the server restarts at five",  # 23:00
        "Night owls get a key at /owl",  # 00:00
    ]


async def test_tips_tell_the_numbers_of_the_moment(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "tips-with-values", ONE, on("2026-01-06 15:59", BERLIN)) as watch:
        watch.befall("join", player="Eve")
        await watch.seconds(2 * MINUTE)
        watch.befall("join", player="Bob")
        await watch.seconds(HOUR)

    players, up, clock = said(watch)
    assert players == "1 of us are here"
    assert up.startswith("This server is up for 30m ")
    assert clock == "It is 17:00 in Berlin"


async def test_a_report_calls_the_moderators_and_nothing_in_it_calls_anybody(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "call-the-moderators", ONE) as watch:
        watch.befall(
            "print", lines=["[12:00:00] [Async Chat Thread - #0/INFO]: <Eve> !report Bob flies @everyone"]
        )
        watch.befall("print", lines=["[12:00:01] [Async Chat Thread - #0/INFO]: <Bob> never !report me"])
        await watch.seconds(10)

    assert watch.called == [("<@&1234567890>",)]
    assert watch.told == ["mods: !report Bob flies @\u200beveryone"]


async def test_an_alarm_is_repeated_until_somebody_takes_note(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "until-somebody-answers", ONE) as watch:
        await watch.crash_twice()
        await watch.seconds(25 * MINUTE)
        watch.acknowledge("down")
        await watch.seconds(25 * MINUTE)
        watch.befall("start")
        await watch.seconds(MINUTE)

    assert watch.told[:3] == [
        "ops: lobby is down (crash)",
        "oncall: lobby is down for 10m, and nobody has taken note",
        "oncall: lobby is down for 20m, and nobody has taken note",
    ]
    ends = {"oncall: lobby: down is over after 48m", "ops: lobby is up again after 48m"}
    assert set(watch.told[3:]) == ends  # each channel in its own time


async def test_who_is_on_duty_is_paged_and_the_other_is_not(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "on-call-rota", ONE, on("2026-01-10 12:00", BERLIN)) as watch:
        watch.befall("disk", percent=97)
        await watch.seconds(40 * MINUTE)

    assert [one.split(":")[0] for one in watch.told] == ["bob", "bob"]


async def test_a_whitelist_that_was_left_on_is_told_every_half_hour(tmp_path: Path) -> None:
    async with fulfilling(tmp_path, "whitelist-left-on", ONE) as watch:
        watch.befall("command", command="whitelist on")
        await watch.seconds(65 * MINUTE)
        watch.befall("command", command="whitelist off")
        await watch.seconds(40 * MINUTE)

    assert watch.told == [
        "ops: lobby: the whitelist is on",
        "ops: lobby: the whitelist is still on, for 30m",
        "ops: lobby: the whitelist is still on, for 1h",
        "ops: lobby: open to all again, after 1h 5m",
    ]
