"""Every example of every help is run as it stands, with a simulated Panel and a daemon that watches it."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from automaton.cli.commands import module_of
from automaton.cli.main import names
from tests.acceptance.processes import eventually, started
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site
from tests.cli.started import Ended, Start, Starter

RULES = """\
rules:
  - id: mem-high
    while: memory_pct > 90
    until: memory_pct < 80
    do: [{notify: ops, text: "memory of ${name}"}, {wait: 1h}]
  - id: welcome
    when: {console: '^hello (?P<who>\\w+)$'}
    breaker: {max: 1, within: 1h}
    do: [{notify: ops, text: "hello"}]
tests:
  - name: memory that recovers is told of once
    server: {egg: Paper}
    feed: [{at: 0s, memory_pct: 95}, {at: 20s, memory_pct: 70}]
    expect: [{at: 0s, notify: ops}]
"""
CONSOLE = """\
[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21.4
[12:00:09] [Server thread/INFO]: Done (9.1s)! For help, type "help"
"""
UNTIL_CTRL_C = {
    "automaton demo", "automaton demo --seconds 60", "automaton run", "automaton run --record run.jsonl",
    "automaton simulate --panel-port 8010 --control-port 8011",
    "automaton simulate --game minecraft=2 --game rust --chatter 1",
    "automaton record evening.jsonl --for 1h", "automaton record lobby --raw -o frames.txt",
    "automaton logs lobby --follow",
}  # fmt: skip
"""What goes on: it is ended after a while, as an operator would."""

ALONE = {"automaton run", "automaton run --record run.jsonl", "automaton restore copy.db"}
"""What wants a state folder that no daemon uses."""


GIVEN = {"automaton web passwd anna": "password"}
"""The file that is the standard input, where a person would be asked."""


def examples(name: str) -> tuple[str, ...]:
    """Those of a command's help."""
    found: tuple[str, ...] = importlib.import_module(module_of(name)).EXAMPLES
    return found


@dataclass(frozen=True)
class World:
    """A daemon at work in a folder, a folder like it without one, and what starts commands there."""

    simulation: Simulation
    folder: Path
    alone: Path
    starter: Starter

    def run(self, example: str) -> Ended:
        """What is typed, in the folder, with the Panel's name as the simulator's."""
        folder = self.alone if example in ALONE else self.folder
        _, *arguments = shlex.split(example.replace("https://panel.example.org", self.simulation.panel))
        env = {"AUTOMATON_CONFIG": str(folder / "automaton.yml")}
        waits = 2.0 if example in UNTIL_CTRL_C else 0.0
        given = str(folder / GIVEN[example]) if example in GIVEN else os.devnull
        return self.starter.start(Start(arguments, str(folder), env, stdin=given, interrupt_after=waits))

    def prepare(self, name: str) -> None:
        """Makes what a command is to find."""
        copy = self.folder / "copy.db"
        if name == "release":
            self.run("automaton hold")
        copy.unlink(missing_ok=True)
        if name == "restore":
            self.run("automaton backup copy.db")
            shutil.copy(copy, self.alone)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    outside, folder, alone = (tmp_path_factory.mktemp(name) for name in ("outside", "here", "alone"))
    with (
        receiving() as receiver,
        simulated(outside, servers=3) as simulation,
        closing(Starter(outside)) as starter,
    ):
        for place in (folder, alone):
            site = Site(place, simulation.panel, simulation.key, receiver.url)
            site.rules(RULES, "mine.yml")
            (place / "new").mkdir()
            (place / "new" / "mine.yml").write_text(RULES.replace("> 90", "> 95"))
            (place / "console.log").write_text(CONSOLE)
            (place / "password").write_text("correct horse\n")
        made = World(simulation, folder, alone, starter)
        arguments = ["run", "-c", str(folder / "automaton.yml"), "--record", str(folder / "run.jsonl")]
        with started(folder / "run.out", arguments) as daemon:
            daemon.tells("link.up", times=3)
            for server in simulation.servers:
                simulation.runs(server)
            simulation.fault("memory", server="lobby", percent=95)
            eventually(lambda: receiver.got("memory of lobby"), daemon.output)
            simulation.fault("print", server="lobby", lines=["hello Ann"])
            daemon.tells("rule.cleared", "rule=welcome")  # else Bob comes while Ann is being welcomed
            simulation.fault("print", server="lobby", lines=["hello Bob"])
            daemon.tells("rule.tripped", "rule=welcome")
            yield made


OF_THIS_WORLD = {"status": {0, 4}, "cluster": {1}}
"""Codes of those that look at all of it: something may be wrong, and the daemon of these tests runs alone."""


@pytest.mark.parametrize("name", names())
def test_the_examples_of_a_help_do_what_they_say(name: str, world: World) -> None:
    assert examples(name)
    world.prepare(name)
    for example in examples(name):
        ended = world.run(example)

        good = {0, 130} if example in UNTIL_CTRL_C else OF_THIS_WORLD.get(name, {0})
        assert ended.code in good, (example, ended)
        assert "Traceback" not in ended.err


@pytest.mark.parametrize("name", names())
def test_a_help_shows_its_examples_as_they_are_typed(name: str, world: World) -> None:
    ended = world.starter.start(Start([name, "-h"], str(world.folder), {"COLUMNS": "80"}))
    lines = ended.out.splitlines()

    shown = [line.strip() for line in lines[lines.index("  Examples:") + 1 :] if line.strip()]
    assert shown == list(examples(name))
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if re.search(r"[a-z ](\.\.\.|…)$", line)] == []
