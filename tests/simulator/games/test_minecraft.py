from __future__ import annotations

import re

import pytest

from automaton.simulator.games.eggs import PAPER
from automaton.simulator.games.minecraft import Minecraft
from tests.simulator.games.run import Run

LOG_LINE = re.compile(r"\[\d\d:\d\d:\d\d\] \[[^\]]+/(INFO|WARN|ERROR)\]: .+")


def paper(chatter: float = 0.0) -> tuple[Run, Minecraft]:
    run = Run(PAPER, chatter)
    run.wait(10)
    assert isinstance(run.container.game, Minecraft)
    return run, run.container.game


def test_every_line_of_minecraft_has_its_stamp_its_thread_and_its_level() -> None:
    run, _ = paper(chatter=5.0)

    lines = run.wait(300)

    assert len(lines) > 1000
    assert [line for line in lines if not LOG_LINE.fullmatch(line)] == []


def test_the_same_seed_gives_the_same_chatter_and_another_gives_another() -> None:
    first, second, other = (Run(PAPER, chatter=1.0, seed=seed) for seed in (4, 4, 5))

    said = [run.wait(120) for run in (first, second, other)]

    assert said[0] == said[1] != said[2]


def test_without_chatter_nothing_is_said_after_the_start() -> None:
    run, _ = paper()

    assert run.wait(3600) == []


def test_players_who_came_are_listed_and_can_be_kicked() -> None:
    run, game = paper()
    game.join("Alex")
    game.join("Steve")

    assert run.said("list") == ["There are 2 of a max of 20 players online: Alex, Steve"]
    assert run.said("kick Alex griefing") == [
        "Kicked Alex: griefing",
        "Alex lost connection: Kicked by an operator: griefing",
        "Alex left the game",
    ]
    assert run.said("kick Nobody") == ["No player was found"]
    assert game.players == ["Steve"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("say Restart in 5 minutes", ["[Not Secure] [Server] Restart in 5 minutes"]),
        ("save-all", ["Saving the game (this may take a moment!)", "Saved the game"]),
        ("frobnicate x", ["Unknown or incomplete command, see below for error", "frobnicate x<--[HERE]"]),
        ("tellraw @a []", []),
        ("difficulty peaceful", ["The difficulty has been set to peaceful"]),
    ],
)
def test_a_command_is_answered_as_minecraft_does(command: str, answer: list[str]) -> None:
    run, _ = paper()

    assert run.said(command) == answer


def test_a_full_heap_prints_what_java_prints_and_ends_with_code_1() -> None:
    run, game = paper()

    game.run_out_of_memory()

    lines = run.wait(0)
    assert "java.lang.OutOfMemoryError: Java heap space" in lines
    assert run.ends == [1]


def test_a_crash_names_its_report_and_ends_with_its_code() -> None:
    run, game = paper()

    game.crash(134)

    lines = run.wait(0)
    assert lines[-1].endswith("/crash-reports/crash-2027-01-15_12.00.10-server.txt")
    assert run.ends == [134]


def test_what_is_typed_before_it_is_up_is_answered_once_it_is() -> None:
    run = Run(PAPER)
    run.wait(1)
    run.container.type("list")

    early, later = run.wait(1), run.wait(2)

    assert [line for line in early if "players online" in line] == []
    assert "There are 0 of a max of 20 players online: " in later[-1]
