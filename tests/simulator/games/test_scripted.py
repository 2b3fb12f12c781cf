"""Rust, Valheim and Source: what they print is what others read of the real ones."""

from __future__ import annotations

import re

import pytest

from automaton.simulator.games.eggs import RUST, SOURCE, VALHEIM, Egg
from automaton.simulator.games.scripted import Scripted
from tests.simulator.games.run import Run

# Joins and leaves as public templates match them (Rust's are read over its console).
SEEN = {
    "Rust": (
        r"^[\d.]+:\d+/(?P<id>\d{17})/(?P<name>\w+) joined \[windows/(?P=id)\]$",
        r"^[\d.]+:\d+/\d{17}/(?P<name>\w+) disconnecting: .+$",
    ),
    "Valheim": (
        r"^[\d/]+ [\d:]+: Got character ZDOID from (?P<name>.+?) : -?\d{5,}:\d+$",
        r"^[\d/]+ [\d:]+: Destroying abandoned non persistent zdo -?\d+:\d+ owner -?\d+$",
    ),
    "Counter-Strike: Source": (
        r'^L [\d/]+ - [\d:]+: "(?P<name>.+?)<\d+><STEAM_\d:\d:\d+><>" entered the game$',
        r'^L [\d/]+ - [\d:]+: "(?P<name>.+?)<\d+><STEAM_\d:\d:\d+><.*>" disconnected \(reason ".*"\)$',
    ),
}
GAMES = pytest.mark.parametrize("egg", [RUST, VALHEIM, SOURCE], ids=lambda egg: egg.name)


def running(egg: Egg, chatter: float = 0.0) -> Run:
    run = Run(egg, chatter=chatter)
    run.wait(10)
    return run


@GAMES
def test_who_comes_is_told_by_name(egg: Egg) -> None:
    run = running(egg)
    assert isinstance(run.container.game, Scripted)

    run.container.game.join("Freya")

    found = [match for line in run.wait(0) if (match := re.match(SEEN[egg.name][0], line))]
    assert [match["name"] for match in found] == ["Freya"]


@GAMES
def test_in_an_hour_of_chatter_as_many_come_as_go_and_those_who_stay(egg: Egg) -> None:
    run = running(egg, chatter=1.0)

    lines = run.wait(3600)

    joined, left = (sum(bool(re.match(pattern, line)) for line in lines) for pattern in SEEN[egg.name])
    assert len(lines) > 1000
    assert joined > 50
    assert 0 <= joined - left <= 12


@GAMES
def test_without_chatter_nothing_happens_by_itself(egg: Egg) -> None:
    assert running(egg).wait(600) == []


@pytest.mark.parametrize(
    ("egg", "command", "answer"),
    [
        (RUST, "say hello", "[CHAT] SERVER : hello"),
        (RUST, "server.save", "Saving complete"),
        (RUST, "nonsense", "Command 'nonsense' not found"),
        (SOURCE, "say hello", "Console: hello"),
        (SOURCE, "changelevel cs_office", "---- Host_Changelevel ----"),
        (SOURCE, "nonsense", 'Unknown command "nonsense"'),
    ],
)
def test_a_command_is_answered(egg: Egg, command: str, answer: str) -> None:
    run = running(egg)

    run.container.type(command)

    assert answer in run.wait(1)


def test_valheim_reads_nothing() -> None:
    run = running(VALHEIM)

    run.container.type("save")

    assert (run.wait(60), run.ends) == (["save"], [])


@pytest.mark.parametrize("egg", [RUST, SOURCE], ids=lambda egg: egg.name)
def test_who_is_kicked_leaves(egg: Egg) -> None:
    run = running(egg)
    assert isinstance(run.container.game, Scripted)
    run.container.game.join("Freya")
    run.wait(0)

    run.container.type("kick Freya")

    assert any(re.match(SEEN[egg.name][1], line) for line in run.wait(1))
