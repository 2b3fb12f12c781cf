from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.simulator.games.eggs import DOCKER_STOP, GAMES, SIGNALS, Egg
from tests.simulator.games.run import Run
from tests.simulator.toy import TOY


@pytest.mark.parametrize("egg", [*GAMES.values(), TOY], ids=lambda egg: egg.name)
def test_each_game_says_when_it_is_up_and_ends_when_it_is_told(egg: Egg) -> None:
    run = Run(egg, chatter=1.0)

    booted = run.wait(10)
    if egg.stop == "^C":
        run.container.signal("SIGINT")
    else:
        run.container.type(egg.stop)
    run.wait(10)

    assert sum(egg.is_done(line) for line in booted) == 1
    assert run.ends == [0]
    assert 0 < run.container.memory <= 2 << 30


def test_a_done_line_is_found_by_a_text_or_by_an_expression() -> None:
    by_expression = replace(TOY, done=(r"regex:Done \(.*\)!",))

    assert TOY.is_done('Done (1.2s)! For help, type "help"')
    assert by_expression.is_done('Done (1.2s)! For help, type "help"')
    assert not by_expression.is_done("Done at last")


def test_only_an_egg_with_a_stop_command_is_stopped_by_typing_it() -> None:
    assert TOY.is_stop("stop")
    assert not any(replace(TOY, stop=stop).is_stop(stop) for stop in (DOCKER_STOP, *SIGNALS))
